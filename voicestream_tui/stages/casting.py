"""Who speaks: the engines of the chain, the voice in use, and the change from one to another.

Each engine works in a booth, a thread of its own. A voice that was chosen is loaded there while
the present one speaks on, and takes over when it is ready.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from voicestream_tui.model import Utterance, Voice
from voicestream_tui.speak.base import Speaker
from voicestream_tui.speak.booth import Booth
from voicestream_tui.speak.chain import EngineHealth, SpeakerChoice
from voicestream_tui.stages.booths import Booths
from voicestream_tui.stages.candidates import Candidates, left_for_now, none_works
from voicestream_tui.stages.voice_list import VoiceList

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A voice, and the booth in which it can speak."""

    booth: Booth
    voice: Voice


@dataclass(frozen=True, slots=True, eq=False)
class _Coming:
    """A voice that is being loaded."""

    booth: Booth
    apart: bool
    """The booth is for this voice alone, until it speaks."""
    asked_for: bool
    """The user chose it and waits for it."""

    def let_go(self) -> None:
        if self.apart:
            self.booth.close()


class Casting:
    """Decides whose voice a sentence gets.

    `start`, `parts`, `worked`, `failed` and `join` belong to the thread of the stage, the others
    to any.
    """

    def __init__(
        self,
        choice: SpeakerChoice,
        *,
        voice: str,
        subagent_voice: str,
        clock: Callable[[], float],
        on_voice: Callable[[Voice], None],
        on_change: Callable[[], None],
        on_failure: Callable[[Exception, str], None],
    ) -> None:
        """Prepare; `start()` loads the first voice.

        Args:
            voice: the voice wanted: its id, its key ("piper:anna") or its path; "" = a default.
            subagent_voice: the voice for sub-agents; "" = the one in use.
            clock: monotonic seconds, for how long an engine rests.
            on_voice: told of the voice in use after each change.
            on_change: called after a change: what is made ahead has the voice of before.
            on_failure: gets an error and what it means.
        """
        self._choice = choice
        self._wanted_id = voice
        self._subagent_id = subagent_voice
        self._on_voice = on_voice
        self._on_change = on_change
        self._on_failure = on_failure
        self._health = EngineHealth(clock)
        self._list = VoiceList(choice)
        self._lock = threading.RLock()
        self._booths = Booths(choice.make, self._list)
        self._candidates = Candidates(choice.chain, voice, self._list, self._booths, on_failure)
        self._lead: Part | None = None
        self._before: Part | None = None
        """Who led before, until the new one has spoken a sentence."""
        self._for_subagents: Part | None = None
        self._standing_by: dict[str, Part] = {}
        """Who of other engines of the chain has stood in, by engine."""
        self._coming: _Coming | None = None
        self._failures: list[Part] = []
        """Who has failed at the sentence in hand."""
        self._wanted: Voice | None = None
        """Who should lead once the wanted engine works again; None = any of its voices."""
        self._wanted_engine = choice.chain[0]

    @property
    def voice(self) -> Voice | None:
        """Who speaks; None until a voice is loaded."""
        lead = self._lead
        return lead.voice if lead is not None else None

    @property
    def voices(self) -> list[Voice]:
        """The voices of all engines, as far as they are known."""
        return self._list.all()

    def announce(self) -> None:
        """Tell of the voice in use; nothing once closed, for the end has been told perhaps."""
        if (voice := self.voice) is not None and not self._booths.closed:
            self._on_voice(voice)

    # --- the beginning and the end ---------------------------------------------------------------

    def start(self) -> None:
        """Load the wanted voice, or the first other one that works; waits for it.

        Raises:
            Exception: none can be loaded: what the engine says, or one error for the chain.
        """
        asked: dict[str, Booth] = {}
        engines = self._candidates.order(self._wanted_id, asked) or list(self._choice.chain)
        problems: list[Exception] = []
        for engine in engines:
            booth = asked.pop(engine, None) or self._booths.open(engine)
            try:
                voice = self._candidates.first_that_works(booth)
            except Exception as error:
                booth.close()
                problems.append(error)
                self._leave(engine, f'speech engine "{engine}"', error, tell=len(engines) > 1)
                continue
            self._begin(Part(booth, voice), engines[0])
            break
        self._choose_for_subagents(asked)
        for booth in asked.values():
            booth.close()
        self.list_anew(self._list.missing())
        if len(problems) == len(engines):
            raise none_works(engines, problems)

    def close(self) -> None:
        """Let go of all engines; does not wait."""
        self._booths.close()

    def join(self) -> None:
        """Close, and wait for the ends of the engines' threads, some seconds at most."""
        self._booths.join()

    # --- what the user does ----------------------------------------------------------------------

    def set_voice(self, voice: Voice) -> bool:
        """Speak with another voice, of any engine, as soon as it is loaded.

        Returns:
            True if that is now. Else the present one speaks on meanwhile; if loading fails,
            that is told and nothing changes.
        """
        with self._lock:
            self._wanted, self._wanted_engine = voice, voice.engine
            ready = self._ready(voice)
            late, self._coming = self._coming, None
            if late is not None:
                late.let_go()
            if ready is None:
                self._load(voice.engine, lambda _: voice, self._beside(voice), asked_for=True)
                return False
            self._take_over(ready)
        self._tell_change()
        return True

    def list_anew(self, engines: Sequence[str] = ()) -> None:
        """Ask engines for their voices, one after another, without waiting; all if none is named.

        What was known of an engine stays until it has answered.
        """
        self._booths.list_anew(engines or self._list.engines)

    # --- what the stage does ---------------------------------------------------------------------

    def parts(self, utterance: Utterance) -> Iterator[Part]:
        """Who may speak an utterance, the best first; whoever comes next stands in.

        Loading a stand-in is waited for: there is nobody else to speak.
        """
        self._failures = []
        self._try_again()
        own = self._for_subagents if utterance.segment.agent else None
        lead, tried = self._lead, set()
        if own != lead and own is not None and not self._health.usable(own.voice.key):
            own = None
        for part in dict.fromkeys((own, lead, self._before)):
            if part is not None and (part != lead or self._health.usable(part.voice.engine)):
                tried.add(part.voice.engine)
                yield part
        for engine in self._choice.chain if lead is not None else ():
            if engine not in tried and self._health.usable(engine):
                stand_in = self._standing_by.get(engine) or self._stand_in(engine)
                if stand_in is not None:
                    yield stand_in

    def worked(self, part: Part) -> None:
        """Note that a voice has spoken; who stood in for one that is left, leads from now on."""
        with self._lock:
            self._health.works(part.voice.engine)
            self._health.works(part.voice.key)
            lead = self._lead
            new = False
            if part == lead:
                self._before = None
            elif part == self._before and lead in self._failures:
                self._before, new = None, True
                self._wanted, self._wanted_engine = part.voice, part.voice.engine
            elif part not in (self._for_subagents, self._before) and self._failures:
                new = lead is None or self._health.is_left(lead.voice.engine)
                self._standing_by[part.voice.engine] = part
            if new:
                self._lead = part
                self._standing_by.pop(part.voice.engine, None)
            self._tidy()
        if new:
            self._on_voice(part.voice)

    def failed(self, part: Part, error: Exception) -> None:
        """Note that a voice failed at a sentence."""
        engine, key = part.voice.engine, part.voice.key
        with self._lock:
            self._failures.append(part)
            if part == self._for_subagents and part != self._lead:
                name, what = key, f"voice {key}"
                leave = self._health.failed(name)
            else:
                name, what = engine, f'speech engine "{engine}"'
                others = any(other != engine for other in self._choice.chain)
                leave = self._health.failed(name) and others
                if leave:
                    self._standing_by.pop(engine, None)
            self._tidy()
        if leave:
            self._leave(name, what, error)

    # --- loading ---------------------------------------------------------------------------------

    def _begin(self, part: Part, wanted_engine: str) -> None:
        with self._lock:
            self._booths.keep(part.booth)
            if self._lead is None:
                self._lead = part
                if self._coming is None:
                    self._wanted_engine = wanted_engine
                    self._wanted = part.voice if part.voice.engine == wanted_engine else None
            self._tidy()

    def _load(
        self,
        engine: str,
        choose: Callable[[Speaker], Voice],
        beside: Booth | None = None,
        *,
        asked_for: bool = False,
    ) -> None:
        booth = beside or self._booths.open(engine)
        self._coming = coming = _Coming(booth, beside is None, asked_for)
        booth.load_later(choose, partial(self._arrived, coming))

    def _arrived(self, coming: _Coming, voice: Voice | None, error: Exception | None) -> None:
        """Let the voice that was loaded take over, if it is still wanted; in its thread."""
        with self._lock:
            if self._coming is not coming or self._booths.closed:
                coming.let_go()
                return
            self._coming = None
            if voice is not None:
                self._booths.keep(coming.booth)
                self._take_over(Part(coming.booth, voice))
            else:
                coming.let_go()
        if voice is not None:
            log.info("speaking with %s from here on", voice.key)
            self._tell_change()
        elif error is not None:
            self._cannot_come(coming, error)

    def _cannot_come(self, coming: _Coming, error: Exception) -> None:
        engine = coming.booth.engine
        with self._lock:
            again = self._health.is_left(engine)
            lead = self._lead
            if not again and lead is not None:
                self._wanted, self._wanted_engine = lead.voice, lead.voice.engine
        if again:
            self._leave(engine, f'speech engine "{engine}"', error)
        if coming.asked_for or not again:
            self._on_failure(error, "The voice can't be loaded")

    def _take_over(self, part: Part) -> None:
        if self._lead != part:
            self._before = self._lead
        self._health.works(part.voice.engine)
        self._wanted, self._wanted_engine = part.voice, part.voice.engine
        self._lead = part

    def _tell_change(self) -> None:
        self._on_change()
        self.announce()

    def _ready(self, voice: Voice) -> Part | None:
        for booth in self._in_use():
            if booth.engine == voice.engine and booth.is_ready(voice):
                return Part(booth, voice)
        return None

    def _beside(self, voice: Voice) -> Booth | None:
        """A booth whose model has this voice, too; another one would load it a second time."""
        if self._health.is_left(voice.engine):
            return None
        same = (booth for booth in self._in_use() if booth.engine == voice.engine)
        return next((booth for booth in same if booth.shares_model(voice)), None)

    def _try_again(self) -> None:
        """Load the voice of an engine that was left, once it has rested."""
        with self._lock:
            lead, voice = self._lead, self._wanted
            if self._coming is not None:
                return
            for engine in self._choice.chain if lead is None else (self._wanted_engine,):
                if lead is not None and lead.voice.engine == engine:
                    return
                if self._health.is_left(engine) and self._health.usable(engine):
                    self._load(engine, partial(self._again, engine, voice))
                    return

    def _again(self, engine: str, voice: Voice | None, speaker: Speaker) -> Voice:
        return voice or self._candidates.chosen(engine, speaker)[0]

    def _stand_in(self, engine: str) -> Part | None:
        booth = self._booths.open(engine)
        try:
            part = Part(booth, self._candidates.first_that_works(booth))
        except Exception as error:
            booth.close()
            self._leave(engine, f'speech engine "{engine}"', error)
            return None
        with self._lock:
            self._booths.keep(booth)
        return part

    def _choose_for_subagents(self, asked: dict[str, Booth]) -> None:
        lead = self._lead
        if not self._subagent_id or lead is None:
            return
        engines = self._candidates.order(self._subagent_id, asked)
        if engines is None:
            return
        engine = engines[0]
        choose = partial(self._candidates.for_subagents, self._subagent_id)
        if engine != lead.voice.engine:
            booth = asked.pop(engine, None) or self._booths.open(engine)
            booth.load_later(choose, partial(self._subagents_can_speak, booth))
            return
        try:
            voice = lead.booth.call(choose)
        except Exception as error:
            self._on_failure(error, "The voice for sub-agents can't be used")
        else:
            self._for_subagents = Part(lead.booth, voice)

    def _subagents_can_speak(
        self, booth: Booth, voice: Voice | None, error: Exception | None
    ) -> None:
        if voice is not None:
            with self._lock:
                self._booths.keep(booth)
                self._for_subagents = Part(booth, voice)
        elif error is not None:
            booth.close()
            self._on_failure(error, "The voice for sub-agents can't be loaded")

    # --- bookkeeping -----------------------------------------------------------------------------

    def _tidy(self) -> None:
        """Close the booths that have no part any more; only between two sentences."""
        coming = [self._coming.booth] if self._coming is not None else []
        self._booths.keep_only([*self._in_use(), *coming])

    def _in_use(self) -> list[Booth]:
        parts = (self._lead, self._before, self._for_subagents, *self._standing_by.values())
        return [part.booth for part in parts if part is not None]

    def _leave(self, name: str, what: str, error: Exception, *, tell: bool = True) -> None:
        with self._lock:
            news, pause = self._health.leave(name)
        log.warning("the %s is left for %.0f s: %s", what, pause, error)
        if news and tell:
            self._on_failure(left_for_now(what, error, pause), f"The {what} is left")
