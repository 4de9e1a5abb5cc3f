"""Small models of the layout of the published ones, made once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.make_test_models.onnx_translators import make_onnx_marian, make_onnx_nllb
from scripts.make_test_models.translators import make_marian, make_nllb


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, named as the engines look for them, and others.

    Only a vocabulary map may be added to it.
    """
    folder = tmp_path_factory.mktemp("models")
    make_marian(folder / "opus-mt")
    make_marian(
        folder / "several", languages=("fra", "jpn"), without="<>", adds_end=True, shared=False
    )
    make_nllb(folder / "nllb")
    make_onnx_marian(folder / "onnx")
    make_onnx_marian(
        folder / "onnx-several",
        languages=("fra", "jpn"),
        without="<>",
        shared=False,
        merged=False,
        ending="_quantized",
        into="onnx",
    )
    make_onnx_nllb(folder / "onnx-nllb")
    return folder
