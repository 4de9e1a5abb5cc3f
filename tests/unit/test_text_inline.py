"""Inline Markdown: what is shown, and which stretches are marked up."""

from __future__ import annotations

import pytest

from tests.unit.markdown_texts import cut
from voicestream_tui.model import Span
from voicestream_tui.text.inline import LONGEST_OPEN, InlineStream, parse_inline

# source, plain text, "style:text" of each span in order ("link(target):text")
CASES = [
    ("plain text", "plain text", []),
    ("`code`", "code", ["code:code"]),
    ("``a ` b``", "a ` b", ["code:a ` b"]),
    ("`` ` ``", "`", ["code:`"]),
    ("`a\nb`", "a b", ["code:a b"]),
    ("`open", "`open", []),
    ("``open` *e*", "``open` e", ["emphasis:e"]),
    ("`a*b*`", "a*b*", ["code:a*b*"]),
    (
        "**strong** and *em* and _em_",
        "strong and em and em",
        ["strong", "emphasis:em", "emphasis:em"],
    ),
    ("***both***", "both", ["emphasis:both", "strong:both"]),
    ("**a *b* c**", "a b c", ["strong:a b c", "emphasis:b"]),
    ("**open", "**open", []),
    ("*a **b*", "*a *b", ["emphasis:b"]),
    ("snake_case_name", "snake_case_name", []),
    ("__init__", "init", ["strong:init"]),
    ("2 * 3 * 4 and a*b", "2 * 3 * 4 and a*b", []),
    ("これは**強調。**です", "これは強調。です", ["strong:強調。"]),
    ("~~gone~~ ~not~", "gone ~not~", ["strike:gone"]),
    ("[text](url)", "text", ["link(url):text"]),
    ("[text](<a b> 'title')", "text", ["link(a b):text"]),
    ("[a `b` *c*](u_(v))", "a b c", ["link(u_(v)):a b c", "code:b", "emphasis:c"]),
    ("![alt](pic.png)", "alt", ["link(pic.png):alt"]),
    ("[![a](b)](c)", "a", ["link(b):a", "link(c):a"]),
    ("[x] [y](z", "[x] [y](z", []),
    ("*[em*](u)", "*em*", ["link(u):em*"]),
    ("[Docs][ref]", "Docs", ["link(/u):Docs"]),
    ("[ref] and [Ref][]", "ref and Ref", ["link(/u):ref", "link(/u):Ref"]),
    ("see [the docs][later]", "see the docs", ["link([later]):the docs"]),
    ("arr[i][j] and m[abc][k]", "arr[i][j] and m[abc][k]", []),
    ("so[^1]. And", "so[^1]. And", ["link(^1):[^1]"]),
    ("<https://a.b/c>", "https://a.b/c", ["link(https://a.b/c):https://a.b/c"]),
    ("<me@a.b>", "me@a.b", ["link(mailto:me@a.b):me@a.b"]),
    ("https://a.b/c_d_e?f=*g", "https://a.b/c_d_e?f=*g", []),
    ("\\*no\\* \\# \\a C:\\dir", "*no* # \\a C:\\dir", []),
    ("Q&amp;A &lt;b&gt; &#65;&#x42; &no; AT&T", "Q&A <b> AB &no; AT&T", []),
    ("press <kbd>Esc</kbd> <!-- now -->twice", "press Esc twice", []),
    ('<a href="x>y">a</a>', "a", []),
    ("Vec<T> and <path> and a < b", "Vec<T> and <path> and a < b", []),
    ("Use <Button> and </Link>, <Input/> too", "Use <Button> and </Link>, <Input/> too", []),
    ("List<object>, Foo<Select>, Box<B>", "List<object>, Foo<Select>, Box<B>", []),
    ("H<sub>2</sub>O, x<SUP>2</SUP>, a<b>c</b> and <DFN>d</DFN>", "H2O, x2, ac and d", []),
    ('see<a href="x">it</a> <span>there</span>日本<span>語</span>', "seeit there日本語", []),
    ("one\ntwo  \nthree\\\nfour<br>five", "one two three four five", []),
    ("tab\there", "tab here", []),
    ("end \\", "end \\", []),
    ("wow! ![", "wow! ![", []),
]
REFERENCES = {"ref": "/u"}


def described(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [
        f"{span.style}{f'({span.target})' if span.target else ''}:{text[span.start : span.end]}"
        for span in spans
    ]


@pytest.mark.parametrize(("source", "plain", "styles"), CASES)
def test_marks_become_spans(source: str, plain: str, styles: list[str]) -> None:
    text, spans = parse_inline(source, REFERENCES)
    assert text == plain
    found = described(text, spans)
    assert sorted(found) == sorted(s if ":" in s else f"{s}:{s}" for s in styles)


@pytest.mark.parametrize("source", [source for source, _, _ in CASES])
def test_the_way_it_arrives_changes_nothing(source: str) -> None:
    whole = parse_inline(source, REFERENCES)
    for size in (1, 2, 3):
        stream = InlineStream(REFERENCES)
        for number, part in enumerate(cut(source, size)):
            stream.feed(part, number * size)
        stream.close()
        assert stream.plain.slice(0, stream.plain.end) == whole


@pytest.mark.parametrize(
    ("source", "settled"),
    [
        ("some text", "some text"),
        ("some **text", "some "),
        ("some **text** ", "some text "),
        ("some `text", "some "),
        ("some `text`", "some "),  # the run of backticks may go on
        ("some `text`.", "some text."),
        ("see [the", "see "),
        ("see [the]", "see "),
        ("see [the] ", "see [the] "),
        ("see [the](u", "see "),
        ("see [the](u)", "see the"),
        ("a &am", "a "),
        ("a & b", "a & b"),
        ("a <b", "a "),
        ("a < b", "a < b"),
        ("wow!", "wow"),
        ("wow! ", "wow! "),
        ("snake_", "snake"),
        ("snake_c", "snake_c"),
    ],
)
def test_text_settles_as_soon_as_its_meaning_is_certain(source: str, settled: str) -> None:
    stream = InlineStream()
    stream.feed(source, 0)
    assert stream.plain.text == settled


def test_each_character_knows_its_source() -> None:
    source = "a **b** &amp; `c d` [e](f) \\* g"
    stream = InlineStream()
    stream.feed(source, 100)
    stream.close()
    plain = stream.plain
    assert plain.text == "a b & c d e * g"
    ends = {letter: plain.source_end(plain.text.index(letter) + 1) - 100 for letter in "abeg"}
    assert {letter: source[end - 1] for letter, end in ends.items()} == {c: c for c in "abeg"}
    assert source[: plain.source_end(5) - 100].endswith("&amp;")


def test_a_mark_that_stays_open_too_long_is_text() -> None:
    stream = InlineStream()
    stream.feed("`" + "x" * LONGEST_OPEN + "` y", 0)
    assert stream.plain.text.startswith("`xxx")
