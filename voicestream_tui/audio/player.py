"""Clips in, blocks out: the queue, the clock, the controls. Knows no device."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from voicestream_tui.audio.gate import VoiceGate
from voicestream_tui.audio.mixer import Mixer
from voicestream_tui.audio.notices import Began, Dropped, Finished, PlayerNotice
from voicestream_tui.audio.tracks import Tracks
from voicestream_tui.model import Clip, PlayerState, Samples, Utterance

__all__ = ["Began", "Dropped", "Finished", "Player", "PlayerNotice"]


class Player:
    """Plays utterances one after another, joined to the sample.

    Any thread may call any method. `render` belongs to the output's thread; it holds the lock
    for the microseconds that a block takes and does nothing that waits or grows.

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
        """What happened, in order. The player never puts a `Poke`; a reader's owner may."""
        self._clock = clock
        self._changed = threading.Condition(threading.Lock())
        self._restretching = threading.Lock()
        self._tracks = Tracks()
        self._mixer = Mixer(
            self._tracks, max(1, round(fade * sample_rate)), sample_rate, self.notices.put
        )
        self.gate = VoiceGate(self._changed, self._tracks, self._mixer)
        """Opened and shut by who arbitrates between programs; open if nobody does."""
        self._muted = False
        self._volume = 1.0
        self._wakes = 0
        self._room_wanted = 0.0
        self._was_idle = True

    # --- what is to be played --------------------------------------------------------------

    def enqueue(self, clip: Clip) -> None:
        """Append a clip. One without samples is ignored, as are late ones of a dropped utterance.

        Samples that are not finite numbers are made so; nobody else may change the array later.

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
            self._was_idle = False
            self._changed.notify_all()

    def finish(self, utterance: Utterance, gap: float) -> None:
        """Mark the end of an utterance, and `gap` seconds of silence before the next one."""
        with self._changed:
            self._tracks.end(utterance, round(gap * self.sample_rate))
            self._was_idle = False
            self._changed.notify_all()

    def restretch(self, speed: float, stretch: Callable[[Samples, float], Samples]) -> None:
        """Give all clips of which nothing was played the sound `stretch(clip.original, speed)`.

        The stretching happens in the caller's thread while the player goes on; a clip that
        begins meanwhile stays as it is. Clips without an original stay too.
        """
        with self._restretching:
            with self._changed:
                waiting = [(track, clip) for track in self._tracks for clip in track.clips]
            for track, old in waiting:
                if old.original is None or track.utterance.cancelled:
                    continue
                new = replace(old, samples=stretch(old.original, speed))
                if len(new.samples):
                    with self._changed:
                        track.replace(old, new)

    def say_aside(self, samples: Samples) -> None:
        """Play something at once, beside the queue, in place of what was said aside before.

        What sounds is cut off with a fade and goes on behind it with the very next sample. It is
        heard while paused as well, but not while muted or while another program speaks.

        Args:
            samples: float32, shape (n,), at the player's rate.

        Raises:
            ValueError: the samples are something else.
        """
        if samples.ndim != 1 or samples.dtype != np.float32:
            raise ValueError(f"float32 of shape (n,), not {samples.dtype} {samples.shape}")
        finite = np.nan_to_num(samples, posinf=1.0, neginf=-1.0)
        with self._changed:
            self._mixer.cut_in(finite)
            self._was_idle = False
            self._changed.notify_all()

    def hush_aside(self) -> None:
        """Break off what is said beside the queue."""
        with self._changed:
            self._mixer.hush()
            self._changed.notify_all()

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
        """Block until `render` has something to do (True); False after `timeout` s or `wake()`."""
        with self._changed:
            seen = self._wakes
            self._changed.wait_for(lambda: self._is_due() or self._wakes != seen, timeout)
            return self._is_due()

    def wake(self) -> None:
        """Let all waiters look again, after a cancellation or at the end."""
        with self._changed:
            self._wakes += 1
            self._changed.notify_all()

    @property
    def frames_due(self) -> int:
        """Samples that can be rendered without running dry; for outputs without a clock.

        Render a block of length 0 before asking: it removes what was cancelled.
        """
        with self._changed:
            aside = 0 if self.gate.is_shut else self._mixer.aside
            if self._mixer.fading or aside or self._mixer.holding:
                return self._mixer.fading + aside
            due = 0
            gap = self._mixer.gap
            for track in self._tracks:
                if track.utterance.cancelled:
                    break
                if track.remaining:
                    due += gap + track.remaining
                    gap = 0
                if not track.ended:
                    break
                if track.total:
                    gap = track.gap
            return due

    # --- controls ---------------------------------------------------------------------------

    def pause(self) -> None:
        """Fade out over the next 10 ms and hold the place."""
        with self._changed:
            self._mixer.pause(True)

    def resume(self) -> None:
        """Go on with the first sample that the pause left, fading in."""
        with self._changed:
            self._mixer.pause(False)
            self._changed.notify_all()

    def set_muted(self, muted: bool) -> None:
        """Play on without being heard, or be heard again."""
        with self._changed:
            self._muted = muted
            self.gate.set_gain(0.0 if muted else self._volume)
            self._changed.notify_all()

    def set_volume(self, volume: float) -> None:
        """Set the linear gain; above 1 a limiter keeps loud parts within full scale.

        Raises:
            ValueError: not a finite number of at least 0.
        """
        if not 0.0 <= volume < float("inf"):
            raise ValueError(f"the volume must be 0 or more, not {volume}")
        with self._changed:
            self._volume = volume
            self.gate.set_gain(0.0 if self._muted else volume)
            self._changed.notify_all()

    def snapshot(self) -> PlayerState:
        """The state for the meter."""
        with self._changed:
            head, mixer = self._tracks.head, self._mixer
            track = head if head is not None and head.begun else None
            return PlayerState(
                segment_id=track.utterance.segment.id if track else None,
                position=track.played / self.sample_rate if track else 0.0,
                duration=track.total / self.sample_rate if track else 0.0,
                fraction=mixer.fraction if track else (0.0, 0.0),
                queued=self._queued(),
                level=mixer.meter.level,
                peak=mixer.meter.peak,
                paused=mixer.paused,
                muted=self._muted,
                volume=self._volume,
                starved=mixer.starved,
            )

    # --- the output's side ------------------------------------------------------------------

    def render(self, out: Samples) -> None:
        """Fill `out`, shape (n,) with any n, with what comes next; silence when nothing does."""
        with self._changed:
            now = self._clock()
            self.gate.look(now)
            self._mixer.mix(out, now)
            room = bool(self._room_wanted) and self._queued() < self._room_wanted
            idle = not self._was_idle and self._is_idle()
            if room:
                self._room_wanted = 0.0
            if idle:
                self._was_idle = True
            if room or idle:
                self._changed.notify_all()

    # --- asked with the lock held -----------------------------------------------------------

    def _queued(self) -> float:
        return self._tracks.remaining / self.sample_rate

    def _is_idle(self) -> bool:
        return not self._tracks and not self._mixer.fading and not self._mixer.aside

    def _is_due(self) -> bool:
        if self._mixer.fading or any(track.utterance.cancelled for track in self._tracks):
            return True
        if self._mixer.aside and not self.gate.is_shut:
            return True
        head = self._tracks.head
        return not self._mixer.holding and head is not None and bool(head.clips or head.ended)
