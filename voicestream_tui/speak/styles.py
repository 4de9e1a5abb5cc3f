"""In which mood a sentence is spoken, by what it is and what it says. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from voicestream_tui.model import Kind


class Style(StrEnum):
    """The mood of a sentence."""

    NEUTRAL = "neutral"
    HAPPY = "happy"
    SERIOUS = "serious"


_GOOD = re.compile(
    r"\b(?:succeed(?:s|ed)|success(?:ful(?:ly)?)?|pass(?:es|ed)"
    r"|(?:tests|checks|they|all)(?: now| all)? pass|all (?:green|clean|done)"
    r"|(?:is|are|was|were|has|have|been|now) (?:\w+ )?(?:fixed|finished|completed?|done|solved"
    r"|resolved|ready)|works (?:now|again|fine|correctly|as expected)|(?:has |have )?finished)\b"
    r"|^(?:done|fixed|finished|completed|great|perfect|excellent)\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(?:fail(?:s|ed|ing|ures?)?|crash(?:es|ed)?|errors?|exceptions?|denied|refused|rejected"
    r"|timed out|broken|could(?: not|n't)|cannot|can't|unable to|aborted|lost|corrupt(?:ed)?)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:no|zero|0|without(?: any)?|any|never|not|fix(?:e[sd])?(?: the| all| an?y?)?"
    r"|handl(?:es?|ed|ing)(?: the| all)?)\s+(?:\w+\s+)?"
    r"(?:fail(?:s|ed|ing|ures?)?|crash(?:es|ed)?|errors?|exceptions?|broken|lost)\b"
    r"|\berror[- ](?:handling|handlers?|messages?|codes?|types?|class(?:es)?)\b",
    re.IGNORECASE,
)
_RELIEF = re.compile(r"\b(?:no|zero|0|without|fixed)\b", re.IGNORECASE)
"""With a harmless word of trouble: "There are no errors.", "Fixed the error."."""
_UNCERTAIN = re.compile(
    r"\b(?:if|when(?:ever)?|once|until|unless|should|would|could be|might|may|will|must|needs?"
    r"|to be|let me|let's|i'll|going to|want|try(?:ing)?|check(?:s|ing)?|whether|not|n't|never"
    r"|but|however|although|only|cannot)\b|n't\b|\?",
    re.IGNORECASE,
)
"""What is wished, feared, asked or limited is no news."""
_LONGEST = 160
"""Characters; a long sentence says more than one thing."""


def style_of(kind: Kind, english: str) -> Style:
    """The style for a row: serious for errors, happy for what has succeeded, else neutral.

    Rows of errors are always serious. Sentences and notices are judged by their English, and
    only if they are short and state something plainly; headings, code and quotes are neutral.
    """
    match kind:
        case Kind.ERROR:
            return Style.SERIOUS
        case Kind.PROSE | Kind.NOTICE | Kind.ITEM:
            return _style_of_statement(english)
        case _:
            return Style.NEUTRAL


def _style_of_statement(english: str) -> Style:
    if len(english) > _LONGEST:
        return Style.NEUTRAL
    rest = _HARMLESS.sub(" ", english)
    bad = _BAD.search(rest) is not None
    plain = _UNCERTAIN.search(_BAD.sub(" ", rest)) is None
    if bad:
        return Style.SERIOUS if plain else Style.NEUTRAL
    good = _GOOD.search(rest) or (rest != english and _RELIEF.search(english))
    return Style.HAPPY if plain and good else Style.NEUTRAL
