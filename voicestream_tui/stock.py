"""From settings to what deals with models and voices."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voicestream_tui.assembly import make_speaker, models_dir, voices_dir
from voicestream_tui.config import Settings, beside_settings, config_path
from voicestream_tui.config_edit import set_in_file
from voicestream_tui.model_room import ModelRoom
from voicestream_tui.models.addresses import find_hub
from voicestream_tui.models.catalog import Catalog, Model, load_catalog
from voicestream_tui.models.pull import Puller
from voicestream_tui.models.store import Store
from voicestream_tui.models.transfer import Watcher
from voicestream_tui.models.web import Web
from voicestream_tui.shelf import Chosen, Shelf
from voicestream_tui.speak.chain import engine_names
from voicestream_tui.speak.registry import speakers
from voicestream_tui.translate.registry import translators


def make_store(settings: Settings) -> Store:
    """Where models lie by these settings."""
    return Store(models_dir(settings), voices_dir(settings))


def user_catalog(settings: Settings) -> Catalog:
    """The models of the program and the user's own, which stand beside the settings file.

    Raises:
        ModelError: the user's catalogue is wrong.
    """
    return load_catalog(beside_settings(settings, "models.toml"))


def make_shelf(settings: Settings) -> Shelf:
    """What there is by these settings.

    Raises:
        ModelError: the user's catalogue is wrong.
    """
    return Shelf(
        make_store(settings),
        user_catalog(settings),
        lambda name: make_speaker(settings, name),
        speakers.names(),
        translators.names(),
        Chosen(
            engine_names(settings.tts.engine),
            settings.tts.voice,
            engine_names(settings.translation.engine),
            Path(settings.translation.model).name,
        ),
    )


def make_room(settings: Settings, config: Path | None = None) -> ModelRoom:
    """What the screen of models works with; nothing is looked for or asked yet.

    Args:
        settings: As they are in this run.
        config: The settings file of this run; None is the usual one.

    Raises:
        ModelError: the user's catalogue is wrong.
    """

    def make_puller(watcher: Watcher, busy: Callable[[Model], None]) -> Puller:
        web = Web(find_hub(settings.models.hub, os.environ))
        return Puller(make_store(settings), web, watcher, busy)

    def write_default(wanted: Mapping[str, Any]) -> Path:
        path = config or config_path()
        set_in_file(path, wanted)
        return path

    return ModelRoom(make_shelf(settings), make_puller, write_default)
