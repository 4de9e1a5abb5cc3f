"""The voices of all engines that can be chosen, as far as they are known."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.blend import is_blend, voices_in
from voicestream_tui.speak.chain import SpeakerChoice

log = logging.getLogger(__name__)


class VoiceList:
    """Keeps what engines say, in the order of the chain, the other engines behind.

    May be read from any thread.
    """

    def __init__(self, choice: SpeakerChoice) -> None:
        self._chain = choice.chain
        self.engines = tuple(dict.fromkeys((*choice.chain, *choice.others)))
        """All that can be asked."""
        self._known: dict[str, tuple[Voice, ...]] = {}

    def put(self, engine: str, voices: Sequence[Voice]) -> None:
        """Note an engine's voices, in place of those known before."""
        self._known[engine] = tuple(voices)

    def missing(self) -> list[str]:
        """The engines of which nothing is known."""
        return [engine for engine in self.engines if engine not in self._known]

    def all(self) -> list[Voice]:
        """Every voice that is known."""
        known = dict(self._known)
        return [voice for engine in self.engines for voice in known.get(engine, ())]

    def order(self, wanted: str, ask: Callable[[str], Sequence[Voice]]) -> list[str] | None:
        """The engines of the chain, the one that has the wanted voice first.

        Args:
            wanted: id, key ("piper:anna") or path of a voice, or a mixture of voices; "" = any.
            ask: gives the voices of an engine; it may raise, then the engine has none.

        Returns:
            None if no engine has the voice; all have been asked then.
        """
        if not wanted:
            return list(self._chain)
        engine = wanted.partition(":")[0]
        for candidate in [engine] if engine in self.engines else self.engines:
            if candidate not in self._known:
                self.put(candidate, _asked(candidate, ask))
            if _has(self._known[candidate], candidate, wanted):
                return [candidate, *(name for name in self._chain if name != candidate)]
        return None


def _asked(engine: str, ask: Callable[[str], Sequence[Voice]]) -> Sequence[Voice]:
    try:
        return ask(engine)
    except Exception as error:
        log.info("the voices of %s are not known: %r", engine, error)
        return ()


def _has(voices: Sequence[Voice], engine: str, wanted: str) -> bool:
    """Whether a voice is among those of an engine, or all voices of a mixture are."""
    if any(is_named(voice, wanted) for voice in voices):
        return True
    if not is_blend(wanted):
        return False
    try:
        names = voices_in(wanted.removeprefix(f"{engine}:"))
    except EngineError:
        return False
    return all(any(is_named(voice, name) for voice in voices) for name in names)


def is_named(voice: Voice, wanted: str) -> bool:
    """Whether settings mean this voice: by id, key or path; "" means any."""
    return wanted in ("", voice.id, voice.key, str(voice.path))
