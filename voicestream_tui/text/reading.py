"""Japanese as it should be read aloud.

What is on the screen keeps its form; this is what the voice is given: names, numbers and signs
as words, nothing that is not kana, kanji, digits or a pause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.text import symbols
from voicestream_tui.text.compatible import compatible
from voicestream_tui.text.emoji import telling_marks, with_emoji_said, without_faces
from voicestream_tui.text.foreign import ForeignReader
from voicestream_tui.text.lexicon import Lexicon
from voicestream_tui.text.spoken_japanese import help_japanese

_JAPANESE = r"ぁ-ゖァ-ヺーゝゞヽヾ々〆〇\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U000323af"
_FOREIGN = re.compile(rf"[^{_JAPANESE}、。][^{_JAPANESE}、。]*")
_USUAL = re.compile(rf"[{_JAPANESE}、。「」 -~]*")
"""Japanese and ASCII: no emoji, and nothing that would be written in another way."""
_CHECKBOX = re.compile(r"\s*\[([ xX])\]\s*(?=\S)")

_PROMPT = re.compile(r"\A\s*(?:\$|>>>|\.\.\.|PS>|❯)\s+(?=\S)")
_PORT = re.compile(r":(\d{2,5})")
_SAID = re.compile(rf"[{_JAPANESE}0-9]")
_LONGEST_SIGNS = 6
"""Signs of a piece of code that has no words, said by their names."""

_TIDY: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("）", re.compile(r"）(?=[ \u3000]*(?:[ぁ-ん、。！？（]|\Z))"), ""),
    ("（", re.compile(r"（"), symbols.PAUSE),
    ("）", re.compile(r"）"), symbols.PAUSE),
    ("", re.compile(rf"[^{_JAPANESE}0-9、。！？. ]"), ""),
    (".", re.compile(r"(?<!\d)\.|\.(?!\d)"), ""),
    ("", re.compile(r"[ 、](?:(?<=[、。！？][ 、])[ 、]*|(?<= ) *(?=[、。！？]))"), ""),
    ("！", re.compile(r"[、。]*([！？])[、。！？]*"), r"\1"),
    ("？", re.compile(r"[、。]*([！？])[、。！？]*"), r"\1"),
    ("。", re.compile(r"[、。][、。]+"), "。"),
    (" タグ", re.compile(r" タグ(?=要素|タグ|コンポーネント)"), ""),
    (" ", re.compile(r" (?:(?<=[ぁ-ん一-鿿] ) *| *(?=[ぁ-ん一-鿿]))"), ""),
    ("  ", re.compile(r"  +"), " "),
    ("オプション", re.compile(r"オプション ?(オプション|フラグ|引数)"), r"\1"),
    ("バージョン", re.compile(r"バージョン ?(?:バージョン)+"), "バージョン"),
    # Open JTalk says スィー for the letter C in katakana.
    ("シー", re.compile(r"(?<![ァ-ヺー])シー(?![ァ-ヺー])"), "しー"),
)
"""What must be there for a rule, the rule, and what is put in place: applied in this order."""
_TIDY_WORDS = tuple(rule for rule in _TIDY if rule[0] in ("オプション", "バージョン", "シー"))
_TIDY_ALREADY = re.compile(rf"[{_JAPANESE}0-9]+(?:[、。][{_JAPANESE}0-9]+)*[、。]?")
"""A text that only these rules may find something in: no blanks, and one sign at a time."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How the listener wants to have it read."""

    emoji: Literal["silent", "named"] = "silent"
    """Whether emoji are said by name. Marks that alone carry the meaning (✅, ❌) always are."""


