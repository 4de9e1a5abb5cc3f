"""From text to the symbols that a VITS voice was trained with, as its description names them."""

from __future__ import annotations

import re
import unicodedata
from importlib import import_module
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.extras import how_to_install
from voicestream_tui.speak import julius, labels
from voicestream_tui.speak.vits.config import AGAIN, VitsConfig

_BLANKS = re.compile(r"\s+")
_ASIDE = re.compile(r"[<>()\[\]\"]+")
_KNOWN = (
    "characters, ja_jp_phonemizer and espeak (Coqui), pyopenjtalk, pyopenjtalk_kana, "
    "pyopenjtalk_accent, pyopenjtalk_accent_with_pause and pyopenjtalk_prosody (ESPnet)"
)


def symbols(config: VitsConfig, text: str) -> list[str]:
    """The symbols of a text, in order, known to the voice or not.

    Raises:
        EngineError: the voice wants symbols that can't be made here, or a package is missing.
    """
    reading, _, language = config.reading.partition(":")
    text = _cleaned(text, config.cleaner)
    match reading:
        case "characters":
            return [
                "<space>" if sign == " " and config.family == "espnet" else sign for sign in text
            ]
        case "tokens":
            return text.split(" ")
        case "ja_jp_phonemizer":
            return list(julius.phonemes(text))
        case "espeak":
            return _espeak(text, language or "en-us", config)
        case "pyopenjtalk":
            return labels.plain(text)
        case "pyopenjtalk_kana":
            return labels.kana(text)
        case "pyopenjtalk_accent":
            return labels.with_accents(text, pauses=False)
        case "pyopenjtalk_accent_with_pause":
            return labels.with_accents(text, pauses=True)
        case "pyopenjtalk_prosody":
            return labels.with_prosody(text)
        case _:
            raise EngineError(
                f'{config.path} asks for phonemes of "{reading}", which are not known here.',
                f"Choose another voice. What is known: {_KNOWN}.",
            )


def _cleaned(text: str, cleaner: str) -> str:
    """What Coqui's and ESPnet's cleaners do, as far as it matters to Japanese."""
    match cleaner:
        case "" | "no_cleaners" | "none":
            return text
        case "jaconv":
            return unicodedata.normalize("NFKC", text)
        case "multilingual_cleaners":
            text = _ASIDE.sub("", text.lower().replace("-", " ").replace(";", ","))
        case "phoneme_cleaners":
            text = _ASIDE.sub("", text.replace("-", " ").replace(";", ","))
        case _:
            text = text.lower()
    return _BLANKS.sub(" ", text).strip()


def _espeak(text: str, language: str, config: VitsConfig) -> list[str]:
    try:
        espeak: Any = import_module("piper.phonemize_espeak")
    except ImportError as error:
        raise EngineError(
            f"{config.path} asks for phonemes of espeak-ng, which piper-tts has: {error}.",
            how_to_install("piper"),
        ) from error
    try:
        sentences = espeak.EspeakPhonemizer().phonemize(language, text)
    except RuntimeError as error:
        raise EngineError(
            f'{config.path} names the language "{language}", which espeak-ng does not have.', AGAIN
        ) from error
    joined = " ".join("".join(sentence).strip() for sentence in sentences)
    return list(unicodedata.normalize("NFC", joined))
