"""Going on from a model that was shipped: its weights, and its vocabulary."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from train_starter import digits, export, exported, weights

from voicestream_tui.translate.starter.engine import PACKAGED_MODEL, StarterTranslator


def test_weights_read_from_a_model_make_the_same_model_again(tmp_path: Path) -> None:
    exported.main(["--model", str(PACKAGED_MODEL), "--out", str(tmp_path / "weights.npz")])
    arrays, about = weights.load(tmp_path / "weights.npz")
    assert len(arrays["embedding.weight"]) == about["vocabulary"]
    again = tmp_path / "again"
    export.export(arrays, about, PACKAGED_MODEL / "spm.model", again)
    before, _ = exported.read(PACKAGED_MODEL / "model.bin")
    after, shape = exported.read(again / "model.bin")
    assert shape == about
    assert before.keys() == after.keys()
    for name, array in before.items():
        assert np.allclose(array, after[name], rtol=2e-3, atol=2e-3), name
    shutil.copy(PACKAGED_MODEL / "words.npz", again)
    sentences = ["The tests pass.", "I'll read the file first."]
    outputs = []
    for folder in (PACKAGED_MODEL, again):
        translator = StarterTranslator(folder)
        outputs.append(translator.translate(sentences))
        translator.close()
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize(
    ("cut", "told"), [(4, "not whole"), (5000, "not whole"), (0, "not whole"), (-1, "version 6")]
)
def test_what_is_no_model_is_told(tmp_path: Path, cut: int, told: str) -> None:
    data = (PACKAGED_MODEL / "model.bin").read_bytes()
    path = tmp_path / "model.bin"
    path.write_bytes(data[:cut] if cut >= 0 else b"\x05" + data[1:100])
    with pytest.raises(SystemExit, match=told):
        exported.read(path)


def test_an_old_vocabulary_spells_figures_digit_by_digit_with_the_same_pieces(
    tmp_path: Path,
) -> None:
    text = ["Ports 8080 and 443 are open, 100% of 365 days.", "8080と443、365日<c0>。"]
    model = tmp_path / "spm.model"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text * 50),
        model_prefix=str(tmp_path / "spm"),
        vocab_size=120,
        hard_vocab_limit=False,
        byte_fallback=False,
        user_defined_symbols=["<c0>"],
        minloglevel=2,
    )
    before = sentencepiece.SentencePieceProcessor(model_file=str(model))
    pieces = before.encode(text[0], out_type=str)
    assert any(len(piece) > 2 and piece[-1].isdigit() for piece in pieces)
    digits.main([str(model)])
    after = sentencepiece.SentencePieceProcessor(model_file=str(model))
    assert [after.id_to_piece(n) for n in range(len(after))] == [
        before.id_to_piece(n) for n in range(len(before))
    ]
    for line in text:
        pieces = after.encode(line, out_type=str)
        assert [piece for piece in pieces if any(c.isdigit() for c in piece)] == [
            *(c for c in line.replace("<c0>", "") if c.isdigit()),
            *(piece for piece in pieces if piece == "<c0>"),
        ]
        assert after.decode(pieces) == line
