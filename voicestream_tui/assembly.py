"""From settings to a pipeline: which source, which engines, which output."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from platformdirs import user_data_path

from voicestream_tui.agent.formats import Decoder
from voicestream_tui.agent.sources import Source
from voicestream_tui.agent.talk import Talk
from voicestream_tui.audio.outputs import (
    FastOutput,
    Output,
    PortAudioOutput,
    check_device,
    open_output,
)
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.recorder import WavRecorder
from voicestream_tui.audio.voice_lock import VoiceLock
from voicestream_tui.config import APP_NAME, Settings, beside_settings
from voicestream_tui.errors import UsageError
from voicestream_tui.model import Event, Failed, Samples
from voicestream_tui.pipeline import OtherTranslators, Pipeline, PipelineOptions, VoiceRoom
from voicestream_tui.registry import Registry
from voicestream_tui.speak.base import Speaker
from voicestream_tui.speak.chain import SpeakerChoice, engine_names
from voicestream_tui.speak.chain import check_engines as check_speakers
from voicestream_tui.speak.registry import speakers
from voicestream_tui.stages.hearing import Speakable
from voicestream_tui.stages.spoken import SpokenForm
from voicestream_tui.text.glossary import Glossary, load_glossary
from voicestream_tui.text.katakana import english_katakana
from voicestream_tui.text.lexicon import Lexicon, load_lexicon
from voicestream_tui.text.reading import Reader, ReadingOptions
from voicestream_tui.text.verbosity import Verbosity
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.registry import (
    EngineOptions,
    check_engines,
    make_engines,
    translators,
)

log = logging.getLogger(__name__)

_LONGEST_SILENCE = 2.0
"""Seconds of it in the recording of a conversation."""

Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Input:
    """What is read, and the way back to who writes it."""

    source: Source
    decoder: Decoder
    complaint: Callable[[], str] = lambda: ""
    """Gives what the agent wrote to its error output at last."""
    talk: Talk | None = None
    """The way back to the agent, in a conversation."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the program: what is read and what becomes of the sound."""

    begin: Callable[[], Input]
    """Makes what is read; an agent's process starts with it. Called once."""
    conversation: bool = False
    audio: bool = True
    """False: text only, nothing is synthesised."""
    record: Path | None = None
    keep_raw: Path | None = None
    on_block: Callable[[Samples], None] | None = None
    """Gets every block that was played, where nothing is recorded."""
    hurry: bool = False
    """Sound is not heard but only recorded: as fast as it can be made."""


