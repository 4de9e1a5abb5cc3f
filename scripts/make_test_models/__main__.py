"""Writes the tests' models into a folder, to try them by hand."""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.make_test_models.kokoro_files import make_kokoro, make_kokoro_release
from scripts.make_test_models.translators import make_marian, make_nllb
from scripts.make_test_models.voices import make_voice


def main() -> None:
    """Make a folder each, named as the engines look for them."""
    parser = argparse.ArgumentParser(prog="scripts/make-test-models", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder = parser.parse_args().folder
    make_marian(folder / "opus-mt")
    make_marian(folder / "opus-mt-several", languages=("fra", "jpn"), adds_end=True, shared=False)
    make_nllb(folder / "nllb")
    make_voice(folder / "voices" / "small")
    make_voice(folder / "voices" / "duo", "ja_JP-duo-medium", speakers=("female", "male"), seed=2)
    make_kokoro(folder / "voices" / "kokoro")
    make_kokoro_release(folder / "voices" / "kokoro-release")
    print(f"{folder}: {', '.join(sorted(path.name for path in folder.iterdir()))}")


if __name__ == "__main__":
    main()
