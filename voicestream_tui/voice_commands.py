"""The command `voices`: which there are, and fetching, hearing, mixing and choosing one."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from voicestream_tui.agent.formats import make_decoder
from voicestream_tui.agent.sources import TextSource
from voicestream_tui.assembly import Assembly, Input, Job, make_speaker, voices_dir
from voicestream_tui.config import Settings, config_path, load_settings
from voicestream_tui.config_edit import set_in_file
from voicestream_tui.errors import EngineError, UsageError
from voicestream_tui.model import Ended, Event, Failed
from voicestream_tui.model_commands import pull_models
from voicestream_tui.models.pull import in_words
from voicestream_tui.shelf import STATES, Item, ahead_of, find_item
from voicestream_tui.speak.base import MixesVoices
from voicestream_tui.speak.blend import is_blend
from voicestream_tui.speak.chain import engine_names
from voicestream_tui.speak.voice_files import absolute, is_file_name, recognise
from voicestream_tui.stages.audition import SAMPLE
from voicestream_tui.stock import make_shelf

KOKORO = "kokoro"
"""The engine whose voices can be mixed."""


def run(
    settings: Settings,
    action: str,
    words: Sequence[str],
    *,
    config: Path | None = None,
    accept: bool = False,
    as_json: bool = False,
    record: Path | None = None,
) -> int:
    """Do what one `voices` command asks; gives the exit code.

    Args:
        settings: Where voices lie, and which one is the default.
        action: list, pull, preview, default or mix.
        words: The voice; for preview a text may follow, for pull other voices, for mix a name and
            the mixture.
        config: The settings file that `default` changes; None is the usual one.
        accept: Licences that ask to be accepted are, without a question.
        as_json: Print one JSON object instead of lines, for list.
        record: File that `preview` speaks into, without being heard.

    Raises:
        UsageError: the voice is missing.
        EngineError: there is no such voice, or it can't speak.
        ModelError: a voice can't be fetched.
        ConfigError: the settings file can't be changed.
    """
    if action == "list":
        return list_voices(settings, as_json=as_json)
    if not words:
        raise UsageError(
            f"Which voice? voicestream-tui voices {action} NAME",
            "voicestream-tui voices lists them all.",
        )
    match action:
        case "pull":
            return _pull(settings, words, accept)
        case "preview":
            return _preview(settings, words[0], " ".join(words[1:]) or SAMPLE, record)
        case "mix":
            return _mix(settings, words)
        case _:
            return _make_default(settings, words[0], config)


def list_voices(settings: Settings, *, as_json: bool = False) -> int:
    """Print every voice that is here or can be fetched, and what each engine has to say."""
    notes: dict[str, str] = {}
    items = make_shelf(settings).voices(notes)
    if as_json:
        print(json.dumps({"voices": [_as_json(item) for item in items], "engines": notes}))
        return 0
    for item in items:
        for line in _lines(item):
            print(line)
    for name, note in notes.items():
        print(f"  {name}: {note}")
    print(
        "\n* is the default. voicestream-tui voices pull NAME fetches one, preview NAME lets it "
        "speak,\ndefault NAME chooses it. Nothing is fetched by itself. Voices of your own go into"
        f"\n{voices_dir(settings)}, or are named by their file: --voice FILE"
    )
    return 0


def _lines(item: Item) -> list[str]:
    mark = "!" if item.problem else "*" if item.default else " "
    rate = f"{item.sample_rate / 1000:g} kHz" if item.sample_rate else ""
    state = "" if item.here else f"{STATES[item.state]}, {_size(item)}, for {item.engine}"
    about = ", ".join(filter(None, (item.title, item.language, rate, state)))
    lines = [f"{mark} {item.key:32} {about}"]
    if item.problem:
        lines.append(f"    BROKEN: {item.problem}" if item.here else f"    {item.problem}")
    lines.append(f"    {item.licence or 'its licence is not known here'}")
    if item.terms:
        lines.append(f"    {item.terms}")
    if item.credit:
        lines.append(f"    Credit: {item.credit}")
    return lines


def _size(item: Item) -> str:
    if item.model is None:
        return ""
    return f"{'' if item.model.exact else 'about '}{in_words(item.model.size)}"


def _as_json(item: Item) -> Mapping[str, object]:
    model, voice = item.model, item.voice
    return {
        "engine": item.engine,
        "id": item.id,
        "key": item.key,
        "title": item.title,
        "language": item.language,
        "sample_rate": item.sample_rate,
        "licence": item.licence,
        "licence_url": model.licence_url if model is not None else "",
        "terms": item.terms,
        "accepted": item.accepted,
        "credit": item.credit,
        "state": str(item.state),
        "problem": item.problem,
        "default": item.default,
        "model": model.name if model is not None else None,
        "size": model.size if model is not None else None,
        "path": str(voice.path) if voice is not None and voice.path is not None else None,
    }


def _pull(settings: Settings, names: Sequence[str], accept: bool) -> int:
    items = make_shelf(settings).voices()
    models = []
    for name in names:
        item = find_item(items, name)
        if item.model is None:
            raise UsageError(
                f"{item.key} is here already, and not from the catalogue.", "Nothing is fetched."
            )
        models.append(item.model)
    pull_models(settings, models, accept)
    for model in models:
        print(f"Hear it: voicestream-tui voices preview {model.name}")
    return 0


def _find(settings: Settings, name: str) -> tuple[str, str]:
    """The engine and the setting of a voice that is here and whole."""
    if is_file_name(name):
        file = recognise(absolute(name))
        return file.engine, str(file.path)
    if is_blend(name):
        voice = _mixer(settings).mixed_voice(name.removeprefix(f"{KOKORO}:"))
        return voice.engine, voice.id
    item = find_item(make_shelf(settings).voices(), name)
    if item.problem:
        raise EngineError(f"{item.key} can't be used: {item.problem}", "Choose another voice.")
    if item.voice is None:
        raise EngineError(
            f"{item.title} is not here.", f"Fetch it: voicestream-tui voices pull {item.id}"
        )
    return item.engine, item.id


def _preview(settings: Settings, name: str, text: str, record: Path | None) -> int:
    engine, voice = _find(settings, name)
    failures: list[Failed] = []
    over = threading.Event()

    def emit(event: Event) -> None:
        match event:
            case Failed(stage="speech" | "audio"):
                failures.append(event)
                over.set()
            case Ended():
                over.set()
            case _:
                pass

    speech = settings.tts.model_copy(update={"engine": engine, "voice": voice})
    translation = settings.translation.model_copy(update={"engine": "starter", "model": ""})
    job = Job(
        lambda: Input(TextSource(text), make_decoder("text")),
        record=record,
        hurry=record is not None,
    )
    assembly = Assembly(
        settings.model_copy(update={"tts": speech, "translation": translation}), job
    )
    try:
        pipeline = assembly.make_pipeline(emit)
        try:
            pipeline.start()
            over.wait()
        finally:
            pipeline.close()
    finally:
        assembly.close()
    if failures:
        raise EngineError(failures[0].message, failures[0].hint)
    if record is not None:
        print(f"Wrote {record}")
    return 0


def _mix(settings: Settings, words: Sequence[str]) -> int:
    if len(words) != 2:
        raise UsageError(
            "A mixture has a name and two voices or more.",
            "For example: voicestream-tui voices mix evening jf_alpha:60+jf_nezumi:40",
        )
    name, blend = words
    voice = _mixer(settings).save_blend(name, blend.removeprefix(f"{KOKORO}:"))
    print(f"{voice.path}: the voice {voice.key}. Hear it: voicestream-tui voices preview {name}")
    return 0


def _mixer(settings: Settings) -> MixesVoices:
    """The engine that mixes voices; it loads no model for that."""
    speaker = make_speaker(settings, KOKORO)
    assert isinstance(speaker, MixesVoices)
    return speaker


def _make_default(settings: Settings, name: str, config: Path | None) -> int:
    engine, voice = _find(settings, name)
    path = config or config_path()
    chain = engine_names(settings.tts.engine)
    set_in_file(path, {"tts.engine": ahead_of(engine, chain), "tts.voice": voice})
    print(f"{path}: the voice is {voice} of {engine} from the next start on.")
    now = load_settings(config, environ=os.environ)
    for key, value in (("tts.engine", now.tts.engine), ("tts.voice", now.tts.voice)):
        origin = now.origins.get(key, "")
        if origin != str(path):
            print(f"But {key} is {value!r} by {origin}, which comes before the file.")
    return 0
