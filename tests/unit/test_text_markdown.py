"""Blocks: what each line of Markdown becomes."""

from __future__ import annotations

import pytest

from tests.unit.markdown_texts import cut, segment
from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.segmenter import Segmenter


def rows(text: str) -> list[str]:
    """Each piece as "kind depth marker text"."""
    return [
        f"{piece.kind} {piece.depth} {piece.marker}{' ' * bool(piece.marker)}{piece.english!r}"
        for piece in segment(text)
    ]


CASES = {
    "headings": (
        "# One\n## Two ##\nThree\n===\nFour\nfive\n---\n####### no\n#no\n",
        [
            "heading 0 'One'",
            "heading 0 'Two'",
            "heading 0 'Three'",
            "heading 0 'Four five'",
            "prose 0 '####### no #no'",
        ],
    ),
    "a heading of two sentences": ("# Done. Next\n", ["heading 0 'Done.'", "heading 0 'Next'"]),
    "an underlined sentence is prose": (
        "Done.\n===\nNext\n",
        ["prose 0 'Done.'", "prose 0 'Next'"],
    ),
    "bullets": (
        "- one. Two\n* three\n+ four\n",
        ["item 1 • 'one.'", "item 1 'Two'", "item 1 • 'three'", "item 1 • 'four'"],
    ),
    "numbers as written": (
        "3. three\n4. four\n10) ten\n",
        ["item 1 3. 'three'", "item 1 4. 'four'", "item 1 10) 'ten'"],
    ),
    "nested lists": (
        "1. a\n   - b\n     1) c\n   - d\n2. e\n",
        ["item 1 1. 'a'", "item 2 • 'b'", "item 3 1) 'c'", "item 2 • 'd'", "item 1 2. 'e'"],
    ),
    "an item of several paragraphs": (
        "- a\n  b\n\n  c\n\n      code\n\nout\n",
        ["item 1 • 'a b'", "item 1 'c'", "code 1 'code'", "prose 0 'out'"],
    ),
    "an item that is code": ("1. ```\n   x\n   ```\n2. y", ["code 1 1. 'x'", "item 1 2. 'y'"]),
    "items in one line": ("- - a\n1. - b", ["item 2 • • 'a'", "item 2 1. • 'b'"]),
    "an empty item": ("-\n- a\n-\n\n  b", ["item 1 • 'a'", "prose 0 'b'"]),
    "tasks": (
        "- [ ] a\n- [x] b\n3. [X] c\n- [y] d\n- [ ]\n",
        ["item 1 ☐ 'a'", "item 1 ☑ 'b'", "item 1 3. ☑ 'c'", "item 1 • '[y] d'", "item 1 • '[ ]'"],
    ),
    "quotes": (
        "> a\n> b\nlazy\n\n> > c\n> d\n>\n> - e\n",
        ["quote 1 > 'a b lazy'", "quote 2 > 'c d'", "item 2 • 'e'"],
    ),
    "a quote is marked once": (
        "> Aa. B\n>\n> c\n> > d\n\nx\n\n> e\n",
        [
            "quote 1 > 'Aa.'",
            "quote 1 'B'",
            "quote 1 'c'",
            "quote 2 > 'd'",
            "prose 0 'x'",
            "quote 1 > 'e'",
        ],
    ),
    "formulas": (
        "$$\na\n\nb\n$$\nc\n$$ x $$\n\\[ y \\]\n\\[\nz\n\\]\n$$ no\n\n\\[no]\n",
        [
            "code 0 'a\\n\\nb'",
            "prose 0 'c'",
            "code 0 'x'",
            "code 0 'y'",
            "code 0 'z'",
            "prose 0 '$$ no'",
            "prose 0 '[no]'",
        ],
    ),
    "a formula in a quote": ("> $$\n> a\n> $$\n", ["code 1 'a'"]),
    "a quote in an item": ("- a\n\n  > b\n", ["item 1 • 'a'", "quote 2 > 'b'"]),
    "a list that a number cannot open": ("a\n2) b\n", ["prose 0 'a 2) b'"]),
    "fences": (
        "```\na\n~~~\n```\n~~~ py\n```\n~~~\n````\n```\n````\n",
        ["code 0 'a\\n~~~'", "code 0 '```'", "code 0 '```'"],
    ),
    "a fence in a quote": (
        "> ```\n> a\n>\n>  b\n> ```\n> c\n",
        ["code 1 'a\\n\\n b'", "quote 1 > 'c'"],
    ),
    "a fence that its quote ends": ("> ```\n> a\nb\n", ["code 1 'a'", "prose 0 'b'"]),
    "a fence that nothing closes": ("```py\na\n\nb", ["code 0 'a\\n\\nb'"]),
    "an indented fence": ("  ```\n    a\n b\n  ```\n", ["code 0 '  a\\nb'"]),
    "an empty fence shows nothing": ("```\n```\na", ["prose 0 'a'"]),
    "inline code of three backticks": ("```a``` b\n", ["prose 0 'a b'"]),
    "indented code": ("    a\n\n      b\n\nc\n    d\n", ["code 0 'a\\n\\n  b'", "prose 0 'c d'"]),
    "tabs": ("\ta\n\n-\tb\n\n\tc\n", ["code 0 'a'", "item 1 • 'b'", "item 1 'c'"]),
    "a table": (
        "| a | b |\n|---|:-:|\n| `c\\|d` | **e** |\n| f |\n| g | h | i |\n\nend",
        ["table 0 'a\\tb\\nc|d\\te\\nf\\t\\ng\\th'", "prose 0 'end'"],
    ),
    "a table without outer bars": ("a | b\n--|--\nc | d\n", ["table 0 'a\\tb\\nc\\td'"]),
    "a table in an item": (
        "- x\n\n  | a |\n  |---|\n  | b |\n- y",
        ["item 1 • 'x'", "table 1 'a\\nb'", "item 1 • 'y'"],
    ),
    "a table after its paragraph": (
        "text\n| a |\n|---|\n# b\n",
        ["prose 0 'text'", "table 0 'a'", "heading 0 'b'"],
    ),
    "bars that are no table": ("| a |\n| b |\nc | d\n", ["prose 0 '| a | | b | c | d'"]),
    "columns that do not fit": ("| a | b |\n|---|\n", ["prose 0 '| a | b | |---|'"]),
    "rules": ("a\n\n***\n- - -\n\n___\nb\n", ["prose 0 'a'", "prose 0 'b'"]),
    "definitions": ("[a]: /u 't'\n[b]:</v>\n\n[a] [b] [c]\n", ["prose 0 'a b [c]'"]),
    "a footnote": ("[^1]: See it. Now.\n", ["item 0 [^1] 'See it.'", "item 0 'Now.'"]),
    "a comment": ("a\n\n<!-- b\n\n c -->d\n", ["prose 0 'a'", "prose 0 'd'"]),
    "a script": ("<script>\na. b\n\nc</script>\nd", ["prose 0 'd'"]),
    "details": (
        "<details>\n<summary>More</summary>\n\ntext\n\n</details>\n",
        ["prose 0 'More'", "prose 0 'text'", "notice 0 ''"],
    ),
    "lines of Windows": (
        "a.\r\n\r\n# b\r\n- c\r\n```\r\nd\r\n```\r\n",
        ["prose 0 'a.'", "heading 0 'b'", "item 1 • 'c'", "code 0 'd'"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_lines_become_blocks(name: str) -> None:
    text, expected = CASES[name]
    assert rows(text) == expected
    for size in (1, 2, 5):
        assert segment(*cut(text, size)) == segment(text)


@pytest.mark.parametrize(
    ("text", "label", "japanese"),
    [
        ("```python\na\nb\n```\n", "Python code, 2 lines", "Pythonのコード、2行"),
        ("```\na\n```\n", "Code, 1 line", "コード、1行"),
        ("~~~ sh {x=1}\na\n~~~\n", "Shell commands, 1 line", "シェルのコマンド、1行"),
        ("    a\n", "Code, 1 line", "コード、1行"),
        ("```diff\n-a\n+b\n+c\n```\n", "Diff, 2 added, 1 removed", "差分、2行追加、1行削除"),
        ("$$\na\n$$\n", "Formula", "数式"),
        ("|a|b|\n|-|-|\n|c|d|\n|e|f|\n", "Table, 2 columns, 2 rows", "2列2行の表"),
    ],
)
def test_code_and_tables_have_a_name_in_both_languages(
    text: str, label: str, japanese: str
) -> None:
    [piece] = segment(text)
    assert (piece.label, piece.japanese) == (label, japanese)


def first(pieces: list[Piece]) -> list[Kind]:
    return [piece.kind for piece in pieces]


def test_a_code_block_comes_with_its_closing_fence() -> None:
    segmenter = Segmenter()
    assert segmenter.feed("```py\nx = 1\n``") == []
    assert segmenter.feed("`") == []
    assert first(segmenter.feed("\n")) == [Kind.CODE]


def test_a_table_comes_when_it_is_over() -> None:
    segmenter = Segmenter()
    assert segmenter.feed("| a |\n| - |\n| b |\n") == []
    assert first(segmenter.feed("\n")) == [Kind.TABLE]


def test_prose_in_a_list_in_a_quote_streams() -> None:
    segmenter = Segmenter()
    assert segmenter.feed("> 1. It") == []
    assert first(segmenter.feed(" works. Th")) == [Kind.ITEM]


def test_quotes_and_lists_nest_to_a_limit() -> None:
    [piece] = segment("> " * 40 + "deep")
    assert piece.depth == 32
    assert piece.english.endswith("> > deep")


def test_a_paragraph_that_was_cut_at_a_clause_is_no_heading() -> None:
    segmenter = Segmenter()
    opening = "This is the first and rather long part of a line that goes on for quite some time"
    segmenter.feed(f"{opening}, and it ")
    assert first(segmenter.cut_clause()) == [Kind.PROSE]
    assert first(segmenter.feed("goes on\n===\n")) == [Kind.PROSE]
