"""One engine for all tests of speech: loading it takes a second."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from voicestream_tui.model import Voice
from voicestream_tui.speak.openjtalk.engine import OpenJTalkSpeaker
from voicestream_tui.speak.openjtalk.hts_voices import packaged_voice


@pytest.fixture(scope="session")
def speaker() -> Iterator[OpenJTalkSpeaker]:
    made = OpenJTalkSpeaker()
    yield made
    made.close()


@pytest.fixture(scope="session")
def mei() -> Voice:
    voice = packaged_voice()
    assert voice is not None
    return voice
