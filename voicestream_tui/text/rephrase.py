"""A long English sentence said as several short ones: split and rephrase.

A small model translates a short sentence much better than a long one, and a short one is easier to
follow by ear. The task is known as split and rephrase (Narayan et al., "Split and Rephrase", 2017);
here it is done by rules on the surface, where a clause has a subject of its own or one can be put
in: "…, which fails" becomes "… . This fails."
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voicestream_tui.text.brackets import is_within
from voicestream_tui.text.clauses import SUBORDINATE
from voicestream_tui.text.plain import Plain

_LEAST_WORDS = 4
"""A part has at least as many."""
_MARKS = " ,;:—–"
_END = re.compile(r"[.?!…][\"'”’)\]]*\Z")

_AUXILIARY = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|should|may|might|must|needs?"
    r"|cannot|\w+n't)\b"
)
_DETERMINER = (
    r"(?:the|this|that|these|those|an?|its|their|our|your|my|his|her|one|some|no|any|each|every"
    r"|both|two|three|most|many|all|[A-Z][a-z]+|<c\d>)"
)
_PRONOUN = (
    r"(?:(?:it|they|we|I|you|he|she)(?:'\w+)?|that's|there(?:'s| (?:is|are|was|were))"
    rf"|(?:this|that|these|those|nothing|everything|someone|nobody) {_AUXILIARY})"
)
_SUBJECT = (
    rf"(?:{_PRONOUN}|{_DETERMINER} (?:(?!(?:that|which|who|how|what|when|where|if|and|or)\b)"
    rf"[\w'<>-]+ ){{0,4}}?{_AUXILIARY})(?![\w'])"
)
_LEADS = re.compile(
    r"(?:If|When|While|Though|Although|Even|Because|Since|After|Before|Once|As|Unless|Until|In|On"
    r"|At|During|Despite|With|For|By|From|To|Under|Instead|Rather|Without|Given|According|Due|Like"
    r"|Unlike|Among|Through|Over|Between|Following|\w+ing)\b[^,]*"
)
_ASKS = re.compile(
    r"(?:What|Which|Who|Whose|When|Where|Why|How|Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Can|Could"
    r"|Will|Would|Should|May|Shall)\b"
)


@dataclass(frozen=True, slots=True)
class _Border:
    """Where two sentences may be made of one."""

    pattern: re.Pattern[str]
    opening: str = ""
    """What the second sentence begins with, in place of what the pattern found."""
    leading: bool = False
    """Only behind a phrase that leads into the sentence itself: "In the last release"."""


_CLEAR = (
    _Border(re.compile(r"; (?:and |but )?")),
    _Border(re.compile(r" [—–] |: ")),
    _Border(re.compile(rf", and (?={_SUBJECT})")),
    _Border(re.compile(rf" and (?={_PRONOUN}\b)")),
    _Border(
        re.compile(rf"(?:, (?!but (?:also|not|rather)\b)| (?=but {_SUBJECT}))(?:but|yet) "), "But "
    ),
    _Border(re.compile(r", so (?!that\b|far\b)"), "So "),
    _Border(re.compile(r", which (?=\w)"), "This "),
    _Border(re.compile(rf",? (?:because|since) (?={_SUBJECT})"), "This is because "),
    _Border(re.compile(rf",? (?:al|even )?though (?={_SUBJECT})"), "However, "),
    _Border(re.compile(r", (?:while|whereas) (?=\w)"), "Meanwhile, "),
    _Border(re.compile(r", (?!(?:and|but|or|so|which|who)\b)"), leading=True),
)
_CLAUSES = (
    _Border(re.compile(rf", (?:and |but |or )?(?=(?:{SUBORDINATE})\b)|, (?:and|or) |(?<=\)) ")),
)
_COMMAS = (_Border(re.compile(r", ")),)


def short_sentences(sentence: str, short: int) -> tuple[str, ...]:
    """Say a sentence as several shorter ones, as far as it can be done.

    Args:
        sentence: with its slots.
        short: a part of no more words is not split further.

    Returns:
        The parts; the sentence alone if there is nothing to split. A part without a mark at its end
        leads into the next: "If the test fails".
    """
    two = halves(sentence) if len(sentence.split()) > short else None
    if two is None:
        return (sentence,)
    return tuple(part for half in two for part in short_sentences(half, short))


def halves(sentence: str) -> tuple[str, str] | None:
    """Split a sentence in two, at the border nearest to its middle; None if it has none.

    Borders behind which a sentence of its own begins are preferred to those of other clauses, and
    these to mere commas.
    """
    plain = Plain()
    plain.append(sentence, 0, len(sentence))
    for borders in (_CLEAR, _CLAUSES, _COMMAS):
        found = [
            two
            for border in borders
            for two in _splits(plain, border)
            if min(len(two[0].split()), len(two[1].split())) >= _LEAST_WORDS
        ]
        if found:
            return min(found, key=lambda two: abs(len(two[0]) - len(two[1])))
    return None


def is_ended(part: str) -> bool:
    """True if a part is a sentence of its own; False if it leads into the next."""
    return _END.search(part) is not None


def _splits(plain: Plain, border: _Border) -> Iterator[tuple[str, str]]:
    mark = "?" if plain.text.endswith("?") and _ASKS.match(plain.text) else "."
    for match in border.pattern.finditer(plain.text):
        first, second = plain.text[: match.start()], plain.text[match.end() :]
        if is_within(plain, 0, match.end()) or (border.leading and not _LEADS.fullmatch(first)):
            continue
        yield (
            first if border.leading else _ended(first, mark),
            _ended(border.opening + second, "."),
        )


def _ended(clause: str, mark: str) -> str:
    """A clause as a sentence of its own."""
    clause = clause.strip(_MARKS)
    clause = clause[:1].upper() + clause[1:]
    return clause if is_ended(clause) else clause + mark
