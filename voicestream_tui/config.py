"""Settings: defaults ◀ file ◀ preset ◀ environment ◀ options.

A later layer wins, key by key. An unknown key or a bad value in any layer is an error that
names the place, the key, what is allowed and the nearest key that exists.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from platformdirs import user_config_path

from voicestream_tui.config_check import Layer, check
from voicestream_tui.config_layers import (
    PREFIX,
    environment_layer,
    file_layer,
    option_layer,
    preset_layer,
    presets,
)
from voicestream_tui.config_model import (
    AgentSettings,
    AudioSettings,
    Settings,
    SpeechSettings,
    TranslationSettings,
    UiSettings,
)
from voicestream_tui.config_toml import init, show
from voicestream_tui.home import expand_home

__all__ = [
    "AgentSettings",
    "AudioSettings",
    "Settings",
    "SpeechSettings",
    "TranslationSettings",
    "UiSettings",
    "beside_settings",
    "config_path",
    "init",
    "load_settings",
    "presets",
    "show",
]

APP_NAME = "voicestream-tui"


def config_path(environ: Mapping[str, str] = os.environ, named: Path | None = None) -> Path:
    """The settings file: the one `named`, that of the environment, or the usual one.

    It need not exist.
    """
    if named is not None:
        return expand_home(str(named))
    by_variable = environ.get(f"{PREFIX}CONFIG", "")
    if by_variable:
        return expand_home(by_variable)
    return user_config_path(APP_NAME, appauthor=False) / "config.toml"


def beside_settings(settings: Settings, name: str) -> Path:
    """A file or folder of the user's own beside the settings file of this run."""
    return (settings.file or config_path()).parent / name


def load_settings(
    config: Path | None = None,
    preset: str | None = None,
    environ: Mapping[str, str] = os.environ,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """Put the layers together.

    Args:
        config: The settings file; None takes `config_path(environ)`, if that exists.
        preset: A preset's name; None takes VOICESTREAM_PRESET, if that is set.
        environ: Variables such as VOICESTREAM_TTS_SPEED=1.2; an empty one counts as not set.
        overrides: Options by dotted key ({"tts.speed": 1.2}); None counts as not given.

    Raises:
        ConfigError: something in a layer is wrong, or a named file or preset is not there.
    """
    layers: list[Layer] = []
    path = config_path(environ, config)
    file = file_layer(path, required=bool(config or environ.get(f"{PREFIX}CONFIG")))
    if file:
        layers.append(file)
    # Above the file: who names a preset for a run means it, whatever the file usually says.
    chosen = preset or environ.get(f"{PREFIX}PRESET", "")
    if chosen:
        layers.append(preset_layer(chosen, "--preset" if preset else f"{PREFIX}PRESET"))
    layers += [environment_layer(environ), option_layer(overrides or {})]

    merged: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        for table, values in check(layer).items():
            merged.setdefault(table, {}).update(values)
            for key in values:
                dotted = f"{table}.{key}"
                origins[dotted] = (layer.names or {}).get(dotted, layer.origin)
    settings = Settings.model_validate(merged)
    settings._origins = MappingProxyType(origins)
    return settings.of_file(path)
