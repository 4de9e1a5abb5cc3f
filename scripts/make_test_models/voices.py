"""Piper voices with the files, graph and ids of published ones and random weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .vits import SMALL, Size, piper_model

_SYMBOLS = (
    "_^$ !'(),-.:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœǀǁǂǃɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾ"
    'ʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢʲˈˌːˑ˞βθχᵻⱱ0123456789\u0327\u0303\u032a\u032f\u0329ʰˤε↓#"↑\u033a\u033b'
    "gʦX\u031d\u030aɝʷ"
)
"""Piper's phonemes in the order of their numbers."""

CARD = """# Model card for {name} (medium)

* Language: {language}
* Speakers: {speakers}
* Samplerate: 22,050Hz

## Dataset

* URL: https://example.org/{name}/
* License: {licence}
"""


def description(
    *, language: str = "ja_JP", phonemes: str = "japanese", speakers: Sequence[str] = ()
) -> dict[str, Any]:
    """What stands in the .onnx.json of a voice; without names it has one speaker."""
    family = language.partition("_")[0]
    return {
        "audio": {"sample_rate": 22050, "quality": "medium"},
        "espeak": {"voice": "en-us" if family == "en" else family},
        "phoneme_type": phonemes,
        "num_symbols": 256,
        "num_speakers": max(1, len(speakers)),
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(_SYMBOLS)},
        "speaker_id_map": {name: number for number, name in enumerate(speakers)},
        "hop_length": 256,
        "piper_version": "1.7.0",
        "language": {"code": language, "family": family, "region": language[-2:]},
        "dataset": "small",
    }


def make_voice(
    folder: Path,
    name: str = "ja_JP-small-medium",
    *,
    speakers: Sequence[str] = (),
    phonemes: str = "japanese",
    licence: str = "CC0",
    size: Size = SMALL,
    seed: int = 1,
) -> Path:
    """Write a voice's three files; gives the model's path."""
    folder.mkdir(parents=True, exist_ok=True)
    language = name.partition("-")[0]
    said = description(language=language, phonemes=phonemes, speakers=speakers)
    model = folder / f"{name}.onnx"
    shape = replace(size, speakers=max(1, len(speakers)))
    model.write_bytes(piper_model(shape, seed).SerializeToString())
    text = json.dumps(said, ensure_ascii=False, indent=2)
    model.with_name(f"{name}.onnx.json").write_text(text, encoding="utf-8")
    card = CARD.format(
        name=name.split("-")[1], language=language, speakers=max(1, len(speakers)), licence=licence
    )
    (folder / "MODEL_CARD").write_text(card, encoding="utf-8")
    return model