class Assembly:
    """Makes the pipeline of a job and closes what the pipeline does not own."""

    def __init__(self, settings: Settings, job: Job) -> None:
        """Look at all that the user named, so that mistakes show before anything starts.

        Raises:
            UsageError: a file to write can't be opened.
            UnknownEngineError: an engine's name is unknown.
            ConfigError: the user's lexicon or glossary is broken.
            AudioError: there is no such sound device.
        """
        self._settings = settings
        self._job = job
        self._open = ExitStack()
        self._input: Input | None = None
        self._emit: Emit | None = None
        self._telling = threading.Lock()
        self._untold: list[Event] = []
        """What went wrong before there was anybody to tell."""
        self._raw: IO[bytes] | None = None
        self._recorder: WavRecorder | None = None
        check_engines(settings.translation.engine)
        check_speakers(speakers, settings.tts.engine)
        self._glossary = user_glossary(settings)
        self._lexicon = load_lexicon(_user_lexicon(settings), self._glossary)
        if job.audio:
            check_device(settings.audio.device)
        if job.record is not None and job.audio:
            _writable(job.record).close()
        if job.keep_raw is not None:  # opened once: it may be a pipe
            self._raw = self._open.enter_context(_writable(job.keep_raw))

    def start(self) -> Input:
        """Make what is read, with which an agent's process starts; the second time, give it.

        Raises:
            UsageError: there is nothing to read.
            AgentError: the agent can't be started.
        """
        if self._input is None:
            self._input = self._job.begin()
            # Not before: an agent that can't be started must not cost an earlier recording.
            self._empty_files()
        return self._input

    def _empty_files(self) -> None:
        job = self._job
        if self._raw is not None:
            with suppress(OSError):  # a pipe or a device holds nothing
                self._raw.truncate(0)
        if job.record is not None and job.audio:
            self._recorder = WavRecorder(
                job.record,
                self._settings.audio.sample_rate,
                self._problem,
                # A conversation idles for hours: 350 MB each.
                longest_silence=_LONGEST_SILENCE if job.conversation else 0.0,
            )
            self._open.callback(self._recorder.close)

    def close(self) -> None:
        """Close files and source; after the `close()` of the pipeline, if one could be made."""
        if self._input is not None:
            self._input.source.close()
        self._open.close()

    def make_pipeline(self, emit: Emit) -> Pipeline:
        """Make the pipeline, and what it reads; nothing else runs before its `start()`.

        Raises:
            UsageError: there is nothing to read.
            AgentError: the agent can't be started.
        """
        settings = self._settings
        read = self.start()
        with self._telling:
            self._emit = emit
            untold, self._untold = self._untold, []
        for event in untold:
            emit(event)
        return Pipeline(
            read.source,
            read.decoder,
            self._make_translator,
            emit,
            voice_room=self._voice_room(read.source.name) if self._job.audio else None,
            talk=read.talk,
            options=pipeline_options(settings, self._glossary),
            keep_raw=self._keep_raw if self._raw is not None else lambda line: None,
            complaint=read.complaint,
            other_translators=OtherTranslators(
                tuple(dict.fromkeys((settings.translation.engine, *translators.names()))),
                self._make_translator,
            ),
        )

    def _make_translator(self, choice: str = "") -> Translator:
        """Make what a choice names: an engine, several, or one with a model ("nllb:my-model")."""
        engine, _, model = choice.partition(":")
        settings = self._settings
        if model:
            wanted = settings.translation.model_copy(update={"model": model})
            settings = settings.model_copy(update={"translation": wanted})
        return make_translator(settings, engine, self._translator_problem)

    def _translator_problem(self, message: str, hint: str) -> None:
        self._tell(Failed("translation", message, hint, time.monotonic()))

    def _voice_room(self, name: str) -> VoiceRoom:
        settings = self._settings
        player = Player(settings.audio.sample_rate)
        output = self._make_output(player)
        spoken_form = _spoken_form(settings, self._lexicon)
        return VoiceRoom(
            speakers=SpeakerChoice(
                engine_names(settings.tts.engine),
                lambda engine: make_speaker(settings, engine),
                tuple(speakers.names()),
            ),
            player=player,
            output=output,
            spoken_form=spoken_form,
            prepare=lambda: _settle(spoken_form),
            settle=gc.freeze,
            set_verbosity=lambda level: setattr(spoken_form, "level", level),
            record=self._recorder.write if self._recorder is not None else self._job.on_block,
            lock=self._make_lock(name, output),
        )

    def _make_lock(self, name: str, output: Output) -> VoiceLock | None:
        """What is not heard keeps nobody else from speaking."""
        audio = self._settings.audio
        if not audio.share_voice or not isinstance(output, PortAudioOutput):
            return None
        return VoiceLock(_name_for_others(name), audio.voice_priority)

    def _make_output(self, player: Player) -> Output:
        audio = self._settings.audio
        if self._job.hurry:
            return FastOutput(player)
        return open_output(
            audio.device or None, audio.sample_rate, self._problem, latency=audio.latency
        )

    def _problem(self, message: str, hint: str) -> None:
        log.warning("audio: %s %s", message, hint)
        self._tell(Failed("audio", message, hint, time.monotonic()))

    def _tell(self, event: Event) -> None:
        with self._telling:
            emit = self._emit
            if emit is None:
                self._untold.append(event)
        if emit is not None:
            emit(event)

    def _keep_raw(self, line: bytes) -> None:
        if self._raw is None:
            return
        try:
            self._raw.write(line + b"\n")
            self._raw.flush()
        except OSError as error:
            self._raw = None
            self._problem(
                f"{self._job.keep_raw} can't be written any more: {error.strerror}",
                "The agent's lines are no longer kept; free some space.",
            )


def _name_for_others(name: str) -> str:
    """What other programs of this user show of this one: what it reads, and in which folder."""
    try:
        return f"{name} ({Path.cwd().name})"
    except OSError:  # the folder is gone
        return name


def _settle(spoken_form: SpokenForm) -> None:
    """Load the last of what speech needs, then keep the garbage collector off all of it.

    A full collection stops every thread, the sound's callback among them, for as long as it
    walks the objects of all loaded packages: some 30 ms, which is all the sound there is ahead.
    """
    spoken_form.warm_up()
    gc.freeze()


