"""Formulas in sentences: what is one, and how it looks without its commands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.markdown_texts import segment
from voicestream_tui.model import SpanStyle
from voicestream_tui.text.formulas import plain_formula


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"x^2 + y_1", "x^2 + y_1"),
        (r"\frac{a+b}{2} \le \alpha", "(a+b)/2 ≤ α"),
        (r"\frac{\sqrt{x}}{n}", "(√x)/n"),
        (r"\text{softmax}(x) \times 2", "softmax(x) × 2"),
        (r"\left( a \right)", "( a )"),
        (r"x^{10} \in \mathbb{R}^{n \times m}", "x^10 ∈ R^(n × m)"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b c = d"),
        (r"100\%", "100%"),
        (r"\unknown{x}", "unknown x"),
        ("", ""),
    ],
)
def test_commands_become_signs(latex: str, plain: str) -> None:
    assert plain_formula(latex) == plain


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("It is $O(n)$.", ["O(n)"]),
        ("Both $a$ and $b_i$ are.", ["a", "b_i"]),
        (r"The area \(a \times b\) here.", ["a × b"]),
        ("It is $a*b$, not *c*.", ["a*b"]),
        ("It costs $5 and $10.", []),
        ("It costs $5-$10, or $3.50 each.", []),
        ("Set $HOME/$USER, ${X} and $(pwd) or $x.", []),
        ("Set $PATH=$HOME first.", []),
        ("It is $x ^ 2 $ there.", []),
        (r"A kaomoji \(^o^)/ there.", []),
        ("A `$x$` in code.", ["$x$"]),
    ],
)
def test_a_formula_is_told_from_money_and_variables(text: str, formulas: list[str]) -> None:
    (piece,) = segment(text)
    code = [piece.english[s.start : s.end] for s in piece.spans if s.style is SpanStyle.CODE]
    assert code == formulas
    assert segment(*text) == [piece]


@given(text=st.text(st.sampled_from("$\\({})^_ab1 .\n=+"), max_size=60))
@settings(max_examples=300, deadline=None)
def test_cuts_do_not_matter_and_nothing_raises(text: str) -> None:
    assert segment(*text) == segment(text)
    plain_formula(text)
