"""Every recording through the whole pipeline: what the assistant said, once, in order."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from tests.expected_text import expected_text, expected_thinking
from tests.pipeline.fakes import EventLog, FakeTranslator
from tests.unit.markdown_texts import rendered, words
from voicestream_tui.agent.formats import AutoDecoder
from voicestream_tui.agent.sources import RecordingSource
from voicestream_tui.model import Kind, Segment, SegmentAdded, SegmentTranslated, Withdrawn
from voicestream_tui.pipeline import Pipeline

RECORDINGS = Path(__file__).parent.parent / "recordings"
FILES = sorted(p for p in RECORDINGS.glob("2.*/*") if p.suffix in (".jsonl", ".json", ".txt"))
NOT_SAID = {
    Kind.TOOL,
    Kind.ERROR,
    Kind.NOTICE,
    Kind.SUBAGENT,
    Kind.THINKING,
    Kind.USER,
}


def replayed(path: Path) -> EventLog:
    log = EventLog()
    source = RecordingSource(path, speed=0)
    pipeline = Pipeline(source, AutoDecoder(), FakeTranslator, log, voice_room=None)
    pipeline.start()
    try:
        assert pipeline.drain(60)
    finally:
        pipeline.close()
    return log


def every_segment(log: EventLog) -> list[Segment]:
    withdrawn = {event.id for event in log.of(Withdrawn)}
    segments = [event.segment for event in log.of(SegmentAdded)]
    return [s for s in segments if s.id not in withdrawn]


def said(log: EventLog) -> list[Segment]:
    return [s for s in every_segment(log) if s.kind not in NOT_SAID]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_text_of_a_recording_comes_once_and_in_order(path: Path) -> None:
    log = replayed(path)
    segments = said(log)
    assert [s.id for s in segments] == sorted({s.id for s in segments})
    # Character for character as received, Markdown included …
    assert "".join(s.source for s in segments).rstrip() == expected_text(path).rstrip()
    thought = [s for s in every_segment(log) if s.kind is Kind.THINKING and not s.agent]
    assert "".join(s.source for s in thought).rstrip() == expected_thinking(path).rstrip()
    # … and character for character as shown, Markdown removed by another library.
    for _, block in groupby(segments, key=lambda s: s.block):
        rows = list(block)
        shown = words(" ".join(s.english for s in rows))
        assert shown == words(rendered("".join(s.source for s in rows)))
    # Whatever is shown for the ear too, is translated or left as it is, exactly once.
    translated = [event.id for event in log.of(SegmentTranslated)]
    shown_only = {Kind.USER, Kind.THINKING}
    due = [e.segment.id for e in log.of(SegmentAdded) if e.segment.kind not in shown_only]
    assert translated == due


def test_there_are_recordings_of_both_versions() -> None:
    assert {path.parent.name for path in FILES} == {"2.1.197", "2.1.330"}
    assert len(FILES) > 170
