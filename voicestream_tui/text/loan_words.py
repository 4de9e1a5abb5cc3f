"""English words that are written with accents: a translator knows them without.

Names ("São", "Müller") are none of these; they stay as they are written.
"""

from __future__ import annotations

import re

from voicestream_tui.text.accents import without_accents

LOAN_WORDS = (
    "(?:attaché|blasé|café|cliché|consommé|coupé|crème|décor|déjà|éclair|entrée|exposé|façade|"
    "fiancée?|jalapeño|matinée|mêlée|naïve(?:ly|té)?|passé|piñata|protégée?|purée|risqué|rôle|"
    "sauté|séance|smörgåsbord|soufflé|soirée|touché|über)s?"
)
"""A regular expression."""
_LOAN_WORDS = re.compile(rf"\b{LOAN_WORDS}\b", re.IGNORECASE)


def plain_loan_words(text: str) -> str:
    """Write the loan words of a text without accents: "a naive approach"."""
    return _LOAN_WORDS.sub(lambda match: without_accents(match[0]), text)
