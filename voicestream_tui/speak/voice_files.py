"""Which engine a voice file or folder of one's own is for, by what is in it. Loads no model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.home import expand_home
from voicestream_tui.model import Voice
from voicestream_tui.onnx_file import fault_of
from voicestream_tui.speak import blend
from voicestream_tui.speak.base import MixesVoices, Speaker, SpeaksFiles
from voicestream_tui.speak.kokoro.files import bundle_in
from voicestream_tui.speak.vits.files import files_of

HTS = ".htsvoice"
_SUFFIXES = (HTS, ".onnx", ".json", ".yaml", ".bin", blend.SUFFIX)
_HTS_START = b"[GLOBAL]"
_RATE = re.compile(rb"SAMPLING_FREQUENCY:\s*(\d+)")
_HEADER = 4096
_OF_VITS = frozenset({"characters", "token_list", "tokens", "token"})
_KNOWN = (
    "A voice is an .htsvoice file, an .onnx file with its .onnx.json (Piper) or config beside it "
    "(VITS), or a folder with such files or with a Kokoro model and its voices."
)


@dataclass(frozen=True, slots=True)
class VoiceFile:
    """A file or folder of the user's own, and who speaks it."""

    engine: str
    path: Path
    """What the engine is given: a file, or the folder of a model with several voices."""


def is_file_name(voice: str) -> bool:
    """Whether a setting names a file or folder, and not a voice by its id."""
    return "/" in voice or voice.startswith("~") or voice.lower().endswith(_SUFFIXES)


def find_voice(speaker: Speaker, wanted: str) -> Voice | None:
    """The voice that a setting means, by id, key, mixture or file; None if there is none.

    Raises:
        EngineError: it is a file, and broken or for another engine.
    """
    if is_file_name(wanted):
        file = recognise(absolute(wanted))
        known = next((voice for voice in speaker.voices() if voice.path == file.path), None)
        if known is not None:
            return known
        if file.engine != speaker.name or not isinstance(speaker, SpeaksFiles):
            raise EngineError(
                f"{file.path} is a voice of the speech engine {file.engine}, "
                f"and {speaker.name} can't speak it.",
                f"Choose the engine: --speaker {file.engine}",
            )
        return speaker.voice_from_file(file.path)
    named = (v for v in speaker.voices() if wanted in ("", v.id, v.key, str(v.path)))
    found = next(named, None)
    if found is None and blend.is_blend(wanted) and isinstance(speaker, MixesVoices):
        return speaker.mixed_voice(wanted.removeprefix(f"{speaker.name}:"))
    return found


def absolute(name: str) -> Path:
    """The whole path of what a setting names; "~" is the home folder."""
    return expand_home(name).absolute()


def recognise(path: Path) -> VoiceFile:
    """Tell by its content which engine a voice is for.

    Raises:
        EngineError: it is not there, can't be read, or is no voice; the message names what is
            missing.
    """
    try:
        if path.is_dir():
            return _folder(path)
        if not path.exists():
            raise EngineError(f"The voice {path} is not there.", "Name another file or folder.")
        if path.suffix.lower() == ".json" and path.with_suffix("").suffix.lower() == ".onnx":
            return _onnx(path.with_suffix(""))
        if path.suffix.lower() == ".onnx":
            return _onnx(path)
        if path.name in ("config.json", "config.yaml") and (files := files_of(path)):
            return _onnx(files.model)
        if path.name.endswith(blend.SUFFIX) or (path.suffix == ".bin" and _kokoro_around(path)):
            return VoiceFile("kokoro", path)
        return _hts(path)
    except OSError as error:
        raise EngineError(
            f"{error.filename or path} can't be read: {error.strerror}.", "Check its permissions."
        ) from error


