"""Where sentences end: each line below is a text, "|" marking the ends that must be found."""

from __future__ import annotations

import pytest

from tests.unit.markdown_texts import cut, englishes, segment
from voicestream_tui.text.clauses import LONGEST
from voicestream_tui.text.segmenter import Segmenter

PLAIN = """
Done.
Done. | Everything passes.
Yes. | No. | Done.
Really? | Yes! | Good.
What?! | That can't be.
It works. | 3 tests are left.
I did. | it is lower case, but the dot ended a word.
Which one is it?
No terminator at the end
A colon before code:
First line. | Second line; with a semicolon, and more.
"""

NUMBERS = """
It was 3.14 before. | Now it is 2.71.
Since v1.2.3 it works. | Before v1.2.3. | it did not.
It takes 1.5 s. | Then it stops.
We went from 3.0.0-rc.1 to 3.0.0. | That helped.
The total is €3,914.75. | Nobody noticed.
The server listens on 127.0.0.1. | Try it.
It takes 0.8 ms. | That's a factor of 3,000.
It ends at 10. | The next one is 11.
1. Set it up.
12. Run it. | Then wait.
## 2. Set-up
a) First. | b) Second.
"""

ABBREVIATIONS = """
Some values, e.g. zero, are special.
Others, i.e. The Rest, are not.
Use foo, bar, etc. and more.
Use foo, bar, etc. | Then stop.
Use foo, bar, etc.
It costs 5 vs. 10.
It is faster (cf. Section 3). | Good.
It took approx. 5 minutes. | Fine.
It took approx. Five, I think.
In the U.S. it is so. | Elsewhere not.
He moved to the U.S. | The rest stayed.
He joined the U.S. Army last year.
It starts at 9 a.m. and ends at 5 p.m. | Then we go.
Dr. Ono and Mr. Sato agreed. | Ms. Mori did not.
It lasts 8 ms. | Nothing more.
See Fig. 3 and Sec. 4.2 for that. | Done.
See No. 5. | It is right.
No. | That is wrong.
It takes 5 sec. | Then it ends.
It needs max. 3 runs. | That is the max. | Really.
It was Jan. 5. | Then came Feb. 6.
Made by Acme Inc. in Berlin.
Made by Acme Inc. | The rest is ours.
Knuth et al. (1977) wrote it.
She has a Ph.D. in physics. | Yes.
"""

INITIALS = """
J. K. Rowling wrote it. | Not me.
It was written by J. K. Rowling. | Not by me.
Donald E. Knuth wrote it.
We take option B. | Nobody minds.
We take plan C. | It is the best one.
So am I. | You too.
"""

NAMES = """
Node.js is fine. | So is Deno.
Call a.b.c() twice. | Then stop.
It fails in file.py:42. | Look there.
It is in src/main.rs. | Look there.
Read .env and .gitignore first. | Then go on.
Put it in .env. | Never commit it.
See https://example.com/a.b?c=d. | It is all there.
See https://example.com/what?now=1 for that.
Write to me@example.com. | I'll answer.
Does it work with a.b? | It should.
Write it as "a.b" or 'c.d'. | Fine.
"""

ELLIPSES = """
Well... that is odd. | Really.
Well… that is odd. | Really.
It ends here... | The next begins.
It ends here… | The next begins.
Type "..." in the middle of it. | Done.
The ... operator spreads it. | Yes.
So... which one is it?
It goes on...
"""

QUOTES = """
He said "stop." | Then he left.
He said "stop." and left.
He said (it is late.) | Then he left.
It means "trust me". | It was added later.
"Is it done?" she asked. | It was.
“Is it done?” she asked. | It was.
It is small (as it should be. Mostly). | Fine.
The comment says "Do this. Then that." and nothing else. | So I did.
(This is a whole remark.) | And this is not.
A smile :) does no harm. | Nor does :( one.
Add a "." at the end. | Then save.
What is "?" for? | I wonder.
"""

MARKS = """
Use the vec! macro here. | It is short.
It works! | Nice.
Is it a ? b : c in there? | Yes.
Wait . for it. | Good.
"""

JAPANESE = """
はい。|そうです。
はい。 | そうです。
本当ですか？|はい！|よかった。
「はい。」と言いました。|それだけです。
「はい。」|「いいえ。」
彼は（たぶん。）と書いた。|終わり。
そうですね…でも違います。|はい。
えっ！？|本当に。
Use `x` です。|That is it. | はい。
"""

CASES = [
    pytest.param(line, id=line[:60])
    for table in (
        PLAIN,
        NUMBERS,
        ABBREVIATIONS,
        INITIALS,
        NAMES,
        ELLIPSES,
        QUOTES,
        MARKS,
        JAPANESE,
    )
    for line in table.strip().splitlines()
]


@pytest.mark.parametrize("line", CASES)
def test_sentences_end_where_they_should(line: str) -> None:
    expected = [sentence.strip() for sentence in line.split("|")]
    text = line.replace(" |", "").replace("|", "")
    expected = [sentence.lstrip("# ").replace("`", "") for sentence in expected]
    if expected[0].startswith(("1. ", "12. ")):  # written as text, not as a list
        text, expected[0] = f"**{text}**", expected[0]
    assert englishes(text) == expected


