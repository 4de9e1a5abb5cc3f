"""Which Piper voices are there, and what their files say. Loads no model.

A voice is NAME.onnx with NAME.onnx.json beside it. Its licence is told by the file MODEL_CARD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.onnx_file import fault_of

ENGINE = "piper"
_USUAL_NAME = re.compile(r"([a-z]{2,3})_[A-Z]{2}-(.+)-(x_low|low|medium|high)")
_LICENCE = re.compile(r"^[\W_]*licen[sc]e[\W_]*:\s*(\S.*?)[\s*]*$", re.IGNORECASE | re.MULTILINE)
_URL = re.compile(r"https?://\S+")
_AGAIN = "Download the voice's two files (.onnx and .onnx.json) again, or choose another voice."


@dataclass(frozen=True, slots=True)
class PiperConfig:
    """What is needed of a voice's .onnx.json.

    Attributes:
        everything: The whole file, for the package that makes phonemes.
        sample_rate: Hz.
        language: "ja", "en" …
        speakers: Number of speakers by name.
        scales: Noise, length and noise of the lengths, as the voice wants them.
    """

    everything: Mapping[str, Any]
    sample_rate: int
    language: str
    speaker_count: int
    default_speaker: int
    speakers: Mapping[str, int]
    noise_scale: float
    length_scale: float
    noise_w: float


def config_path(model: Path) -> Path:
    """The description of a voice."""
    return model.with_name(f"{model.name}.json")


def find_piper_voices(folder: Path | None) -> list[Voice]:
    """The voices of a folder and its subfolders: Japanese ones first, broken ones last."""
    voices: list[Voice] = []
    taken: set[str] = set()
    for path in _models(folder) if folder and folder.is_dir() else ():
        stem, voice_id, number = path.stem, path.stem, 2
        while voice_id in taken:
            voice_id, number = f"{stem}-{number}", number + 1
        taken.add(voice_id)
        voices.append(piper_voice(path, voice_id))
    return sorted(voices, key=lambda voice: (bool(voice.problem), voice.language != "ja"))


def piper_voice(path: Path, voice_id: str = "") -> Voice:
    """A voice for a model's file; what is wrong with its files is in `problem`."""
    usual = _USUAL_NAME.fullmatch(path.stem)
    language = usual[1] if usual else ""
    problem = ""
    try:
        language = check_files(path).language or language
    except EngineError as error:
        problem = error.message
    return Voice(
        engine=ENGINE,
        id=voice_id or path.stem,
        name=_shown(usual[2], usual[3]) if usual else path.stem,
        path=path,
        language=language or "?",
        licence=_licence_beside(path),
        problem=problem,
    )


def check_files(path: Path) -> PiperConfig:
    """Read a voice's description and look whether its model is whole.

    Raises:
        EngineError: a file is missing, cut off, or not what it should be.
    """
    if not path.is_file():
        raise EngineError(f"The voice file {path} is missing.", _AGAIN)
    config = read_config(config_path(path))
    if fault := fault_of(path):
        raise EngineError(f"The voice file {path} can't be used: {fault}.", _AGAIN)
    return config


def read_config(path: Path) -> PiperConfig:
    """Read a voice's .onnx.json.

    Raises:
        EngineError: it is missing, no JSON, or lacks what is needed.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        phonemes = said["phoneme_id_map"]
        # The package that makes phonemes needs these, too.
        _ = said["num_symbols"], said["espeak"]["voice"], phonemes["_"], phonemes["^"]
        inference = said.get("inference") or {}
        code = str((said.get("language") or {}).get("code") or said["espeak"]["voice"])
        return PiperConfig(
            everything=said,
            sample_rate=_positive(said["audio"]["sample_rate"]),
            language=re.split(r"[-_]", code)[0].lower(),
            speaker_count=_positive(said["num_speakers"]),
            default_speaker=int(said.get("default_speaker_id", 0)),
            speakers={str(k): int(v) for k, v in (said.get("speaker_id_map") or {}).items()},
            noise_scale=float(inference.get("noise_scale", 0.667)),
            length_scale=float(inference.get("length_scale", 1.0)),
            noise_w=float(inference.get("noise_w", 0.8)),
        )
    except FileNotFoundError as error:
        raise EngineError(
            f"{path} is missing: it says how the voice beside it is spoken.", _AGAIN
        ) from error
    except OSError as error:
        raise EngineError(f"{path} can't be read: {error.strerror}.", _AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise EngineError(f"{path} is no JSON of a voice: {error}.", _AGAIN) from error
    except KeyError as error:
        raise EngineError(f"{path} can't be used: {error} is missing in it.", _AGAIN) from error
    except (TypeError, AttributeError) as error:
        raise EngineError(f"{path} is not the description of a Piper voice.", _AGAIN) from error


def _positive(value: Any) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(f"{number} should be positive")
    return number


def _models(folder: Path) -> Iterator[Path]:
    """Models with a description beside them, and what is named like a voice but lacks a part."""
    described = {path.with_suffix("") for path in folder.rglob("*.onnx.json")}
    for path in sorted({*described, *folder.rglob("*.onnx")}):
        if path in described or _USUAL_NAME.fullmatch(path.stem):
            yield path


def _shown(dataset: str, quality: str) -> str:
    name = dataset.replace("_", " ")
    return f"{name[:1].upper()}{name[1:]} ({quality.replace('_', ' ')})"


def _licence_beside(path: Path) -> str:
    """The licence that the voice's card names, with the address it points to."""
    own = path.with_name(f"{path.stem}.MODEL_CARD")
    card = own if own.is_file() else path.with_name("MODEL_CARD")
    try:
        text = card.read_text(encoding="utf-8", errors="replace")
        alone = len(list(path.parent.glob("*.onnx"))) == 1
    except OSError:
        return ""
    usual = _USUAL_NAME.fullmatch(path.stem)
    name = usual[2] if usual else path.stem
    if card != own and not alone and name.lower() not in text.lower():
        return ""
    found = _LICENCE.search(text)
    if not found:
        return f"see {card.name} beside the file"
    address = _URL.search(text)
    if address and "url" in found[1].lower() and "http" not in found[1].lower():
        return f"see {address[0]}"
    return found[1]
