"""The voices that the tests of the engines speak with are recognised as what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.make_test_models.firefox import make_firefox
from scripts.make_test_models.kokoro_files import make_kokoro, make_kokoro_release
from scripts.make_test_models.onnx_translators import make_onnx_marian
from scripts.make_test_models.translators import make_marian, make_nllb
from scripts.make_test_models.vits_files import make_coqui, make_espnet
from scripts.make_test_models.voices import make_voice
from voicestream_tui.speak.voice_files import recognise
from voicestream_tui.translate.own_models import engine_of


@pytest.mark.parametrize(
    ("make", "engine"),
    [
        (make_voice, "piper"),
        (make_coqui, "vits"),
        (make_espnet, "vits"),
        (make_kokoro, "kokoro"),
        (make_kokoro_release, "kokoro"),
    ],
)
def test_voices(tmp_path: Path, make: Callable[[Path], object], engine: str) -> None:
    make(tmp_path)
    assert recognise(tmp_path).engine == engine
    for model in tmp_path.rglob("*.onnx"):
        assert recognise(model).engine == engine


@pytest.mark.parametrize(
    ("make", "engine"),
    [
        (make_marian, "opus-mt"),
        (make_nllb, "nllb"),
        (make_onnx_marian, "onnx"),
        (make_firefox, "firefox"),
    ],
)
def test_translators(tmp_path: Path, make: Callable[[Path], object], engine: str) -> None:
    make(tmp_path)
    assert engine_of(tmp_path) == engine