def pipeline_options(settings: Settings, glossary: Glossary | None = None) -> PipelineOptions:
    """What the settings say to the pipeline."""
    tts = settings.tts
    return PipelineOptions(
        batch=settings.translation.batch,
        glossary=glossary or Glossary(),
        voice=tts.voice,
        subagent_voice=tts.subagent_voice,
        speed=tts.speed,
        catch_up_speed=tts.catch_up_speed,
        catch_up_after=tts.catch_up_after,
        volume=settings.audio.volume,
        ahead=settings.audio.lead,
        sentence_gap=tts.sentence_gap,
        paragraph_gap=tts.paragraph_gap,
        verbosity=Verbosity(tts.verbosity),
        speakable=Speakable(
            code=tts.speak_code,
            tools=tts.speak_tools,
            errors=tts.speak_errors,
            subagents=tts.speak_subagents,
            thinking=tts.speak_thinking,
            notices=tts.speak_notices,
            alerts=settings.alerts.spoken,
        ),
        finished_after=settings.alerts.finished_after,
        quiet_after=settings.agent.quiet_after,
    )


def make_translator(
    settings: Settings,
    engine: str = "",
    tell: Callable[[str, str], None] = lambda message, hint: None,
) -> Translator:
    """Make the translation engine of the settings, or a chain of several.

    Args:
        engine: another name, or several; "" takes those of the settings.
        tell: gets message and hint when a chain goes on with another engine.

    Raises:
        EngineError: a name is unknown.
    """
    wanted = settings.translation
    options = EngineOptions(
        threads=wanted.threads,
        beam=wanted.beam,
        model=wanted.model,
        models_dir=models_dir(settings),
        device=wanted.device,
        compute_type=wanted.compute_type,
        source_language=wanted.source_language,
        vocabulary_map=wanted.vocabulary_map,
    )
    return make_engines(
        engine or wanted.engine,
        options,
        tell,
        any_model=bool(engine),
        own=lambda name: _own_fields(settings, translators, name),
    )


def make_speaker(settings: Settings, name: str = "") -> Speaker:
    """Make a speech engine; the first of the settings unless another is named.

    Of the folders of voices and models, the device and the fields of its own table an engine
    gets what its factory takes.

    Raises:
        EngineError: its name is unknown, or a package it needs is missing.
    """
    name = name or engine_names(settings.tts.engine)[0]
    known_to_all: dict[str, object] = {
        "voices_dir": voices_dir(settings),
        "models_dir": models_dir(settings),
        "device": settings.tts.device,
    }
    return speakers.make_fitting(name, **{**known_to_all, **_own_fields(settings, speakers, name)})


def _own_fields(settings: Settings, engines: Registry[Any], name: str) -> dict[str, object]:
    """The table that an engine has for itself; nobody else checks that of another package's."""
    fields = settings.of_engine(name)
    for table in {name, name.replace("-", "_")} & settings.engines.keys():
        engines.check_keys(name, f"engines.{table}", fields)
    return fields


def make_spoken_form(settings: Settings) -> SpokenForm:
    """Make what gives the text to speak, with the user's readings.

    Raises:
        ConfigError: the user's lexicon or glossary is broken.
    """
    lexicon = load_lexicon(_user_lexicon(settings), user_glossary(settings))
    return _spoken_form(settings, lexicon)


def _spoken_form(settings: Settings, lexicon: Lexicon) -> SpokenForm:
    reader = Reader(lexicon, english_katakana, ReadingOptions(emoji=settings.tts.emoji))
    return SpokenForm(reader, Verbosity(settings.tts.verbosity))


def user_glossary(settings: Settings) -> Glossary:
    """The user's own terms.

    Raises:
        ConfigError: the file is broken.
    """
    return load_glossary(_user_file(settings, settings.translation.glossary, "glossary.toml"))


def voices_dir(settings: Settings) -> Path:
    """The folder with the user's own voices; it need not exist."""
    if settings.tts.voices_dir:
        return Path(settings.tts.voices_dir)
    return user_data_path(APP_NAME, appauthor=False) / "voices"


def models_dir(settings: Settings) -> Path:
    """The folder with the translation models, a folder each by name; it need not exist."""
    if settings.models.folder:
        return Path(settings.models.folder)
    return user_data_path(APP_NAME, appauthor=False) / "models"


def _user_lexicon(settings: Settings) -> Path | None:
    return _user_file(settings, settings.tts.lexicon, "lexicon.toml")


def _user_file(settings: Settings, named: str, usual: str) -> Path | None:
    """The file that a setting names, or the usual one beside the settings if it is there."""
    if named:
        return Path(named)
    path = beside_settings(settings, usual)
    return path if path.is_file() else None


def _writable(path: Path) -> IO[bytes]:
    """Open a file to write; what it holds stays for now."""
    try:
        return path.open("ab")
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror}.", "Name another file or folder."
        ) from error
