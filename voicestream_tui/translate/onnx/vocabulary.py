"""Vocabulary and configuration of a model in Hugging Face's layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.model_folder import damaged, read_table

_FRONT = ("<s>", "<pad>", "</s>", "<unk>")
"""With these the vocabulary of NLLB begins, where SentencePiece has <unk>, <s> and </s>."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens and their numbers."""

    source: Mapping[str, int]
    target: Mapping[int, str]

    @property
    def size(self) -> int:
        """How many numbers the target's tokens reach up to."""
        return max(self.target, default=-1) + 1


@dataclass(frozen=True, slots=True)
class Special:
    """Numbers of the tokens that are no text, as the configuration has them."""

    start: int
    """With this a translation begins."""
    ends: frozenset[int]
    pad: int
    banned: frozenset[int]
    """Tokens that never come in a translation."""


def read_config(folder: Path) -> dict[str, Any]:
    """What `config.json` and, going before it, `generation_config.json` say.

    Raises:
        EngineError: the first is missing, or one is damaged.
    """
    if not (folder / "config.json").is_file():
        raise missing(folder, "config.json")
    config = read_table(folder / "config.json")
    generation = folder / "generation_config.json"
    own = read_table(generation) if generation.is_file() else {}
    return config | {key: value for key, value in own.items() if value is not None}


def special_tokens(folder: Path, config: Mapping[str, Any]) -> Special:
    """The numbers of the tokens that are no text.

    Raises:
        EngineError: the configuration does not say them.
    """
    ends = config.get("eos_token_id")
    start, pad = config.get("decoder_start_token_id"), config.get("pad_token_id")
    ends = ends if isinstance(ends, list) else [ends]
    for name, value in (
        ("decoder_start_token_id", start),
        ("pad_token_id", pad),
        *(("eos_token_id", end) for end in ends or [None]),
    ):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise damaged(folder / "config.json", f"it has no number for {name}")
    single = [ids[0] for ids in config.get("bad_words_ids") or [] if len(ids) == 1]
    # Padding within a translation would shift the places of what comes after it.
    banned = {int(str(pad)), *single, *(config.get("suppress_tokens") or [])}
    return Special(int(str(start)), frozenset(ends), int(str(pad)), frozenset(banned - set(ends)))


def marian_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of `vocab.json`, and `target_vocab.json` where the languages have two.

    Raises:
        EngineError: a file is missing or damaged.
    """
    source = _numbers(folder, "vocab.json")
    two = (folder / "target_vocab.json").is_file()
    target = _numbers(folder, "target_vocab.json") if two else source
    return Vocabulary(source, {number: token for token, number in target.items()})


def nllb_vocabulary(folder: Path, pieces: Path | None) -> Vocabulary:
    """The vocabulary of `tokenizer.json`, or of the pieces and the tokens added to them.

    Args:
        folder: of the model.
        pieces: its SentencePiece file.

    Raises:
        EngineError: a file is missing or damaged.
    """
    if (folder / "tokenizer.json").is_file():
        numbers = _of_tokenizer(folder / "tokenizer.json")
    elif pieces is not None:
        numbers = _of_pieces(folder, pieces)
    else:
        raise missing(folder, "tokenizer.json")
    return Vocabulary(numbers, {number: token for token, number in numbers.items()})


def missing(folder: Path, name: str) -> EngineError:
    """The error for a file that is not there."""
    return EngineError(
        f"The translation model {folder} has no file {name}.",
        "Fetch the file from where the model came from, or name another folder in "
        "translation.model.",
    )


def _numbers(folder: Path, name: str) -> dict[str, int]:
    file = folder / name
    if not file.is_file():
        raise missing(folder, name)
    table = read_table(file)
    if not table or not all(isinstance(number, int) for number in table.values()):
        raise damaged(file, "it is no table of tokens and their numbers")
    return table


def _of_tokenizer(file: Path) -> dict[str, int]:
    table = read_table(file)
    try:
        model: Any = table["model"]["vocab"]
        # A list has a score with each token, and its place is the number.
        if isinstance(model, dict):
            numbers = {str(token): int(number) for token, number in model.items()}
        else:
            numbers = {str(token): number for number, (token, _) in enumerate(model)}
        added = {str(entry["content"]): int(entry["id"]) for entry in table["added_tokens"]}
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(file, f"it is no tokenizer ({error!r})") from error
    return numbers | added


def _of_pieces(folder: Path, file: Path) -> dict[str, int]:
    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(file.read_bytes())
    except (RuntimeError, OSError, ValueError) as error:
        raise damaged(file, str(error).strip() or type(error).__name__) from error
    pieces = [processor.id_to_piece(number) for number in range(3, len(processor))]
    numbers = {token: number for number, token in enumerate((*_FRONT, *pieces))}
    return numbers | _added(folder)


def _added(folder: Path) -> dict[str, int]:
    """The languages of NLLB, which are in no SentencePiece file."""
    if (folder / "added_tokens.json").is_file():
        return _numbers(folder, "added_tokens.json")
    file = folder / "tokenizer_config.json"
    if not file.is_file():
        raise missing(folder, "tokenizer.json")
    entries: Any = read_table(file).get("added_tokens_decoder")
    try:
        return {str(entry["content"]): int(number) for number, entry in entries.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(file, "it has no table added_tokens_decoder") from error
