"""Kokoro models with the files of both published layouts and random weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.speak.kokoro.vocabulary import PUBLISHED

from .kokoro import STYLE, TINY, Size, kokoro_model

VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo", "af_heart")
_COUNTS = 510


def style_table(seed: int) -> NDArray[np.float32]:
    """A voice: float32 [510, 1, 256], a row for each count of phonemes."""
    random = np.random.default_rng(seed)
    voice = random.standard_normal((1, 1, 2 * STYLE), dtype=np.float32)
    drift = random.standard_normal((1, 1, 2 * STYLE), dtype=np.float32)
    along = np.linspace(-0.05, 0.05, _COUNTS, dtype=np.float32).reshape(-1, 1, 1)
    return voice * np.float32(0.3) + drift * along


def make_kokoro(
    folder: Path, voices: Sequence[str] = VOICES, *, size: Size = TINY, seed: int = 1
) -> Path:
    """The layout of onnx-community/Kokoro-82M-v1.0-ONNX; gives the model's path."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    (folder / "voices").mkdir(exist_ok=True)
    model = folder / "onnx" / "model.onnx"
    model.write_bytes(kokoro_model(size, seed).SerializeToString())
    for number, name in enumerate(voices):
        style_table(100 * seed + number).tofile(folder / "voices" / f"{name}.bin")
    config = {"model_type": "style_text_to_speech_2"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    tokenizer = {
        "version": "1.0",
        "normalizer": None,
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": ""}, "behavior": "Isolated"},
        "post_processor": {"type": "TemplateProcessing"},
        "model": {"vocab": {"$": 0, **PUBLISHED}},
    }
    text = json.dumps(tokenizer, ensure_ascii=False, indent=2)
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    return model


def make_kokoro_release(
    folder: Path, voices: Sequence[str] = VOICES, *, size: Size = TINY, seed: int = 1
) -> Path:
    """The layout of the releases of kokoro-onnx; gives the model's path."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "kokoro-v1.0.onnx"
    made = kokoro_model(size, seed, tokens="tokens", output="audio")
    model.write_bytes(made.SerializeToString())
    tables: dict[str, Any] = {
        name: style_table(100 * seed + number) for number, name in enumerate(voices)
    }
    with (folder / "voices-v1.0.bin").open("wb") as file:
        np.savez(file, **tables)
    return model
