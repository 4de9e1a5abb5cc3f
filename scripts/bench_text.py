"""How fast the text is worked on, on one core, and whether that grows with its length alone.

Prints megabytes of English a second for each part of `text/` and for all of them together, then
the speed of the segmenter at 0.1, 1 and 10 MB, and of every part for one sentence of 100 kB.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.katakana import english_katakana
from voicestream_tui.text.lexicon import load_lexicon
from voicestream_tui.text.protect import protect, restore
from voicestream_tui.text.reading import Reader
from voicestream_tui.text.segmenter import Segmenter
from voicestream_tui.text.verbosity import Verbosity, lead_in, spoken_block
from voicestream_tui.translate.starter import StarterTranslator

RECORDINGS = Path(__file__).parent.parent / "tests" / "recordings"
DELTA = 24
"""Characters of one delta, about what an agent sends."""


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


def translations(text: str) -> list[str]:
    """The Japanese of each different sentence, slots in place."""
    sentences = {
        protect(p.english, p.spans).text: None
        for p in pieces_of(text)
        if p.kind not in (Kind.CODE, Kind.TABLE) and p.english
    }
    translator = StarterTranslator(threads=1, beam=1)
    waiting, found = list(sentences), []
    for at in range(0, len(waiting), 32):
        found += translator.translate(waiting[at : at + 32])
    return found


def parts(text: str, japanese: Sequence[str] = ()) -> dict[str, float]:
    """Seconds of each part for a text, whose sentences count as their own translation if no
    Japanese is given.
    """
    reader = Reader(load_lexicon(), english_katakana)
    reader.warm_up()
    pieces = pieces_of(text)
    prose = [p for p in pieces if p.kind not in (Kind.CODE, Kind.TABLE) and p.english]
    slots = [protect(p.english, p.spans) for p in prose]
    made = [japanese[i % len(japanese)] if japanese else s.text for i, s in enumerate(slots)]
    shown = [restore(output, s.slots) for output, s in zip(made, slots, strict=True)]
    return {
        "segment": seconds(lambda: pieces_of(text)),
        "protect": seconds(lambda: [protect(p.english, p.spans) for p in prose]),
        "restore": seconds(lambda: [restore(m, s.slots) for s, m in zip(slots, made, strict=True)]),
        "blocks": seconds(
            lambda: [(lead_in(p, Verbosity.FULL), spoken_block(p, Verbosity.FULL)) for p in pieces]
        ),
        "read": seconds(lambda: [reader.read(row.text, row.spans) for row in shown]),
    }


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
    found = parts(sample, translations(text))
    print(f"1 MB of what agents said, in deltas of {DELTA} characters")
    for name, took in found.items():
        print(f"  {name:<10}{1 / took:8.2f} MB/s")
    print(f"  {'together':<10}{1 / sum(found.values()):8.2f} MB/s")
    print("segment, by length")
    for size in (100_000, 1_000_000) if quick else (100_000, 1_000_000, 10_000_000):
        took = seconds(lambda size=size: pieces_of(repeated(text, size)))
        print(f"  {size / 1e6:5.1f} MB{size / 1e6 / took:8.2f} MB/s")
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
        half, whole = (sum(took.values()) for took in times)
        print(f"  {name!r:<10}{whole * 1e3:8.0f} ms ({half * 1e3:.0f} ms)")


if __name__ == "__main__":
    main()
