"""What a pipeline is made with: the settings of its flow, and what it takes to be heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from voicestream_tui.audio.outputs import Output
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.voice_lock import VoiceLock
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples
from voicestream_tui.speak.chain import SpeakerChoice
from voicestream_tui.stages.playlist import Entry
from voicestream_tui.stages.speakable import Speakable
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.text.verbosity import Verbosity
from voicestream_tui.translate.base import Translator


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """What the settings say about the flow."""

    batch: int = 8
    glossary: Glossary = field(default_factory=Glossary)
    voice: str = ""
    subagent_voice: str = ""
    speed: float = 1.0
    catch_up_speed: float = 1.0
    catch_up_after: float = 10.0
    volume: float = 1.0
    ahead: float = 3.0
    sentence_gap: float = 0.25
    paragraph_gap: float = 0.5
    verbosity: Verbosity = Verbosity.NORMAL
    speakable: Speakable = field(default_factory=Speakable)
    finished_after: float = 10.0
    """Seconds a turn must have taken for its end to be told."""
    quiet_after: float = 0.0
    """Seconds without a word from a busy agent until that is said; 0 never says it."""


@dataclass(frozen=True, slots=True)
class VoiceRoom:
    """What it takes to be heard."""

    speakers: SpeakerChoice
    player: Player
    output: Output
    spoken_form: Callable[[Entry], str]
    prepare: Callable[[], None] = lambda: None
    """Loads what `spoken_form` needs, in the thread of speech, before the first sentence."""
    settle: Callable[[], None] = lambda: None
    """Called when another voice has been loaded, in the thread that loaded it."""
    set_verbosity: Callable[[Verbosity], None] = lambda level: None
    """Changes what `spoken_form` says of blocks, from the next entry on."""
    record: Callable[[Samples], None] | None = None
    """Gets every block that was played, from the output's thread."""
    lock: VoiceLock | None = None
    """Who of several programs speaks; None = this one does, whatever others do."""


def _none(name: str) -> Translator:
    raise EngineError(f'There is no translation engine "{name}" here.')


@dataclass(frozen=True, slots=True)
class OtherTranslators:
    """The translation engines that can be chosen while the program runs."""

    names: Sequence[str] = ()
    make: Callable[[str], Translator] = _none
    """Called in the thread of translation."""
