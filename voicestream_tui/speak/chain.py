"""Several speech engines in order: which of them works, and which is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from voicestream_tui.errors import EngineError
from voicestream_tui.registry import Registry
from voicestream_tui.speak.base import Speaker

_ERRORS = 3
"""In a row; one odd sentence must not cost the user a good voice."""
_PAUSE = 60.0
_LONGEST_PAUSE = 900.0


def engine_names(wanted: str) -> tuple[str, ...]:
    """The engines that a setting such as "piper, openjtalk" names, each once."""
    names = (name.strip() for name in wanted.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def check_engines(speakers: Registry[Speaker], wanted: str) -> None:
    """Tell early, without importing anything, that a name is wrong.

    Raises:
        EngineError: a name is unknown, or there is none.
    """
    for name in engine_names(wanted) or (wanted,):
        speakers.check(name)


def _none(name: str) -> Speaker:
    raise EngineError(f'There is no speech engine "{name}" here.')


@dataclass(frozen=True, slots=True)
class SpeakerChoice:
    """The speech engines of a run."""

    chain: tuple[str, ...]
    """Names; the first that works speaks."""
    make: Callable[[str], Speaker] = _none
    """Called in the thread that will own the engine."""
    others: tuple[str, ...] = ()
    """Those whose voices can be chosen besides, while the program runs."""


@dataclass(slots=True)
class _State:
    errors: int = 0
    pause: float = _PAUSE
    resting_until: float = field(default=float("-inf"))
    left: bool = False


class EngineHealth:
    """Remembers which engines fail. After three errors in a row an engine rests for a minute.

    Each time that it fails again it rests for twice as long, at most a quarter of an hour.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[str, _State] = {}

    def usable(self, engine: str) -> bool:
        """Whether the engine does not rest."""
        return self._state(engine).resting_until <= self._clock()

    def is_left(self, engine: str) -> bool:
        """Whether the engine was left and has not worked since."""
        return self._state(engine).left

    def failed(self, engine: str) -> bool:
        """Count an error; True if that makes one too many: then call `leave`."""
        state = self._state(engine)
        state.errors += 1
        return state.errors >= _ERRORS

    def leave(self, engine: str) -> tuple[bool, float]:
        """Let an engine rest; gives whether that is news, and for how many seconds."""
        state = self._state(engine)
        news, pause = not state.left, state.pause
        state.left, state.errors = True, 0
        state.resting_until = self._clock() + pause
        state.pause = min(2 * pause, _LONGEST_PAUSE)
        return news, pause

    def works(self, engine: str) -> bool:
        """Note that an engine works; True if it had been left."""
        news = self._state(engine).left
        self._states[engine] = _State()
        return news

    def _state(self, engine: str) -> _State:
        return self._states.setdefault(engine, _State())
