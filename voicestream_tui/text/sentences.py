"""Where a sentence ends, in text that is still arriving.

Every decision looks ahead only as far as its rule says, never at whatever happens to have
arrived. So the ends do not depend on how the text was cut into deltas.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum

from voicestream_tui.model import SpanStyle
from voicestream_tui.text.abbreviations import (
    ALWAYS_GO_ON,
    BEFORE_A_NAME,
    BEFORE_A_NUMBER,
    LABELS,
    MAY_END,
    STARTERS,
    TITLES,
)
from voicestream_tui.text.brackets import guard_at, is_within
from voicestream_tui.text.clauses import LONG, LONGEST, WAIT, forced_end, long_end
from voicestream_tui.text.plain import Plain

_END = re.compile(r"[.!?…。！？][.!?…。！？]{0,63}")
_WIDE = "。！？"
_CLOSING = "\"'”’»)]}」』）】〉》"
_CLOSERS = re.compile(rf"[{re.escape(_CLOSING)}]{{0,64}}")
_BRACKETS = "“‘«([{「『（【〈《"
_OPENERS = "\"'" + _BRACKETS
_WORD = re.compile(r"[^\s()\[\]{}<>\"'“”‘’「」『』（）/—–,;:!?…]*\Z")
_NEXT_WORD = re.compile(r"[\w'’]*")
_ENUMERATOR = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z]|[ivx]{2,5}|[IVX]{2,5})\Z")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\Z")
_SPACE = re.compile(r"\s*")
_PARTICLES = "とっをにの、，"
_HIRAGANA = re.compile(r"[ぁ-ん]")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ\u3400-\u9fff]")
_LOOK_AHEAD = 64
_LONGEST_WORD = 40
_LONGEST_ENUMERATOR = 5
_DOUBTFUL = ALWAYS_GO_ON | TITLES | BEFORE_A_NUMBER | MAY_END | BEFORE_A_NAME


class _Doubt(Enum):
    """What the next word decides, and how."""

    SMALL_GOES_ON = "small letter"
    ONLY_CAPITAL_ENDS = "capital letter"
    ONLY_STARTER_ENDS = "word that begins sentences"


def may_end(plain: Plain, scan: int) -> bool:
    """Tell whether `next_end` may find an end behind `scan`, in a sentence that begins at 0."""
    text = plain.text
    return len(text) >= LONG or bool(plain.borders) or _END.search(text, scan) is not None


def next_end(
    plain: Plain, begin: int, scan: int, final: bool, abbreviations: Collection[str] = ()
) -> tuple[int, int]:
    """Find the end of the sentence that begins at `begin`.

    Args:
        scan: where an earlier call left off; everything before is known to be no end.
        final: True when no more text follows.
        abbreviations: more of them, in lower case, without the last dot.

    Returns:
        The position behind the sentence and one blank, or `WAIT`, and the new `scan`.
    """
    text = plain.text
    stop = len(text)
    if plain.borders:
        border = next((at for at in plain.borders if at > begin), 0)
        final = final or border > 0
        stop = border or stop
    for longest, cut in ((LONG, long_end), (LONGEST, forced_end)):
        limit = begin + longest
        if scan >= limit:
            continue
        reach = min(limit, stop)
        while match := _END.search(text, scan, reach):
            at = match.start()
            run = match if match.end() < reach else _END.match(text, at, stop) or match
            end = _judge(plain, begin, run, stop, final, abbreviations)
            if end:
                return end, at if end == WAIT else end
            guard = guard_at(plain.guards, at)  # the next end is not inside of it
            run = run if run.end() < stop else _END.match(text, at) or run
            scan = guard.end if guard else run.end()
        if stop < limit:
            break
        end = cut(plain, begin, limit)
        if end != WAIT:
            return end, end
        scan = max(scan, limit)
    if final:
        return stop, stop
    return WAIT, max(scan, stop)


def _judge(
    plain: Plain,
    begin: int,
    run: re.Match[str],
    stop: int,
    final: bool,
    abbreviations: Collection[str],
) -> int:
    """Return the sentence's end if the marks of `run` end it, 0 if they do not, or `WAIT`."""
    text = plain.text
    at, behind = run.span()
    after = behind
    if plain.guards or (behind < stop and text[behind] in _CLOSING):
        after = _after_closers(plain, behind, stop)
    closed = after > behind
    guard = guard_at(plain.guards, at)
    if guard and not (guard.style is SpanStyle.LINK and guard.end <= after):
        return 0
    if after == stop:
        return stop if final else WAIT
    spaced = text[after].isspace()
    wide = text[behind - 1] in _WIDE
    if not wide and behind - at == 1 and not text.isascii():
        wide = _between_japanese(text, begin, at, after)
    if not spaced and not wide:
        return 0
    if is_within(plain, begin, after):
        return 0
    end = after + 1 if spaced else after
    if wide:
        return 0 if closed and text[after] in _PARTICLES else end
    doubt = _doubt(plain, begin, at, run[0], closed, abbreviations)
    if isinstance(doubt, bool):
        return end if doubt else 0
    verdict = _resolve(plain, doubt, after, stop, final)
    return WAIT if verdict is None else end if verdict else 0


