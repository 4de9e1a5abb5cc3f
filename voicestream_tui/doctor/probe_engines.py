"""Has an engine of the settings do one sentence. Runs in a process of its own."""

from __future__ import annotations

import time
from typing import Any

from voicestream_tui.assembly import make_speaker, make_translator
from voicestream_tui.config import Settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.base import TellsProcessor

_ENGLISH = "The tests pass now."
_JAPANESE = "テストが成功しました。"


def translate(settings: dict[str, Any], name: str) -> dict[str, Any]:
    """Load a translation engine and translate a sentence twice; the second is timed.

    Args:
        settings: All settings, as `model_dump` gives them.
        name: The engine; "" is that of the settings, which names no other.

    Returns:
        "english", "japanese", and seconds: "load" and "seconds" for the sentence.
    """
    began = time.perf_counter()
    translator = make_translator(_settings(settings), name)
    try:
        translator.warm_up()
        loaded = time.perf_counter()
        japanese = translator.translate([_ENGLISH])[0]
        ended = time.perf_counter()
    finally:
        translator.close()
    return {
        "english": _ENGLISH,
        "japanese": japanese,
        "load": loaded - began,
        "seconds": ended - loaded,
    }


def speak(settings: dict[str, Any], name: str) -> dict[str, Any]:
    """Load a speech engine with the voice of the settings and speak a sentence into nothing.

    Returns:
        "voice": key and licence; "known": ids of all voices; "broken": problems of broken ones by
        id; "absent": voices that the settings name and that are not there; "processor"; seconds:
        "load", "first" until the first sound, "seconds" for all of it, "sound" that was made.
    """
    chosen = _settings(settings)
    began = time.perf_counter()
    speaker = make_speaker(chosen, name)
    try:
        voices = speaker.voices()
        if not voices:
            raise EngineError(
                "The speech engine has no voice.", 'See "voicestream-tui models list" for voices.'
            )
        absent = [
            f'{key} = "{wanted}"'
            for key, wanted in (
                ("tts.voice", chosen.tts.voice),
                ("tts.subagent_voice", chosen.tts.subagent_voice),
            )
            if wanted and not any(_is(voice, wanted) for voice in voices)
        ]
        voice = next((voice for voice in voices if _is(voice, chosen.tts.voice)), voices[0])
        speaker.warm_up(voice)
        loaded = time.perf_counter()
        first = sound = 0.0
        for chunk in speaker.speak(_JAPANESE, voice):
            first = first or time.perf_counter() - loaded
            sound += len(chunk.samples) / chunk.sample_rate
        ended = time.perf_counter()
        processor = speaker.runs_on() if isinstance(speaker, TellsProcessor) else ""
    finally:
        speaker.close()
    return {
        "voice": voice.key,
        "licence": voice.licence,
        "known": [voice.id for voice in voices],
        "broken": {voice.key: voice.problem for voice in voices if voice.problem},
        "absent": absent,
        "processor": processor,
        "load": loaded - began,
        "first": first,
        "seconds": ended - loaded,
        "sound": sound,
    }


def _is(voice: Voice, wanted: str) -> bool:
    return wanted in ("", voice.id, voice.key, str(voice.path))


def _settings(values: dict[str, Any]) -> Settings:
    settings = Settings.model_validate(values)
    # A vocabulary map would be written into the model's folder; nothing is changed here.
    translation = settings.translation.model_copy(update={"vocabulary_map": False})
    return settings.model_copy(update={"translation": translation})
