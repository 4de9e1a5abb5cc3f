"""Clips in, blocks out: the clock, the order, pause, mute, fades. Knows no device.

Every interruption is free of clicks: what is cut off (a cancelled utterance, a voice that ran
dry) is followed by its own last 10 ms, backwards and fading, so that no queued sample is needed
for the fade. Pause fades over the next 10 ms of the sentence, which are played by that;
resuming goes on with the sample after them: each sample is rendered exactly once.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from voicestream_tui.audio.meter import Meter
from voicestream_tui.audio.ramp import Limiter, Ramp
from voicestream_tui.audio.tracks import Track, Tracks
from voicestream_tui.model import Clip, PlayerState, Samples, Utterance

CHUNK = 1024
"""Samples mixed in one go; longer blocks are made of several, each looking for cancellations."""


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


PlayerNotice = Began | Finished | Dropped


class Player:
    """Plays utterances one after another, joined to the sample.

    Any thread may call any method. `render` belongs to the output's thread; it holds the lock
    for the microseconds that a chunk takes and does nothing that waits or grows.

    Every utterance that was enqueued or finished gets exactly one `Finished` or `Dropped`.
    Utterances come one after another: the first clip of a new one ends the one before it.

    Args:
        sample_rate: Hz of all clips and of the blocks.
        fade: Seconds that a fade of pause, mute, volume and cancellation takes.
        clock: What notices are stamped with.
    """

    def __init__(
        self,
        sample_rate: int = 48000,
        fade: float = 0.010,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sample_rate = sample_rate
        self.notices: queue.SimpleQueue[PlayerNotice] = queue.SimpleQueue()
        self._clock = clock
        self._changed = threading.Condition(threading.Lock())
        self._restretching = threading.Lock()
        self._tracks = Tracks()
        self._leaving: list[Utterance] = []
        self._wakes = 0
        self._room_wanted = 0.0

        length = max(1, round(fade * sample_rate))
        self._hold = Ramp(length)
        self._master = Ramp(length)
        self._limiter = Limiter(CHUNK)
        self._meter = Meter(sample_rate)
        self._falling = np.linspace(1.0, 0.0, length + 2, dtype=np.float32)[1:-1]
        self._past = np.zeros(length, dtype=np.float32)
        self._echo = np.zeros(length, dtype=np.float32)
        self._echo_left = 0
        self._gap = 0
        self._gap_after: Utterance | None = None
        self._fraction = (0.0, 0.0)
        self._paused = False
        self._muted = False
        self._volume = 1.0
        self._dry = False
        self._starved = 0

    # --- what is to be played --------------------------------------------------------------

    def enqueue(self, clip: Clip) -> None:
        """Append a clip. One without samples is ignored, as are late ones of a dropped utterance.

        Raises:
            ValueError: the samples are not float32 of shape (n,), or the utterance has ended.
        """
        samples = clip.samples
        if samples.ndim != 1 or samples.dtype != np.float32:
            raise ValueError(
                f"a clip must be float32 of shape (n,), not {samples.dtype} {samples.shape}"
            )
        if not len(samples):
            return
        if not np.isfinite(samples).all():
            clip = replace(clip, samples=np.nan_to_num(samples, posinf=1.0, neginf=-1.0))
        with self._changed:
            self._tracks.add(clip)
            self._changed.notify_all()

    def finish(self, utterance: Utterance, gap: float) -> None:
        """Mark the end of an utterance, and `gap` seconds of silence before the next one."""
        with self._changed:
            self._tracks.end(utterance, round(gap * self.sample_rate))
            self._changed.notify_all()

    def restretch(self, speed: float, stretch: Callable[[Samples, float], Samples]) -> None:
        """Give all clips of which nothing was played the sound `stretch(clip.original, speed)`.

        The stretching happens in the caller's thread while the player goes on; a clip that
        begins meanwhile stays as it is. Clips without an original stay too.
        """
        with self._restretching:
            with self._changed:
                waiting = [(t, clip) for t in self._tracks for clip in t.clips]
            for track, old in reversed(waiting):
                if old.original is None or track.utterance.cancelled:
                    continue
                new = replace(old, samples=stretch(old.original, speed))
                if not len(new.samples):
                    continue
                with self._changed:
                    track.replace(old, new)

    # --- waiting ----------------------------------------------------------------------------

    @property
    def queued_seconds(self) -> float:
        """Seconds of sound waiting, the rest of the current utterance included."""
        with self._changed:
            return self._queued()

    @property
    def idle(self) -> bool:
        """Nothing sounds and nothing waits. A gap after the last utterance does not count."""
        with self._changed:
            return self._is_idle()

    def wait_for_room(self, ahead: float, give_up: Callable[[], bool]) -> bool:
        """Block until fewer than `ahead` seconds are queued (True) or `give_up()` (False).

        `give_up` is asked at the beginning and after each `wake()`, without the lock held.
        """
        while True:
            with self._changed:
                seen = self._wakes
            if give_up():
                return False
            with self._changed:
                while self._queued() >= ahead and self._wakes == seen:
                    self._room_wanted = max(self._room_wanted, ahead)
                    self._changed.wait()
                if self._wakes == seen:
                    return True

    def wait_until_idle(self, timeout: float | None = None) -> bool:
        """Block until idle (True) or for `timeout` seconds (False)."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout)

    def wait_until_due(self, timeout: float) -> bool:
        """Block until `render` has something to do, for `timeout` seconds at most."""
        with self._changed:
            return self._changed.wait_for(self._is_due, timeout)

    def wake(self) -> None:
        """Let all waiters look again, after a cancellation or at the end."""
        with self._changed:
            self._wakes += 1
            self._changed.notify_all()

    @property
    def frames_due(self) -> int:
        """Samples that can be rendered now without running dry; for outputs without a clock."""
        with self._changed:
            if self._echo_left:
                return self._echo_left
            if self._paused and self._hold.value == 0.0:
                return 0
            due = self._gap if self._tracks else 0
            for track in self._tracks:
                if track.utterance.cancelled:
                    return max(due, len(self._falling))
                due += track.remaining
                if not track.ended:
                    break
                due += track.gap
            return due

    # --- controls ---------------------------------------------------------------------------

    def pause(self) -> None:
        """Fade out within the next 10 ms and hold the place."""
        with self._changed:
            self._paused = True
            self._hold.aim(0.0)

    def resume(self) -> None:
        """Go on with the first sample that pause left, fading in."""
        with self._changed:
            self._paused = False
            self._hold.aim(1.0)
            self._changed.notify_all()

    def set_muted(self, muted: bool) -> None:
        """Play on without being heard, or be heard again."""
        with self._changed:
            self._muted = muted
            self._master.aim(0.0 if muted else self._volume)

    def set_volume(self, volume: float) -> None:
        """Set the linear gain; above 1 the limiter keeps loud parts within full scale.

        Raises:
            ValueError: not a number of at least 0.
        """
        if not 0.0 <= volume < float("inf"):
            raise ValueError(f"the volume must be 0 or more, not {volume}")
        with self._changed:
            self._volume = volume
            self._master.aim(0.0 if self._muted else volume)

    def snapshot(self) -> PlayerState:
        """The state for the meter."""
        with self._changed:
            head = self._tracks.head
            track = head if head is not None and head.begun else None
            return PlayerState(
                segment_id=track.utterance.segment.id if track else None,
                position=track.played / self.sample_rate if track else 0.0,
                duration=track.total / self.sample_rate if track else 0.0,
                fraction=self._fraction if track else (0.0, 0.0),
                queued=self._queued(),
                level=self._meter.level,
                peak=self._meter.peak,
                paused=self._paused,
                muted=self._muted,
                volume=self._volume,
                starved=self._starved,
            )

    # --- the callback's path ----------------------------------------------------------------

    def render(self, out: Samples) -> None:
        """Fill `out`, shape (n,) with any n, with what comes next; silence when nothing does."""
        with self._changed:
            now = self._clock()
            for start in range(0, max(1, len(out)), CHUNK):
                self._mix(out[start : start + CHUNK], now)
            if self._room_wanted and self._queued() < self._room_wanted:
                self._room_wanted = 0.0
                self._changed.notify_all()

    def _mix(self, block: Samples, now: float) -> None:
        self._drop_cancelled(now)
        filled = 0
        while filled < len(block):
            filled += self._fill(block[filled:], now)
        self._retire(now)
        self._master.apply(block)
        self._meter.measure(block, self._limiter.apply(block))

    def _fill(self, block: Samples, now: float) -> int:
        """Write the next stretch of one nature; returns its length (0: state changed only)."""
        if self._echo_left:
            return self._fill_echo(block, now)
        self._retire(now)
        track = self._tracks.head
        playing = track is not None and track.begun and not self._dry and not self._gap
        if self._paused and (not playing or self._hold.value == 0.0):
            self._hold.jump(0.0)
            return self._fill_silence(block)
        if self._gap:
            filled = self._fill_silence(block[: self._gap])
            self._gap -= filled
            return filled
        if track is None:
            return self._fill_silence(block)
        if not track.clips:
            return self._run_dry(block)
        return self._fill_sound(block, track, now)

    def _fill_sound(self, block: Samples, track: Track, now: float) -> int:
        if not track.begun:
            track.begun = True
            self._hold.jump(1.0)
            self._past.fill(0.0)
            self.notices.put(Began(track.utterance, now))
        elif self._dry:
            self._hold.jump(0.0)
            self._hold.aim(1.0)
        self._dry = False
        most = min(len(block), self._hold.left) if self._paused else len(block)
        clip = track.clips[0]
        self._fraction = (clip.start, clip.end)
        part = track.read(most)
        block = block[: len(part)]
        block[:] = part
        self._hold.apply(block)
        self._remember(block)
        return len(part)

    def _fill_silence(self, block: Samples) -> int:
        block.fill(0.0)
        self._past.fill(0.0)
        return len(block)

    def _run_dry(self, block: Samples) -> int:
        if self._dry:
            return self._fill_silence(block)
        self._dry = True
        self._starved += 1
        self._start_echo()
        return 0

    def _fill_echo(self, block: Samples, now: float) -> int:
        start = len(self._echo) - self._echo_left
        part = self._echo[start : start + len(block)]
        block[: len(part)] = part
        self._echo_left -= len(part)
        if not self._echo_left:
            self._say_dropped(now)
        return len(part)

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

    def _drop_cancelled(self, now: float) -> None:
        if self._gap and self._gap_after is not None and self._gap_after.cancelled:
            self._gap = 0
        head = self._tracks.head
        dropped = self._tracks.drop_cancelled()
        if not dropped:
            return
        self._leaving.extend(track.utterance for track in dropped)
        if dropped[0] is head:
            self._gap = 0
            self._dry = False
            if head.begun and not self._echo_left:
                self._start_echo()
        if not self._echo_left:
            self._say_dropped(now)

    def _say_dropped(self, now: float) -> None:
        for utterance in self._leaving:
            self.notices.put(Dropped(utterance, now))
        self._leaving.clear()
        if self._is_idle():
            self._changed.notify_all()

    def _retire(self, now: float) -> None:
        while track := self._tracks.retire():
            self._dry = False
            if track.begun:
                self._gap = track.gap
                self._gap_after = track.utterance
            cancelled = track.utterance.cancelled
            self.notices.put((Dropped if cancelled else Finished)(track.utterance, now))
            if self._is_idle():
                self._changed.notify_all()

    # --- asked with the lock held -------------------------------------------------------------

    def _queued(self) -> float:
        return self._tracks.remaining / self.sample_rate

    def _is_idle(self) -> bool:
        return not self._tracks and not self._echo_left

    def _is_due(self) -> bool:
        if self._echo_left:
            return True
        if any(track.utterance.cancelled for track in self._tracks):
            return True
        if self._paused and self._hold.value == 0.0:
            return False
        head = self._tracks.head
        return head is not None and bool(head.clips or head.ended)
