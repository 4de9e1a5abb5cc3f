"""Translates English with a trained model, a larger one: pairs for a smaller one to learn from.

What a teacher says is easier to learn than what many people wrote, each in their own way (Kim and
Rush, "Sequence-Level Knowledge Distillation", 2016).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from train_starter.cleaning import fault_of, key_of, one_style
from train_starter.pairs import Pair, read_english, write_pairs
from train_starter.translating import translate
from voicestream_tui.text.protect import restore
from voicestream_tui.translate.choice import loss_of
from voicestream_tui.translate.starter.engine import StarterTranslator

_SORTED = 4096
"""Sentences sorted by length together, so that a batch has little padding."""


def main(arguments: Sequence[str]) -> int:
    """`teach --model FOLDER FILE … --out taught.tsv.xz`."""
    parser = argparse.ArgumentParser(prog="train_starter teach", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="the teacher")
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="lines; what stands before a tab counts"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="lines of a file")
    options = parser.parse_args(arguments)
    teacher = StarterTranslator(options.model, threads=options.threads, beam=options.beam)
    counts: Counter[str] = Counter()
    lines = (line for file in options.files for line in islice(read_english(file), options.limit))
    write_pairs(options.out, taught(teacher, lines, counts))
    teacher.close()
    for what, count in counts.most_common():
        print(f"{count:9,} {what}")
    return 0


def taught(
    teacher: StarterTranslator, lines: Iterable[str], counts: Counter[str]
) -> Iterator[Pair]:
    """Yield each line once with its translation, where nothing is wrong with that.

    Args:
        teacher: the model that knows more.
        lines: English, with Markdown's marks.
        counts: what became of them, by reason; grows.
    """
    fresh = _once(lines)
    while some := list(islice(fresh, _SORTED)):
        outputs, masked = translate(teacher, some)
        for line, protected, output in zip(some, masked, outputs, strict=True):
            pair = Pair(line, one_style(restore(output, protected.slots).text))
            fault = fault_of(pair.english, pair.japanese)
            if loss_of(protected.text, output):
                fault = "loses or invents something"
            counts[fault or "kept"] += 1
            if not fault:
                yield pair


def _once(lines: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for line in lines:
        key = key_of(line)
        if key not in seen:
            seen.add(key)
            yield line
