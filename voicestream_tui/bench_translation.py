"""`voicestream-tui bench translation`: how good and how fast the installed engines translate.

Measured is what a user gets: sentences go through slots, engine, gate, second attempt and back.
Each sentence is translated alone, on one core. Development sets are files in a folder of the
user's: NAME.tsv (English, a tab, Japanese), or NAME.en and NAME.ja with a sentence a line. Outputs
of other systems for the same lines, NAME.SYSTEM.ja, are scored beside the engines.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import quantiles

from voicestream_tui.agent.formats import AutoDecoder
from voicestream_tui.agent.said import Text
from voicestream_tui.assembly import make_translator
from voicestream_tui.bench_scores import char_bleu, chrf, comparable
from voicestream_tui.config import Settings
from voicestream_tui.demo import demo_path
from voicestream_tui.errors import EngineError, UsageError
from voicestream_tui.model import Kind, Segment
from voicestream_tui.text.number_values import keeps_numbers, numbers_in_english
from voicestream_tui.text.segmenter import Segmenter
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.registry import translators
from voicestream_tui.translate.segments import ready_made, translate_segments

SENTENCES = 200
"""Of a set, unless another number is asked for."""


@dataclass(frozen=True, slots=True)
class DevelopmentSet:
    name: str
    english: tuple[str, ...]
    japanese: tuple[str, ...] = ()
    """The references; none: only the time can be measured."""
    stored: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Outputs of other systems, by the system's name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    set: str
    system: str
    sentences: int
    chrf: float | None = None
    char_bleu: float | None = None
    numbers_kept: float | None = None
    """Of the sentences that have numbers, the per cent of translations that have them all."""
    in_english: int | None = None
    """Sentences that were shown in English, because no translation was good enough."""
    ms_p50: float | None = None
    ms_p95: float | None = None


def run_translation(
    settings: Settings,
    folder: Path | None,
    *,
    engines: Sequence[str] = (),
    sentences: int = SENTENCES,
    as_json: bool = False,
) -> int:
    """Measure and print; gives 1 if no engine could be measured.

    Args:
        folder: holds development sets; None measures the time alone, with the demo's sentences.
        engines: names; none: all that are installed.
        sentences: most sentences of a set, chosen at random but the same ones each time; 0: all.

    Raises:
        UsageError: the folder can't be read or holds no set.
        EngineError: an engine's name is unknown.
    """
    for name in engines:
        translators.check(name)
    sets = [demo_set()] if folder is None else read_sets(folder)
    sets = [chosen(one, sentences) for one in sets]
    rows = [row for one in sets for row in stored_rows(one)]
    missing: dict[str, str] = {}
    for name in engines or translators.names():
        try:
            rows += measured(settings, name, sets)
        except EngineError as error:
            missing[name] = error.message
    if as_json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "missing": missing}))
    else:
        for line in table(sets, rows, missing):
            print(line)
        if folder is None:
            print("\nOnly the time was measured; --dev FOLDER names sets with references.")
    return 0 if any(row.ms_p50 is not None for row in rows) else 1


def read_sets(folder: Path) -> list[DevelopmentSet]:
    """Read the development sets of a folder, in order of their names.

    Raises:
        UsageError: there is none, or one of them is broken.
    """
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder} can't be read: {error.strerror}.", "Name a folder.") from error
    sets = [_read_tsv(file) for file in files if file.suffix == ".tsv"]
    sets += [_read_lines(file, files) for file in files if file.suffix == ".en"]
    if not sets:
        raise UsageError(
            f"{folder} has no development set.",
            "It should hold NAME.tsv (English, a tab, Japanese), or NAME.en and NAME.ja.",
        )
    return sorted(sets, key=lambda one: one.name)


def demo_set() -> DevelopmentSet:
    """The sentences of the demo, without references."""
    decoder, segmenter = AutoDecoder(), Segmenter()
    said = [item for line in demo_path().read_bytes().splitlines() for item in decoder.feed(line)]
    text = "".join(item.text for item in said if isinstance(item, Text))
    pieces = segmenter.feed(text) + segmenter.close()
    prose = [piece.english for piece in pieces if piece.kind is Kind.PROSE]
    return DevelopmentSet("demo", tuple(prose))


def chosen(one: DevelopmentSet, sentences: int) -> DevelopmentSet:
    """The same set with at most so many sentences (0: all)."""
    size = len(one.english)
    if not 0 < sentences < size:
        return one
    which = sorted(random.Random(1).sample(range(size), sentences))

    def some(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(texts[n] for n in which) if texts else ()

    stored = {system: some(texts) for system, texts in one.stored.items()}
    return DevelopmentSet(one.name, some(one.english), some(one.japanese), stored)


def stored_rows(one: DevelopmentSet) -> Iterator[Row]:
    """Score the outputs of other systems."""
    for system, texts in one.stored.items():
        quality = _scores(texts, one.japanese)
        yield Row(one.name, system, len(texts), *quality, _numbers_kept(one.english, texts))


def measured(settings: Settings, name: str, sets: Sequence[DevelopmentSet]) -> list[Row]:
    """Translate sets with one engine.

    Raises:
        EngineError: the engine is not installed, or broken.
    """
    one_core = settings.translation.model_copy(update={"threads": 1, "device": "cpu"})
    translator = make_translator(settings.model_copy(update={"translation": one_core}), name)
    try:
        translator.warm_up()
        return [_row(translator, one) for one in sets]
    finally:
        translator.close()


def _row(translator: Translator, one: DevelopmentSet) -> Row:
    outputs, times, in_english = [], [], 0
    for english in one.english:
        segments = _segments(english)
        begin = time.perf_counter()
        results = [ready_made(segment) for segment in segments]
        waiting = [s for s, ready in zip(segments, results, strict=True) if ready is None]
        fresh = iter(translate_segments(translator, waiting))
        done = [ready or next(fresh) for ready in results]
        times.append(1000 * (time.perf_counter() - begin))
        in_english += any(not translation.ok for translation in done)
        outputs.append("".join(translation.japanese for translation in done))
    steps = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
    quality, letters = _scores(outputs, one.japanese) if one.japanese else (None, None)
    return Row(
        one.name,
        translator.name,
        len(times),
        quality,
        letters,
        _numbers_kept(one.english, outputs),
        in_english,
        ms_p50=round(steps[9], 1),
        ms_p95=round(steps[18], 1),
    )


def _segments(english: str) -> list[Segment]:
    segmenter = Segmenter()
    pieces = segmenter.feed(english) + segmenter.close()
    return [
        Segment(number, 1, piece.kind, piece.english, piece.source, piece.spans)
        for number, piece in enumerate(pieces, 1)
        if piece.english
    ]


def _scores(outputs: Sequence[str], references: Sequence[str]) -> tuple[float, float]:
    ours, theirs = [comparable(text) for text in outputs], [comparable(t) for t in references]
    return round(chrf(ours, theirs), 1), round(char_bleu(ours, theirs), 1)


def _numbers_kept(english: Sequence[str], japanese: Sequence[str]) -> float | None:
    kept = [
        keeps_numbers(source, translation)
        for source, translation in zip(english, japanese, strict=True)
        if numbers_in_english(source)
    ]
    return round(100 * sum(kept) / len(kept), 1) if kept else None


def table(
    sets: Sequence[DevelopmentSet], rows: Sequence[Row], missing: dict[str, str]
) -> Iterator[str]:
    """Yield the lines to print: a table a set, the best first."""
    for one in sets:
        yield f"{one.name}, {len(one.english)} sentences"
        yield f"  {'':32}{'chrF':>8}{'char-BLEU':>11}{'numbers %':>11}{'in English':>12}" + (
            f"{'ms p50':>9}{'p95':>8}"
        )
        mine = [row for row in rows if row.set == one.name]
        for row in sorted(mine, key=lambda row: -(row.chrf or 0)):
            system = row.system if row.ms_p50 is not None else f"{row.system} (stored)"
            yield (
                f"  {system:32}{_cell(row.chrf):>8}{_cell(row.char_bleu):>11}"
                f"{_cell(row.numbers_kept):>11}"
                f"{_cell(row.in_english):>12}{_cell(row.ms_p50):>9}{_cell(row.ms_p95):>8}"
            )
        yield ""
    for name, reason in missing.items():
        yield f"not measured: {name}: {reason}"


def _cell(value: float | None) -> str:
    return "–" if value is None else str(value)


def _read_tsv(file: Path) -> DevelopmentSet:
    rows = [line.split("\t") for line in _lines(file)]
    for number, row in enumerate(rows, 1):
        if len(row) < 2:
            raise UsageError(
                f"{file}, line {number}: no tab between English and Japanese.", "Mend the line."
            )
    return DevelopmentSet(file.stem, tuple(row[0] for row in rows), tuple(row[1] for row in rows))


def _read_lines(file: Path, files: Sequence[Path]) -> DevelopmentSet:
    english = _lines(file)
    reference = file.with_suffix(".ja")
    if reference not in files:
        raise UsageError(f"{file} has no {reference.name} beside it.", "Put it there.")
    name = file.stem
    texts = {
        other.name.removeprefix(f"{name}.").removesuffix("ja").rstrip("."): _lines(other)
        for other in files
        if other.suffix == ".ja" and other.name.startswith(f"{name}.")
    }
    for system, lines in texts.items():
        if len(lines) != len(english):
            raise UsageError(
                f"{name}.{system + '.' if system else ''}ja has {len(lines)} lines and "
                f"{file.name} has {len(english)}.",
                "Line n of one must belong to line n of the other.",
            )
    return DevelopmentSet(name, english, texts.pop(""), texts)


def _lines(file: Path) -> tuple[str, ...]:
    try:
        return tuple(file.read_text(encoding="utf-8").removesuffix("\n").split("\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} can't be read: {error}.", "Is it a text in UTF-8?") from error
