"""Makes a voice that the engine vits speaks with of a Coqui VITS checkpoint.

SOURCE is the folder of a training or of a published voice: config.json and a checkpoint (model.pth,
best_model.pth, model_file.pth or checkpoint_N.pth, of which the last is taken). FOLDER gets
model.onnx, config.json and, where there are several speakers or languages, speaker_ids.json and
language_ids.json: put it into the program's voices folder. At the end a text is put through the
graph, which must give sound.

ESPnet's voices are exported by espnet_onnx (python -m espnet_onnx.export --model_type tts …), whose
folder the engine vits loads as it is.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from scripts.conversion.output import ConversionError, whole_folder

_CHECKPOINTS = ("model.pth", "best_model.pth", "model_file.pth", "model_file.pth.tar")
_NUMBERED = re.compile(r"(?:checkpoint|best_model)_(\d+)\.pth\Z")
_TABLES = ("speaker_ids.json", "speakers.json", "language_ids.json")
_LICENCES = ("LICENSE", "LICENSE.txt", "LICENCE", "MODEL_CARD", "README.md")
_SYMBOLS = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert as the command line says; 1 if that failed."""
    options = _parser().parse_args(arguments)
    try:
        config = _config(options.source)
        checkpoint = options.checkpoint or _checkpoint(options.source)
        if not checkpoint.is_file():
            raise ConversionError(f"{checkpoint} is not there.")
        with whole_folder(options.folder, replace=options.force) as draft:
            _export(config, checkpoint, draft / "model.onnx")
            _copy(options.source, draft)
            seconds = _try(draft / "model.onnx", _rate(config))
    except ConversionError as error:
        print(f"convert-voice: {error}", file=sys.stderr)
        return 1
    print(
        f"{options.folder}: a voice for the engine vits; {_SYMBOLS} symbols gave {seconds:.2f} s."
    )
    print("Put the folder into the program's voices folder: voicestream-tui voices names it.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/convert-voice",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="SOURCE", type=Path, help="the checkpoint's folder")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="what is made")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="which one of several")
    parser.add_argument("--force", action="store_true", help="replace FOLDER")
    return parser


def _config(source: Path) -> Path:
    """The configuration of a voice, looked into.

    Raises:
        ConversionError: there is none, or it is of something else.
    """
    file = source / "config.json"
    if not source.is_dir():
        raise ConversionError(f"{source} is no folder.")
    if (source / "config.yaml").is_file() and not file.is_file():
        raise ConversionError(
            f"{source} is a voice of ESPnet; export it with espnet_onnx "
            "(python -m espnet_onnx.export --model_type tts …)."
        )
    if not file.is_file():
        raise ConversionError(f"{source} has no config.json: it is no voice of Coqui.")
    try:
        kind = json.loads(file.read_text(encoding="utf-8"))["model"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConversionError(f"{file} is damaged: {error!r}.") from error
    if kind != "vits":
        raise ConversionError(f'{source} is of the type "{kind}"; only "vits" can be converted.')
    return file


def _checkpoint(source: Path) -> Path:
    for name in _CHECKPOINTS:
        if (source / name).is_file():
            return source / name
    numbered = [(int(m[1]), f) for f in source.iterdir() if (m := _NUMBERED.match(f.name))]
    if not numbered:
        raise ConversionError(
            f"{source} has no checkpoint ({', '.join(_CHECKPOINTS[:3])} or checkpoint_N.pth)."
        )
    return max(numbered)[1]


def _export(config: Path, checkpoint: Path, into: Path) -> None:
    try:
        without_audio_files()
        from TTS.config import load_config
        from TTS.tts.models.vits import Vits

        said = load_config(str(config))
        _tables_beside(said, config.parent)
        model = Vits(said)
        model.load_checkpoint(said, str(checkpoint), eval=True)
        model.export_onnx(str(into), verbose=False)
    except ImportError as error:
        raise ConversionError(
            f"{error}. The packages are in scripts/conversion/voice.txt."
        ) from error
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        raise ConversionError(
            f"{checkpoint} can't be exported: {type(error).__name__}: {lines[0]}"
        ) from error


def without_audio_files() -> None:
    """Let Coqui be loaded without the packages that read recordings, for training only."""
    for name in ("torchaudio", "torchcodec"):
        if find_spec(name) is None:
            stand_in = ModuleType(name)
            stand_in.__spec__ = ModuleSpec(name, None)
            sys.modules[name] = stand_in


def _tables_beside(said: Any, folder: Path) -> None:
    """Let the configuration name the tables in its own folder, not where it was trained."""
    for key, name in (("speakers_file", "speaker_ids.json"), ("language_ids_file", _TABLES[2])):
        file = folder / name
        if not file.is_file():
            continue
        for table in (said, said.model_args):
            if getattr(table, key, None):
                setattr(table, key, str(file))


def _copy(source: Path, draft: Path) -> None:
    for name in ("config.json", *_TABLES, *_LICENCES):
        if (source / name).is_file():
            shutil.copyfile(source / name, draft / name)


def _rate(config: Path) -> int:
    said = json.loads(config.read_text(encoding="utf-8"))
    return int((said.get("audio") or {}).get("sample_rate") or 22_050)


def _try(file: Path, rate: int) -> float:
    """Put symbols through the graph; gives the seconds of sound."""
    import numpy as np
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        fed: dict[str, Any] = {
            "input": np.arange(1, _SYMBOLS + 1)[None],
            "input_lengths": np.array([_SYMBOLS]),
            "scales": np.array([0.667, 1.0, 0.8], np.float32),
        }
        names = {given.name for given in session.get_inputs()}
        fed |= {name: np.array([0]) for name in ("sid", "langid") if name in names}
        (sound,) = session.run(None, fed)
    except Exception as error:
        raise ConversionError(f"The exported graph does not run: {error}") from error
    if not sound.size or not np.isfinite(sound).all():
        raise ConversionError("The exported graph gives no sound.")
    return float(sound.size) / rate


if __name__ == "__main__":
    sys.exit(main())
