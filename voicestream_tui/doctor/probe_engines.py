"""Has an engine of the settings do one sentence. Runs in a process of its own."""

from __future__ import annotations

import time
from typing import Any

from voicestream_tui.assembly import make_speaker, make_translator
from voicestream_tui.config import Settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.base import Speaker, TellsProcessor
from voicestream_tui.speak.voice_files import absolute, find_voice, is_file_name, recognise

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
        "voice": its key; "known": keys of all voices; "broken": problems of broken ones by key;
        "wanted": voices that the settings name, by dotted key; "absent": those of them that the
        engine does not have; "processor"; seconds: "load", "first" until the first sound,
        "seconds" for all of it, "sound" that was made.
    """
    chosen = _settings(settings)
    began = time.perf_counter()
    speaker = make_speaker(chosen, name)
    try:
        voices = speaker.voices()
        if not voices:
            raise EngineError(
                f'The speech engine "{name}" has no voice.',
                "Fetch one: voicestream-tui voices lists what there is.",
            )
        wanted = {
            "tts.voice": chosen.tts.voice,
            "tts.subagent_voice": chosen.tts.subagent_voice,
        }
        found = {key: _find(speaker, voice) for key, voice in wanted.items()}
        voice = found["tts.voice"] or voices[0]
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
        "known": [voice.key for voice in voices],
        "broken": {voice.key: voice.problem for voice in voices if voice.problem},
        "wanted": wanted,
        "absent": [key for key, there in found.items() if there is None],
        "processor": processor,
        "load": loaded - began,
        "first": first,
        "seconds": ended - loaded,
        "sound": sound,
    }


def voices(settings: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The voices of an engine: each one's key, and all that a setting may call it."""
    speaker = make_speaker(_settings(settings), name)
    try:
        return [
            {"key": voice.key, "names": [voice.id, voice.key, str(voice.path)]}
            for voice in speaker.voices()
            if not voice.problem
        ]
    finally:
        speaker.close()


def _find(speaker: Speaker, wanted: str) -> Voice | None:
    """The voice that a setting names; None if it is none of this engine's."""
    if is_file_name(wanted) and recognise(absolute(wanted)).engine != speaker.name:
        return None
    return find_voice(speaker, wanted)


def _settings(values: dict[str, Any]) -> Settings:
    settings = Settings.model_validate(values)
    # A vocabulary map would be written into the model's folder; nothing is changed here.
    translation = settings.translation.model_copy(update={"vocabulary_map": False})
    return settings.model_copy(update={"translation": translation})
