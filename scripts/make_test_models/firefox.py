"""Makes a small model with the files and layout of Mozilla's English to Japanese students.

A Marian model for intgemm (8 bits, activations scaled by constants, "alphas"): an encoder, a
decoder whose own state is an SSRU, two vocabularies, a lexical shortlist. The binary layout is
that of marian-dev's `common/binary.cpp` and `data/shortlist.cpp`, the names of the tensors those
of its transformer. As the other small ones it translates word by word: cross-attention looks at
the source's place that the position encoding names, the output names what stands there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentencepiece import sentencepiece_model_pb2 as proto

from scripts.make_test_models.translators import BLANK, SIGNS, WORDS, english, japanese

MODEL, SHORTLIST = "model.enja.intgemm.alphas.bin", "lex.50.50.enja.s2t.bin"
SOURCE, TARGET = "srcvocab.enja.spm", "trgvocab.enja.spm"
_MAGIC = 0xF11A48D5013417F5
_VERSION = 1
_INT8, _FLOAT, _INTGEMM = 0x101, 0x404, 0x4101
_ALIGNED = 256
_SIZE, _INNER = 192, 16
_FAST, _SLOW = 24, 48
"""In each half of the dimensions: to here the position encoding tells places apart, from there on
it is as good as constant."""
_MEANING, _GAIN, _LOUDER = 4.0, 40.0, 10.0
_FIRST = 8
"""Pieces that the shortlist always allows."""
_SPREAD = (_MEANING**2 / 2 + 0.25) ** 0.5
"""By which a place of the source is divided when it is normalised."""
_CONFIGURATION = """dim-emb: 192
dim-vocabs:
  - {source}
  - {target}
dec-cell: ssru
dec-depth: 1
enc-depth: 1
tied-embeddings: true
tied-embeddings-all: false
tied-embeddings-src: false
transformer-decoder-autoreg: rnn
transformer-dim-decoder-ffn: 16
transformer-dim-ffn: 16
transformer-heads: 1
transformer-postprocess: dan
transformer-postprocess-emb: d
transformer-preprocess: ""
type: transformer
"""


def make_firefox(folder: Path, *, without: str = "", unlisted: Iterable[str] = ()) -> None:
    """Write the four files of a model.

    Args:
        folder: where; made if it is not there.
        without: signs that neither vocabulary has.
        unlisted: English words whose Japanese the shortlist does not have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source, target = _pieces(english(without)), _pieces(japanese(without))
    (folder / SOURCE).write_bytes(_vocabulary(source))
    (folder / TARGET).write_bytes(_vocabulary(target))
    becomes = [target.index(_japanese(piece, target)) for piece in source]
    (folder / MODEL).write_bytes(_model(becomes, len(target)))
    skipped = {word.lower() for word in unlisted}
    lists = [
        [] if piece.strip(BLANK).lower() in skipped else [number]
        for piece, number in zip(source, becomes, strict=True)
    ]
    (folder / SHORTLIST).write_bytes(_shortlist(lists))


def _pieces(wanted: Sequence[str]) -> list[str]:
    words = [BLANK + piece if len(piece) > 1 and piece.isascii() else piece for piece in wanted]
    return list(dict.fromkeys(["</s>", "<unk>", BLANK, *words]))


def _vocabulary(pieces: Sequence[str]) -> bytes:
    """A SentencePiece model of the unigram kind; the fewest pieces win."""
    model = proto.ModelProto()
    kinds = {"</s>": 3, "<unk>": 2}
    for piece in pieces:
        kind = kinds.get(piece, 1)
        model.pieces.add(piece=piece, score=-2.0 if kind == 1 else 0.0, type=kind)
    trainer = model.trainer_spec
    trainer.model_type, trainer.vocab_size = 1, len(pieces)
    trainer.eos_id, trainer.unk_id, trainer.bos_id, trainer.pad_id = 0, 1, -1, -1
    model.normalizer_spec.name = "identity"
    return bytes(model.SerializeToString(deterministic=True))


def _japanese(piece: str, target: Sequence[str]) -> str:
    bare = piece.removeprefix(BLANK)
    known = WORDS.get(bare.lower()) or SIGNS.get(bare) or piece
    return next((form for form in (known, bare) if form in target), "<unk>")


# --- the weights ---------------------------------------------------------------------------------


