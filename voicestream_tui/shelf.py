"""What can translate and speak on this computer, and what could be fetched: one list of both.

Voices come from the engines themselves, with what the catalogue knows of them; a model of the
catalogue that is not here stands for its voices.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.models.catalog import Catalog, Kind, Model
from voicestream_tui.models.store import State, Store
from voicestream_tui.speak.base import Speaker, TellsProcessor
from voicestream_tui.speak.voice_files import absolute, is_file_name, recognise, sample_rate
from voicestream_tui.translate.model_folder import LAYOUTS, find_folder
from voicestream_tui.translate.own_models import ENGINES, model_folders

log = logging.getLogger(__name__)

STATES = {
    State.ABSENT: "not here",
    State.PARTIAL: "begun",
    State.INCOMPLETE: "incomplete",
    State.INSTALLED: "installed",
}
"""How a state is called towards the user."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the settings say: engines in the order in which they are tried, and a voice."""

    speakers: Sequence[str] = ()
    voice: str = ""
    translators: Sequence[str] = ()
    model: str = ""
    """The name of the translators' model, if it has one."""


@dataclass(frozen=True, slots=True)
class Item:
    """A voice or a translation model, here or not."""

    kind: Kind
    engine: str
    id: str
    """Of a voice what settings name; of what is not here the name of its model."""
    title: str
    state: State
    model: Model | None = None
    """What the catalogue knows of it."""
    voice: Voice | None = None
    """A voice that is here."""
    language: str = ""
    sample_rate: int | None = None
    """Of a voice, in samples a second."""
    licence: str = ""
    accepted: bool = True
    """Whether the terms of its model were accepted, or need not be."""
    problem: str = ""
    """Why it can't be used, as far as is known."""
    default: bool = False
    """It is what the settings choose."""

    @property
    def key(self) -> str:
        """What it is called everywhere ("openjtalk:mei", "nllb-200-600m")."""
        return self.voice.key if self.voice is not None else self.id

    @property
    def here(self) -> bool:
        """It is installed, though it may be broken."""
        return self.state is State.INSTALLED

    @property
    def terms(self) -> str:
        """What its licence forbids or demands; empty if nothing has to be accepted."""
        return self.model.terms if self.model is not None else ""

    @property
    def credit(self) -> str:
        """Who has to be named."""
        return self.model.credit if self.model is not None else ""


