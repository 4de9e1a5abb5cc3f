"""Which engines and voices the settings mean: asked, tried in order, told if there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.model import Voice
from voicestream_tui.speak.base import Speaker
from voicestream_tui.speak.booth import Booth
from voicestream_tui.speak.voice_files import absolute, find_voice, is_file_name, recognise
from voicestream_tui.stages.booths import Booths
from voicestream_tui.stages.voice_list import VoiceList

_TRIES = 3
"""Voices of an engine; if as many fail, it is hardly the voices, and each may take its time."""


class Candidates:
    """Finds voices, in the stage's thread; `chosen` and `for_subagents` are for engines' threads.

    Args:
        chain: the engines of the settings.
        wanted: the voice of the settings; "" = any.
        voices: what engines list, and where it is noted.
        booths: opens those that have to be asked.
        on_failure: gets an error and what it means.
    """

    def __init__(
        self,
        chain: Sequence[str],
        wanted: str,
        voices: VoiceList,
        booths: Booths,
        on_failure: Callable[[Exception, str], None],
    ) -> None:
        self._chain = chain
        self._wanted = wanted
        self._voices = voices
        self._booths = booths
        self._on_failure = on_failure

    def order(self, wanted: str, asked: dict[str, Booth]) -> list[str] | None:
        """The engines of the chain, the wanted voice's first; None, and told, if there is none.

        The booths of the engines that had to be asked are put into `asked`.
        """
        if is_file_name(wanted):
            return self._order_for_file(wanted)

        def ask(engine: str) -> Sequence[Voice]:
            asked[engine] = self._booths.open(engine)
            return asked[engine].voices()

        engines = self._voices.order(wanted, ask)
        if engines is not None:
            return engines
        names = ", ".join(voice.key for voice in self._voices.all())
        error = EngineError(f"There is no voice {wanted!r}.", f"Installed voices: {names}.")
        self._on_failure(error, "There is no such voice")
        return None

    def _order_for_file(self, wanted: str) -> list[str] | None:
        try:
            engine = recognise(absolute(wanted)).engine
        except EngineError as error:
            self._on_failure(error, "There is no such voice")
            return None
        return [engine, *(name for name in self._chain if name != engine)]

    def first_that_works(self, booth: Booth) -> Voice:
        """Load the wanted voice of an engine, or one of the next; waits for it.

        Raises:
            Exception: what the engine says; of several voices, about the first one.
        """
        problem: EngineError | None = None
        for voice in booth.call(partial(self.chosen, booth.engine))[:_TRIES]:
            try:
                booth.warm_up(voice)
            except EngineError as error:
                problem = problem or error
                continue
            if problem is not None:
                self._on_failure(problem, "The voice failed")
            return voice
        assert problem is not None
        raise problem

    def chosen(self, engine: str, speaker: Speaker) -> list[Voice]:
        """The wanted voice of an engine, or its first, and those that could stand in for it.

        Raises:
            EngineError: the engine has none, or can't list them.
        """
        voices = list(speaker.voices())
        self._voices.put(engine, voices)
        wanted = self._wanted
        found = None
        if not is_file_name(wanted) or recognise(absolute(wanted)).engine == engine:
            found = find_voice(speaker, wanted)
        if found is None and not voices:
            raise EngineError(
                f'The speech engine "{engine}" has no voice.',
                "Install one (voicestream-tui voices), choose another engine, or use --no-audio.",
            )
        first = found or voices[0]
        return [first, *(voice for voice in voices if voice != first and not voice.problem)]

    @staticmethod
    def for_subagents(wanted: str, speaker: Speaker) -> Voice:
        """The voice that sub-agents should have.

        Raises:
            EngineError: the engine does not have it.
        """
        voice = find_voice(speaker, wanted)
        if voice is None:
            raise EngineError(
                f'The speech engine "{speaker.name}" has no voice "{wanted}".',
                "Change tts.subagent_voice; voicestream-tui voices lists the voices.",
            )
        return voice


def none_works(engines: Sequence[str], problems: Sequence[Exception]) -> Exception:
    """One error for all engines of a chain."""
    if len(problems) == 1:
        return problems[0]
    told = [as_told(problem).message for problem in problems]
    return EngineError(
        "\n".join([f"None of the speech engines works ({', '.join(engines)}).", *told]),
        'Add "openjtalk" as the last one of tts.engine: it comes with a voice.',
    )


def left_for_now(what: str, error: Exception, pause: float) -> EngineError:
    """That something which failed is not used for some seconds."""
    told = as_told(error)
    return EngineError(
        f"The {what} is left for now. {told.message}",
        f"{told.hint} It is tried again in {pause:.0f} seconds.".strip(),
    )


def as_told(error: Exception) -> VoicestreamError:
    """An error as the user reads it."""
    if isinstance(error, VoicestreamError):
        return error
    return EngineError(f"It failed: {error!r}.", "The log has the details.")
