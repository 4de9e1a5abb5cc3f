"""Makes an old vocabulary spell figures digit by digit, its pieces and their numbers unchanged.

A model copies "1", "2" more surely than it knows a piece "12" it has rarely met. Vocabularies that
`vocabulary` makes are so from the start.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from sentencepiece import sentencepiece_model_pb2

_FIGURE = re.compile(r"\d.|.\d", re.DOTALL)
"""A digit with anything beside it; the word boundary mark is one such thing."""


def main(arguments: Sequence[str]) -> int:
    """`split-digits spm.model`: changes the file."""
    parser = argparse.ArgumentParser(prog="train_starter split-digits", description=__doc__)
    parser.add_argument("model", type=Path, metavar="spm.model")
    path = parser.parse_args(arguments).model
    changed, count = without_figures(path.read_bytes())
    path.write_bytes(changed)
    print(f"{path}: {count} pieces with digits are not used any more")
    return 0


def without_figures(model: bytes) -> tuple[bytes, int]:
    """Mark the pieces that hold a digit and more as unused; slots and bytes stay.

    Returns:
        The model's file, and how many pieces were marked.
    """
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model)
    piece = sentencepiece_model_pb2.ModelProto.SentencePiece
    marked = 0
    for entry in proto.pieces:
        if entry.type == piece.NORMAL and _FIGURE.search(entry.piece):
            entry.type = piece.UNUSED
            marked += 1
    return proto.SerializeToString(), marked
