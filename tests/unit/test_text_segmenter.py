"""What holds for every text: nothing lost, nothing twice, however the text arrives."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.markdown_texts import (
    cut,
    englishes,
    recorded_texts,
    rendered,
    rendered_code,
    rendered_paragraphs,
    segment,
    shown,
    shown_code,
    words,
)
from voicestream_tui.model import Kind, SpanStyle
from voicestream_tui.text.blocks import LONGEST_BLOCK
from voicestream_tui.text.segmenter import Segmenter

RECORDED = [pytest.param(text, id=name) for name, text in recorded_texts().items()]

# Building blocks of random Markdown: ◦ is a blank, ⏎ a line feed, ↵ a carriage return, ⇥ a tab.
FRAGMENTS = r"""
a foo Bar 日本 。 、 「 」 … ... .◦ ?◦ !◦ !,◦and◦ ;◦ etc.◦ U.S.◦ e.g.◦ v1.2.3 http://x.y/z?a=b
* ** *** _ __ ` `` ``` ~~ ~~~ [ ] ( ) ](u) [x](u◦"t") [x][y] ![i](s) [^1] [^1]:◦ [y]:◦/u⏎
<b> </b> <T> <!--◦c◦--> <!-- --> <br> <div>⏎ <http://a.b> &amp; & \ \* < > <script>
-◦ *◦ +◦ 1.◦ 2)◦ >◦ #◦ ##◦ --- === -◦[◦]◦ 1.◦[x]◦ ◦◦◦◦ ◦◦ ⇥
⏎ ⏎⏎ ↵⏎ ◦◦⏎ \⏎ ⏎◦◦◦◦x⏎ ⏎-◦ ⏎◦◦-◦ ⏎>◦ ⏎1.◦ ⏎```py⏎ ⏎```⏎ ⏎~~~⏎
|◦a◦|◦b◦|⏎ |---|:-:|⏎ |◦c◦|◦d◦|◦e◦|⏎ | a◦|◦b⏎ -|-⏎
"""
_BLANKS = str.maketrans("◦⏎↵⇥", " \n\r\t")


markdown = st.lists(
    st.sampled_from([f.translate(_BLANKS) for f in FRAGMENTS.split()]), max_size=40
).map("".join)
anything = st.one_of(markdown, st.text(max_size=200))


def parts_of(text: str, cuts: list[int]) -> list[str]:
    places = sorted({at % (len(text) + 1) for at in cuts})
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


@given(text=anything, cuts=st.lists(st.integers(0, 10_000), max_size=30))
@settings(max_examples=400, deadline=None)
def test_cuts_do_not_matter_and_nothing_is_lost(text: str, cuts: list[int]) -> None:
    pieces = segment(text)
    assert segment(*parts_of(text, cuts)) == pieces
    if pieces:
        assert "".join(piece.source for piece in pieces) == text
    at = 0
    for piece in pieces:
        assert piece.start == at
        at += len(piece.source)


@given(text=anything)
@settings(max_examples=150, deadline=None)
def test_spans_lie_within_their_piece(text: str) -> None:
    for piece in segment(text):
        assert piece.english == piece.english.strip() or piece.kind in (Kind.CODE, Kind.TABLE)
        for span in piece.spans:
            assert 0 <= span.start < span.end <= len(piece.english)


@pytest.mark.parametrize("text", RECORDED)
def test_recorded_texts_keep_every_character(text: str) -> None:
    pieces = segment(text)
    assert "".join(piece.source for piece in pieces) == text
    assert all(piece.english for piece in pieces)


@pytest.mark.parametrize("text", RECORDED)
def test_recorded_texts_do_not_depend_on_their_cuts(text: str) -> None:
    pieces = segment(text)
    chance = random.Random(len(text))
    for most in (1, 4, 40):
        cuts = [0]
        while cuts[-1] < len(text):
            cuts.append(cuts[-1] + chance.randint(1, most))
        assert segment(*parts_of(text, cuts[:-1])) == pieces


@pytest.mark.parametrize("text", RECORDED)
def test_recorded_texts_show_what_markdown_it_renders(text: str) -> None:
    pieces = segment(text)
    assert shown(pieces) == rendered(text)
    assert shown_code(pieces) == rendered_code(text)


@pytest.mark.parametrize("text", RECORDED)
def test_sentences_of_a_paragraph_join_to_the_paragraph(text: str) -> None:
    pieces = iter([p for p in segment(text) if p.kind not in (Kind.CODE, Kind.TABLE)])
    for paragraph in rendered_paragraphs(text):
        joined = next(pieces).english
        while words(joined) != paragraph:
            joined += " " + next(pieces).english
            assert len(words(joined)) <= len(paragraph)
    assert next(pieces, None) is None


SAME_AS_MARKDOWN_IT = [
    "**bold** *em* ***both*** __b__ _e_ **a *b* c**",
    "snake_case_name and __init__ and a*b*c and 2 * 3 * 4",
    "*unclosed and **unclosed. And more.\n\nNext *one*.",
    "`code` ``a ` b`` `unclosed. And more.\n\nNext `one`.",
    "[text](url) [t](<u v> 'title') [a [b] c](u) ![alt *x*](s) [not a link] [x]( y",
    '[one](u_(v)) [two](u\\)) [three](u "t" x) *[em](u)* [*em*](u) [a](b)(c)',
    "[ref]: /url 'title'\n\n[ref] and [text][ref] and [Ref][] and [other].",
    "<https://a.b/c?d=e> <me@a.b> <b>bold</b> a < b > c <5",
    "&amp; &lt;b&gt; &copy; &#65; &#x42; &nosuch; & &amp",
    "\\* \\# \\[x\\] \\a \\\\ a\\",
    "~~gone~~ ~one~ ~~open",
    "line one\nline two  \nline three\\\nline four",
    "Title\n===\n\nText\n---\n\nMore\ntext\n",
    "# One\n## Two ##\n### Three #4\n####### seven\n#none\n#\n",
    "- a\n- b\n  c\n\n  d\n  - e\n    - f\n- g\nlazy\n\nout",
    "1. a\n2. b\n   - c\n10) d\n\n   e\n\n    code?\n",
    "- a\n\n      code\n\n- b\n\n  > quote\n  > more\n",
    "> a\n> b\nlazy\n>\n> c\n> > d\n> - e\n>   f\n\nout",
    "```py\na\n\nb\n```\n\n~~~\n```\n~~~\n\n````\n```\n````\n",
    "```\nunclosed\n\n- code",
    "- ```\n  in a list\n  ```\n  after\n> ```\n> in a quote\nafter",
    "   ```\n   indented\n  fence\n   ```\n",
    "text\n    not code\n\n    code\n\n      more\n\ntext",
    "| a | b |\n|---|:-:|\n| `c\\|d` | **e** |\n| f |\n\nafter | not",
    "a | b\n-|-\nc | d\n\ne | f\n---\n",
    "text\n| a | b |\n|---|---|\n| c | d |\n# head",
    "- | a | b |\n  |---|---|\n  | c | d |\n- x\n",
    "| no table\n| here either\n\n| a |\n| b |\n",
    "* * *\n- - -\n___\n***bold***\n--- x\n",
    "-\n- a\n-\n\n  b\n1.\n+ c",
    "10000000000. no list\n1.no list\n-no list\n1) list",
    "text\n2. no list in a paragraph\n1. a list\n",
    "\tcode\n\n-\ta\n\n\tb\n>\tc\n",
    "a<!-- b -->c <!-- d\n e --> f\n",
    "Windows\r\nline  \r\nends\r\n\r\n- a\r\n- b\r\n\r\n```\r\nc\r\n```\r\n",
    "日本語の**強調**と`コード`。次の文。\n",
]


@pytest.mark.parametrize("text", SAME_AS_MARKDOWN_IT)
def test_markdown_is_read_as_markdown_it_reads_it(text: str) -> None:
    pieces = segment(text)
    plain = text.replace("\r\n", "\n")
    assert shown(pieces).replace(" ", "") == rendered(plain).replace(" ", "")
    assert shown_code(pieces) == rendered_code(plain)
    for size in (1, 2, 3, 7):
        assert segment(*cut(text, size)) == pieces


@pytest.mark.parametrize(
    "certain",
    [
        "It works. ",
        "It costs a lot, e.g. much. ",
        "It is 9 p.m. N",
        "[Note: this is it.] G",
        "**Done. Really.** ",
        "A paragraph that goes on\n\n",
        "A paragraph before a list\n- x",
        "A break<br>",
        "| no table |\nat all. ",
        "本当ですか？は",
        "a, " * 80,
    ],
)
def test_a_piece_comes_with_the_character_that_makes_it_certain(certain: str) -> None:
    for delta in (1, 3):
        segmenter = Segmenter()
        came = [
            at
            for at in range(0, len(certain), delta)
            if any(p.english for p in segmenter.feed(certain[at : at + delta]))
        ]
        assert came[-1:] == [(len(certain) - 1) // delta * delta]


def test_text_that_shows_nothing_leads_the_next_piece() -> None:
    text = "\n\n---\n\n[x]: /u\n<!-- c -->\nText.\n\n***\nMore.\n\n"
    pieces = segment(text)
    assert [piece.english for piece in pieces] == ["Text.", "More.", ""]
    assert [piece.source for piece in pieces] == [
        "\n\n---\n\n[x]: /u\n<!-- c -->\nText.\n",
        "\n***\nMore.\n",
        "\n",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n \n\t\n"])
def test_a_blank_text_gives_no_piece(text: str) -> None:
    assert segment(text) == []


def test_close_and_reset_begin_a_new_text() -> None:
    segmenter = Segmenter()
    assert segmenter.feed("**One") == []
    assert [(p.english, p.start) for p in segmenter.close()] == [("**One", 0)]
    assert segmenter.feed("- [x]: a `b") == []
    segmenter.reset()
    assert [(p.english, p.start) for p in segmenter.feed("Two. ")] == [("Two.", 0)]
    assert segmenter.close() == []


def test_emphasis_over_two_sentences_is_clipped_to_each() -> None:
    one, two, three = segment("**It is *so. Or* not.** Fine.")
    assert [
        (p.english, [(s.start, s.end, s.style) for s in p.spans]) for p in (one, two, three)
    ] == [
        ("It is so.", [(0, 9, SpanStyle.STRONG), (6, 9, SpanStyle.EMPHASIS)]),
        ("Or not.", [(0, 7, SpanStyle.STRONG), (0, 2, SpanStyle.EMPHASIS)]),
        ("Fine.", []),
    ]


def test_an_endless_code_block_comes_in_parts() -> None:
    text = "```py\n" + "x = 1\n" * 40_000 + "```\nDone."
    segmenter = Segmenter()
    pieces = segmenter.feed(text)
    assert len(pieces) > 2
    assert all(len(piece.english) <= LONGEST_BLOCK for piece in pieces)
    pieces += segmenter.close()
    assert "\n".join(shown_code(pieces)) == "x = 1\n" * 39_999 + "x = 1"
    assert "".join(piece.source for piece in pieces) == text
    assert segment(*cut(text, 999)) == pieces


@pytest.mark.parametrize(
    "line", ["x" * 250_000, "<!-- " + "c" * 250_000, "| a |\n| - |\n" + "| b |\n" * 30_000]
)
def test_what_is_pending_stays_small(line: str) -> None:
    segmenter = Segmenter()
    fence = "```\n" if line.startswith("x") else ""
    pieces = segmenter.feed(fence + line)
    assert sum(len(piece.source) for piece in pieces) > len(line) - LONGEST_BLOCK - 10
    assert "".join(p.source for p in pieces + segmenter.close()) == fence + line


@pytest.mark.parametrize(
    "unit", ["[", "*a ", "`a ``b ", "> ", "- ", "<a ", "![", "[a](", "(", "|", "\\", "&", "**a. "]
)
def test_hostile_texts_end(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    pieces = segment(text)
    assert "".join(piece.source for piece in pieces) == text


def test_surrogates_and_control_characters_pass() -> None:
    text = "a\x00b \ud800c\u0085d\u2028e. Next."
    assert englishes(text) == ["a\ufffdb \ud800c\u0085d\u2028e.", "Next."]
