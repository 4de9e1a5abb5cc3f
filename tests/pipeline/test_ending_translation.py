"""The program ends at once, even if a language model is in the middle of a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pipeline.fakes import EventLog, ListSource
from tests.translate.chat_server import ChatServer, chat_server, says
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.assembly import Assembly, Input, Job
from voicestream_tui.config import load_settings
from voicestream_tui.model import Failed, SegmentTranslated


def after_the_first_answer(server: ChatServer) -> None:
    server.will(says("はい。"), server.stall)


def before_anything_is_loaded(server: ChatServer) -> None:
    server.will(server.stall)


@pytest.mark.parametrize("engine", ["llm", "llm, starter"])
@pytest.mark.parametrize("stalls", [after_the_first_answer, before_anything_is_loaded])
def test_closing_waits_for_no_answer(engine: str, stalls: Callable[[ChatServer], None]) -> None:
    with chat_server() as server:
        stalls(server)
        overrides = {
            "translation.engine": engine,
            "llm.url": server.url,
            "llm.server_model": "small",
            "llm.time_limit": 200.0,
        }
        log, source = EventLog(), ListSource(end=False)
        assembly = Assembly(
            load_settings(overrides=overrides),
            Job(lambda: Input(source, TextDecoder()), audio=False),
        )
        pipeline = assembly.make_pipeline(log)
        pipeline.start()
        source.push("The tests pass.")
        source.push("")
        assert server.stalling.wait(20)
        pipeline.close(20.0)
        assembly.close()
        assert not server.released.is_set()
        assert all(
            translated.translation.engine != "starter" for translated in log.of(SegmentTranslated)
        )
        assert log.of(Failed) == []
