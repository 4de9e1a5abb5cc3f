"""A room of models for the screen: a catalogue, a hub on this computer, voices of tests."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.models.hub import PATIENCE, Hub
from tests.tui.conftest import Stage
from tests.tui.fake_pipeline import MEI
from voicestream_tui.memory_use import MemoryUse
from voicestream_tui.model import SpeechChunk, Voice
from voicestream_tui.model_room import ModelRoom, RoomState
from voicestream_tui.models.addresses import Hub as Place
from voicestream_tui.models.catalog import Catalog, Kind, Model, ModelFile
from voicestream_tui.models.pull import Puller
from voicestream_tui.models.store import Store
from voicestream_tui.models.transfer import Watcher
from voicestream_tui.models.web import Web
from voicestream_tui.shelf import Chosen, Shelf

SIZE = 400_000
DATA = bytes(range(250)) * (SIZE // 250)
TERMS = "Non-commercial use only: it must not be used at work or for anything that is sold."


def a_model(name: str, title: str, kind: Kind, engine: str, licence: str, **more: Any) -> Model:
    sha256 = hashlib.sha256(DATA).hexdigest()
    return Model(
        name=name,
        title=title,
        kind=kind,
        engine=engine,
        languages=("ja",),
        files=(ModelFile("model.bin", size=SIZE, sha256=sha256),),
        licence=licence,
        repository=f"me/{name}",
        **more,
    )


FUGU = a_model(
    "fugumt",
    "FuguMT, English to Japanese (Marian, 8 bits)",
    "translator",
    "opus-mt",
    "CC-BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    credit="FuguMT by Satoshi Takahashi",
)
NLLB = a_model(
    "nllb-600m",
    "NLLB-200 distilled 600M, 200 languages",
    "translator",
    "nllb",
    "CC-BY-NC 4.0",
    licence_url="https://creativecommons.org/licenses/by-nc/4.0/",
    terms=TERMS,
    credit="NLLB-200 by Meta AI",
)
ANNA = a_model(
    "anna",
    "Piper voice Anna, medium (two speakers)",
    "voice",
    "piper",
    "CC-BY-NC-SA 4.0 (its recordings)",
    terms=TERMS,
    sample_rate=22050,
)
BEN = a_model("ben", "HTS voice Ben: neutral, happy", "voice", "openjtalk", "MIT")


class FolderSpeaker:
    """Has a voice for each model of its engine that is here, and Mei."""

    def __init__(self, engine: str, store: Store) -> None:
        self.name = engine
        self._store = store

    def voices(self) -> list[Voice]:
        here = [MEI] if self.name == "openjtalk" else []
        for model in (ANNA, BEN):
            path = self._store.folder(model) / "model.bin"
            if model.engine == self.name and path.is_file():
                broken = "" if path.stat().st_size == SIZE else f"{path.name} is cut off."
                title = model.name.capitalize()
                here.append(Voice(self.name, model.name, title, path, problem=broken))
        return here

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        yield from ()

    def warm_up(self, voice: Voice) -> None: ...

    def close(self) -> None: ...


@dataclass
class Scene:
    """A room, and what was written into the settings file."""

    folder: Path
    hub: Hub
    written: list[Mapping[str, Any]] = field(default_factory=list)
    failure: Exception | None = None

    def __post_init__(self) -> None:
        self.store = Store(self.folder / "models", self.folder / "voices")
        for model in (FUGU, NLLB, ANNA, BEN):
            self.hub.put(f"/me/{model.name}/resolve/main/model.bin", DATA)

    def path(self, model: Model) -> str:
        return f"/me/{model.name}/resolve/main/model.bin"

    def install(self, model: Model) -> None:
        self.store.folder(model).mkdir(parents=True)
        (self.store.folder(model) / "model.bin").write_bytes(DATA)

    def make_room(self) -> ModelRoom:
        models = {model.name: model for model in (FUGU, NLLB, ANNA, BEN)}
        shelf = Shelf(
            self.store,
            Catalog(models),
            lambda name: FolderSpeaker(name, self.store),
            ["openjtalk", "piper"],
            ["starter", "opus-mt", "nllb"],
            Chosen(("openjtalk",), "", ("starter",)),
        )
        used = MemoryUse(247_000_000, 1_200_000_000)
        return ModelRoom(shelf, self._puller, self._write, lambda: used)

    def _puller(self, watcher: Watcher, busy: Callable[[Model], None]) -> Puller:
        return Puller(self.store, Web(Place(self.hub.address), patience=PATIENCE), watcher, busy)

    def _write(self, wanted: Mapping[str, Any]) -> Path:
        if self.failure is not None:
            raise self.failure
        self.written.append(wanted)
        return Path("config.toml")


async def until(s: Stage, is_so: Callable[[RoomState], bool]) -> RoomState:
    """Let the screen look until the room is as wanted; gives its state."""
    deadline = time.monotonic() + PATIENCE
    while True:
        await s.pilot.pause(0.02)
        assert s.app._models is not None
        state = s.app._models.state()  # before the screen looks, so that it shows no older one
        for screen in s.app.screen_stack:
            if look := getattr(screen, "look", None):
                look()
        if is_so(state):
            await s.pilot.pause()
            return state
        assert time.monotonic() < deadline, state
