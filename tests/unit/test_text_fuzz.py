"""No text makes the way from Markdown to the translator and back stumble, however odd or long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.markdown_texts import segment
from voicestream_tui.text.code_words import find_code_words
from voicestream_tui.text.definitions import defined_names, first_comment
from voicestream_tui.text.diffs import read_diff
from voicestream_tui.text.figures import figures_kept
from voicestream_tui.text.formulas import plain_formula
from voicestream_tui.text.glossary import Glossary, Term
from voicestream_tui.text.protect import protect, restore
from voicestream_tui.text.segmenter import Segmenter
from voicestream_tui.text.spacing import with_blanks
from voicestream_tui.text.tidy import tidy
from voicestream_tui.text.verbosity import Verbosity, contents_of, lead_in, spoken_block
from voicestream_tui.translate.gate import misspells_names, problem_of

GLOSSARY = Glossary((Term("deploy", "配備"), Term("a", "ア", exact=True), Term("x y", "", "エ")))
FRAGMENTS = r"""
a Foo 日本 。 、 「 」 …
. ? ! " ' ( ) [ ] { } < > | / \ $ $$ ` ``` ~~~ * ** _ ~~ # - + = & ; : , @ %
^ -> <c0> <c9> ⟨c0⟩ 12 3.5 1,000 deploy x_y a.b --x $x$ \( \) \[ \] [^1] ![](a) é 🎉 👍🏽
% p.m. e.g.
U.S. http://a.b <b> <!-- --> ＡＢ ｶﾅ twenty-four million
"""
ODD = ["\0", "\ud800", "\u200b", "\r\n", " ", "\n", "\n\n", "\n- ", "\n> ", "\n|-|\n"]
texts = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(FRAGMENTS.split() + ODD), max_size=40).map("".join),
)


@given(text=texts, other=texts)
@settings(max_examples=300, deadline=None)
def test_nothing_raises_and_nothing_shows_a_slot(text: str, other: str) -> None:
    for piece in segment(text):
        for level in Verbosity:
            lead_in(piece, level)
            spoken_block(piece, level, contents_of(piece))
        found = protect(piece.english, piece.spans, glossary=GLOSSARY, figures=True, names=True)
        back = restore(other, found.slots)
        assert all(0 <= s.start < s.end <= len(back.text) for s in back.spans)
        shown, spans = with_blanks(back.text, back.spans)
        assert all(0 <= s.start < s.end <= len(shown) for s in spans)
        problem_of(found.text, other)
        misspells_names(found.text, other)
        assert restore(found.text, found.slots).complete


@given(text=texts, other=texts)
@settings(max_examples=200, deadline=None)
def test_no_part_raises_by_itself(text: str, other: str) -> None:
    figures_kept(text, other)
    plain_formula(text)
    read_diff(text, named=True)
    for language in ("python", "c", "js", "sql", "go", "", "sh"):
        defined_names(language, text)
        first_comment(language, text)
    assert tidy(tidy(text, "."), ".") is not None
    assert all(i < j for i, j in find_code_words(text, 0, len(text)))


LONG = [
    "word ", "a", "日本語", "a.b", "a/", "x_y ", "(", '"', "“", "> ", "`a` ", "**a ", "$a", "$$\n",
    "\\(", "<b>", "one hundred ", "12:", "A B", "deploy ", "Foo Bar ", "-", "<c0>", "+\n", "@@ ",
]  # fmt: skip


@pytest.mark.parametrize("unit", LONG)
def test_a_sentence_of_100_kb_goes_through_every_part(unit: str) -> None:
    """A pattern that tries again at every character would take minutes here."""
    text = unit * (100_000 // len(unit))
    pieces = segment(text)
    assert "".join(piece.source for piece in pieces) == text or not pieces
    found = protect(text, glossary=GLOSSARY, figures=True, names=True)
    assert restore(found.text, found.slots).complete
    problem_of(found.text, found.text)
    figures_kept(text, text)
    plain_formula(text)
    read_diff(text, named=True)
    first_comment("js", text)
    defined_names("c", text)
    with_blanks(text)


@pytest.mark.parametrize("unit", ["x = 1\n", "x = 1 ", "> a\n", "- a\n", "| a |\n", "$x ", "a, "])
def test_what_an_endless_block_holds_stays_small(unit: str) -> None:
    segmenter = Segmenter()
    fed = taken = most = 0
    for _ in range(80):
        delta = unit * (3000 // len(unit))
        fed += len(delta)
        taken += sum(len(piece.source) for piece in segmenter.feed(delta))
        most = max(most, fed - taken)
    assert most < 24_000
