"""Reads the config.json of a Coqui VITS voice, as Coqui's training writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.speak.vits.config import AGAIN, Alphabet, VitsConfig, unusable

_BLANK = "<BLNK>"
_SPEAKERS = ("speaker_ids.json", "speakers.json")
_LANGUAGES = ("language_ids.json",)


def is_coqui(said: Mapping[str, Any]) -> bool:
    """Whether a config.json is that of a Coqui VITS voice."""
    return said.get("model") == "vits"


def read_coqui(path: Path) -> VitsConfig:
    """Read a config.json.

    Raises:
        EngineError: it is missing, no JSON, of another model, or lacks what is needed.
    """
    said = read_json(path)
    if not is_coqui(said):
        raise unusable(path, f'its model is "{said.get("model", "")}" and not "vits"')
    try:
        return _config(path, said)
    except KeyError as error:
        raise unusable(path, f"{error} is missing in it") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise unusable(path, error) from error


def read_json(path: Path) -> Mapping[str, Any]:
    """Read a file with a JSON object.

    Raises:
        EngineError: it is missing, can't be read, or is something else.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EngineError(f"{path} is missing.", AGAIN) from error
    except OSError as error:
        raise EngineError(f"{path} can't be read: {error.strerror}.", AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise EngineError(f"{path} is no JSON: {error}.", AGAIN) from error
    if not isinstance(said, dict):
        raise unusable(path, "it is no JSON object")
    return said


def _config(path: Path, said: Mapping[str, Any]) -> VitsConfig:
    arguments = said.get("model_args") or {}
    phonemes = bool(said.get("use_phonemes"))
    language = str(said.get("phoneme_language") or "")
    alphabet = _alphabet(said, phonemes)
    languages = _numbers_beside(path, _LANGUAGES, said, arguments, "language_ids_file")
    return VitsConfig(
        family="coqui",
        path=path,
        alphabet=alphabet,
        reading=_reading(said, language) if phonemes else "characters",
        cleaner=str(said.get("text_cleaner") or ""),
        sample_rate=_positive(said["audio"]["sample_rate"]),
        language=_code(language) or ("ja" if _is_japanese(alphabet) else ""),
        speakers=_numbers_beside(path, _SPEAKERS, said, arguments, "speakers_file"),
        languages=languages,
        noise=float(arguments.get("inference_noise_scale", 0.667)),
        length=float(arguments.get("length_scale", 1.0)),
        width=float(arguments.get("inference_noise_scale_dp", 1.0)),
    )


def _reading(said: Mapping[str, Any], language: str) -> str:
    """The phonemizer, with its language."""
    named = str(said.get("phonemizer") or "")
    if not named:
        named = "ja_jp_phonemizer" if _code(language) == "ja" else "espeak"
    return f"{named}:{language}"


def _alphabet(said: Mapping[str, Any], phonemes: bool) -> Alphabet:
    about = said.get("characters")
    if not about:
        raise KeyError("characters")
    kind = str(about.get("characters_class") or "").rpartition(".")[2]
    kind = kind or ("IPAPhonemes" if phonemes else "Graphemes")
    pad, eos, bos, blank = (str(about.get(name) or "") for name in ("pad", "eos", "bos", "blank"))
    marks = list(about.get("punctuations") or "")
    if kind == "VitsCharacters":
        letters = list(about.get("characters") or "") + list(about.get("phonemes") or "")
        blank = _BLANK
        symbols = [pad, *marks, *letters, blank]
    elif about.get("vocab_dict"):
        vocabulary = about["vocab_dict"]
        if isinstance(vocabulary, Mapping):
            numbers = {str(symbol): int(number) for symbol, number in vocabulary.items()}
            return _with_specials(numbers, said, blank, bos, eos)
        symbols = [str(symbol) for symbol in vocabulary]
    else:
        chosen = about.get("phonemes") if kind == "IPAPhonemes" else None
        letters = list(chosen or about["characters"])
        letters = list(dict.fromkeys(letters)) if about.get("is_unique", True) else letters
        letters = sorted(letters) if about.get("is_sorted", True) else letters
        symbols = [*filter(None, (pad, eos, bos, blank)), *letters, *marks]
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    return _with_specials(numbers, said, blank, bos, eos, count=len(symbols))


def _with_specials(
    numbers: Mapping[str, int],
    said: Mapping[str, Any],
    blank: str,
    bos: str,
    eos: str,
    *,
    count: int = 0,
) -> Alphabet:
    beyond = count or len(numbers)
    around = bool(said.get("enable_eos_bos_chars"))
    return Alphabet(
        numbers,
        blank=numbers.get(blank, beyond) if said.get("add_blank", True) else None,
        begin=numbers.get(bos, beyond) if around else None,
        end=numbers.get(eos, beyond) if around else None,
    )


def _numbers_beside(
    path: Path,
    usual: Sequence[str],
    said: Mapping[str, Any],
    arguments: Mapping[str, Any],
    key: str,
) -> dict[str, int]:
    """Names and numbers of a file beside: the usual one, or the one that was named in training."""
    named = str(said.get(key) or arguments.get(key) or "")
    for name in (Path(named).name, *usual):
        file = path.with_name(name) if name else path
        if file == path or file.suffix != ".json" or not file.is_file():
            continue
        found = read_json(file)
        try:
            return {str(known): int(number) for known, number in found.items()}
        except (TypeError, ValueError) as error:
            raise unusable(file, f"it does not give each name a number ({error})") from error
    return {}


def _positive(value: Any) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(f"{number} should be positive")
    return number


def _code(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _is_japanese(alphabet: Alphabet) -> bool:
    return "あ" in alphabet.numbers or "ア" in alphabet.numbers
