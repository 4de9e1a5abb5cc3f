"""Print each sentence with its translation and its spoken form, and complain of what is odd.

    scripts/speech-report [--complaints] [--limit N] [FILE…]

A FILE is Markdown or a recording (.jsonl) of an agent; without one, all recordings of the tests.
A sentence that came before is left out. The end tells how often each complaint was made, how
often the translator was asked twice and what became of that.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from voicestream_tui.agent.formats import AutoDecoder
from voicestream_tui.agent.framing import Framer
from voicestream_tui.agent.said import Text
from voicestream_tui.assembly import make_spoken_form, user_glossary
from voicestream_tui.config import load_settings
from voicestream_tui.model import Kind, Segment, Translation
from voicestream_tui.stages.playlist import Entry
from voicestream_tui.text.complaints import complaints
from voicestream_tui.text.segmenter import Segmenter
from voicestream_tui.translate.segments import ready_made, translate_segments
from voicestream_tui.translate.starter.engine import StarterTranslator
from voicestream_tui.translate.tally import Tally

RECORDINGS = Path(__file__).parent.parent / "tests" / "recordings"
_SLOT = re.compile(r"<\s*c\s*\d+\s*>")
_MARKS = re.compile(r"\*\*|(?<!\w)__|`|(?<!\S)#{1,6} |\]\(|~~")


def texts_of(path: Path) -> Iterator[str]:
    """The texts in a file, one a block of the agent."""
    if path.suffix != ".jsonl":
        yield path.read_text("utf-8", "replace")
        return
    framer, decoder = Framer(), AutoDecoder()
    blocks: dict[int, list[str]] = {}
    lines = framer.feed(path.read_bytes()) + framer.close()
    for said in [one for line in lines for one in decoder.feed(line)] + decoder.close():
        if isinstance(said, Text) and not said.plain:
            blocks.setdefault(said.block, []).append(said.text)
    for parts in blocks.values():
        yield "".join(parts)


def segments_of(text: str, counts: Counter[str]) -> Iterator[Segment]:
    """The rows of a text; a text that its rows do not add up to is a complaint."""
    segmenter = Segmenter()
    pieces = segmenter.feed(text) + segmenter.close()
    if pieces and "".join(piece.source for piece in pieces) != text:
        counts["text is lost"] += 1
    for number, piece in enumerate(pieces, 1):
        if piece.english:
            yield Segment(
                number,
                1,
                piece.kind,
                piece.english,
                piece.source,
                piece.spans,
                piece.marker,
                piece.depth,
                piece.label,
                piece.japanese,
            )


def complaints_of(segment: Segment, translation: Translation, spoken: str) -> list[str]:
    """What is odd about a row, in a few words each."""
    shown = translation.japanese
    found = complaints(spoken, shown)
    if _SLOT.search(shown) and not _SLOT.search(segment.english):
        found.append("a slot is shown")
    is_block = segment.kind in (Kind.CODE, Kind.TABLE)
    if not is_block and _MARKS.search(_without(shown, translation)):
        found.append("a mark of Markdown is shown")
    if not translation.ok:
        found.append("left in English")
    return found


def _without(shown: str, translation: Translation) -> str:
    """The text without its code, in which any sign may stand."""
    for span in sorted(translation.spans, key=lambda span: -span.start):
        shown = shown[: span.start] + shown[span.end :]
    return shown


def main() -> None:
    """Read the files and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--complaints", action="store_true", help="only rows with one")
    parser.add_argument("--limit", type=int, default=0, help="so many rows a file")
    options = parser.parse_args()
    settings = load_settings()
    translator, spoken_form = StarterTranslator(), make_spoken_form(settings)
    glossary, tally = user_glossary(settings), Tally()
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    rows = 0
    for path in options.files or sorted(RECORDINGS.glob("*/*.jsonl")):
        new = [
            segment
            for text in texts_of(path)
            for segment in segments_of(text, counts)
            if segment.english not in seen
        ]
        new = list({segment.english: segment for segment in new}.values())[: options.limit or None]
        seen.update(segment.english for segment in new)
        if new:
            print(f"== {path}")
        for segment in new:
            translation = ready_made(segment)
            if translation is None:
                (translation,) = translate_segments(
                    translator, [segment], glossary=glossary, tally=tally
                )
            spoken = spoken_form(Entry(segment, translation))
            odd = complaints_of(segment, translation, spoken)
            counts.update(fault.partition(":")[0] for fault in odd)
            rows += 1
            if odd or not options.complaints:
                mark = f"{segment.marker} " if segment.marker else ""
                print(f"EN  {mark}{segment.label or segment.english}")
                print(f"JA  {translation.japanese}\nSAY {spoken}")
                print(f"!!  {', '.join(odd)}\n" if odd else "")
    print(f"{rows} rows; complaints: {dict(counts) or 'none'}")
    print(f"asked twice: {dict(tally.retried)}; of these mended: {dict(tally.mended)}")
    print(f"left in English: {dict(tally.fell_back)}; repaired: {dict(tally.repaired)}")


if __name__ == "__main__":
    main()
