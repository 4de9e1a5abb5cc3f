"""How fast the text is worked on, on one core, and whether that grows with its length alone.

Prints megabytes of English a second for each part of `text/` and for all of them together, then
the same for all of them at 0.1, 1 and 10 MB, and for one sentence of 100 kB.

The text is what the agent says in the recordings of the tests, over and over; a figure 1 in it is
another number in each copy. What is read is its Japanese from the starter model. "Cold" is a
reader that has never read anything, "warm" one that has read that text: it remembers the words,
but not the sentences. What the katakana model takes for words it has never seen is not part of
`text/` and stands by itself.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.katakana import english_katakana
from voicestream_tui.text.lexicon import load_lexicon
from voicestream_tui.text.protect import Protected, Restored, protect, restore
from voicestream_tui.text.reading import Reader
from voicestream_tui.text.segmenter import Segmenter
from voicestream_tui.text.verbosity import Verbosity, lead_in, spoken_block
from voicestream_tui.translate.starter.engine import StarterTranslator

RECORDINGS = Path(__file__).parent.parent / "tests" / "recordings"
DELTA = 24
"""Characters of one delta, about what an agent sends."""
COLD, WARM, MODEL = "read, cold", "read, warm", "(katakana model)"
_NUMBER = re.compile(r"(?<!<c)\d+(?!>)")


def recorded_text() -> str:
    """All that the agent says in the recordings of the tests, each text once."""
    texts: dict[str, None] = {}
    for path in sorted(RECORDINGS.glob("*/*.jsonl")):
        for line in path.read_bytes().split(b"\n"):
            if b'"assistant"' not in line:
                continue
            item = json.loads(line)
            if item.get("type") == "assistant":
                for block in item["message"]["content"]:
                    if block["type"] == "text":
                        texts[block["text"]] = None
    return "\n\n".join(texts)


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run."""
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def pieces_of(text: str, delta: int = DELTA) -> list[Piece]:
    """The pieces of a text that arrives in deltas of so many characters."""
    segmenter = Segmenter()
    found: list[Piece] = []
    for at in range(0, len(text), delta):
        found += segmenter.feed(text[at : at + delta])
    return found + segmenter.close()


def protected(text: str) -> tuple[list[Piece], list[Protected]]:
    """The pieces of a text that are translated, and their sentences with slots."""
    prose = [p for p in pieces_of(text) if p.kind not in (Kind.CODE, Kind.TABLE) and p.english]
    return prose, [protect(p.english, p.spans) for p in prose]


def translations(text: str) -> dict[str, str]:
    """The Japanese of each different sentence, slots in place, by the sentence's `_shape`."""
    waiting = list({row.text: None for row in protected(text)[1]})
    translator = StarterTranslator(threads=1, beam=1)
    found: list[str] = []
    for at in range(0, len(waiting), 32):
        found += translator.translate(waiting[at : at + 32])
    return {_shape(sentence): output for sentence, output in zip(waiting, found, strict=True)}


def _shape(sentence: str) -> str:
    """A sentence whatever its numbers."""
    return _NUMBER.sub("0", sentence)


def parts(text: str, japanese: Mapping[str, str] | None = None) -> dict[str, float]:
    """Seconds of each part for a text.

    Args:
        text: what the agent says.
        japanese: its translations; a sentence without one is read as it is.
    """
    pieces = pieces_of(text)
    prose, slots = protected(text)
    made = [(japanese or {}).get(_shape(row.text), row.text) for row in slots]
    shown = [restore(output, row.slots) for output, row in zip(made, slots, strict=True)]
    lexicon = load_lexicon()
    Reader(lexicon, english_katakana).warm_up()
    unknown = english_katakana.cache_info().misses
    model = seconds(lambda: _read(Reader(lexicon, english_katakana), shown))
    reader = Reader(lexicon, english_katakana)
    cold = seconds(lambda: _read(reader, shown))
    if english_katakana.cache_info().misses == unknown:
        model = cold
    return {
        "segment": seconds(lambda: pieces_of(text)),
        "protect": seconds(lambda: [protect(p.english, p.spans) for p in prose]),
        "restore": seconds(lambda: [restore(m, s.slots) for s, m in zip(slots, made, strict=True)]),
        "blocks": seconds(
            lambda: [(lead_in(p, Verbosity.FULL), spoken_block(p, Verbosity.FULL)) for p in pieces]
        ),
        COLD: cold,
        WARM: seconds(lambda: _read(reader, shown)),
        MODEL: max(model - cold, 0.0),
    }


def _read(reader: Reader, rows: list[Restored]) -> None:
    for row in rows:
        reader.read(row.text, row.spans)


def together(took: Mapping[str, float], reading: str) -> float:
    """Seconds of all parts, with one way of reading."""
    return sum(took[name] for name in ("segment", "protect", "restore", "blocks", reading))


def repeated(text: str, size: int) -> str:
    """A text of so many characters; numbers change, so that no sentence comes twice."""
    copies = -(-size // len(text))
    return "\n\n".join(text.replace("1", str(n)) for n in range(copies))[:size]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the 10 MB")
    quick = parser.parse_args().quick
    text = recorded_text()
    sample = repeated(text, 1_000_000)
    japanese = translations(text)
    once = parts(text, japanese)
    found = parts(sample, japanese)
    print(f"1 MB of what agents said, in deltas of {DELTA} characters")
    for name, took in found.items():
        if name != MODEL:
            print(f"  {name:<24}{1 / took:8.2f} MB/s")
    for reading in (COLD, WARM):
        print(f"  together, {reading:<14}{1 / together(found, reading):8.2f} MB/s")
    print(f"the recordings once ({len(text) / 1e3:.0f} kB), every word new to the reader")
    print(f"  {COLD:<24}{len(text) / 1e6 / once[COLD]:8.2f} MB/s")
    print(f"  {MODEL:<24}{once[MODEL]:8.2f} s")
    print(f"  together, {COLD:<14}{len(text) / 1e6 / together(once, COLD):8.2f} MB/s")
    print("together, warm, by length")
    for size in (100_000, 1_000_000) if quick else (100_000, 1_000_000, 10_000_000):
        found = parts(repeated(text, size), japanese)
        print(f"  {size / 1e6:5.1f} MB{size / 1e6 / together(found, WARM):8.2f} MB/s")
    print("one sentence of 100 kB (and of 50 kB)")
    for name in (
        "word ",
        "a",
        "日本語",
        "a.b",
        "x_y ",
        "(",
        '"',
        "> ",
        "`a` ",
        "**a ",
        "$a",
        "<b>",
    ):
        times = [parts(name * (size // len(name))) for size in (50_000, 100_000)]
        half, whole = (together(took, COLD) for took in times)
        print(f"  {name!r:<10}{whole * 1e3:8.0f} ms ({half * 1e3:.0f} ms)")


if __name__ == "__main__":
    main()
