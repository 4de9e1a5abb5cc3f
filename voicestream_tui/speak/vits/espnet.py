"""Reads the config.yaml of an ESPnet VITS voice: that of espnet_onnx, or of ESPnet's training."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.speak.vits.config import AGAIN, Alphabet, VitsConfig, unusable

_UNKNOWN = "<unk>"


def read_espnet(path: Path) -> VitsConfig:
    """Read a config.yaml.

    espnet_onnx writes no sample rate; a line `sample_rate: 44100` is read if somebody has added it.

    Raises:
        EngineError: it is missing, no YAML, of another model, or lacks what is needed.
    """
    said = _read_yaml(path)
    try:
        if "token" in said:
            return _exported(path, said)
        if "token_list" in said:
            return _trained(path, said)
    except KeyError as error:
        raise unusable(path, f"{error} is missing in it") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise unusable(path, error) from error
    raise unusable(path, "it has neither token (espnet_onnx) nor token_list (ESPnet)")


def _exported(path: Path, said: Mapping[str, Any]) -> VitsConfig:
    model = str((said.get("tts_model") or {}).get("model_type") or "VITS")
    if model != "VITS":
        raise ValueError(f"its model_type is {model} and not VITS")
    if (said.get("normalize") or {}).get("use_normalize"):
        raise ValueError("it wants features that are normalised, as other models do")
    cleaner = (said.get("text_cleaner") or {}).get("cleaner_types") or ""
    tokenizer = said["tokenizer"]
    return _config(
        path,
        tokens=said["token"]["list"],
        kind=str(tokenizer.get("token_type") or "phn"),
        reading=tokenizer.get("g2p_type"),
        cleaner=cleaner,
        sample_rate=said.get("sample_rate") or said.get("fs") or 0,
    )


def _trained(path: Path, said: Mapping[str, Any]) -> VitsConfig:
    model = str(said.get("tts") or "vits")
    if model != "vits":
        raise ValueError(f"its tts is {model} and not vits")
    features = said.get("feats_extract_conf") or {}
    return _config(
        path,
        tokens=said["token_list"],
        kind=str(said.get("token_type") or "phn"),
        reading=said.get("g2p"),
        cleaner=said.get("cleaner") or "",
        sample_rate=features.get("fs") or said.get("fs") or 0,
    )


def _config(
    path: Path, *, tokens: Any, kind: str, reading: Any, cleaner: Any, sample_rate: Any
) -> VitsConfig:
    symbols = [str(token) for token in tokens]
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    if not numbers:
        raise ValueError("its list of tokens is empty")
    if isinstance(cleaner, list):
        cleaner = cleaner[0] if cleaner else ""
    rate = str(sample_rate).removesuffix("k")
    read = "characters" if kind == "char" else str(reading or "tokens")
    return VitsConfig(
        family="espnet",
        path=path,
        alphabet=Alphabet(numbers, unknown=numbers.get(_UNKNOWN)),
        reading=read,
        cleaner=str(cleaner),
        sample_rate=int(rate) * (1000 if rate != str(sample_rate) else 1),
        language="ja" if read.startswith("pyopenjtalk") or "あ" in numbers else "",
    )


def _read_yaml(path: Path) -> Mapping[str, Any]:
    try:
        yaml = import_module("yaml")
    except ImportError as error:
        raise EngineError(
            f"{path} can't be read: {error}.", "Install the package: uv pip install pyyaml."
        ) from error
    try:
        said = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError as error:
        raise EngineError(f"{path} is missing.", AGAIN) from error
    except OSError as error:
        raise EngineError(f"{path} can't be read: {error.strerror}.", AGAIN) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise EngineError(f"{path} is no YAML: {' '.join(str(error).split())}.", AGAIN) from error
    if not isinstance(said, dict):
        raise unusable(path, "it has no keys")
    return said
