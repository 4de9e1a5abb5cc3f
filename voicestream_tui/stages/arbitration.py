"""Several programs, one voice: takes it when there is something to say, gives it back after.

The player's gate is shut unless this program has the voice. All of that happens in a thread of
its own: the audio callback touches no file.

The voice is kept while there is something to say, and given back

- when nothing was heard for a while;
- when the user pauses or mutes: who is muted needs no voice and goes on unheard;
- after the sentence that sounds, when somebody of a higher priority waits for it, or of the same
  priority after a turn or a long monologue.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from voicestream_tui.audio.gate import Need, VoiceGate
from voicestream_tui.audio.voice_lock import LEASE, VoiceLock

log = logging.getLogger(__name__)

POLL = 0.03
"""Seconds between two looks of who waits."""
TICK = 0.05
"""Seconds between two looks of who speaks."""
LINGER = 0.5
"""Seconds of silence after which the voice is given back..."""
PATIENCE = 3.0
"""...and while more is being made: an engine may be slow, but it may also hang."""
MONOLOGUE = 60.0
"""Seconds after which others of the same priority have their turn."""
BREATH = 0.15
"""Seconds of silence between two programs."""


class Arbitration:
    """Opens and shuts a player's gate for the life of its thread."""

    def __init__(
        self,
        gate: VoiceGate,
        lock: VoiceLock,
        *,
        latency: Callable[[], float],
        expecting: Callable[[], bool],
        on_waiting: Callable[[str], None],
        on_granted: Callable[[], None],
        on_problem: Callable[[str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Shut the gate; `run()` does the work in the calling thread.

        Args:
            latency: seconds from rendering a sample to hearing it.
            expecting: whether more speech is in the making.
            on_waiting: gets who speaks when waiting for the voice begins or the speaker changes,
                and "" when it ends.
            on_granted: called when the voice was got after waiting.
            on_problem: gets (message, hint) if the voice can't be shared; then all is spoken.
            clock: seconds, that of the player and the lock.
        """
        self._gate = gate
        self._lock = lock
        self._latency = latency
        self._expecting = expecting
        self._on_waiting = on_waiting
        self._on_granted = on_granted
        self._on_problem = on_problem
        self._clock = clock
        self._closing = threading.Event()
        self._by = ""
        gate.hold()

    def close(self) -> None:
        """Make `run()` end and give the voice back, once nothing is rendered any more."""
        self._closing.set()
        self._gate.look_again()

    def run(self) -> None:
        """Take and give the voice until closed."""
        try:
            self._lock.open()
            while self._gate.wait_until_needed(self._closing.is_set):
                if self._wait_for_turn():
                    self._speak()
        except OSError as error:
            log.exception("the voice can't be shared")
            self._on_problem(
                f"The voice can't be shared with other programs: {error}.",
                "Several at once talk over each other; audio.share_voice = false keeps this quiet.",
            )
        finally:
            self._give()
            self._lock.leave()
            self._tell("")
            if not self._closing.is_set():
                self._gate.let_sound()

    def _wait_for_turn(self) -> bool:
        """Take the voice as soon as it is this program's turn; False if it needs it no more."""
        while (need := self._gate.need()).sound and not self._closing.is_set():
            if self._lock.take(need.urgent, self._tail()):
                waited = bool(self._by)
                quiet = self._lock.quiet_until - self._clock()
                if quiet > 0.0 and self._closing.wait(quiet):
                    return False
                self._tell("")
                if waited:
                    self._on_granted()
                return True
            if by := self._lock.speaker():
                self._tell(by)
            self._closing.wait(POLL)
        self._lock.leave()
        self._tell("")
        return False

    def _speak(self) -> None:
        """Let sound until the voice is to be given back, and give it."""
        began = self._clock()
        leaving = False
        while True:
            now = self._clock()
            if not self._lock.renew():
                log.warning("the voice was taken away")
                self._gate.hold()
                return
            (self._gate.stay if leaving else self._gate.let_sound)(now + LEASE)
            if self._closing.wait(TICK):
                return
            need = self._gate.need()
            silence = self._clock() - max(began, self._gate.heard_until)
            if need.unfinished and not need.sound and silence >= PATIENCE:
                self._gate.hold()  # who makes the rest of the sentence, hangs
                leaving = True
            elif not leaving and self._others_turn(need, self._clock() - began):
                self._gate.let_end()
                leaving = True
            if (leaving or need.unheard or self._is_over(need, silence)) and self._gate.shut():
                self._give()
                return

    def _others_turn(self, need: Need, spoken: float) -> bool:
        """Whether somebody waits who comes before what follows the sentence that sounds."""
        wanted = self._lock.wanted() if need.unfinished else None
        if wanted is None:
            return False
        mine = self._lock.level(need.urgent_next)
        return wanted > mine or (wanted == mine and (spoken >= MONOLOGUE or need.turn_over))

    def _is_over(self, need: Need, silence: float) -> bool:
        patience = PATIENCE if self._expecting() else LINGER
        return not need.unfinished and silence >= patience

    def _give(self) -> None:
        """Give the voice back; the next may begin when the device's buffer is empty."""
        self._lock.give(self._gate.heard_until + self._tail())

    def _tail(self) -> float:
        return self._latency() + BREATH

    def _tell(self, by: str) -> None:
        if by != self._by:
            self._by = by
            self._on_waiting(by)