def _model(becomes: Sequence[int], target: int) -> bytes:
    dice = np.random.default_rng(11)
    half = np.arange(_SIZE) % (_SIZE // 2)
    fast, slow = half < _FAST, half >= _SLOW
    signs = np.repeat([1.0, -1.0], int(slow.sum()) // 4)
    meanings = np.zeros((target, _SIZE), np.float32)
    for row in meanings:  # the embedding is multiplied by the root of its size before it is used
        row[slow] = np.concatenate([dice.permutation(signs), dice.permutation(signs)])
    meanings *= _MEANING / _SIZE**0.5
    # Normalising has taken the mean from the position encoding. Where that is constant (one half
    # on average) and meanings cancel out, what was taken can be read, and given back.
    place = np.diag(np.where(fast, _GAIN, 0.0)) - np.outer(slow, fast) * _GAIN / slow.sum()
    back = np.where(fast, _GAIN * 0.5 / _SPREAD, 0.0)
    meaning = np.diag(np.where(slow, 1.0, 0.0))
    items = _Items()
    items.weight("encoder_Wemb", meanings[list(becomes)])
    items.weight("decoder_Wemb", meanings)
    # Of split vocabularies the alpha of the output is stored as if it were a weight.
    items.weight("decoder_Wemb_QuantMultA", np.array([[24.0]]), alpha=False)
    items.number("decoder_ff_logit_out_b", np.zeros((1, target)))
    items.attention("encoder_l1_self", _nothing(), _nothing(), _nothing(), np.zeros(_SIZE))
    items.inner("encoder_l1_ffn")
    for name in ("decoder_l1_rnn_W", "decoder_l1_rnn_Wf"):
        items.weight(name, _nothing())
    items.number("decoder_l1_rnn_bf", np.zeros((1, _SIZE)))
    items.norm("decoder_l1_rnn_ffn")
    items.attention("decoder_l1_context", place, meaning, meaning * _LOUDER, back)
    items.inner("decoder_l1_ffn")
    text = _CONFIGURATION.format(source=len(becomes), target=target).encode() + b"\0"
    items.add("special:model.yml", _INT8, (len(text),), text)
    return items.written()


def _nothing() -> NDArray[Any]:
    return np.zeros((_SIZE, _SIZE))


class _Items:
    """The tensors of a Marian file, in the order in which they are added."""

    def __init__(self) -> None:
        self._items: list[tuple[bytes, int, tuple[int, ...], bytes]] = []

    def add(self, name: str, kind: int, shape: tuple[int, ...], data: bytes) -> None:
        filled = data + b"\0" * (-len(data) % _ALIGNED)
        self._items.append((name.encode() + b"\0", kind, shape, filled))

    def number(self, name: str, values: NDArray[Any]) -> None:
        self.add(name, _FLOAT, values.shape, values.astype("<f4").tobytes())

    def weight(self, name: str, values: NDArray[Any], *, alpha: bool = True) -> None:
        """A quantised matrix, stored as its transpose, with its factor behind it.

        Embeddings have their rows as they are. `alpha`: with the factor of what it is
        multiplied by.
        """
        most = float(np.abs(values).max()) or 1.0
        factor = 127.0 / most
        numbers = np.clip(np.rint(values * factor), -127, 127).astype(np.int8)
        if not name.endswith("Wemb"):
            numbers = numbers.T
        data = numbers.tobytes() + struct.pack("<f", factor)
        self.add(name, _INTGEMM, values.shape, data)
        if alpha and not name.endswith("Wemb"):
            self.number(f"{name}_QuantMultA", np.array([[127.0 / 4]]))

    def attention(
        self,
        name: str,
        place: NDArray[Any],
        value: NDArray[Any],
        output: NDArray[Any],
        back: NDArray[Any],
    ) -> None:
        for part, values in zip("qkvo", (place, place, value, output), strict=True):
            self.weight(f"{name}_W{part}", values)
            self.number(f"{name}_b{part}", (back if part in "qk" else 0 * back)[None])
        self.norm(f"{name}_Wo")

    def inner(self, name: str) -> None:
        for part, shape in ((1, (_SIZE, _INNER)), (2, (_INNER, _SIZE))):
            self.weight(f"{name}_W{part}", np.zeros(shape))
            self.number(f"{name}_b{part}", np.zeros((1, shape[1])))
        self.norm(f"{name}_ffn")

    def norm(self, name: str) -> None:
        self.number(f"{name}_ln_scale", np.ones((1, _SIZE)))
        self.number(f"{name}_ln_bias", np.zeros((1, _SIZE)))

    def written(self) -> bytes:
        """Headers, names, shapes, a gap so that the data begins at a round place, the data."""
        out = bytearray(struct.pack("<QQ", _VERSION, len(self._items)))
        for name, kind, shape, data in self._items:
            out += struct.pack("<QQQQ", len(name), kind, len(shape), len(data))
        for name, *_ in self._items:
            out += name
        for _, _, shape, _ in self._items:
            out += struct.pack(f"<{len(shape)}i", *shape)
        gap = -(len(out) + 8) % _ALIGNED
        out += struct.pack("<Q", gap) + b"\0" * gap
        for *_, data in self._items:
            out += data
        return bytes(out)


def _shortlist(lists: Sequence[Sequence[int]]) -> bytes:
    """For each piece of the source those of the target that may stand for it."""
    words = [number for allowed in lists for number in allowed]
    starts = np.cumsum([0, *map(len, lists)])
    body = struct.pack("<QQQQ", _FIRST, _FIRST, len(starts), len(words))
    body += starts.astype("<u8").tobytes() + np.array(words, "<u4").tobytes()
    return struct.pack("<QQ", _MAGIC, _checksum(body)) + body


def _checksum(body: bytes) -> int:
    """Marian's: all whole words of 64 bits, combined as boost combines hashes."""
    seed = 0
    for (word,) in struct.iter_unpack("<Q", body[: len(body) // 8 * 8]):
        seed ^= (word + 0x9E3779B9 + (seed << 6) + (seed >> 2)) & 0xFFFFFFFFFFFFFFFF
        seed &= 0xFFFFFFFFFFFFFFFF
    return seed