class Reader:
    """Gives the spoken form of shown sentences. Pure: the same text, the same reading.

    Args:
        lexicon: Terms with known readings.
        katakana: Gives the reading of any English word that the lexicon does not have.
        options: How the listener wants to have it read.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        katakana: Callable[[str], str],
        options: ReadingOptions | None = None,
    ) -> None:
        self._lexicon = lexicon
        self._options = options or ReadingOptions()
        self._foreign = ForeignReader(lexicon, katakana)

    def warm_up(self) -> None:
        """Load what reading needs, so that the first unknown word does not wait for it."""
        self._foreign.read("warm-up of vocalisation", False)

    def read(self, japanese: str, spans: Sequence[Span] = ()) -> str:
        """The spoken form of a sentence.

        Args:
            japanese: A sentence as it is shown; Latin letters, numbers, signs and whole
                English sentences may stand in it.
            spans: Its marked-up stretches; only inline code changes how it is read.

        Returns:
            Kana, kanji, digits, decimal points, blanks and 、。！？ only. Empty if there is
            nothing to say.
        """
        checkbox = _CHECKBOX.match(japanese)
        spoken = "" if not checkbox else "未完了、" if checkbox[1] == " " else "完了、"
        usual = _USUAL.fullmatch(japanese) is not None
        telling = not usual and telling_marks(japanese)
        for text, code in _stretches(japanese, spans, checkbox.end() if checkbox else 0):
            if text:
                said = self._code(text, usual) if code else self._prose(text, usual, telling)
                spoken = _joined(spoken, said)
        return _tidied(spoken)

    def _code(self, text: str, usual: bool) -> str:
        text = _PROMPT.sub("", text)
        bare = text.strip()
        if (sign := symbols.SIGN_ALONE.get(bare)) is not None:
            return sign
        if (port := _PORT.fullmatch(bare)) is not None:
            return f"{port[1]}番ポート"
        spoken = self._plain(text, usual, telling=True, code=True)
        return spoken if _SAID.search(spoken) else _by_name(bare)

    def _prose(self, text: str, usual: bool, telling: bool) -> str:
        return self._plain(without_faces(text), usual, telling, code=False)

    def _plain(self, text: str, usual: bool, telling: bool, code: bool) -> str:
        plain = text if usual else compatible(text)
        plain = self._lexicon.japanese.sub(lambda m: self._lexicon.reading(m[0]) or "", plain)
        if not usual:
            named = self._options.emoji == "named"
            plain = with_emoji_said(plain, named=named, telling=telling)
        plain = help_japanese(plain, code)

        def spoken(match: re.Match[str]) -> str:
            said = self._foreign.read(match[0], code)
            start, end = match.span()
            before, after = plain[max(0, start - 1) : start], plain[end : end + 1]
            if not said and match[0].isspace():
                return _apart(before, after)
            return _apart(before, said) + said + _apart(said, after)

        return _FOREIGN.sub(spoken, plain)


def _tidied(spoken: str) -> str:
    for needed, pattern, replacement in _TIDY_WORDS if _TIDY_ALREADY.fullmatch(spoken) else _TIDY:
        if needed in spoken:
            spoken = pattern.sub(replacement, spoken)
    return spoken.lstrip("、。！？ ").rstrip("、 ")


def _by_name(signs: str) -> str:
    """Code in which there is nothing to say: its signs, one by one."""
    return " ".join(symbols.SIGN_ALONE.get(sign, "") for sign in signs[:_LONGEST_SIGNS])


def _stretches(text: str, spans: Sequence[Span], at: int) -> list[tuple[str, bool]]:
    """The text from a place on in pieces, each with whether it is inline code."""
    if not spans:
        return [(text[at:], False)]
    pieces: list[tuple[str, bool]] = []
    for span in sorted(spans, key=lambda s: s.start):
        if span.style is SpanStyle.CODE and at <= span.start < span.end <= len(text):
            pieces += [(text[at : span.start], False), (text[span.start : span.end], True)]
            at = span.end
    return [*pieces, (text[at:], False)]


def _apart(left: str, right: str) -> str:
    """A blank between two katakana words, which would else be one."""
    return " " if _is_katakana(left[-1:]) and _is_katakana(right[:1]) else ""


def _is_katakana(letter: str) -> bool:
    return "ァ" <= letter <= "ヺ" or letter == "ー"


def _joined(left: str, right: str) -> str:
    return left + _apart(left, right) + right