class Shelf:
    """Looks through engines, folders and catalogue; nothing is kept between two looks.

    Args:
        store: Where models lie.
        catalog: The models that can be fetched.
        make_speaker: Makes a speech engine by name; it is closed again here.
        speakers: The names of all speech engines.
        translators: The names of all translation engines.
        chosen: What the settings choose.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        make_speaker: Callable[[str], Speaker],
        speakers: Sequence[str],
        translators: Sequence[str] = (),
        chosen: Chosen | None = None,
    ) -> None:
        self.store = store
        self.catalog = catalog
        self.chosen = chosen or Chosen()
        self._make_speaker = make_speaker
        self._speakers = speakers
        self._translators = translators

    def voices(self, notes: dict[str, str] | None = None) -> list[Item]:
        """All voices: those that are here by engine, then those that can be fetched.

        Args:
            notes: Gets a sentence for each engine that has something to say of itself: what it
                runs on, or why it can't be used.
        """
        notes = {} if notes is None else notes
        here = [item for name in self._speakers for item in self._of_engine(name, notes)]
        told = {item.model.name for item in here if item.model is not None}
        models = [m for m in self.catalog if m.kind == "voice"]
        rest = [self._model_item(m, notes) for m in models if m.name not in told]
        return [*here, *rest]

    def translators(self) -> list[Item]:
        """All that can translate: engines without models, the catalogue, folders of one's own."""
        models = [model for model in self.catalog if model.kind == "translator"]
        with_models = {model.engine for model in models} | set(ENGINES)
        alone = [name for name in self._translators if name not in with_models]
        known = {model.name for model in models}
        own = [
            (folder, engine)
            for folder, engine in model_folders(self.store.models)
            if folder.name not in known and engine in self._translators
        ]
        return [
            *(self._own_item(name, name) for name in alone),
            *(self._model_item(model, {}) for model in models),
            *(self._own_item(engine, folder.name) for folder, engine in own),
        ]

    def _own_item(self, engine: str, name: str) -> Item:
        default = self._is_chosen(engine, name)
        return Item(
            "translator", engine, name, name, State.INSTALLED, language="ja", default=default
        )

    def choose(self, item: Item) -> None:
        """Note that the settings choose an item from now on."""
        wanted = as_default(item, self.chosen)
        if item.kind == "voice":
            self.chosen = replace(
                self.chosen, speakers=_names(wanted["tts.engine"]), voice=wanted["tts.voice"]
            )
        else:
            self.chosen = replace(
                self.chosen,
                translators=_names(wanted["translation.engine"]),
                model=wanted["translation.model"],
            )

    def _of_engine(self, name: str, notes: dict[str, str]) -> list[Item]:
        try:
            speaker = self._make_speaker(name)
        except EngineError as error:
            notes[name] = error.message
            return []
        except Exception as error:
            log.exception("the speech engine %s can't be made", name)
            notes[name] = f"It can't be made: {error!r}."
            return []
        try:
            found = speaker.voices()
            if found and isinstance(speaker, TellsProcessor):
                notes[name] = _runs_on(speaker)
        except Exception as error:
            log.exception("the voices of %s can't be listed", name)
            notes[name] = error.message if isinstance(error, EngineError) else f"{error!r}"
            return []
        finally:
            speaker.close()
        default = self._default(name, found)
        return [self._voice_item(voice, voice == default) for voice in found]

    def _default(self, engine: str, found: Sequence[Voice]) -> Voice | None:
        """The voice that the settings choose, if it is one of these."""
        wanted = self.chosen.voice
        if is_file_name(wanted):
            return next((v for v in found if v.path == absolute(wanted)), None)
        if engine not in self.chosen.speakers[:1]:
            return None
        return next((v for v in found if wanted in ("", v.id, v.key)), None)

    def _voice_item(self, voice: Voice, default: bool) -> Item:
        model = self._model_of(voice)
        rate = model.sample_rate if model is not None else None
        if rate is None and voice.path is not None:
            rate = sample_rate(voice.path)
        return Item(
            kind="voice",
            engine=voice.engine,
            id=voice.id,
            title=voice.name,
            state=State.INSTALLED,
            model=model,
            voice=voice,
            language=voice.language,
            sample_rate=rate,
            licence=model.licence if model is not None else voice.licence,
            accepted=model is None or self.store.has_accepted(model),
            problem=voice.problem,
            default=default,
        )

    def _model_of(self, voice: Voice) -> Model | None:
        if voice.path is None:
            return None
        for model in self.catalog:
            if model.kind == "voice" and voice.path.is_relative_to(self.store.folder(model)):
                return model
        return None

    def _model_item(self, model: Model, notes: Mapping[str, str]) -> Item:
        known = self._speakers if model.kind == "voice" else self._translators
        problem = notes.get(model.engine, "") if self.store.state(model) is State.INSTALLED else ""
        if model.engine not in known:
            problem = f"It is for the engine {model.engine}, which this version does not have."
        return Item(
            kind=model.kind,
            engine=model.engine,
            id=model.name,
            title=model.title,
            state=self.store.state(model),
            model=model,
            language=", ".join(model.languages) if model.kind == "voice" else "ja",
            sample_rate=model.sample_rate,
            licence=model.licence,
            accepted=self.store.has_accepted(model),
            problem=problem,
            default=model.kind == "translator" and self._is_chosen(model.engine, model.name),
        )

    def _is_chosen(self, engine: str, name: str) -> bool:
        """Whether the settings' first translator is this engine with the model of this name."""
        if engine not in self.chosen.translators[:1]:
            return False
        if engine not in LAYOUTS:
            return name in (engine, self.chosen.model)
        if self.chosen.model:
            return name == self.chosen.model
        with suppress(EngineError):  # there is none yet
            return find_folder(LAYOUTS[engine], "", self.store.models).name == name
        return False


def as_default(item: Item, chosen: Chosen) -> dict[str, Any]:
    """What the settings must say to choose an item; other engines of a chain stay behind it."""
    if item.kind == "voice":
        return {"tts.engine": ahead_of(item.engine, chosen.speakers), "tts.voice": item.id}
    model = item.id if item.id != item.engine else ""
    engines = ahead_of(item.engine, chosen.translators)
    return {"translation.engine": engines, "translation.model": model}


def ahead_of(engine: str, chain: Sequence[str]) -> str | list[str]:
    """An engine as the first one of a chain; alone if there was one only."""
    if len(chain) < 2:
        return engine
    return [engine, *(other for other in chain if other != engine)]


def _names(engines: str | list[str]) -> tuple[str, ...]:
    return (engines,) if isinstance(engines, str) else tuple(engines)


def find_item(items: Sequence[Item], name: str) -> Item:
    """Give the voice that a name means: its id, its key, its title or the name of its model.

    A file or folder of one's own is one of these if it lies in the voices folder.

    Raises:
        EngineError: there is none of that name; the nearest names are told.
    """
    wanted = name.casefold()
    if is_file_name(name):
        path = recognise(absolute(name)).path
        for item in items:
            if item.voice is not None and item.voice.path == path:
                return item
    for names in (_exact_names, _other_names):
        for item in items:
            if wanted in map(str.casefold, names(item)):
                return item
    by_name = {known.casefold(): item.id for item in items for known in _exact_names(item)}
    near = dict.fromkeys(by_name[n] for n in get_close_matches(wanted, by_name, 3, 0.5))
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    raise EngineError(
        f"There is no voice named {name}.", f"{meant}voicestream-tui voices lists them all."
    )


def _exact_names(item: Item) -> list[str]:
    return [item.id, item.key]


def _other_names(item: Item) -> list[str]:
    return [item.title, item.model.name if item.model is not None else item.id]


def _runs_on(speaker: TellsProcessor) -> str:
    try:
        return speaker.runs_on()
    except EngineError as error:
        return str(error).replace("\n", " ")
