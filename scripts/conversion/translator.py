"""Makes a translation model that the program loads of one that is published.

MODEL is the name of a repository on the Hugging Face hub (staka/fugumt-en-ja), or a folder: with a
Marian or NLLB model in Hugging Face's format (config.json, weights, SentencePiece files), or with
a release of OPUS-MT or the Tatoeba challenge (decoder.yml, .npz, source.spm, target.spm).
FOLDER gets what the engines opus-mt and nllb take (--to ct2) or the engine onnx (--to onnx, not of
OPUS-MT releases). At the end the program's own engine translates a sentence with it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from scripts.conversion.output import ConversionError, whole_folder

SENTENCE = "The tests pass."
_TYPES = ("int8", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32")
_PIECES = {"marian": ("source.spm", "target.spm"), "m2m_100": ("sentencepiece.bpe.model",)}
_WANTED = (
    "*.json",
    "*.spm",
    "*.model",
    "model.safetensors",
    "model-*.safetensors",
    "pytorch_model*.bin",
)
_LICENCES = ("LICENSE", "LICENSE.txt", "LICENCE", "README.md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert as the command line says; 1 if that failed."""
    options = _parser().parse_args(arguments)
    try:
        source = _source(options.model, options.revision)
        with whole_folder(options.folder, replace=options.force) as draft:
            engine = _convert(source, draft, options)
            _copy(source, draft, [name for name in _LICENCES if (source / name).is_file()])
            translation = _try(engine, draft)
    except ConversionError as error:
        print(f"convert-translator: {error}", file=sys.stderr)
        return 1
    print(
        f"{options.folder}: a model for the engine {engine}. {SENTENCE!r} becomes {translation!r}."
    )
    print(
        f"Use it: voicestream-tui --translator {engine} "
        f"--translator-model {options.folder.resolve()}"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/convert-translator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="name on the hub, or a folder")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="what is made")
    parser.add_argument("--to", choices=("ct2", "onnx"), default="ct2", help="default: ct2")
    parser.add_argument(
        "--quantization",
        choices=_TYPES,
        default="int8",
        help="what the weights are kept in (default: int8; onnx: int8 or float32)",
    )
    parser.add_argument("--revision", help="branch, tag or commit on the hub")
    parser.add_argument("--force", action="store_true", help="replace FOLDER")
    return parser


# --- where the model comes from ------------------------------------------------------------------


def _source(model: str, revision: str | None) -> Path:
    """The folder of the model, which is fetched first if need be."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if folder.exists() or model.count("/") != 1 or model.startswith((".", "/", "~")):
        raise ConversionError(
            f"{model} is no folder, and no name of a model on the hub such as staka/fugumt-en-ja."
        )
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=list(_WANTED)))
    except Exception as error:
        raise ConversionError(
            f"{model} can't be fetched: {_line(error)} Look at the name and at the network; "
            "HF_ENDPOINT names a mirror, HF_TOKEN opens a closed repository."
        ) from error


def _model_type(source: Path) -> str:
    file = source / "config.json"
    if not file.is_file():
        raise ConversionError(
            f"{source} has no config.json (Hugging Face) and no decoder.yml (OPUS-MT): "
            "it is no model that can be converted."
        )
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
        kind = str(config["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConversionError(f"{file} is damaged: {error!r}.") from error
    if kind not in _PIECES:
        raise ConversionError(
            f'{source} is of the type "{kind}"; "marian" and "m2m_100" (NLLB) can be converted.'
        )
    return kind


# --- the conversion ------------------------------------------------------------------------------


def _convert(source: Path, draft: Path, options: argparse.Namespace) -> str:
    """Write the model; gives the engine that it is for."""
    if (source / "decoder.yml").is_file():
        if options.to == "onnx":
            raise ConversionError("A release of OPUS-MT can be converted with --to ct2 only.")
        _need(source, _PIECES["marian"])
        _run(lambda: _opus_to_ct2(source, draft, options.quantization))
        _copy(source, draft, _PIECES["marian"])
        return "opus-mt"
    kind = _model_type(source)
    _need(source, _PIECES[kind])
    if not any(source.glob("*.safetensors")) and not any(source.glob("*.bin")):
        raise ConversionError(f"{source} has no weights (model.safetensors or pytorch_model.bin).")
    if options.to == "onnx":
        if options.quantization not in ("int8", "float32"):
            raise ConversionError("With --to onnx, --quantization is int8 or float32.")
        _run(lambda: _to_onnx(source, draft, small=options.quantization == "int8"))
        _copy(source, draft, _PIECES[kind])
        return "onnx"
    _run(lambda: _to_ct2(source, draft, options.quantization))
    _copy(source, draft, _PIECES[kind])
    return "opus-mt" if kind == "marian" else "nllb"


def _to_ct2(source: Path, draft: Path, quantization: str) -> None:
    from ctranslate2.converters import TransformersConverter

    converter = TransformersConverter(str(source), load_as_float16=False)
    converter.convert(str(draft), quantization=_named(quantization), force=True)


def _opus_to_ct2(source: Path, draft: Path, quantization: str) -> None:
    from ctranslate2.converters import OpusMTConverter

    OpusMTConverter(str(source)).convert(str(draft), quantization=_named(quantization), force=True)


def _named(quantization: str) -> str | None:
    return None if quantization == "float32" else quantization


def _to_onnx(source: Path, draft: Path, *, small: bool) -> None:
    from optimum.exporters.onnx import main_export

    main_export(str(source), draft, task="text2text-generation-with-past", do_validation=False)
    if (draft / "decoder_model_merged.onnx").is_file():  # of which the other two are the halves
        for name in ("decoder_model", "decoder_with_past_model"):
            for file in draft.glob(f"{name}.onnx*"):
                file.unlink()
    if small:
        _quantize(draft)


def _quantize(folder: Path) -> None:
    """Turn the weights of the graphs into 8 bits; the large ones are removed."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    for file in sorted(folder.glob("*.onnx")):
        quantize_dynamic(
            file,
            file.with_name(f"{file.stem}_quantized.onnx"),
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True},
        )
    for file in folder.glob("*.onnx*"):
        if not file.name.endswith("_quantized.onnx"):
            file.unlink()


def _run(convert: Callable[[], Any]) -> None:
    try:
        convert()
    except ConversionError:
        raise
    except ImportError as error:
        raise ConversionError(
            f"{error}. The packages are in scripts/conversion/translator.txt."
        ) from error
    except Exception as error:
        raise ConversionError(
            f"The model can't be converted: {type(error).__name__}: {_line(error)}"
        ) from error


# --- what goes with it, and whether it works -----------------------------------------------------


def _need(source: Path, names: Sequence[str]) -> None:
    for name in names:
        if not (source / name).is_file():
            raise ConversionError(
                f"{source} has no {name}, which the engines need; it is in the published model."
            )


def _copy(source: Path, draft: Path, names: Sequence[str]) -> None:
    for name in names:
        shutil.copyfile(source / name, draft / name)


def _try(engine: str, folder: Path) -> str:
    """What the program makes of a sentence with the model."""
    from voicestream_tui.errors import VoicestreamError
    from voicestream_tui.translate.registry import EngineOptions, make_engines

    options = EngineOptions(model=str(folder), models_dir=folder.parent, device="cpu")
    translator = make_engines(engine, options, tell=lambda message, hint: None)
    try:
        return translator.translate([SENTENCE])[0]
    except VoicestreamError as error:
        raise ConversionError(f"The converted model does not work: {error}") from error
    finally:
        translator.close()


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
