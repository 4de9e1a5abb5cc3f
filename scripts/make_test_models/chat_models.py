"""Makes small chat models of the file layout that CTranslate2's converter writes.

A decoder of the shape of Llama and Qwen (RMS norm, rotary positions, grouped heads, gated inner
layers), with the tokenizer.json of its family. Its attention is silent, and each token of the
answer brings forth the next one: so it says its answer if, and only if, the conversation before
ends with the marks that its family puts before the model's turn.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

_SIZE, _HEADS, _INNER = 128, 4, 32
_REPLIES = {
    "qwen2.5": "<|im_start|>assistant\n",
    "qwen3": "<|im_start|>assistant\n<think>\n\n</think>\n\n",
    "llama3": "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "gemma": "<start_of_turn>model\n",
}
_ENDS = {
    "qwen2.5": "<|im_end|>",
    "qwen3": "<|im_end|>",
    "llama3": "<|eot_id|>",
    "gemma": "<end_of_turn>",
}
_MARKS = {
    "qwen2.5": ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    "qwen3": ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"],
    "llama3": ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
               "<|eot_id|>"],
    "gemma": ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"],
    "unknown": ["<s>", "</s>"],
}  # fmt: skip


def make_chat_model(
    folder: Path, family: str = "qwen2.5", answer: str = "通りました。✓", *, endless: bool = False
) -> None:
    """Write model.bin, config.json, vocabulary.json and tokenizer.json.

    Args:
        folder: where; made if it is not there.
        family: qwen2.5, qwen3, llama3, gemma, or unknown, which has marks of its own.
        answer: what it always says; no character twice.
        endless: it says it again and again.

    Raises:
        ValueError: a character stands twice in the answer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = [character for character in answer if ord(character) < 0x10000 and character != "✓"]
    tokenizer = _pieces(words) if family == "gemma" else _bytes(["\n\n", *words])
    tokenizer.add_special_tokens([AddedToken(mark, special=True) for mark in _MARKS[family]])
    tokenizer.save(str(folder / "tokenizer.json"))
    numbers: dict[str, int] = tokenizer.get_vocab(with_added_tokens=True)
    tokens = sorted(numbers, key=numbers.__getitem__)
    said = tokenizer.encode(answer, add_special_tokens=False).tokens
    if len(set(said)) != len(said):
        raise ValueError(f"a token stands twice in {said}")
    before = tokenizer.encode(_REPLIES.get(family, "\n"), add_special_tokens=False).tokens[-1]
    end = _ENDS.get(family, "</s>")
    after = dict(zip([before, *said], [*said, said[0] if endless else end], strict=True))
    _write(folder, tokens, after, end)


def _bytes(words: list[str]) -> Tokenizer:
    """A tokenizer of bytes, as Qwen and Llama 3 have it; some words are one token."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(letters)}
    merges: list[tuple[str, str]] = []
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    for word in words:
        ((written, _),) = level.pre_tokenize_str(word)
        for at in range(1, len(written)):
            pair = (written[:at], written[at])
            if pair not in merges:
                merges.append(pair)
            vocabulary.setdefault("".join(pair), len(vocabulary))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _pieces(words: list[str]) -> Tokenizer:
    """A tokenizer of characters and, for all others, bytes, as Gemma has it."""
    ascii_signs = [chr(code) for code in range(33, 127)]
    pieces = ["<unk>", "▁", "\n", *ascii_signs, *words, *(f"<0x{byte:02X}>" for byte in range(256))]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(
        models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>", byte_fallback=True)
    )
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    return tokenizer


def _write(folder: Path, tokens: list[str], after: dict[str, str], end: str) -> None:
    dice = np.random.default_rng(5)
    meaning = {token: dice.choice([-1.0, 1.0], _SIZE).astype(np.float32) for token in tokens}
    spec = ctranslate2.specs.TransformerDecoderModelSpec.from_config(
        1,
        _HEADS,
        pre_norm=True,
        activation=ctranslate2.specs.Activation.SWISH,
        rms_norm=True,
        ffn_glu=True,
        rotary_dim=0,
        rotary_interleave=False,
        num_heads_kv=_HEADS // 2,
    )
    decoder = spec.decoder
    decoder.scale_embeddings = False
    decoder.embeddings.weight = np.stack([meaning[token] for token in tokens])
    next_ones = np.zeros((len(tokens), _SIZE), np.float32)
    for token, following in after.items():
        next_ones[tokens.index(following)] += meaning[token]
    decoder.projection.weight = next_ones
    decoder.layer_norm.gamma = np.ones(_SIZE, np.float32)
    half = _SIZE // 2
    for layer in decoder.layer:
        _norm(layer.self_attention.layer_norm)
        layer.self_attention.linear[0].weight = _nothing(_SIZE + 2 * half, _SIZE)
        layer.self_attention.linear[1].weight = _nothing(_SIZE, _SIZE)
        _norm(layer.ffn.layer_norm)
        layer.ffn.linear_0.weight = _nothing(_INNER, _SIZE)
        layer.ffn.linear_0_noact.weight = _nothing(_INNER, _SIZE)
        layer.ffn.linear_1.weight = _nothing(_SIZE, _INNER)
    spec.register_vocabulary(tokens)
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = "", "", end
    spec.config.layer_norm_epsilon = 1e-6
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _norm(norm: Any) -> None:
    norm.gamma = np.ones(_SIZE, np.float32)


def _nothing(*shape: int) -> np.ndarray[Any, Any]:
    return np.zeros(shape, np.float32)
