"""The player's gate: what is due sounds only while this program has the voice.

A second reason for silence beside the user's pause, independent of it. Who is muted needs no
voice: then everything goes on unheard, whatever the gate is, and the moment it is to be heard
again the gate holds it.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from voicestream_tui.audio.mixer import Gate, Mixer
from voicestream_tui.audio.tracks import Tracks


@dataclass(frozen=True, slots=True)
class Need:
    """What the player would do with the voice."""

    sound: bool = False
    """Something is due that would be heard."""
    unheard: bool = False
    """Paused or muted."""
    urgent: bool = False
    """What is due first comes before everything else."""
    urgent_next: bool = False
    """What would begin next comes before everything else."""
    unfinished: bool = False
    """An utterance is in the queue, though the rest of it may still be in the making."""
    turn_over: bool = False
    """What sounds is the last of its turn, or of what is urgent, and something else follows."""


class VoiceGate:
    """Opens and shuts; made open. Any thread may call the public methods.

    Args:
        changed: The player's lock and its signal.
        tracks: What is due.
        mixer: What sounds.
    """

    def __init__(self, changed: threading.Condition, tracks: Tracks, mixer: Mixer) -> None:
        self._changed = changed
        self._tracks = tracks
        self._mixer = mixer
        self._gate = Gate.OPEN
        self._gain = 1.0
        self._until = math.inf
        self._looks = 0

    def let_sound(self, until: float = math.inf) -> None:
        """Open, at most until a time of the player's clock: then it shuts by itself.

        What has not begun begins with its first sample; what was held in its middle fades in.
        """
        with self._changed:
            self._set(Gate.OPEN)
            self._until = until
            self._changed.notify_all()

    def stay(self, until: float) -> None:
        """If it is not shut, it may stay so until then."""
        with self._changed:
            if self._gate is not Gate.SHUT:
                self._until = until

    def let_end(self) -> None:
        """Let what sounds now come to its end, and begin nothing else."""
        with self._changed:
            if self._gate is Gate.OPEN:
                self._set(Gate.LAST)

    def hold(self) -> None:
        """Fade out over the next 10 ms and hold the place."""
        with self._changed:
            self._set(Gate.SHUT)

    def shut(self) -> bool:
        """Shut if nothing sounds now, not even a fade; False (and nothing is done) if it does."""
        with self._changed:
            idle = not self._tracks and not self._mixer.fading and not self._mixer.aside
            if not (idle or self._mixer.holding or self._mixer.inaudible):
                return False
            self._set(Gate.SHUT, at_once=True)
            if not self._gain:
                self._mixer.set_gain(0.0, at_once=True)
            return True

    @property
    def is_shut(self) -> bool:
        """Nothing may sound; with the lock held."""
        return self._mixer.gate is Gate.SHUT

    @property
    def heard_until(self) -> float:
        """When the last sound was over that was rendered, by the player's clock."""
        with self._changed:
            return self._mixer.heard

    def need(self) -> Need:
        with self._changed:
            return self._need()

    def wait_until_needed(self, give_up: Callable[[], bool]) -> bool:
        """Block until there is something to sound (True) or `give_up()` (False).

        `give_up` is asked at the beginning and after each `look_again()`.
        """
        while True:
            with self._changed:
                seen = self._looks
            if give_up():
                return False
            with self._changed:
                while self._looks == seen:
                    if self._need().sound:
                        return True
                    self._changed.wait()

    def look_again(self) -> None:
        """Let `wait_until_needed` ask whether to give up."""
        with self._changed:
            self._looks += 1
            self._changed.notify_all()

    # --- the player's side, its lock held -------------------------------------------------------

    def set_gain(self, gain: float) -> None:
        """Take the loudness over into the mixer; 0 = muted."""
        was_unheard, was_silent = self._mixer.inaudible, self._mixer.holding
        self._gain = gain
        # Of the two ramps none may let through what neither the old nor the new state lets.
        self._set(self._gate, at_once=was_unheard)
        self._mixer.set_gain(gain, at_once=was_silent and not gain)

    def look(self, now: float) -> None:
        """Shut if the time is up that it may be open; before each block."""
        if now > self._until:
            self._until = math.inf
            self._set(Gate.SHUT, at_once=True)

    def _set(self, gate: Gate, *, at_once: bool = False) -> None:
        self._gate = gate
        if gate is Gate.SHUT:
            self._until = math.inf
        self._mixer.set_gate(gate if self._gain else Gate.OPEN, at_once=at_once)

    def _need(self) -> Need:
        tracks = [track for track in self._tracks if not track.utterance.cancelled]
        segments = [track.utterance.segment for track in tracks[:2]]
        following = segments[1:] if tracks and tracks[0].begun else segments
        aside = bool(self._mixer.aside and self._gain)
        unheard = not self._gain or (self._mixer.paused and not aside)
        return Need(
            sound=aside or (not unheard and any(track.clips for track in tracks)),
            unheard=unheard,
            urgent=bool(segments) and segments[0].urgent,
            urgent_next=bool(following) and following[0].urgent,
            unfinished=bool(tracks) or aside,
            turn_over=len(segments) == 2
            and tracks[0].begun
            and (segments[0].turn, segments[0].urgent) != (segments[1].turn, segments[1].urgent),
        )