def sample_rate(path: Path) -> int | None:
    """Samples a second of a voice, from the first bytes of its files; None if they don't say."""
    try:
        if path.suffix.lower() == HTS:
            with path.open("rb") as file:
                found = _RATE.search(file.read(_HEADER))
            return int(found[1]) if found else None
        for beside in _descriptions(path):
            rate = (_read(beside).get("audio") or {}).get("sample_rate")
            if isinstance(rate, int):
                return rate
    except (OSError, EngineError, AttributeError):
        pass
    return None


def _hts(path: Path) -> VoiceFile:
    with path.open("rb") as file:
        start = file.read(len(_HTS_START))
    if start == _HTS_START:
        return VoiceFile("openjtalk", path)
    if path.suffix.lower() == HTS:
        raise EngineError(
            f"{path} is no HTS voice: it does not begin with {_HTS_START.decode()}.",
            "Download it again.",
        )
    raise EngineError(f"{path} is no voice that is known here.", _KNOWN)


def _onnx(model: Path) -> VoiceFile:
    if not model.is_file():
        raise EngineError(f"The voice's model {model} is missing.", "It belongs beside its .json.")
    if fault := fault_of(model):
        raise EngineError(f"The voice file {model} can't be used: {fault}.", "Download it again.")
    if around := _kokoro_around(model):
        return VoiceFile("kokoro", around)
    for beside in _descriptions(model):
        if engine := _engine_of(_read(beside)):
            return VoiceFile(engine, model)
        raise EngineError(
            f"{beside} describes no voice that is known here: it has neither phoneme_id_map "
            "(Piper) nor characters or a token list (VITS).",
            "Fetch the description that belongs to the voice.",
        )
    raise EngineError(
        f"{model} has no description: {model.name}.json is missing beside it.",
        "Fetch it from where the model came from; for VITS it is config.json or config.yaml.",
    )


def _folder(folder: Path) -> VoiceFile:
    bundle = bundle_in(folder)
    if bundle is not None and bundle.problem:
        raise EngineError(
            f"{folder} is not whole: {bundle.problem}.",
            "Fetch it whole: voicestream-tui voices pull kokoro",
        )
    if bundle is not None:
        return VoiceFile("kokoro", folder)
    if files := files_of(folder):
        return _onnx(files.model)
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (HTS, ".onnx"))
    if len(found) == 1:
        return recognise(found[0])
    if found:
        names = ", ".join(str(path.relative_to(folder)) for path in found[:4])
        more = f" and {len(found) - 4} more" if len(found) > 4 else ""
        raise EngineError(
            f"The folder {folder} has several voices: {names}{more}.", "Name one of these files."
        )
    raise EngineError(f"The folder {folder} has no voice in it.", _KNOWN)


def _kokoro_around(path: Path) -> Path | None:
    """The folder of the whole Kokoro model that a file belongs to."""
    for folder in (path.parent, path.parent.parent):
        bundle = bundle_in(folder)
        if bundle is not None and not bundle.problem:
            styles = {style.path for style in bundle.styles.values()}
            if path in styles or path in bundle.models:
                return folder
    return None


def _descriptions(model: Path) -> list[Path]:
    beside = [
        model.with_name(f"{model.name}.json"),
        model.with_suffix(".json"),
        model.with_name("config.json"),
        model.with_name("config.yaml"),
        model.parent.parent / "config.yaml",
    ]
    return [path for path in beside if path.is_file()]


def _read(path: Path) -> Mapping[str, Any]:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".yaml":
        keys = re.findall(r"^([A-Za-z_]\w*)\s*:", text, re.MULTILINE)
        return dict.fromkeys(keys, True)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EngineError(f"{path} is no JSON: {error}.", "Download it again.") from error
    return said if isinstance(said, Mapping) else {}


def _engine_of(said: Mapping[str, Any]) -> str:
    if "phoneme_id_map" in said:
        return "piper"
    if (
        said.get("model") == "vits"
        or "characters" in said
        or {"token_list", "tokens", "token"} & set(said)
    ):
        return "vits"
    return ""
