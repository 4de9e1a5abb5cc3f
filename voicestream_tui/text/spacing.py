"""A blank between Japanese and Latin letters or digits, for those who like to read it so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from voicestream_tui.model import Span, Translation

_J = r"\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff々〆〇"
_BORDER = re.compile(rf"(?<=[{_J}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{_J}])")


def with_blanks(text: str, spans: Iterable[Span] = ()) -> tuple[str, tuple[Span, ...]]:
    """Return a text with blanks beside Latin letters and digits, and its spans moved along."""
    places = [match.start() for match in _BORDER.finditer(text)]
    if not places:
        return text, tuple(spans)
    parts = [text[i:j] for i, j in zip([0, *places], [*places, len(text)], strict=True)]
    moved = (
        replace(
            span,
            start=span.start + bisect_left(places, span.start + 1),
            end=span.end + bisect_left(places, span.end),
        )
        for span in spans
    )
    return " ".join(parts), tuple(moved)


def spaced(translation: Translation) -> Translation:
    """Return a translation with blanks beside Latin letters and digits."""
    japanese, spans = with_blanks(translation.japanese, translation.spans)
    return replace(translation, japanese=japanese, spans=spans)
