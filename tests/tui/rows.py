"""Short ways to say what a pipeline reports."""

from __future__ import annotations

from typing import Any

from voicestream_tui.model import Event, Kind, Segment, SegmentAdded, SegmentTranslated, Translation


def prose(id: int, english: str = "", t: float = 0.0, **more: Any) -> SegmentAdded:
    kind = more.pop("kind", Kind.PROSE)
    english = english or f"Sentence number {id} of the agent."
    return SegmentAdded(Segment(id, 1, kind, english, source=f"{english} ", **more), t)


def japanese(id: int, text: str = "", **more: Any) -> SegmentTranslated:
    translation = Translation(text or f"エージェントの{id}番目の文です。", engine="starter", **more)
    return SegmentTranslated(id, translation, 0.0)


def sentences(count: int, first: int = 1) -> list[Event]:
    """`count` sentences with their Japanese, one a second."""
    events: list[Event] = []
    for id in range(first, first + count):
        events += [prose(id, t=float(id)), japanese(id)]
    return events
