"""VITS voices with the files of Coqui's and ESPnet's exports and random weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .vits import SMALL_COQUI, Size, coqui_model, espnet_model

_JULIUS = "abcdefghijklmnopqrstuvwxyzN:"
_PROSODY = """
<blank> <unk> a o i [ # u ] e k n t r s N m _ sh d g ^ $ w cl h y b j ts ch z p f ky ry gy hy ny by
py v my dy ty ? ' <sos/eos>
"""
"""Symbols of pyopenjtalk_prosody, in an order like that of a training's token list."""


def make_coqui(
    folder: Path,
    *,
    speakers: Sequence[str] = (),
    languages: Sequence[str] = (),
    changes: dict[str, Any] | None = None,
    size: Size = SMALL_COQUI,
    seed: int = 1,
) -> Path:
    """Write a voice's folder; gives the model's path.

    Args:
        changes: Keys of config.json that are to be others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, Any] = {
        "model": "vits",
        "run_name": "small",
        "audio": {"fft_size": 1024, "sample_rate": 22050, "hop_length": 256, "num_mels": 80},
        "use_phonemes": True,
        "phonemizer": "ja_jp_phonemizer",
        "phoneme_language": "ja-jp",
        "text_cleaner": "multilingual_cleaners",
        "enable_eos_bos_chars": False,
        "add_blank": True,
        "characters": {
            "characters_class": "TTS.tts.models.vits.VitsCharacters",
            "vocab_dict": None,
            "pad": "_",
            "eos": "",
            "bos": "",
            "blank": "<BLNK>",
            "characters": _JULIUS,
            "punctuations": ",.!? ",
            "phonemes": None,
            "is_unique": True,
            "is_sorted": True,
        },
        "model_args": {
            "num_speakers": len(speakers),
            "inference_noise_scale": 0.667,
            "length_scale": 1,
            "inference_noise_scale_dp": 1.0,
            "speakers_file": "/training/run/speakers.pth",
            "language_ids_file": "/training/run/language_ids.json" if languages else None,
        },
    } | (changes or {})
    shape = replace(size, speakers=max(1, len(speakers)))
    model = folder / "coqui_vits.onnx"
    made = coqui_model(shape, seed, languages=max(1, len(languages)))
    model.write_bytes(made.SerializeToString())
    _write_json(folder / "config.json", said)
    if speakers:
        _write_json(folder / "speaker_ids.json", {name: n for n, name in enumerate(speakers)})
    if languages:
        _write_json(folder / "language_ids.json", {name: n for n, name in enumerate(languages)})
    return model


def make_espnet(
    folder: Path,
    *,
    g2p: str = "pyopenjtalk_prosody",
    tokens: Sequence[str] = (),
    kind: str = "phn",
    speakers: int = 1,
    trained: bool = False,
    size: Size = SMALL_COQUI,
    seed: int = 1,
) -> Path:
    """Write a voice's folder; gives the model's path.

    Args:
        trained: With the config.yaml of ESPnet's training and not that of espnet_onnx.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "vits.onnx" if trained else folder / "full" / "vits.onnx"
    model.parent.mkdir(exist_ok=True)
    shape = replace(size, speakers=speakers)
    model.write_bytes(espnet_model(shape, seed).SerializeToString())
    listed = [json.dumps(token, ensure_ascii=False) for token in tokens or _PROSODY.split()]
    if trained:
        lines = [
            "tts: vits",
            f"token_type: {kind}",
            "cleaner: jaconv",
            f"g2p: {g2p}",
            "feats_extract: linear_spectrogram",
            "feats_extract_conf:",
            "    fs: 44100",
            "    n_fft: 2048",
            "    hop_length: 256",
            "token_list:",
            *(f"- {token}" for token in listed),
        ]
    else:
        lines = [
            "normalize:",
            "  use_normalize: false",
            "text_cleaner:",
            "  cleaner_types: jaconv",
            "token:",
            "  list:",
            *(f"  - {token}" for token in listed),
            "tokenizer:",
            f"  g2p_type: {g2p}",
            f"  token_type: {kind}",
            "tts_model:",
            "  model_path: /home/trainer/.cache/espnet_onnx/small/full/vits.onnx",
            "  model_type: VITS",
            "vocoder:",
            "  vocoder_type: not_used",
        ]
    (folder / "config.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return model


def _write_json(path: Path, said: dict[str, Any]) -> None:
    path.write_text(json.dumps(said, ensure_ascii=False, indent=4), encoding="utf-8")
