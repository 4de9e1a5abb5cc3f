"""What each level says of each block; docs/verbosity.md is the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.markdown_texts import segment
from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.verbosity import (
    MOST_ROWS,
    Verbosity,
    contents_of,
    lead_in,
    spoken_block,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "verbosity.md"

CODE = "```python\n# Load the settings.\nMAX = 3\ndef load(): ...\n```\n"
DIFF = "```diff\n--- a/src/app.py\n+++ b/src/app.py\n@@ -1 +1 @@\n-a\n+b\n+c\n```\n"
TABLE = "| way | time |\n|---|---|\n| fast | 3 ms |\n| slow | 9 ms |\n"

EXAMPLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "code": (CODE, ("設定を読み込みます。",)),
    "code of no known language": ("```\nx\n```\n", ()),
    "diff": (DIFF, ()),
    "table": (TABLE, ("方法", "時間", "速い", "3 ms", "遅い", "9 ms")),
    "formula": ("$$ x^2 \\le \\alpha $$\n", ()),
    "heading": ("# Setup\n", ()),
    "numbered item": ("3. Setup\n", ()),
    "bullet": ("- Setup\n", ()),
    "task that is open": ("- [ ] Setup\n", ()),
    "task that is done": ("- [x] Setup\n", ()),
    "quote, first sentence": ("> Setup\n", ()),
    "footnote": ("[^1]: Setup\n", ()),
}
"""A block's Markdown, and the Japanese of its contents; a sentence's Japanese is 準備."""


def said(piece: Piece, level: Verbosity, contents: tuple[str, ...] = ()) -> str:
    block = spoken_block(piece, level, contents)
    return lead_in(piece, level) + ("準備" if block is None else block)


def shown(piece: Piece) -> str:
    mark = f"{piece.marker} " if piece.marker else ""
    return piece.label or mark + piece.english


def test_the_table_of_the_document_is_what_is_said() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split(" | ")]
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]
    assert rows[0] == ["block", "shown", *Verbosity]
    expected = []
    for name, (markdown, contents) in EXAMPLES.items():
        (piece,) = segment(markdown)
        expected.append(
            [name, shown(piece), *(said(piece, level, contents) for level in Verbosity)]
        )
    assert rows[1:] == expected


def test_what_is_to_be_translated_is_told_and_may_be_missing() -> None:
    (code,), (table,), (prose,) = segment(CODE), segment(TABLE), segment("Text.")
    assert contents_of(code) == ("Load the settings.",)
    assert contents_of(table) == ("way", "time", "fast", "3 ms", "slow", "9 ms")
    assert contents_of(prose) == ()
    assert said(code, Verbosity.FULL) == "Pythonのコード、3行。MAX、loadを定義しています。"
    assert said(table, Verbosity.FULL).endswith("2行目、slow、timeは9 ms。")


def test_a_long_table_is_read_in_part() -> None:
    (table,) = segment("| a | b |\n|---|---|\n" + "| x | |\n" * 20)
    assert len(contents_of(table)) == 2 * (MOST_ROWS + 1)
    text = said(table, Verbosity.FULL)
    assert f"{MOST_ROWS}行目、x。" in text
    assert text.endswith("残り8行は省略します。")


def test_many_names_are_counted() -> None:
    code = "".join(f"def f{n}(): ...\n" for n in range(9))
    (piece,) = segment(f"```py\n{code}```\n")
    assert said(piece, Verbosity.FULL).endswith("f0、f1、f2、f3、f4など9個を定義しています。")


def test_marks_are_said_once_for_their_row() -> None:
    first, second = segment("> One. Two.")
    assert [lead_in(p, Verbosity.NORMAL) for p in (first, second)] == ["引用、", ""]
    (item,) = segment("1. [ ] one")
    assert lead_in(item, Verbosity.BRIEF) == "1、未完了、"


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.CODE, Kind.TABLE)])
def test_sentences_are_said_as_they_are(kind: Kind) -> None:
    piece = Piece(kind, "Text.", "Text.", 0)
    assert all(spoken_block(piece, level) is None for level in Verbosity)


def test_a_block_in_a_list_knows_its_language() -> None:
    pieces = segment("1. ```py\n   def f(): ...\n   ```\n> ~~~ {.python}\n> def g(): ...\n> ~~~\n")
    assert [said(p, Verbosity.FULL) for p in pieces] == [
        "1、Pythonのコード、1行。fを定義しています。",
        "Pythonのコード、1行。gを定義しています。",
    ]
