"""What is opened for a run is closed with it."""

from __future__ import annotations

import pytest

from tests.pipeline.fakes import ListSource
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.assembly import Assembly, Job
from voicestream_tui.config import load_settings
from voicestream_tui.errors import AudioError


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
