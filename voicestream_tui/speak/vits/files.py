"""Which VITS voices are there, and in which files. Loads no model.

A voice is a folder:

- Coqui: the .onnx of `Vits.export_onnx` ("coqui_vits.onnx", or any name), the config.json of the
  training, and, with several speakers or languages, speaker_ids.json and language_ids.json.
- ESPnet: config.yaml of espnet_onnx with `full/vits.onnx`, or the config.yaml of ESPnet's training
  with the .onnx beside it; and spembs.npy where the voice asks for a speaker's embedding.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.onnx_file import fault_of
from voicestream_tui.speak.vits.config import AGAIN, VitsConfig
from voicestream_tui.speak.vits.coqui import is_coqui, read_coqui
from voicestream_tui.speak.vits.espnet import read_espnet

ENGINE = "vits"
_DEEPEST = 4
_FIRST = ("model", "vits", "coqui_vits")
_ESPNET = ("vits.onnx", "vits_qt.onnx")
_LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "MODEL_CARD", "README.md")
_MOST_BYTES = 4_000_000
"""Of a config.json that is looked into to see whose it is."""


@dataclass(frozen=True, slots=True)
class VitsFiles:
    """The files of a voice.

    Attributes:
        model: The .onnx; it may be missing.
        description: config.json or config.yaml.
    """

    model: Path
    description: Path

    @property
    def folder(self) -> Path:
        """The voice's folder."""
        return self.description.parent

    def config(self) -> VitsConfig:
        """Read the description and look whether the model is whole.

        Raises:
            EngineError: a file is missing, cut off, or not what it should be.
        """
        reads = read_espnet if self.description.suffix == ".yaml" else read_coqui
        config = reads(self.description)
        if not self.model.is_file():
            raise EngineError(f"The voice's model {self.model} is missing.", AGAIN)
        if fault := fault_of(self.model):
            raise EngineError(f"The voice file {self.model} can't be used: {fault}.", AGAIN)
        return config


def find_vits_voices(*roots: Path | None) -> list[Voice]:
    """The voices of some folders and their subfolders: Japanese first, broken ones last."""
    voices: dict[str, Voice] = {}
    seen: set[Path] = set()
    for root in roots:
        for folder in _folders(root) if root and root.is_dir() else ():
            files = files_in(folder)
            if files is None or files.description in seen:
                continue
            seen.add(files.description)
            name, voice_id, number = folder.name, folder.name, 2
            while voice_id in voices:
                voice_id, number = f"{name}-{number}", number + 1
            voices[voice_id] = vits_voice(files, voice_id)
    return sorted(voices.values(), key=lambda voice: (bool(voice.problem), voice.language != "ja"))


def vits_voice(files: VitsFiles, voice_id: str = "") -> Voice:
    """A voice for its files; what is wrong with them is in `problem`."""
    problem, language = "", ""
    try:
        language = files.config().language
    except EngineError as error:
        problem = error.message
    return Voice(
        engine=ENGINE,
        id=voice_id or files.folder.name,
        name=files.folder.name.replace("_", " "),
        path=files.model,
        language=language or "?",
        licence=_licence_in(files.folder),
        problem=problem,
    )


def files_of(path: Path) -> VitsFiles | None:
    """The files that belong to a folder, a description or a model; None if it has none."""
    if path.is_dir():
        return files_in(path)
    folders = [path.parent, path.parent.parent] if path.suffix == ".onnx" else [path.parent]
    found = next((files for folder in folders if (files := files_in(folder))), None)
    if found is not None and path.suffix == ".onnx":
        return VitsFiles(path, found.description)
    return found


def files_in(folder: Path) -> VitsFiles | None:
    """The files of the voice of a folder; None if it has no description of one."""
    described = folder / "config.yaml"
    if described.is_file() and _could_be_espnet(described):
        exported = [folder / part / name for part in ("full", "quantize") for name in _ESPNET]
        there = [path for path in exported if path.is_file()] or _models(folder)
        return VitsFiles(there[0] if there else exported[0], described)
    described = folder / "config.json"
    if described.is_file() and _is_coqui_file(described):
        there = _models(folder)
        return VitsFiles(there[0] if there else folder / "model.onnx", described)
    return None


def _models(folder: Path) -> list[Path]:
    """Models in a folder, those with a usual name first, those of Piper left out."""
    found = [
        path for path in folder.glob("*.onnx") if not path.with_name(f"{path.name}.json").exists()
    ]
    return sorted(found, key=lambda path: (path.stem not in _FIRST, path.name))


def _could_be_espnet(path: Path) -> bool:
    """Whether a config.yaml has one of the keys that only a voice's description has."""
    try:
        with path.open("rb") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except OSError:
        return True
    return any(line.startswith((b"token:", b"token_list:", b"tts_model:")) for line in lines)


def _is_coqui_file(path: Path) -> bool:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return False
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        # A broken one beside a model is likely meant as one, and is told.
        return bool(_models(path.parent))
    return isinstance(said, dict) and is_coqui(said)


def _folders(root: Path) -> Iterator[Path]:
    deepest = len(root.parts) + _DEEPEST
    for name, below, _ in os.walk(root, followlinks=True):
        folder = Path(name)
        below[:] = sorted(part for part in below if not part.startswith("."))
        if len(folder.parts) >= deepest:
            below.clear()
        yield folder


def _licence_in(folder: Path) -> str:
    there = next((name for name in _LICENCES if (folder / name).is_file()), "")
    return f"see {there} in its folder" if there else ""
