"""Plain endings of Japanese sentences in the polite style, です・ます.

Translations are polite but for a few that end like a dictionary. Only endings whose polite form
is certain without knowing the verb are changed: 「える」「れる」 are, 「った」 is not.
"""

from __future__ import annotations

import re

_ENDINGS = {
    "である": "です",
    "であった": "でした",
    "ではない": "ではありません",
    "じゃない": "ではありません",
    "ではなかった": "ではありませんでした",
    "だった": "でした",
    "はずだ": "はずです",
    "ようだ": "ようです",
    "そうだ": "そうです",
    "のだ": "のです",
    "する": "します",
    "した": "しました",
    "しない": "しません",
    "しなかった": "しませんでした",
    "できる": "できます",
    "できた": "できました",
    "できない": "できません",
    "ている": "ています",
    "ていた": "ていました",
    "ていない": "ていません",
    "でいる": "でいます",
    "てある": "てあります",
    "がある": "があります",
    "もある": "もあります",
    "がない": "がありません",
    "はない": "はありません",
    "もない": "もありません",
    "なる": "なります",
    "なった": "なりました",
    "ならない": "なりません",
    "らない": "りません",
    "りない": "りません",
    "じない": "じません",
    "れる": "れます",
    "れた": "れました",
    "れない": "れません",
    "える": "えます",
    "えた": "えました",
    "えない": "えません",
    "べる": "べます",
    "める": "めます",
    "めた": "めました",
    "けた": "けました",
}
_LONGEST_FIRST = "|".join(sorted(_ENDINGS.keys() - {"した"}, key=len, reverse=True))
_MAY_BE_PLAIN = re.compile(f"[{''.join(sorted({ending[-1] for ending in _ENDINGS}))}]。")
_PLAIN = re.compile(rf"(?:(?<![まで])した|{_LONGEST_FIRST})(?=。(?![」』）]))")


def polite(japanese: str) -> str:
    """Return sentences with their plain endings made polite; quotations stay as they are."""
    if not _MAY_BE_PLAIN.search(japanese):
        return japanese
    return _PLAIN.sub(lambda match: _ENDINGS[match[0]], japanese)
