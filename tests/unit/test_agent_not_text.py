from __future__ import annotations

import random

import pytest

from tests.unit.said_rules import keeps_the_rules
from voicestream_tui.agent.formats import FORMATS, make_decoder
from voicestream_tui.agent.not_text import is_text
from voicestream_tui.agent.said import Activity, Said, Text, Unreadable

NOISE = random.Random(7).randbytes(200_000).replace(b"\r", b"").split(b"\n")
SIZE = sum(len(line) + 1 for line in NOISE)


def decode(name: str, *lines: bytes) -> tuple[list[Said], int]:
    decoder = make_decoder(name)
    said = [one for line in lines for one in decoder.feed(line)] + decoder.close()
    keeps_the_rules(said)
    return said, decoder.unreadable


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Hello.",
        "Grüße, 日本語 👍".encode(),
        b"caf\xe9 au lait",
        b"\x1b[31mred\x1b[0m",
        b"a\tb\r",
    ],
)
def test_text_is_text(line: bytes) -> None:
    assert is_text(line)


@pytest.mark.parametrize(
    "line",
    [b"\0", b"text\0text", b"\x7fELF\x02\x01\x01", b"\xff\xfe", "日本語".encode("shift_jis")],
)
def test_other_bytes_are_no_text(line: bytes) -> None:
    assert not is_text(line)


@pytest.mark.parametrize("name", FORMATS.names())
def test_a_flood_of_bytes_is_one_row(name: str) -> None:
    said, unreadable = decode(name, *NOISE)
    assert [one for one in said if not isinstance(one, Activity)] == [
        Unreadable(f"{SIZE:,} bytes that are not text in UTF-8")
    ]
    assert len(said) < 25, "the status line tells how it grows, but not each line"
    assert unreadable == 1


def test_the_text_around_it_is_kept_in_its_place() -> None:
    said, unreadable = decode("auto", b"Before.", *NOISE, b"After it.", b"", b"ok")
    rows = [one.text for one in said if isinstance(one, Text | Unreadable)]
    assert rows == [
        "Before.\n",
        f"{SIZE:,} bytes that are not text in UTF-8",
        "After it.\n",
        "\n",
        "ok\n",
    ]
    assert unreadable == 1


def test_short_lines_after_it_are_text_once_there_are_enough_of_them() -> None:
    said, _ = decode("markdown", b"\0", b"ab", b"cd", b"efgh", b"\0", b"x")
    assert [one.text for one in said if isinstance(one, Text | Unreadable)] == [
        "2 bytes that are not text in UTF-8",
        "ab\n",
        "cd\n",
        "efgh\n",
        "2 bytes that are not text in UTF-8",
        "x\n",
    ]
