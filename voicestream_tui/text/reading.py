"""Japanese as it should be read aloud.

What is on the screen keeps its form; this is what the voice is given: names, numbers and signs
as words, nothing that is not kana, kanji, digits or a pause.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.text import symbols
from voicestream_tui.text.foreign import ForeignReader
from voicestream_tui.text.lexicon import Lexicon

_JAPANESE = r"ぁ-ゖァ-ヺーゝゞヽヾ々〆〇\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U000323af"
_FOREIGN = re.compile(rf"[^{_JAPANESE}、。]+")
_CHECKBOX = re.compile(r"\s*\[([ xX])\]\s*(?=\S)")
_KATAKANA_END = re.compile(r"[ァ-ヺー]\Z")
_KATAKANA_START = re.compile(r"\A[ァ-ヺー]")

_TIDY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"）(?=[ \u3000]*(?:[ぁ-ん、。！？（]|\Z))"), ""),
    (re.compile(r"[（）]"), symbols.PAUSE),
    (re.compile(rf"[^{_JAPANESE}0-9、。！？. ]+"), ""),
    (re.compile(r"(?<!\d)\.|\.(?!\d)"), ""),
    (re.compile(r" *([、。！？])[ 、]*"), r"\1"),
    (re.compile(r"[、。]*([！？])[、。！？]*"), r"\1"),
    (re.compile(r"[、。]*。[、。]*"), "。"),
    (re.compile(r"\A[、。！？ ]+|[、 ]+\Z"), ""),
    (re.compile(r"(?<=[ぁ-ん一-鿿]) +| +(?=[ぁ-ん一-鿿])"), ""),
    (re.compile(r"  +"), " "),
    (re.compile(r"オプション ?(オプション|フラグ|引数)"), r"\1"),
    (re.compile(r"バージョン ?(?:バージョン)+"), "バージョン"),
    # Open JTalk says スィー for the letter C in katakana.
    (re.compile(r"(?<![ァ-ヺー])シー(?![ァ-ヺー])"), "しー"),
)


class Reader:
    """Gives the spoken form of shown sentences. Pure: the same text, the same reading.

    Args:
        lexicon: Terms with known readings.
        katakana: Gives the reading of any English word that the lexicon does not have.
    """

    def __init__(self, lexicon: Lexicon, katakana: Callable[[str], str]) -> None:
        self._lexicon = lexicon
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
        for text, code in _stretches(japanese, spans, checkbox.end() if checkbox else 0):
            spoken = _joined(spoken, self._code(text) if code else self._prose(text))
        for pattern, replacement in _TIDY:
            spoken = pattern.sub(replacement, spoken)
        return spoken

    def _code(self, text: str) -> str:
        sign = symbols.SIGN_ALONE.get(text.strip())
        return sign if sign is not None else self._prose(text, code=True)

    def _prose(self, text: str, code: bool = False) -> str:
        plain = unicodedata.normalize("NFKC", text)
        plain = self._lexicon.japanese.sub(lambda m: self._lexicon.reading(m[0]) or "", plain)

        def spoken(match: re.Match[str]) -> str:
            said = self._foreign.read(match[0], code)
            before, after = plain[: match.start()][-1:], plain[match.end() :][:1]
            return _apart(before, said) + said + _apart(said, after)

        return _FOREIGN.sub(spoken, plain)


def _stretches(text: str, spans: Sequence[Span], at: int) -> list[tuple[str, bool]]:
    """The text from a place on in pieces, each with whether it is inline code."""
    pieces: list[tuple[str, bool]] = []
    for span in sorted(spans, key=lambda s: s.start):
        if span.style is SpanStyle.CODE and at <= span.start < span.end <= len(text):
            pieces += [(text[at : span.start], False), (text[span.start : span.end], True)]
            at = span.end
    return [*pieces, (text[at:], False)]


def _apart(left: str, right: str) -> str:
    """A blank between two katakana words, which would else be one."""
    return " " if _KATAKANA_END.search(left) and _KATAKANA_START.search(right) else ""


def _joined(left: str, right: str) -> str:
    return left + _apart(left, right) + right
