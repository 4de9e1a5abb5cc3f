"""The callback's path: tracks to samples. Not thread-safe; the player holds its lock.

Nothing here waits, logs, or takes longer the longer it runs; the scratch is made once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum

import numpy as np

from voicestream_tui.audio.meter import Meter
from voicestream_tui.audio.notices import Began, Dropped, Finished, PlayerNotice
from voicestream_tui.audio.ramp import Limiter, Ramp
from voicestream_tui.audio.tracks import Track, Tracks
from voicestream_tui.model import Samples, Utterance

CHUNK = 1024
"""Samples mixed in one go; longer blocks are made of several, each looking for cancellations."""


class Gate(Enum):
    """Whether what is due may sound; a reason for silence beside the user's pause."""

    OPEN = "open"
    LAST = "last"
    """What sounds may end, no other utterance begins."""
    SHUT = "shut"


class Mixer:
    """Plays tracks in order, without a click at whatever interrupts them.

    What is cut off (a cancelled utterance, a voice that ran dry) is followed by an echo: its own
    last 10 ms, backwards and fading. So a fade needs no sample that may not exist. A pause fades
    over the sentence's next 10 ms, and resuming goes on with the sample after them. A gate that is
    shut does the same, but the silence after an utterance goes by meanwhile.

    Args:
        tracks: The queue; the mixer takes from it.
        fade: Samples of a fade.
        sample_rate: Hz, for the meter.
        say: Takes notices; must not wait.
    """

    def __init__(
        self, tracks: Tracks, fade: int, sample_rate: int, say: Callable[[PlayerNotice], None]
    ) -> None:
        self.meter = Meter(sample_rate)
        self.starved = 0
        self.fraction = (0.0, 0.0)
        """The part of the text that the clip which sounded last speaks."""
        self.paused = False
        self.gate = Gate.OPEN
        self.heard = 0.0
        """When the last block that was not silent had been rendered, plus its length."""
        self.gap = 0
        """Samples of silence still due before the next utterance."""
        self._tracks = tracks
        self._say = say
        self._now = 0.0
        self._rate = sample_rate
        self._hold = Ramp(fade)
        self._master = Ramp(fade)
        self._limiter = Limiter(CHUNK)
        self._falling = np.linspace(1.0, 0.0, fade + 2, dtype=np.float32)[1:-1]
        self._past = np.zeros(fade, dtype=np.float32)
        self._echo = np.zeros(fade, dtype=np.float32)
        self._echo_left = 0
        self._gap_after: Utterance | None = None
        self._leaving: list[Utterance] = []
        self._dry = False
        self._aside: deque[Samples] = deque()

    @property
    def aside(self) -> int:
        """Samples of what is said beside the queue that are still to be written."""
        return sum(map(len, self._aside))

    def cut_in(self, samples: Samples) -> None:
        """Say something beside the queue, at once and whether paused or not; it goes on behind."""
        self.hush()
        track = self._tracks.head
        if track is not None and track.begun and not self._dry:
            self._start_echo()
            self._dry = True  # so that it fades in again
        self._aside.append(samples)

    def hush(self) -> None:
        """Break off what is said beside the queue, with a fade."""
        if self._aside:
            self._aside.clear()
            self._start_echo()

    @property
    def holding(self) -> bool:
        """Nothing may sound now, and the fade to that is over."""
        if self._echo_left or (self.gate is Gate.OPEN and not self.paused):
            return False
        if self._aside and self.gate is not Gate.SHUT:
            return False
        head = self._tracks.head
        if head is None or not head.begun:
            return True
        return self._stopped and self._hold.value == 0.0

    @property
    def inaudible(self) -> bool:
        """Whatever is played, nothing of it is heard."""
        return self._master.value == self._master.target == 0.0

    @property
    def fading(self) -> int:
        """Samples of an echo that are still to be written."""
        return self._echo_left

    def pause(self, paused: bool) -> None:
        self.paused = paused
        self._aim()

    def set_gate(self, gate: Gate, *, at_once: bool = False) -> None:
        """Open or shut; with `at_once` not even a fade is heard of what goes on."""
        if gate is Gate.SHUT is not self.gate and self._aside:
            self._start_echo()
        self.gate = gate
        self._aim()
        if at_once and self._stopped:
            self._hold.jump(0.0)
            self._past.fill(0.0)
            self._echo_left = 0
            self._say_dropped()

    @property
    def _stopped(self) -> bool:
        return self.paused or self.gate is Gate.SHUT

    def _aim(self) -> None:
        self._hold.aim(0.0 if self._stopped else 1.0)

    def set_gain(self, gain: float, *, at_once: bool = False) -> None:
        self._master.aim(gain)
        if at_once:
            self._master.jump(gain)

    def mix(self, out: Samples, now: float) -> None:
        """Fill `out`; `now` is what notices are stamped with."""
        self._now = now
        for start in range(0, max(1, len(out)), CHUNK):
            block = out[start : start + CHUNK]
            self._drop_cancelled()
            filled = 0
            while filled < len(block):
                filled += self._fill(block[filled:])
            self._retire()
            self._master.apply(block)
            peak = self._limiter.apply(block)
            self.meter.measure(block, peak)
            if peak:
                self.heard = now + len(out) / self._rate
        self.meter.publish()

    def _fill(self, block: Samples) -> int:
        """Write the next stretch of one nature; returns its length (0: only the state changed)."""
        if self._echo_left:
            return self._fill_echo(block)
        if self._aside and self.gate is not Gate.SHUT:
            return self._fill_aside(block)
        self._retire()
        track = self._tracks.head
        sounding = track is not None and track.begun and not self._dry
        silent = self._stopped and (not sounding or self._hold.value == 0.0)
        if silent:
            self._hold.jump(0.0)
        if silent and self.paused:
            return self._fill_silence(block)
        if self.gap:
            filled = self._fill_silence(block[: self.gap])
            self.gap -= filled
            return filled
        if silent or track is None or (self.gate is Gate.LAST and not track.begun):
            return self._fill_silence(block)
        if not track.clips:
            return self._run_dry(block)
        return self._fill_sound(block, track)

    def _fill_sound(self, block: Samples, track: Track) -> int:
        if not track.begun:
            track.begun = True
            self._hold.jump(1.0)
            self._past.fill(0.0)
            self._say(Began(track.utterance, self._now))
        elif self._dry:
            self._hold.jump(0.0)
            self._hold.aim(1.0)
        self._dry = False
        clip = track.clips[0]
        self.fraction = (clip.start, clip.end)
        part = track.read(min(len(block), self._hold.left) if self._stopped else len(block))
        block = block[: len(part)]
        block[:] = part
        self._hold.apply(block)
        self._remember(block)
        return len(part)

    def _fill_aside(self, block: Samples) -> int:
        samples = self._aside.popleft()
        part = samples[: len(block)]
        if len(part) < len(samples):
            self._aside.appendleft(samples[len(part) :])
        block = block[: len(part)]
        block[:] = part
        self._remember(block)
        if not self._aside:
            self._past.fill(0.0)
        return len(part)

    def _fill_silence(self, block: Samples) -> int:
        block.fill(0.0)
        self._past.fill(0.0)
        return len(block)

    def _fill_echo(self, block: Samples) -> int:
        start = len(self._echo) - self._echo_left
        part = self._echo[start : start + len(block)]
        block[: len(part)] = part
        self._echo_left -= len(part)
        if not self._echo_left:
            self._say_dropped()
        return len(part)

    def _run_dry(self, block: Samples) -> int:
        if self._dry:
            return self._fill_silence(block)
        if self._stopped:
            self._hold.jump(0.0)
        else:
            self._dry = True
            self.starved += 1
        self._start_echo()
        return 0

    def _start_echo(self) -> None:
        if self._past.any():
            np.multiply(self._past[::-1], self._falling, out=self._echo)
            self._echo_left = len(self._echo)
            self._past.fill(0.0)

    def _remember(self, block: Samples) -> None:
        length = len(self._past)
        if len(block) >= length:
            self._past[:] = block[-length:]
        elif len(block):
            self._past[: -len(block)] = self._past[len(block) :]
            self._past[-len(block) :] = block

    def _drop_cancelled(self) -> None:
        if self.gap and self._gap_after is not None and self._gap_after.cancelled:
            self.gap = 0
        head = self._tracks.head
        dropped = self._tracks.drop_cancelled()
        if not dropped:
            return
        self._leaving.extend(track.utterance for track in dropped)
        if dropped[0] is head:
            self.gap = 0
            self._dry = False
            if head.begun and not self._aside:  # else it is silent already
                self._start_echo()
        if not self._echo_left:
            self._say_dropped()

    def _say_dropped(self) -> None:
        for utterance in self._leaving:
            self._say(Dropped(utterance, self._now))
        self._leaving.clear()

    def _retire(self) -> None:
        while track := self._tracks.retire():
            self._dry = False
            if track.begun:
                self.gap = track.gap
                self._gap_after = track.utterance
            ending = Dropped if track.utterance.cancelled else Finished
            self._say(ending(track.utterance, self._now))
