"""What is opened for a run is closed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.fakes import EventLog, ListSource
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.assembly import Assembly, Job
from voicestream_tui.config import load_settings
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Failed


def test_an_agent_is_stopped_although_no_pipeline_could_be_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_output(*args: object, **settings: object) -> None:
        raise AudioError("There is no such device.")

    monkeypatch.setattr("voicestream_tui.assembly.open_output", no_output)
    source = ListSource(end=False)
    assembly = Assembly(load_settings(None, None), Job(source, TextDecoder()))
    with pytest.raises(AudioError):
        assembly.make_pipeline(lambda event: None)
    assembly.close()
    assert source.closed.is_set()


def test_what_fails_before_anybody_listens_is_told_to_the_first_who_does() -> None:
    job = Job(ListSource(), TextDecoder(), record=Path("/dev/full"))
    assembly = Assembly(
        load_settings(None, None, environ={}, overrides={"audio.device": "none"}), job
    )
    log = EventLog()
    try:
        assert assembly._recorder is not None
        assembly._recorder._thread.join(20)  # the disk is full from the first byte on
        assembly.make_pipeline(log)
        assert ["/dev/full" in event.message for event in log.of(Failed)] == [True]
    finally:
        assembly.close()
