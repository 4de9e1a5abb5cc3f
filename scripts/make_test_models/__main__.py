"""Writes the tests' models into a folder, to try them by hand."""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.make_test_models.chat_models import make_chat_model
from scripts.make_test_models.firefox import make_firefox
from scripts.make_test_models.kokoro_files import make_kokoro, make_kokoro_release
from scripts.make_test_models.onnx_translators import make_onnx_marian, make_onnx_nllb
from scripts.make_test_models.translators import make_marian, make_nllb
from scripts.make_test_models.vits_files import make_coqui, make_espnet
from scripts.make_test_models.voices import make_voice


def main() -> None:
    """Make a folder each, named as the engines look for them."""
    parser = argparse.ArgumentParser(prog="scripts/make-test-models", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder = parser.parse_args().folder
    make_marian(folder / "opus-mt")
    make_marian(folder / "opus-mt-several", languages=("fra", "jpn"), adds_end=True, shared=False)
    make_nllb(folder / "nllb")
    make_firefox(folder / "firefox")
    make_chat_model(folder / "llm")
    make_onnx_marian(folder / "onnx")
    make_onnx_nllb(folder / "onnx-nllb", merged=False)
    make_voice(folder / "voices" / "small")
    make_voice(folder / "voices" / "duo", "ja_JP-duo-medium", speakers=("female", "male"), seed=2)
    make_kokoro(folder / "voices" / "kokoro")
    make_kokoro_release(folder / "voices" / "kokoro-release")
    make_coqui(folder / "voices" / "coqui", speakers=("haru", "aki"), languages=("en", "ja-jp"))
    make_espnet(folder / "voices" / "espnet", speakers=2)
    print(f"{folder}: {', '.join(sorted(path.name for path in folder.iterdir()))}")


if __name__ == "__main__":
    main()
