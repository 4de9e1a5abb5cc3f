from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.blocks import LONGEST_BLOCK
from voicestream_tui.text.plain_segmenter import PlainSegmenter

TEXT = (
    "The build took two minutes and went through all of its stages without\n"
    "a single warning. It is done.\n"
    "\n"
    "  * no item, but a star\n"
    "    four blanks\n"
    "# no heading\n"
    "```\n"
    "tests/unit/test_a.py ..... [ 50%]\n"
    "See e.g. the log (it is long). Or not?\r\n"
    "\n\n"
    "設定を読みました。次に進みます。\n"
)


def cut(text: str, *ends: int) -> list[Piece]:
    segmenter = PlainSegmenter()
    borders = [0, *sorted(ends), len(text)]
    pieces = [p for a, b in pairwise(borders) for p in segmenter.feed(text[a:b])]
    return pieces + segmenter.close()


def shown(text: str) -> list[str]:
    return [piece.english for piece in cut(text) if piece.english]


def joins(pieces: list[Piece], text: str) -> bool:
    at = 0
    for piece in pieces:
        assert piece.start == at
        at += len(piece.source)
    return "".join(piece.source for piece in pieces) == text


def test_marks_are_characters_like_any_other() -> None:
    assert shown(TEXT) == [
        "The build took two minutes and went through all of its stages without a single warning.",
        "It is done.",
        "* no item, but a star",
        "four blanks",
        "# no heading",
        "```",
        "tests/unit/test_a.py ..... [ 50%]",
        "See e.g. the log (it is long).",
        "Or not?",
        "設定を読みました。",
        "次に進みます。",
    ]
    assert {piece.kind for piece in cut(TEXT) if piece.english} == {Kind.PROSE}
    assert not any(piece.spans or piece.marker or piece.depth for piece in cut(TEXT))


LONG = "one line of text that is long enough to have been wrapped by a program"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"{LONG}\nand goes on", [f"{LONG} and goes on"]),
        (f"{LONG},\nand goes on", [f"{LONG}, and goes on"]),
        (f"{LONG}\nPython says", [f"{LONG} Python says"]),
        (f"  {LONG}\n  and goes on", [f"{LONG} and goes on"]),
        (f"{LONG}  \nand goes on", [f"{LONG}   and goes on"]),
        (f"{LONG}\n\nand begins", [LONG, "and begins"]),
        (f"{LONG}\n  and begins", [LONG, "and begins"]),
        (f"{LONG}\n- an item", [LONG, "- an item"]),
        (f"{LONG}\n2. item", [LONG, "2. item"]),
        (f"{LONG}:\nand begins", [f"{LONG}:", "and begins"]),
        (f"{LONG} [50%]\nand begins", [f"{LONG} [50%]", "and begins"]),
        ("short\nlines\nhere", ["short", "lines", "here"]),
        ("設" * 30 + "\n定です。", ["設" * 30 + "定です。"]),
    ],
)
def test_a_wrapped_line_goes_on_and_another_one_ends(text: str, rows: list[str]) -> None:
    assert shown(text) == rows
    assert joins(cut(text), text)


def test_a_short_line_is_certain_at_its_end_and_a_long_one_at_the_next_letter() -> None:
    segmenter = PlainSegmenter()
    assert [piece.english for piece in segmenter.feed("Compiling\n")] == ["Compiling"]
    assert segmenter.feed(f"{LONG}\n") == []
    assert [piece.english for piece in segmenter.feed("-")] == [LONG]


def test_a_sentence_comes_before_its_line_ends() -> None:
    segmenter = PlainSegmenter()
    assert [piece.english for piece in segmenter.feed("It is done. And")] == ["It is done."]


def test_an_open_sentence_can_be_cut_at_a_clause() -> None:
    segmenter = PlainSegmenter()
    assert segmenter.cut_clause() == []
    first = "The first half of this sentence is long enough to be cut here, and the second half of"
    assert segmenter.feed(first + " it goes on") == []
    (piece,) = segmenter.cut_clause()
    assert piece.english == "The first half of this sentence is long enough to be cut here,"
    rest = segmenter.close()
    assert piece.source + "".join(one.source for one in rest) == first + " it goes on"


@pytest.mark.parametrize("text", ["", "\n", "  \n\n\t\n"])
def test_a_text_that_shows_nothing_gives_no_piece(text: str) -> None:
    assert cut(text) == []


def test_what_waits_is_bounded() -> None:
    segmenter = PlainSegmenter()
    noughts = ("\n", " ", ". " + " " * 300, f"{LONG}\n" + " " * 300)
    segmenter.feed(f"{LONG}\n")
    for part in ("word ", "x", f"{LONG} ", *noughts):
        segmenter.feed(part * (3 * LONGEST_BLOCK // len(part)))
        assert len(segmenter._source) < 2 * LONGEST_BLOCK, part
        assert segmenter._plain.end < 4000
    assert segmenter.close()


def test_after_close_and_reset_a_new_text_begins() -> None:
    segmenter = PlainSegmenter()
    segmenter.feed("Some text")
    segmenter.close()
    segmenter.feed("forgotten")
    segmenter.reset()
    assert [(p.english, p.start) for p in segmenter.feed("Other.\n")] == [("Other.", 0)]


ODD = st.text(alphabet="aB1 .,!?\n\r\t*#`-\"'(、。設\0\u2028", max_size=200)
LINES = st.lists(
    st.sampled_from([LONG, f"{LONG}.", "", " ", "short", "- item", "設" * 60]), max_size=8
)


@given(ODD | LINES.map("\n".join), st.data())
def test_the_cuts_into_deltas_change_nothing_and_nothing_gets_lost(
    text: str, data: st.DataObject
) -> None:
    ends = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    whole = cut(text)
    assert cut(text, *ends) == whole
    assert joins(whole, text) or (not whole and not text.strip("\0 \n\r\t\u2028"))


@given(ODD)
def test_every_character_but_blanks_is_shown(text: str) -> None:
    visible = "".join(text.split()).replace("\0", "\ufffd")
    assert "".join("".join(piece.english.split()) for piece in cut(text)) == visible
