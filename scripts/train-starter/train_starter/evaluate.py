"""Scores a model folder on development sets, as the program would use it, without the second
attempts and without the gate: what the model itself can do.

Slots leave and come back by the program's own code. chrF and character BLEU are sacrebleu's.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles

import sacrebleu

from train_starter.cleaning import one_style
from train_starter.pairs import Pair, read_pairs, read_parallel
from train_starter.translating import translate
from voicestream_tui.text.number_values import keeps_numbers, numbers_in_english
from voicestream_tui.text.protect import Protected, restore
from voicestream_tui.translate.starter.engine import StarterTranslator

_SLOT = re.compile(r"<c\d>")


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model makes of one set."""

    sentences: int
    chrf: float
    char_bleu: float
    with_numbers: int
    numbers_kept: float | None
    """Share of the sentences with a number whose translation has all of them."""
    numbers_kept_by_reference: float | None
    """The same of the reference: what can be reached at best."""
    with_slots: int
    slots_kept: float | None
    """Share of the sentences with slots whose translation has each exactly as often."""
    ms_p50: float
    """A sentence alone, on one core."""
    ms_p95: float


def main(arguments: Sequence[str]) -> int:
    """`evaluate --model FOLDER SET…`; a SET is a .tsv, or ENGLISH:JAPANESE, two files of lines."""
    parser = argparse.ArgumentParser(prog="train_starter evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("sets", nargs="+", metavar="SET")
    parser.add_argument("--beam", type=int, default=2)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="sentences of a set")
    parser.add_argument("--timed", type=int, default=100, help="sentences timed one by one")
    parser.add_argument("--sample", type=int, default=0, help="random lines to read, per set")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where these lines go")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    translator = StarterTranslator(options.model, threads=1, beam=options.beam)
    translator.warm_up()
    samples: list[str] = []
    for name in options.sets:
        pairs = read_set(name)[: options.limit]
        outputs, protected = translate(translator, [pair.english for pair in pairs])
        times = timed(translator, protected[: options.timed])
        scores = score(pairs, outputs, protected, times)
        if options.json:
            print(json.dumps({"set": name, **asdict(scores)}))
        else:
            print(f"{name}\n  {describe(scores)}", flush=True)
        shown = [restore(o, p.slots).text for o, p in zip(outputs, protected, strict=True)]
        samples += sample(pairs, shown, options.sample)
    if samples and options.out:
        options.out.write_text("\n".join(samples) + "\n", encoding="utf-8")
    elif samples:
        print("\n".join(samples))
    translator.close()
    return 0


def read_set(name: str) -> list[Pair]:
    """The pairs of a development set."""
    english, colon, japanese = name.partition(":")
    if colon:
        return read_parallel(Path(english), Path(japanese))
    return list(read_pairs(Path(name)))


def timed(translator: StarterTranslator, protected: Sequence[Protected]) -> list[float]:
    """Milliseconds of each sentence, translated alone."""
    times = []
    for one in protected:
        begin = time.perf_counter()
        translator.translate([one.text])
        times.append((time.perf_counter() - begin) * 1000)
    return times


def score(
    pairs: Sequence[Pair],
    outputs: Sequence[str],
    protected: Sequence[Protected],
    times: Sequence[float],
) -> Scores:
    """Compare a model's outputs, slots in place, with the references."""
    shown = [comparable(restore(o, p.slots).text) for o, p in zip(outputs, protected, strict=True)]
    wanted = [comparable(pair.japanese) for pair in pairs]
    numbered = [n for n, p in enumerate(protected) if numbers_in_english(p.text)]
    references = [_slots_in(pairs[n].japanese, protected[n]) for n in numbered]
    slotted = [n for n, p in enumerate(protected) if _SLOT.search(p.text)]
    steps = quantiles(times, n=20, method="inclusive") if len(times) > 1 else [*times] * 19
    return Scores(
        sentences=len(pairs),
        chrf=round(sacrebleu.corpus_chrf(shown, [wanted]).score, 2),
        char_bleu=round(sacrebleu.corpus_bleu(shown, [wanted], tokenize="char").score, 2),
        with_numbers=len(numbered),
        numbers_kept=_share([keeps_numbers(protected[n].text, outputs[n]) for n in numbered]),
        numbers_kept_by_reference=_share(
            [
                keeps_numbers(protected[n].text, reference)
                for n, reference in zip(numbered, references, strict=True)
            ]
        ),
        with_slots=len(slotted),
        slots_kept=_share(
            [
                sorted(_SLOT.findall(outputs[n])) == sorted(_SLOT.findall(protected[n].text))
                for n in slotted
            ]
        ),
        ms_p50=round(steps[9], 1),
        ms_p95=round(steps[18], 1),
    )


def comparable(japanese: str) -> str:
    """One style, without the marks of code, which the program does not show."""
    return one_style(japanese.replace("`", ""))


def sample(pairs: Sequence[Pair], shown: Sequence[str], size: int) -> list[str]:
    """Random sentences with their translation and the reference, to be read and graded."""
    chosen = random.Random(100).sample(range(len(pairs)), min(size, len(pairs)))
    return [
        f"{number}\n  EN  {pairs[n].english}\n  JA  {shown[n]}\n  ref {pairs[n].japanese}\n"
        for number, n in enumerate(chosen, 1)
    ]


def describe(scores: Scores) -> str:
    """The figures in a line."""

    def percent(share: float | None, of: int) -> str:
        return "–" if share is None else f"{100 * share:.1f} % of {of}"

    reference = percent(scores.numbers_kept_by_reference, scores.with_numbers)
    return (
        f"{scores.sentences} sentences: chrF {scores.chrf}, char-BLEU {scores.char_bleu}, "
        f"numbers kept {percent(scores.numbers_kept, scores.with_numbers)} "
        f"(reference {reference}), slots kept {percent(scores.slots_kept, scores.with_slots)}, "
        f"{scores.ms_p50} ms a sentence (p95 {scores.ms_p95})"
    )


def _slots_in(japanese: str, protected: Protected) -> str:
    """A reference with slots in place of the texts that left the English."""
    for text in sorted(set(protected.slots), key=len, reverse=True):
        japanese = japanese.replace(text, "<c0>")
    return japanese


def _share(kept: Sequence[bool]) -> float | None:
    return round(sum(kept) / len(kept), 4) if kept else None
