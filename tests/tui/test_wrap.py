"""Lines of English and Japanese."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from voicestream_tui.tui.wrap import NOT_AT_START, shorten, wrap


def lines(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in wrap(text, width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, [""]),
        ("short", 10, ["short"]),
        ("exactly ten", 11, ["exactly ten"]),
        ("words stay whole here", 10, ["words stay", "whole here"]),
        ("a  b   c", 3, ["a", "b", "c"]),
        ("one\ntwo three", 20, ["one", "two three"]),
        ("end\n", 20, ["end", ""]),
        ("まず確認します", 6, ["まず確", "認しま", "す"]),
        ("半端な幅では一つ余る", 7, ["半端な", "幅では", "一つ余", "る"]),
        ("mixed日本語text", 10, ["mixed日本", "語text"]),
        ("tokens() のループ", 10, ["tokens()", "のループ"]),
    ],
)
def test_breaks(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


@pytest.mark.parametrize("mark", ["、", "。", "」", "ー", "っ", "！"])
def test_no_line_begins_with_a_mark_that_belongs_to_the_one_before(mark: str) -> None:
    for width in range(4, 14):
        assert not any(
            line.startswith(mark) for line in lines(f"あいうえお{mark}かきくけこ", width)
        )


def test_no_line_ends_with_an_opening_bracket() -> None:
    for width in range(4, 14):
        assert not any(line.endswith("「") for line in lines("あいうえ「かきくけこ」さしす", width))


def test_a_path_too_long_for_a_line_breaks_behind_a_slash() -> None:
    assert lines("see src/voicestream/pipeline/stages/translate.py", 20) == [
        "see",
        "src/voicestream/",
        "pipeline/stages/",
        "translate.py",
    ]


def test_a_long_word_in_japanese_breaks_like_one_in_english() -> None:
    assert lines("詳細は docs/reference/settings-and-presets.md です。", 20) == [
        "詳細は",
        "docs/reference/",
        "settings-and-presets",
        ".md です。",
    ]


def test_joined_emoji_are_not_torn() -> None:
    family = "👨\u200d👩\u200d👧"
    for width in range(2, 8):
        assert family in "\n".join(lines(f"あ{family}い{family}う", width))


TEXT = st.text(
    alphabet=st.sampled_from("abcXYZ  01.,/-_()「」、。ーっあいう漢字！\néｱ👍\u0301"), max_size=80
)


@given(TEXT, st.integers(2, 40))
def test_every_line_fits_and_nothing_but_blanks_is_lost(text: str, width: int) -> None:
    ranges = wrap(text, width)
    assert all(cell_len(text[start:end]) <= width for start, end in ranges)
    position = 0
    for start, end in ranges:
        assert start >= position
        assert text[position:start].strip(" \n") == ""
        position = end
    assert text[position:].strip(" \n") == ""


@given(TEXT.filter(lambda text: "\n" not in text), st.integers(12, 40))
def test_kinsoku_holds_wherever_there_is_another_place_to_break(text: str, width: int) -> None:
    for (_, end), (start, _) in zip(wrap(text, width), wrap(text, width)[1:], strict=False):
        if start == end and text[start] in NOT_AT_START and not text[start].isascii():
            line = text[max(start - width, 0) : start]
            assert all(character in NOT_AT_START or character.isascii() for character in line[1:])


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("fits", 4, "fits"),
        ("too long", 6, "too..."),
        ("日本語です", 7, "日本..."),
        ("abc", 2, ".."),
    ],
)
def test_shorten(text: str, width: int, expected: str) -> None:
    assert shorten(text, width) == expected
