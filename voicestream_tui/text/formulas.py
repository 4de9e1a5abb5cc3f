r"""Formulas in LaTeX: where one stands in a text, and how it looks without its commands.

`$…$` is a formula only if it looks like one: `$5 and $10`, `$HOME/$USER` are none.
"""

from __future__ import annotations

import re

from voicestream_tui.text.inline_syntax import MORE, Found, More

LONGEST = 160
"""So many characters a formula in a sentence may have."""

_DEEPEST = 6
_NO_FORMULA = re.compile(r"\$(?:[\s\d$({]|[A-Z][A-Z_\d]|\Z)")
_MAY_BE_NAME = re.compile(r"\$[A-Z]?\Z")
_LOOKS_LIKE_ONE = re.compile(
    r"\\[A-Za-z]+|\^|(?<![A-Za-z])[A-Za-z]_[{\w]|[\w)}]\s*[=<>+*|≤≥≠×·∈]\s*[\w({\\]"
    r"|\A\s*[A-Za-z](?:\([\w\s,^+*-]*\))?'*\s*\Z"
)
_SENTENCE_END = re.compile(r"[.?!] ")
_SIGNS = """
alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ
mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ
Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω
le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ sim ~ times × cdot · div ÷ pm ± in ∈ notin ∉
subset ⊂ subseteq ⊆ cup ∪ cap ∩ to → rightarrow → Rightarrow ⇒ implies ⇒ iff ⇔ leftarrow ← infty ∞
sum Σ prod Π int ∫ partial ∂ nabla ∇ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ ldots … dots … cdots …
ll ≪ gg ≫ mid | lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ langle ⟨ rangle ⟩ emptyset ∅ propto ∝ circ ∘
degree ° prime ′ lt < gt > bmod mod
"""
_PAIRS = iter(_SIGNS.split())
_COMMANDS = dict(zip(_PAIRS, _PAIRS, strict=True))
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_STYLED = re.compile(
    r"\\(?:text|mathrm|mathbf|mathit|mathcal|mathbb|mathsf|mathtt|operatorname|boldsymbol|hat|bar"
    r"|vec|tilde|overline|underline)\*?\s*\{([^{}]*)\}"
)
_SIZES = re.compile(r"\\(?:left|right|big|Big|bigl|bigr|displaystyle|limits|nolimits)(?![A-Za-z])")
_SPACES = re.compile(r"\\[,;:! ]|\\q?quad(?![A-Za-z])|~|&|\\\\")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}")
_ESCAPED = re.compile(r"\\([%$#_{}|])")
_GROUP = re.compile(r"\{([^{}]*)\}")
_BLANKS = re.compile(r"\s+")


def inline_formula(text: str, at: int, final: bool) -> Found | More | None:
    r"""Read `$…$` or `\(…\)`; `at` is the position of the `$` or of the backslash."""
    opening, closing = ("$", "$") if text[at] == "$" else ("\\(", "\\)")
    if opening == "$":
        if not final and _MAY_BE_NAME.match(text, at):
            return MORE
        if _NO_FORMULA.match(text, at):
            return None
    begin = at + len(opening)
    limit = min(len(text), begin + LONGEST)
    end = text.find(closing, begin, limit)
    line = text.find("\n", begin, limit)
    if 0 <= line < end or (end < 0 <= line):
        return None
    if end < 0:
        return None if final or limit < len(text) or limit - begin == LONGEST else MORE
    if opening == "$":
        behind = end + 1
        if behind == len(text) and not final:
            return MORE
        if text[end - 1].isspace() or text[behind : behind + 1].isdigit():
            return None
        inside = text[begin:end]
        if _SENTENCE_END.search(inside) or not _LOOKS_LIKE_ONE.search(inside):
            return None
    return Found(end + len(closing), plain_formula(text[begin:end]))


def plain_formula(latex: str) -> str:
    r"""Write a formula without commands: `\frac{a}{b} \le x^{2}` is `a/b ≤ x^2`."""
    text = _ENVIRONMENT.sub(" ", latex)
    text = _SPACES.sub(" ", _SIZES.sub("", text))
    for _ in range(_DEEPEST):
        before = text
        text = _STYLED.sub(r"\1", text)
        text = _ROOT.sub(lambda m: f"√{_in_brackets(m[1])}", text)
        text = _FRACTION.sub(lambda m: f"{_in_brackets(m[1])}/{_in_brackets(m[2])}", text)
        if text == before:
            break
    text = _COMMAND.sub(lambda m: _COMMANDS.get(m[1], f"{m[1]} "), text)
    for _ in range(_DEEPEST):
        before = text
        text = _GROUP.sub(lambda m: _in_brackets(m[1]), text)
        if text == before:
            break
    return _BLANKS.sub(" ", _ESCAPED.sub(r"\1", text)).strip()


def _in_brackets(part: str) -> str:
    part = part.strip()
    return part if len(part) < 2 or part.isalnum() else f"({part})"
