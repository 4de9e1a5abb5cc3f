"""Voices and models that the user names by file: the engine is seen from what is in them."""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path

from voicestream_tui.assembly import models_dir
from voicestream_tui.config import Settings
from voicestream_tui.speak.chain import engine_names
from voicestream_tui.speak.voice_files import absolute, is_file_name, recognise
from voicestream_tui.translate.model_folder import named_folder
from voicestream_tui.translate.own_models import engine_of

log = logging.getLogger(__name__)


def with_own_files(settings: Settings, named: Collection[str] = ()) -> tuple[Settings, list[str]]:
    """Let the files that the settings name decide about their engines.

    Args:
        settings: As they were read.
        named: The dotted keys that options have set in this run; an engine among them stays.

    Returns:
        The settings, and a sentence for each engine that an option's file has decided.

    Raises:
        EngineError: a file is missing, broken, or of no engine.
    """
    told: list[str] = []
    if is_file_name(settings.tts.voice):
        file = recognise(absolute(settings.tts.voice))
        change = {"voice": str(file.path)}
        chain = engine_names(settings.tts.engine)
        if "tts.engine" not in named and chain[:1] != (file.engine,):
            change["engine"] = ", ".join(dict.fromkeys((file.engine, *chain)))
            if "tts.voice" in named:
                told.append(f"{file.path} is a voice of the speech engine {file.engine}.")
        settings = settings.model_copy(update={"tts": settings.tts.model_copy(update=change)})
    if "translation.model" in named and "translation.engine" not in named:
        folder = named_folder(settings.translation.model, models_dir(settings))
        engine = engine_of(Path(folder))
        told.append(f"{folder} has a model of the translation engine {engine}.")
        wanted = settings.translation.model_copy(update={"engine": engine})
        settings = settings.model_copy(update={"translation": wanted})
    for sentence in told:
        log.info("%s", sentence)
    return settings, told
