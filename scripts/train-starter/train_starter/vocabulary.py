"""Makes the SentencePiece vocabulary of prepared pairs, and arrays of their tokens.

Which words lose their capital at the beginning of a sentence is found here, too.
"""

from __future__ import annotations

import argparse
import io
import random
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from train_starter.first_words import first_words
from train_starter.pairs import Pair, read_pairs, set_name
from voicestream_tui.text.protect import SLOTS
from voicestream_tui.translate.starter.first_words import FirstWords

PAD, UNKNOWN, BEGIN, END = range(4)
MODEL, FIRST_WORDS = "spm.model", "first_words.txt"


def main(arguments: Sequence[str]) -> int:
    """`vocabulary --prepared FOLDER`: writes spm.model, first_words.txt and one NAME.npz a set."""
    parser = argparse.ArgumentParser(prog="train_starter vocabulary", description=__doc__)
    parser.add_argument("--prepared", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--size", type=int, default=12_000, help="pieces (default 12000)")
    parser.add_argument(
        "--sentences", type=int, default=350_000, help="most pairs of a set that are looked at"
    )
    parser.add_argument(
        "--repeat",
        nargs="*",
        default=["agent=6"],
        metavar="SET=N",
        help="count a set N times, so that its words get pieces of their own",
    )
    parser.add_argument("--longest", type=int, default=90, help="most tokens of a side")
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args(arguments)
    repeats = {name: int(n) for name, _, n in (entry.partition("=") for entry in options.repeat)}
    sets = {
        set_name(path): list(read_pairs(path)) for path in sorted(options.prepared.glob("*.tsv.xz"))
    }
    if not any(sets.values()):
        parser.error(f"{options.prepared} has no pairs; run prepare first")
    chance = random.Random(options.seed)
    model = options.prepared / MODEL
    if not model.exists():
        text: list[Pair] = []
        for name, pairs in sets.items():
            some = chance.sample(pairs, min(options.sentences, len(pairs)))
            text += some * repeats.get(name, 1)
        model.write_bytes(learn(text, options.size))
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    listed = options.prepared / FIRST_WORDS
    if not listed.exists():
        texts = (pair.english for pairs in sets.values() for pair in pairs)
        words = first_words(texts, lambda word: len(processor.encode(word)))
        listed.write_text("".join(f"{word}\n" for word in words), "utf-8")
    firsts = FirstWords.read(listed)
    for name, pairs in sets.items():
        chance.shuffle(pairs)
        arrays: dict[str, Any] = encode(processor, firsts, pairs, options.longest)
        arrays["vocabulary"] = np.array(processor.vocab_size())
        file = options.prepared / f"{name}.npz"
        np.savez_compressed(file, **arrays)
        tokens = int(arrays["target_lengths"].sum())
        print(f"{name}: {len(arrays['target_lengths']):,} pairs, {tokens:,} target tokens")
    return 0


def learn(pairs: Sequence[Pair], size: int) -> bytes:
    """Learn pieces for both languages from masked pairs; gives the file of the model.

    Digits are pieces of their own: a figure that was never seen is then spelt like any other.
    """
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=chain.from_iterable(pair[:2] for pair in pairs),
        model_writer=written,
        vocab_size=size,
        model_type="unigram",
        character_coverage=0.9997,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        user_defined_symbols=[f"<c{slot}>" for slot in range(SLOTS)],
        pad_id=PAD,
        unk_id=UNKNOWN,
        bos_id=BEGIN,
        eos_id=END,
        hard_vocab_limit=False,
        max_sentence_length=4000,
        minloglevel=2,
    )
    return written.getvalue()


def encode(
    processor: sentencepiece.SentencePieceProcessor,
    firsts: FirstWords,
    pairs: Sequence[Pair],
    longest: int,
) -> dict[str, NDArray[np.generic]]:
    """Encode pairs of which neither side has more than `longest` tokens.

    Returns:
        source, target: the tokens of all pairs one after the other, uint16; source_lengths,
        target_lengths: int32, one entry a pair.
    """
    source = processor.encode([firsts.lowered(pair.english) for pair in pairs])
    target = processor.encode([pair.japanese for pair in pairs])
    kept = [
        both
        for both in zip(source, target, strict=True)
        if 0 < len(both[0]) <= longest and 0 < len(both[1]) <= longest
    ]
    arrays: dict[str, NDArray[np.generic]] = {}
    for side, name in enumerate(("source", "target")):
        rows = [both[side] for both in kept]
        arrays[name] = np.fromiter(chain.from_iterable(rows), np.uint16)
        arrays[f"{name}_lengths"] = np.fromiter(map(len, rows), np.int32, len(rows))
    return arrays
