"""Plays by hand: a test pulls the blocks itself, so that no thread and no time is involved."""

from __future__ import annotations

import numpy as np

from voicestream_tui.audio.notices import Began, Dropped, Finished, Poke
from voicestream_tui.audio.player import Player
from voicestream_tui.model import Clip, Kind, Samples, Segment, Utterance

RATE = 48000
FADE = 480

Said = Began | Finished | Dropped


def utterance(number: int) -> Utterance:
    return Utterance(Segment(number, 1, Kind.PROSE, f"sentence {number}"), f"文{number}")


def clip(
    of: Utterance, samples: Samples, span: tuple[float, float] = (0.0, 1.0), original: bool = False
) -> Clip:
    return Clip(of, samples, span[0], span[1], samples if original else None)


def level(value: float, length: int) -> Samples:
    return np.full(length, value, dtype=np.float32)


def tone(seconds: float, hertz: float = 220.0, size: float = 0.5) -> Samples:
    """A sine that begins at 0; its steepest step is 2π · size · hertz / RATE."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (size * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def steepest(samples: Samples) -> float:
    """The largest step between neighbours, the silence around included."""
    return float(np.abs(np.diff(samples, prepend=0.0, append=0.0)).max())


def queue(player: Player, of: Utterance, *parts: Samples, gap: float = 0.0) -> None:
    """Enqueue and finish an utterance."""
    for part in parts:
        player.enqueue(clip(of, part))
    player.finish(of, gap)


def pull(player: Player, length: int, block: int = 256) -> Samples:
    """Render `length` samples in blocks; each block comes full of rubbish."""
    parts = []
    while length:
        out = np.full(min(block, length), 9.0, dtype=np.float32)
        player.render(out)
        parts.append(out)
        length -= len(out)
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def notices(player: Player) -> list[Said]:
    """Everything said so far."""
    said: list[Said] = []
    while not player.notices.empty():
        notice = player.notices.get()
        assert not isinstance(notice, Poke)
        said.append(notice)
    return said


def story(said: list[Said]) -> list[str]:
    """Notices in short: "began 1", "finished 1", "dropped 2"."""
    names = {Began: "began", Finished: "finished", Dropped: "dropped"}
    return [f"{names[type(n)]} {n.utterance.segment.id}" for n in said]
