"""What a row shows in each column, and where it stands."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from rich.cells import cell_len

from tests.tui.rows import prose
from voicestream_tui.model import Kind, Segment, Span, SpanStyle, Translation
from voicestream_tui.tui.columns import english_column, japanese_column
from voicestream_tui.tui.contents import unfolded_text
from voicestream_tui.tui.follow import anchored_top, followed_top, revealing_top
from voicestream_tui.tui.row_book import RowBook
from voicestream_tui.tui.row_groups import begins_group
from voicestream_tui.tui.row_layout import Geometry, Part, lay_out
from voicestream_tui.tui.rows import Outcome, Row, printable
from voicestream_tui.tui.syntax import syntax_runs


def segment(kind: Kind = Kind.PROSE, english: str = "Text.", **more: Any) -> Segment:
    values: dict[str, Any] = {"turn": 1, "block": 1, "source": f"{english} ", **more}
    return Segment(1, kind=kind, english=english, **values)


@pytest.mark.parametrize(
    ("kind", "more", "first", "text"),
    [
        (Kind.PROSE, {}, "", "Text."),
        (Kind.HEADING, {}, "", "Text."),
        (Kind.ITEM, {"marker": "3.", "depth": 1}, "3. ", "Text."),
        (Kind.ITEM, {"marker": "•", "depth": 2}, "  ∙ ", "Text."),
        (Kind.ITEM, {"marker": "", "depth": 1}, "  ", "Text."),
        (Kind.QUOTE, {"depth": 2}, "| | ", "Text."),
        (Kind.CODE, {"label": "Python code, 1 line"}, "▸ ", "Python code, 1 line"),
        (Kind.TABLE, {}, "▸ ", "Text."),
        (Kind.TOOL, {"label": "Read a.py"}, "› ", "Read a.py"),
        (Kind.ERROR, {}, "! ", "Text."),
        (Kind.NOTICE, {}, "", "Text."),
        (Kind.SUBAGENT, {"agent": "Explore"}, "", "Explore: Text."),
        (Kind.TOOL, {"agent": "Explore", "label": "Read a.py"}, "› ", "Explore: Read a.py"),
        (Kind.USER, {}, "> ", "Text."),
    ],
)
def test_each_kind_has_its_mark(kind: Kind, more: dict[str, Any], first: str, text: str) -> None:
    colour = 1 if "agent" in more else 0
    column = english_column(Row(segment(kind, **more), 0.0, named=True, colour=colour))
    assert (column.first, column.text) == (first, text)
    assert len(column.rest) == len(column.first)


def test_the_name_of_a_sub_agent_moves_its_spans() -> None:
    row = Row(
        segment(Kind.SUBAGENT, "Run it.", agent="Ann", spans=(Span(0, 3, SpanStyle.CODE),)), 0
    )
    row.named, row.colour = True, 1
    column = english_column(row)
    assert column.text[column.spans[0].start : column.spans[0].end] == "Run"


def test_japanese_written_by_hand_needs_no_translation() -> None:
    row = Row(segment(Kind.TOOL, japanese="ファイルを読んでいます。"), 0.0)
    assert japanese_column(row).text == "ファイルを読んでいます。"
    row.outcome = Outcome(ok=True, seconds=0.2)
    assert japanese_column(row).text == "ファイルを読みました。"
    row.outcome = Outcome(ok=False, seconds=0.2)
    assert japanese_column(row).text == "ファイルを読んでいましたが、失敗しました。"


def test_a_failed_translation_is_marked() -> None:
    row = Row(segment(), 0.0)
    row.translation = Translation("Text.", ok=False)
    assert japanese_column(row).first == "EN "


@pytest.mark.parametrize("kind", [Kind.PROSE, Kind.ITEM, Kind.QUOTE])
def test_a_doubted_translation_is_marked_and_takes_no_mark_from_others(kind: Kind) -> None:
    row = Row(segment(kind, marker="1.", depth=1), 0.0)
    row.translation = Translation("訳です。")
    sure = japanese_column(row)
    row.translation = Translation("訳です。", sure=False)
    doubted = japanese_column(row)
    assert (doubted.first, doubted.rest) == (sure.first, sure.rest)
    assert doubted.mark_style == sure.mark_style
    assert (sure.doubted, doubted.doubted) == (False, True)
    assert doubted.indent == sure.indent + 2


@pytest.mark.parametrize("width", [4, 7, 12, 20, 40])
def test_a_mark_of_doubt_never_needs_more_room_than_there_is(width: int) -> None:
    row = Row(segment(Kind.ITEM, marker="10.", depth=3), 0.0)
    row.translation = Translation("これは折り返される長い訳です。", sure=False)
    for line in lay_out(row, Geometry(width, narrow=True, timestamps=False)).lines:
        for piece in line:
            shown = cell_len(piece.column.text[piece.start : piece.end])
            assert piece.column.indent + shown <= max(piece.width, 2)


def test_control_characters_are_replaced_one_for_one() -> None:
    assert printable("a\x1b[0m\tb\u202ec\n") == "a\ufffd[0m b\ufffdc\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (segment(source="A. "), segment(source="B."), False),
        (segment(source="A.\n\n"), segment(source="B."), True),
        (segment(source="A.\n"), segment(source="\nB."), True),
        (segment(), segment(block=2), True),
        (segment(), segment(turn=2), True),
        (segment(), segment(Kind.HEADING), True),
        (segment(Kind.HEADING), segment(), False),
        (segment(Kind.ITEM), segment(Kind.ITEM), False),
        (segment(Kind.TOOL), segment(Kind.TOOL, block=3), False),
        (segment(Kind.TOOL), segment(), True),
        (None, segment(), False),
    ],
)
def test_a_blank_line_stands_between_groups(
    before: Segment | None, after: Segment, expected: bool
) -> None:
    assert begins_group(after, before) is expected


def test_columns_never_overlap_or_leave_the_line() -> None:
    row = Row(segment(english="word " * 40), 0.0, translation=Translation("日本語の文" * 30))
    for width in range(4, 130):
        for narrow in (False, True):
            geometry = Geometry(width, narrow=narrow)
            for line in lay_out(row, geometry).lines:
                ends = [piece.left + piece.width for piece in line]
                assert [p.left for p in line[1:]] >= ends[:-1]
                assert ends[-1] <= max(width, 14)


def test_unfolded_content_stands_under_both_columns() -> None:
    row = Row(segment(Kind.CODE, "a = 1\n\tb = 2", label="code"), 0.0, unfolded=True)
    pieces = [piece for line in lay_out(row, Geometry(100)).lines for piece in line]
    content = [p for p in pieces if p.part is Part.CONTENT]
    assert [p.column.text[p.start : p.end] for p in content] == ["a = 1", "    b = 2"]


def test_a_table_unfolds_into_columns() -> None:
    table = segment(Kind.TABLE, "名前\tn\nparser\t12\n字句\t3", label="Table, 2 columns, 2 rows")
    lines = unfolded_text(Row(table, 0.0)).split("\n")
    assert lines == ["名前     n", "parser   12", "字句     3"]


def test_the_later_sentences_of_an_item_stand_under_its_first() -> None:
    book = RowBook(Geometry(100))
    for id, marker in ((1, "10."), (2, ""), (3, "•"), (4, "")):
        book.append(prose(id, kind=Kind.ITEM, marker=marker, depth=1).segment, 0.0)
    assert [english_column(row).indent for row in book.rows] == [4, 4, 2, 2]


def test_the_language_comes_from_the_fence() -> None:
    assert Row(segment(Kind.CODE, source="```C++ title\nx\n```"), 0.0).language == "c++"
    assert Row(segment(Kind.CODE, source="    x = 1\n"), 0.0).language == ""


def test_syntax_colours_stay_inside_the_text_and_do_not_overlap() -> None:
    code = "def f(x):\n    return 'あ' + x  # comment"
    runs = syntax_runs(code, "python", "github-dark")
    assert any(code[start:end] == "def" for start, end, _ in runs)
    assert all(0 <= start < end <= len(code) for start, end, _ in runs)
    assert all(a[1] <= b[0] for a, b in pairwise(runs))


def test_an_unknown_language_stays_plain() -> None:
    runs = syntax_runs("def f(): return 1", "no-such-language", "github-dark")
    assert len({style for _, _, style in runs}) <= 1
    assert syntax_runs("def f(): return 1", "", "github-dark") == []


def book_of(count: int) -> RowBook:
    book = RowBook(Geometry(100))
    for id in range(1, count + 1):
        book.append(prose(id).segment, float(id))
    return book


def test_a_follower_of_nothing_sees_the_end() -> None:
    assert followed_top(book_of(50), None, 0, 20) == 30
    assert followed_top(book_of(5), None, 0, 20) == 0


def test_the_view_rests_while_the_spoken_row_is_in_its_upper_part() -> None:
    book = book_of(100)
    assert followed_top(book, 40, 35, 20) == 35
    assert followed_top(book, 48, 35, 20) == 35
    assert followed_top(book, 50, 35, 20) == 44
    assert followed_top(book, 10, 35, 20) == 4


def test_the_view_shows_the_newest_rows_when_the_spoken_one_is_among_them() -> None:
    assert followed_top(book_of(100), 85, 10, 20) == 80


def test_a_row_is_revealed_with_the_least_movement() -> None:
    book = book_of(100)
    assert revealing_top(book, 12, 10, 20) == 10
    assert revealing_top(book, 5, 10, 20) == 5
    assert revealing_top(book, 40, 10, 20) == 21


def test_an_anchor_keeps_its_line_when_heights_above_change() -> None:
    book = book_of(10)
    book.settle(0, 10)
    anchor = book.find(6)
    book.translate(2, 3, Translation("長い" * 80))
    book.layout(2)
    top = anchored_top(book, anchor, 6)
    assert top == 6 + book.height(2) - 1
    assert book.find(top) == anchor


def test_estimated_heights_become_exact_bit_by_bit() -> None:
    book = book_of(300)
    book.set_geometry(Geometry(41, narrow=True))
    while book.refine(50):
        pass
    assert book.total == sum(book.layout(i).height for i in range(300))
