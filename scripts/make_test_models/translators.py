"""Makes small translation models of the same file layout as the published ones.

They translate word by word, which is not trained but constructed: the decoder's attention looks
at the place of the source it is at, and the output layer names the Japanese of what stands
there. What is no word of the dictionary is copied, slots too. Such a model notices every mistake
in the tokens around a sentence: without its language token the first word is lost, without the
end token it goes on and on.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import sentencepiece

BLANK = "▁"
WORDS = {
    "the": "その", "tests": "テスト", "test": "試験", "pass": "合格", "run": "実行", "and": "と",
    "then": "次に", "look": "見る", "at": "にて", "file": "ファイル", "is": "です",
    "missing": "無い", "i": "私", "changed": "変更", "in": "内", "failed": "失敗",
    "because": "なぜなら", "was": "でした", "empty": "空", "now": "今", "not": "ない",
    "it": "それ", "works": "動作", "open": "開く", "reads": "読む", "writes": "書く",
    "server": "サーバー", "stops": "停止", "again": "再び", "yes": "はい", "no": "いいえ",
    "hello": "こんにちは",
}  # fmt: skip
SIGNS = {".": "。", ",": "、", "?": "？"}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_OTHER_SIGNS = "<>%{}[]-_/!:;()'\"|"
_HALF = 96
"""Dimensions that tell a token, and as many that tell a place."""
_PLACES = 512


@dataclass(frozen=True)
class Kind:
    """The tokens of a model, and what it wants around them."""

    source: list[str]
    target: list[str]
    becomes: dict[str, str]
    """What a token of the source becomes, where it is not copied."""
    start: str = "</s>"
    """With this token a translation begins."""
    adds_end: bool = False
    pre_norm: bool = False
    """Norms stand before the layers, as in NLLB, and not behind them, as in Marian."""
    skip: int = 0
    """Places at the source's beginning that have no counterpart in the target."""


def make_marian(
    folder: Path,
    *,
    languages: Sequence[str] = (),
    without: str = "",
    adds_end: bool = False,
    shared: bool = True,
) -> None:
    """Write a model as FuguMT, ElanMT and OPUS-MT have it, for CTranslate2.

    Args:
        folder: where to.
        languages: target languages of a multilingual model, such as jpn.
        without: signs that neither vocabulary has.
        adds_end: as Marian's own converter does; the one for Transformers leaves it to the caller.
        shared: one vocabulary for both languages.
    """
    kind = marian_kind(folder, languages=languages, without=without, shared=shared)
    kind = replace(kind, adds_end=adds_end)
    save_ct2(folder, kind, constructed(kind), quantization="int8")


def make_nllb(
    folder: Path,
    *,
    languages: Sequence[str] = ("eng_Latn", "jpn_Jpan", "deu_Latn"),
    without: str = "",
    ascii_stop: bool = True,
) -> None:
    """Write a model as NLLB-200 has it, for CTranslate2.

    Args:
        folder: where to.
        languages: as the model names them.
        without: signs that its vocabulary lacks.
        ascii_stop: sentences end with an ASCII full stop, as NLLB's often do.
    """
    kind = nllb_kind(folder, languages=languages, without=without, ascii_stop=ascii_stop)
    save_ct2(folder, kind, constructed(kind), quantization="int8")


def marian_kind(
    folder: Path, *, languages: Sequence[str] = (), without: str = "", shared: bool = True
) -> Kind:
    """Write the SentencePiece files of a Marian model; see `make_marian`."""
    folder.mkdir(parents=True, exist_ok=True)
    source = _train(folder / "source.spm", english(without))
    target = _train(folder / "target.spm", japanese(without))
    marks = [f">>{language}<<" for language in languages]
    front = ["</s>", "<unk>"]
    # FuguMT and the others keep one table of both languages' pieces, the added ones in front.
    tokens = [*front, *marks, *dict.fromkeys([*source, *target])]
    return Kind(
        tokens if shared else [*front, *marks, *source],
        tokens if shared else [*front, *target],
        _dictionary(source, target),
        skip=len(marks[:1]),
    )


def nllb_kind(
    folder: Path,
    *,
    languages: Sequence[str] = ("eng_Latn", "jpn_Jpan", "deu_Latn"),
    without: str = "",
    ascii_stop: bool = True,
) -> Kind:
    """Write the SentencePiece file of an NLLB model; see `make_nllb`."""
    folder.mkdir(parents=True, exist_ok=True)
    text = [*english(without), *japanese(without)]
    pieces = _train(folder / "sentencepiece.bpe.model", text)
    becomes = _dictionary(pieces, pieces)
    if ascii_stop:
        becomes.pop(".", None)
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *pieces, *languages]
    return Kind(tokens, tokens, becomes, pre_norm=True)


def _dictionary(source: Iterable[str], target: Iterable[str]) -> dict[str, str]:
    wanted = set(target)
    becomes: dict[str, str] = {}
    for piece in source:
        bare = piece.removeprefix(BLANK)
        japanese = WORDS.get(bare.lower()) or SIGNS.get(bare) if bare else None
        if japanese in wanted:
            becomes[piece] = str(japanese)
        elif piece not in wanted and bare in wanted:
            becomes[piece] = bare
    return becomes


def english(without: str) -> list[str]:
    """Pieces of English; `without` some signs."""
    words = [form for word in WORDS for form in (word, word.capitalize())]
    return [*words, *_alone(without, [".", ",", "?"])]


def japanese(without: str) -> list[str]:
    """Pieces of Japanese; `without` some signs."""
    return [*WORDS.values(), *_alone(without, [*SIGNS.values(), *SIGNS])]


