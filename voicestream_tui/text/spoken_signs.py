"""Signs and operators: whether one is said, and how, by what stands around it."""

from __future__ import annotations

import re

from voicestream_tui.text import symbols

_NEAR = 24
"""Characters that are looked at on either side, so that the time for a text is linear."""
_BETWEEN_NUMBERS = re.compile(r"\d.v?\d")
_NUMBER_ENDS = re.compile(r"(?<![A-Za-z0-9_])[0-9.,]{1,20}\Z")
_NUMBER_BEHIND = re.compile(r"\d{1,6}(?![A-Za-z0-9_])")
_WORDS_FOLLOW = re.compile(
    r" (?:[A-Za-z]{2,30} [A-Za-z]|[A-Z][A-Za-z]{0,40}(?:Error|Exception|Warning))"
)
_IN_SUMS = {"<": "ショウナリ", ">": "ダイナリ", "*": "かける", "/": "割る", "-": "マイナス"}
_OPERATOR_BEFORE = "=?:+*/<>(,|&%"
_Match = re.Match[str]


def operator_said(match: _Match, code: bool) -> str:
    """What is said for a sign of several characters.

    Args:
        match: the sign within its stretch.
        code: whether the stretch is inline code, where signs stand for themselves.
    """
    sign = match[0]
    if code:
        if len(match.string) < _NEAR and sign == match.string.strip():
            return symbols.SIGN_ALONE.get(sign) or symbols.CODE_OPERATORS.get(sign, "")
        if sign.startswith("..") and _between_digits(match):
            return "から"
        if sign == "**" and _spaced(match):
            return "べき乗"
        if sign == "--" and _spaced(match):
            return symbols.SIGN_ALONE["--"]
        if sign in symbols.CODE_OPERATORS:
            return symbols.CODE_OPERATORS[sign]
    return symbols.OPERATORS.get(sign, symbols.PAUSE if sign[0] in ".…-" else "")


def sign_said(match: _Match, code: bool) -> str:
    """What is said for a sign of one character; the arguments as of `operator_said`."""
    sign = match[0]
    if sign in "-–—~〜" and _between_numbers(match):
        return "から"
    if sign in "→<>" and _between_amounts(match):
        return "から" if sign == "→" else symbols.IN_CODE[sign]
    if sign == "×":
        return "かける" if _between_operands(match) else "バツ"
    if not sign.isascii():
        return symbols.SPOKEN_SIGNS.get(sign.lower(), "")
    return _in_code(match) if code else _in_prose(match)


def _in_prose(match: _Match) -> str:
    sign = match[0]
    if sign in "/|" and _at_border(match):
        return symbols.PAUSE
    if sign in "<>*/-" and _spaced(match) and _between_operands(match, digits=sign in "/-"):
        return _IN_SUMS[sign]
    return "" if sign in ".-" and _within(match) else symbols.IN_PROSE.get(sign, "")


def _in_code(match: _Match) -> str:
    sign = match[0]
    match sign:
        case "?" | ":" if _spaced(match):
            return "ハテナ" if sign == "?" else "コロン"
        case "#" if match.string[match.end() : match.end() + 1] in ("[", "!"):
            return ""
        case ";" if not match.string[match.end() : match.end() + _NEAR].strip():
            return ""
        case ":" if _between_digits(match):
            return "コロン"
        case "*":
            return _asterisk(match)
        case "-" if _WORDS_FOLLOW.match(match.string, match.end()):
            return symbols.PAUSE
        case "<" | ">" | "!" | "-":
            return symbols.IN_CODE[sign] if _is_operator(match) else ""
        case _:
            return symbols.IN_CODE.get(sign, "")


def _near(match: _Match) -> tuple[str, str]:
    """A few characters before and behind."""
    text, start, end = match.string, match.start(), match.end()
    return text[max(0, start - _NEAR) : start], text[end : end + _NEAR]


def _asterisk(match: _Match) -> str:
    """Times between operands, by its name where it stands for everything, else silent."""
    before, after = _near(match)
    bare = before.rstrip()
    everything = not bare or bare.endswith("(") or bare.upper().endswith(("SELECT", "IMPORT"))
    if everything and not after[:1].isalnum() and after.lstrip()[:1] != ".":
        return symbols.SIGN_ALONE["*"]
    return "かける" if _spaced(match) and _between_operands(match) else ""


def _at_border(match: _Match) -> bool:
    """Whether Japanese, or nothing, stands before or behind: words are told apart here."""
    before, after = _near(match)
    at_start = match.start() <= _NEAR and not before.strip()
    return at_start or (match.end() + _NEAR >= len(match.string) and not after.strip())


def _spaced(match: _Match) -> bool:
    """Whether a blank stands on both sides."""
    text, start, end = match.string, match.start(), match.end()
    return text[max(0, start - 1) : start].isspace() and text[end : end + 1].isspace()


def _within(match: _Match) -> bool:
    """Whether something stands on both sides without a blank: no sentence ends here."""
    text, start, end = match.string, match.start(), match.end()
    return start > 0 and end < len(text) and not (text[start - 1].isspace() or text[end].isspace())


def _between_operands(match: _Match, *, digits: bool = False) -> bool:
    """Whether a name or number, or a digit only, stands on both sides, blanks or not."""
    before, after = (part.strip() for part in _near(match))
    left, right = before[-1:], after[:1]
    if digits:
        return left.isdigit() and right.isdigit()
    return (left.isalnum() or left in (")", "]", "_")) and (
        right.isalnum() or right in ("(", "[", "_", "-")
    )


def _between_digits(match: _Match) -> bool:
    """Whether a number stands right before and right behind."""
    before, after = _near(match)
    return _NUMBER_BEHIND.match(after) is not None and _NUMBER_ENDS.search(before) is not None


def _between_numbers(match: _Match) -> bool:
    """Whether a dash stands between two numbers, the first of which is no part of a name."""
    text, start = match.string, match.start()
    if match[0] in "–—〜" and _spaced(match):
        return text[start - 2 : start - 1].isdigit() and text[start + 2 : start + 3].isdigit()
    if not _BETWEEN_NUMBERS.match(text, max(0, start - 1)):
        return False
    return _NUMBER_ENDS.search(_near(match)[0]) is not None


def _between_amounts(match: _Match) -> bool:
    """Whether an arrow or comparison stands after a name or amount and before a number."""
    text, start, end = match.string, match.start(), match.end()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    spaced = before.endswith(" ") and after.startswith(" ")
    named = before.rstrip()[-1:].isalnum() or before.rstrip().endswith("%")
    return named and after.lstrip()[:1].isdigit() and (spaced or match[0] == "→")


def _is_operator(match: _Match) -> bool:
    """Whether a sign in code works on what stands beside it, and is no bracket or dash."""
    near_before, near_after = _near(match)
    before, after = near_before.rstrip(), near_after.lstrip()
    match match[0]:
        case "!":
            return after[:1].isalnum() and not before[-1:].isalnum()
        case "-":
            if near_before[-1:].isalnum() and near_after[:1].isalnum():
                return near_before[-1:].isdigit() and near_after[:1].isdigit()
            if after[:1].isalnum() and (not before or before[-1] in _OPERATOR_BEFORE):
                return True
            return before[-1:].isdigit() or after[:1].isdigit() or _spaced(match)
        case ">":
            return near_before[-1:].isspace() or after[:1].isdigit()
        case _:
            return near_after[:1].isspace() or after[:1].isdigit()
