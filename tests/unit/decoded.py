"""Lines of an agent through a decoder, and what holds for all that it says of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.unit.said_rules import keeps_the_rules
from voicestream_tui.agent.decoder import Decoder
from voicestream_tui.agent.said import Said, Unreadable


def lines_of(path: Path) -> list[bytes]:
    lines = path.read_bytes().split(b"\n")
    return lines if lines[-1] else lines[:-1]


def decoded(decoder: Decoder, lines: Iterable[bytes]) -> list[Said]:
    """All that a decoder says, to the end of the input; it keeps the rules and ends once."""
    said = [one for line in lines for one in decoder.feed(line)] + decoder.close()
    keeps_the_rules(said)
    assert decoder.unreadable == sum(isinstance(one, Unreadable) for one in said)
    assert decoder.close() == []
    return said


def of(said: Iterable[Said], *kinds: type) -> list[Said]:
    return [one for one in said if isinstance(one, kinds)]