@pytest.mark.parametrize("line", CASES)
def test_the_way_a_line_arrives_changes_nothing(line: str) -> None:
    text = line.replace(" |", "").replace("|", "")
    whole = segment(text)
    for size in (1, 2, 3, 5):
        assert segment(*cut(text, size)) == whole


@pytest.mark.parametrize(
    ("text", "ready"),
    [
        ("Done. ", ["Done."]),
        ("Done.\n", ["Done."]),
        ("Done.", []),
        ("Really? ", ["Really?"]),
        ("It works. N", ["It works."]),
        ("Use foo, etc. ", []),
        ("Use foo, etc. T", ["Use foo, etc."]),
        ("In the U.S. Th", []),
        ("In the U.S. The ", ["In the U.S."]),
        ("Wait... ", []),
        ("Wait... N", ["Wait..."]),
        ("**Note.** ", ["Note."]),
        ("**Note. ", []),  # the marks may never be closed
        ("`a` b. ", ["a b."]),
        ("`a. ", []),
        ("はい。そ", ["はい。"]),
        ("# Title", []),
        ("# Title\n", ["Title"]),
        ("- One. T", ["One."]),
        ("> 1. One. T", ["One."]),
        ("Title\n", []),  # may be underlined
        ("| a. b |\n", []),  # may be a table
    ],
)
def test_a_sentence_comes_as_soon_as_its_end_is_certain(text: str, ready: list[str]) -> None:
    assert [piece.english for piece in Segmenter().feed(text)] == ready


def test_a_word_that_waits_for_the_next_one_ends_with_its_paragraph() -> None:
    segmenter = Segmenter()
    assert segmenter.feed("Use foo, bar, etc.\n") == []
    assert [piece.english for piece in segmenter.feed("\n")] == ["Use foo, bar, etc."]


def test_a_hard_line_break_ends_a_sentence() -> None:
    assert englishes("**Model:** opus  \n**Tokens:** 17k") == ["Model: opus", "Tokens: 17k"]
    assert englishes("Model: opus\\\nTokens: 17k<br>Cost: 3") == [
        "Model: opus",
        "Tokens: 17k",
        "Cost: 3",
    ]


def test_no_sentence_ends_inside_code_or_a_link() -> None:
    assert englishes("Run `a. B` now. Then [see it. Now](x) again. End.") == [
        "Run a. B now.",
        "Then see it. Now again.",
        "End.",
    ]
    assert englishes("See [the docs.](x) They help.") == ["See the docs.", "They help."]
    assert englishes("Add `x!`. Then go.") == ["Add x!.", "Then go."]


def test_a_footnotes_mark_belongs_to_the_sentence_before_it() -> None:
    assert englishes("It is so.[^1] And more.") == ["It is so.[^1]", "And more."]


@pytest.mark.parametrize(
    "text",
    [
        "word " * 2000,
        "one, two, and three or so; " * 300,
        "a" * 5000,
        "日本語の文章" * 800,
        "x. " + "b, c " * 900,
        "`" + "c" * 3000 + "` and " * 200,
        "(" + "so it goes on. " * 300,
        '"' + "and so on. " * 300,
        "." * 5000,
        "**" + "it is bold. " * 800,
    ],
    ids=lambda text: text[:20],
)
def test_a_sentence_that_is_too_long_is_cut(text: str) -> None:
    pieces = segment(text)
    assert "".join(piece.source for piece in pieces) == text
    code = 3000 if text.startswith("`") else 0
    assert max(len(piece.english) for piece in pieces) <= max(LONGEST, code)
    assert segment(*cut(text, 7)) == pieces


def test_a_long_sentence_is_cut_at_a_clause_rather_than_in_the_middle() -> None:
    clause = "the first part of it is rather long and does not stop, but the second one is short "
    pieces = segment(clause * 10)
    assert all(piece.english.endswith(("stop,", "short")) for piece in pieces)


LONG = (
    "When the worker starts it reads the configuration file from the disk of the machine, "
    "and then it "
)


def clauses(text: str) -> tuple[list[str], list[str]]:
    segmenter = Segmenter()
    before = [piece.english for piece in segmenter.feed(text)]
    return before, [piece.english for piece in segmenter.cut_clause()]


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        (LONG, [LONG.removesuffix(" and then it ")]),
        ("When it starts, and then it ", []),
        (
            "It starts, and then it goes on and on without any other border for a long time ",
            [],
        ),
        (LONG.replace(", and", " `, and` "), []),
        (LONG.replace(" it reads", " (it reads"), []),
        (LONG.replace(", and", "; so"), [LONG.partition(",")[0] + ";"]),
        (LONG.replace(", and", " — so"), [LONG.partition(",")[0] + " —"]),
        ("# " + LONG, []),
    ],
)
def test_an_open_sentence_is_cut_at_its_last_clause_if_it_is_long(
    text: str, cuts: list[str]
) -> None:
    assert clauses(text) == ([], cuts)


def test_a_cut_at_a_clause_loses_nothing() -> None:
    segmenter = Segmenter()
    text = LONG + "waits. Then it ends."
    pieces = segmenter.feed(LONG) + segmenter.cut_clause()
    assert segmenter.cut_clause() == []
    pieces += segmenter.feed("waits. Then it ends.") + segmenter.close()
    assert "".join(piece.source for piece in pieces) == text
    assert [piece.english for piece in pieces][1:] == ["and then it waits.", "Then it ends."]
