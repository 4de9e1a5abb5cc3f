"""From text to the numbers that a Piper voice was trained with.

The package piper-tts makes them, each language with the phonemes its voices were trained with:
Japanese from Open JTalk with pitch accents in IPA, most others from espeak-ng.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.extras import how_to_install
from voicestream_tui.speak import nani
from voicestream_tui.speak.piper.voices import PiperConfig, config_path

_FOR_LANGUAGE = {"pinyin": "zh", "thai": "th", "japanese": "ja"}


class Phonemes:
    """Makes the phonemes of one voice."""

    def __init__(self, config: PiperConfig, model: Path) -> None:
        """Prepare; what a language needs is loaded with its first text.

        Raises:
            EngineError: piper-tts is missing or too old for the voice.
        """
        self._model = model
        self._kind = str(config.everything.get("phoneme_type", "espeak"))
        nani.install()
        try:
            piper = import_module("piper")
            settings = import_module("piper.config").PiperConfig
        except ImportError as error:
            raise EngineError(
                f"piper-tts can't be loaded: {error}.", how_to_install("piper")
            ) from error
        try:
            described = settings.from_dict(dict(config.everything))
        except ValueError as error:
            raise EngineError(
                f"{config_path(model)} asks for phonemes that the installed piper-tts does not "
                f"know: {error}.",
                "Update piper-tts: uv pip install --upgrade piper-tts.",
            ) from error
        # The sound is made here, so the package gets no session.
        self._voice: Any = piper.PiperVoice(
            session=None, config=described, download_dir=model.parent
        )

    def sentences(self, text: str) -> Iterator[tuple[list[str], list[int]]]:
        """The phonemes of each sentence of a text, and their numbers.

        Raises:
            EngineError: a package for the voice's language is missing, or fails at the text.
        """
        try:
            sentences = self._voice.phonemize(text)
        except ImportError as error:
            extra = _FOR_LANGUAGE.get(self._kind, "")
            package = f'"piper-tts[{extra}]"' if extra else "piper-tts"
            raise EngineError(
                f"The phonemes of {self._model.stem} can't be made: {error}.",
                f"Install what its language needs: uv pip install {package}.",
            ) from error
        except Exception as error:
            raise EngineError(
                f"piper-tts can't make phonemes of the text {text[:20]!r}…: {error}",
                "Choose another voice.",
            ) from error
        for phonemes in sentences:
            if phonemes:
                yield phonemes, [int(number) for number in self._voice.phonemes_to_ids(phonemes)]
