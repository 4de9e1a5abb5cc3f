"""Writes a small Marian or NLLB model of random weights in Hugging Face's format.

Run by a Python that has transformers: hugging_face.py marian|nllb FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    NllbTokenizer,
)

from scripts.make_test_models.translators import marian_kind, nllb_kind

SIZES = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 512,
    "scale_embedding": True,
    "init_std": 0.3,
}


def marian(folder: Path) -> None:
    """The layout of FuguMT and OPUS-MT."""
    tokens = [*marian_kind(folder).source, "<pad>"]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "MarianTokenizer", "model_max_length": 512})
    )
    pad = len(tokens) - 1
    config = MarianConfig(
        vocab_size=len(tokens),
        pad_token_id=pad,
        eos_token_id=0,
        forced_eos_token_id=0,
        decoder_start_token_id=pad,
        activation_function="swish",
        static_position_embeddings=True,
        **SIZES,
    )
    model = MarianMTModel(config)
    model.generation_config.bad_words_ids = [[pad]]
    model.final_logits_bias[0, 0] = 2.0
    _save(model, folder)


def nllb(folder: Path) -> None:
    """The layout of NLLB-200."""
    nllb_kind(folder)
    tokenizer = NllbTokenizer(str(folder / "sentencepiece.bpe.model"))
    tokenizer.save_pretrained(folder)
    config = M2M100Config(
        vocab_size=len(tokenizer),
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        activation_function="relu",
        **SIZES,
    )
    _save(M2M100ForConditionalGeneration(config), folder)


def _save(model: torch.nn.Module, folder: Path) -> None:
    for parameter in model.parameters():
        if parameter.dim() == 1:  # norms and biases, which are ones and zeros before training
            parameter.data += torch.randn_like(parameter) * 0.1
    model.eval().save_pretrained(folder)


if __name__ == "__main__":
    torch.manual_seed(3)
    {"marian": marian, "nllb": nllb}[sys.argv[1]](Path(sys.argv[2]))
