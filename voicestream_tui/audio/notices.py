"""What the player says about utterances, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass

from voicestream_tui.model import Utterance


@dataclass(frozen=True, slots=True)
class Began:
    """The first sample of an utterance was rendered."""

    utterance: Utterance
    t: float


@dataclass(frozen=True, slots=True)
class Finished:
    """An utterance was rendered to its end mark; also one without any sound."""

    utterance: Utterance
    t: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """A cancelled utterance left the queue and its fade is over."""

    utterance: Utterance
    t: float


@dataclass(frozen=True, slots=True)
class Poke:
    """Says nothing: put into the queue by others to wake its reader."""


PlayerNotice = Began | Finished | Dropped | Poke