def _alone(without: str, signs: list[str]) -> list[str]:
    return [sign for sign in [*signs, *_LETTERS, *_OTHER_SIGNS] if sign not in without]


def _train(file: Path, pieces: list[str]) -> list[str]:
    """Write a SentencePiece model of exactly these pieces; return them as its vocabulary."""
    letters = [p for p in pieces if len(p) == 1]
    words = [p for p in pieces if len(p) > 1]
    joined = [BLANK + p if p.isascii() else p for p in words]
    symbols = list(dict.fromkeys([*joined, *letters]))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(letters)] * 4),
        model_writer=model,
        model_type="bpe",
        vocab_size=len(symbols) + 4 + len(set(letters)),
        hard_vocab_limit=False,
        character_coverage=1.0,
        user_defined_symbols=symbols,
        normalization_rule_name="identity",
        num_threads=1,
        minloglevel=2,
    )
    file.write_bytes(model.getvalue())
    return [BLANK, *symbols]


def constructed(kind: Kind) -> Any:
    """The specification of a model that translates word by word, one layer each."""
    source, target, becomes = kind.source, kind.target, kind.becomes
    dice = np.random.default_rng(7)
    meaning = {token: _code(dice) for token in dict.fromkeys([*target, *source])}
    makes = {token: becomes.get(token, token) for token in source}
    places = np.stack([_code(dice) for _ in range(_PLACES + 8)])
    spec = ctranslate2.specs.TransformerSpec.from_config((1, 1), 1, pre_norm=kind.pre_norm)
    _embed(
        spec.encoder,
        np.stack([meaning[makes[t]] if makes[t] in meaning else meaning[t] for t in source]),
        places[8 : 8 + _PLACES],
    )
    _embed(
        spec.decoder,
        np.stack([meaning[t] for t in target]),
        places[8 + kind.skip : 8 + kind.skip + _PLACES - 8],
    )
    spec.decoder.start_from_zero_embedding = not kind.pre_norm
    size = 2 * _HALF
    for layer in (*spec.encoder.layer, *spec.decoder.layer):
        _silent(layer.self_attention, size)
        for linear, shape in (
            (layer.ffn.linear_0, (size, size)),
            (layer.ffn.linear_1, (size, size)),
        ):
            linear.weight, linear.bias = _zeros(*shape), _zeros(shape[0])
        _norm(layer.ffn.layer_norm, size)
    if kind.pre_norm:
        _norm(spec.encoder.layer_norm, size)
        _norm(spec.decoder.layer_norm, size)
    _look(spec.decoder.layer[0].attention, size)
    spec.decoder.projection.weight = np.concatenate(
        [np.stack([meaning[t] for t in target]), _zeros(len(target), _HALF)], axis=1
    ).astype(np.float32)
    return spec


def save_ct2(folder: Path, kind: Kind, spec: Any, *, quantization: str | None = None) -> None:
    """Write model, vocabularies and configuration for CTranslate2; changes the specification."""
    spec.register_source_vocabulary(kind.source)
    spec.register_target_vocabulary(kind.target)
    spec.config.add_source_eos = kind.adds_end
    spec.config.unk_token, spec.config.eos_token = "<unk>", "</s>"
    spec.config.bos_token = "<s>" if kind.pre_norm else "</s>"
    spec.config.decoder_start_token = kind.start
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))


def _code(dice: np.random.Generator) -> np.ndarray[Any, Any]:
    """A random vector of ones and minus ones, as many of each."""
    signs = np.repeat([1.0, -1.0], _HALF // 2)
    return dice.permutation(signs)


def _embed(spec: Any, meanings: np.ndarray[Any, Any], places: np.ndarray[Any, Any]) -> None:
    table = np.concatenate([meanings, _zeros(*meanings.shape)], axis=1).astype(np.float32)
    embeddings = spec.embeddings[0] if isinstance(spec.embeddings, list) else spec.embeddings
    embeddings.weight = table
    spec.scale_embeddings = False
    spec.position_encodings.encodings = np.concatenate(
        [_zeros(*places.shape), places], axis=1
    ).astype(np.float32)


def _silent(attention: Any, size: int) -> None:
    attention.linear[0].weight, attention.linear[0].bias = _zeros(3 * size, size), _zeros(3 * size)
    attention.linear[1].weight, attention.linear[1].bias = _zeros(size, size), _zeros(size)
    _norm(attention.layer_norm, size)


def _look(attention: Any, size: int) -> None:
    """Attend to the same place of the source and add, ten times, what stands there."""
    place, token = _zeros(size, size), _zeros(size, size)
    place[_HALF:, _HALF:] = np.eye(_HALF) * 6
    token[:_HALF, :_HALF] = np.eye(_HALF)
    attention.linear[0].weight, attention.linear[0].bias = place, _zeros(size)
    attention.linear[1].weight = np.concatenate([place, token])
    attention.linear[1].bias = _zeros(2 * size)
    attention.linear[2].weight, attention.linear[2].bias = token * 10, _zeros(size)
    _norm(attention.layer_norm, size)


def _norm(spec: Any, size: int) -> None:
    spec.gamma, spec.beta = np.ones(size, np.float32), _zeros(size)


def _zeros(*shape: int) -> np.ndarray[Any, Any]:
    return np.zeros(shape, np.float32)


def words(text: str) -> list[str]:
    """The Japanese words and signs of a translation by these models, in order."""
    known = sorted([*WORDS.values(), *SIGNS.values()], key=len, reverse=True)
    return re.findall("|".join(map(re.escape, known)), text)