def _between_japanese(text: str, begin: int, at: int, after: int) -> bool:
    """Whether a mark of narrow width stands in Japanese: "です.次は"."""
    if at == begin or text[at] == "…":
        return False
    return bool(_HIRAGANA.match(text, at - 1) and _JAPANESE.match(text, after))


def _after_closers(plain: Plain, at: int, stop: int) -> int:
    """Go past closing quotes and brackets and footnotes' marks."""
    while True:
        closers = _CLOSERS.match(plain.text, at, stop)
        at = closers.end() if closers else at
        guard = guard_at(plain.guards, at)
        if guard is None or not guard.target.startswith("^") or guard.start != at:
            return at
        at = guard.end


def _doubt(
    plain: Plain, begin: int, at: int, run: str, closed: bool, abbreviations: Collection[str]
) -> _Doubt | bool:
    """True: a sentence ends here; False: it does not; else what the next word has to tell."""
    text = plain.text
    if "…" in run or run.startswith(".."):
        return _Doubt.ONLY_CAPITAL_ENDS
    before = text[at - 1] if at > begin else " "
    if before.isspace() or _opens(text, begin, at - 1):
        return False if run == "." else _Doubt.ONLY_CAPITAL_ENDS
    if run == "." and not guard_at(plain.guards, at - 1):
        doubt = _word_doubt(text, begin, at, abbreviations)
        if doubt is not True:
            return doubt
    if closed:
        return _Doubt.SMALL_GOES_ON
    if run == "!" and before.isalpha():
        word = _word_before(text, begin, at)
        if word.islower() and at - len(word) > begin:
            return _Doubt.SMALL_GOES_ON  # a macro's name: "the vec! macro"
    return True


def _word_doubt(text: str, begin: int, at: int, abbreviations: Collection[str]) -> _Doubt | bool:
    """Judge a single dot by the word before it."""
    written = _word_before(text, begin, at)
    word = written.lower()
    if len(written) <= _LONGEST_ENUMERATOR:
        if _ENUMERATOR.match(text, begin, at):
            return text[begin:at].strip() == "I"
    elif word.isalpha() and word not in _DOUBTFUL and word not in abbreviations:
        return True
    if word in ALWAYS_GO_ON or (word in TITLES and written[0].isupper()):
        return False
    if word in BEFORE_A_NUMBER or word in MAY_END:
        return _Doubt.ONLY_CAPITAL_ENDS
    is_initials = _DOTTED.match(written) and written.isupper()
    if is_initials or word in BEFORE_A_NAME or word in abbreviations:
        return _Doubt.ONLY_STARTER_ENDS
    if len(written) == 1 and written.isupper() and written != "I":
        is_label = _is_label(text, begin, at - 1)
        return _Doubt.SMALL_GOES_ON if is_label else _Doubt.ONLY_STARTER_ENDS
    return True


def _word_before(text: str, begin: int, at: int) -> str:
    """The word that ends at `at`, or its last letters."""
    least = max(begin, at - _LONGEST_WORD)
    word = _WORD.search(text, max(least, text.rfind(" ", least, at) + 1), at)
    return word[0] if word else ""


def _opens(text: str, begin: int, at: int) -> bool:
    """Whether text[at] is an opening bracket or quote."""
    if text[at] in "\"'":
        return at == begin or text[at - 1].isspace()
    return text[at] in _BRACKETS


def _is_label(text: str, begin: int, at: int) -> bool:
    before = text[begin:at].split()
    return bool(before) and before[-1].strip("\"'“(").lower() in LABELS


def _resolve(plain: Plain, doubt: _Doubt, after: int, stop: int, final: bool) -> bool | None:
    """Let the next word decide whether the sentence ends; None if it has not come yet."""
    text = plain.text
    space = _SPACE.match(text, after, stop)
    at = space.end() if space else after
    if at == stop:
        return True if final or at - after >= _LOOK_AHEAD else None
    following = text[at]
    if doubt is _Doubt.SMALL_GOES_ON:
        return not following.islower() or guard_at(plain.guards, at) is not None
    if following in _OPENERS:
        if at + 1 == stop and not final:
            return None
        following = text[at + 1 : min(at + 2, stop)]
    if doubt is _Doubt.ONLY_CAPITAL_ENDS:
        return _begins(following)
    word = _NEXT_WORD.match(text, at, stop)
    assert word is not None
    if word.end() == stop and not final and len(word[0]) < _LONGEST_WORD:
        return None
    return following.isupper() and word[0].replace("’", "'").lower() in STARTERS


def _begins(character: str) -> bool:
    """Whether a character is one that a sentence begins with: a capital or of a script without."""
    return character.isupper() or (character.isalpha() and not character.islower())
