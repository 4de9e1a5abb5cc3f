"""Writes trained weights as the program loads them: a CTranslate2 folder in int8."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from ctranslate2.specs import common_spec, transformer_spec

from train_starter import weights
from train_starter.positions import sinusoids
from train_starter.vocabulary import FIRST_WORDS, MODEL


def main(arguments: Sequence[str]) -> int:
    """`export --weights weights.npz --vocabulary spm.model --out FOLDER`."""
    parser = argparse.ArgumentParser(prog="train_starter export", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, metavar="FILE")
    parser.add_argument("--vocabulary", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--quantization", choices=("int8", "int16", "float16", "float32"), default="int8"
    )
    options = parser.parse_args(arguments)
    arrays, about = weights.load(options.weights)
    export(arrays, about, options.vocabulary, options.out, options.quantization)
    size = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{options.out}: {size / 1e6:.1f} MB")
    return 0


def export(
    arrays: weights.Arrays,
    about: dict[str, Any],
    vocabulary: Path,
    out: Path,
    quantization: str = "int8",
) -> None:
    """Write the folder; what was in it before is gone when the new one is whole.

    Raises:
        SystemExit: the vocabulary has another number of pieces than the weights.
    """
    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    size = len(arrays["embedding.weight"])
    if processor.vocab_size() > size:
        raise SystemExit(
            f"{vocabulary} has {processor.vocab_size()} pieces, the weights {size}: "
            "they were not trained with this vocabulary."
        )
    spec = _spec({name: array.astype(np.float32) for name, array in arrays.items()}, about)
    pieces = [processor.id_to_piece(n) for n in range(processor.vocab_size())]
    pieces += [f"<unused{n}>" for n in range(len(pieces), size)]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    spec.config.bos_token = spec.config.decoder_start_token = "<s>"
    spec.config.eos_token, spec.config.unk_token = "</s>", "<unk>"
    spec.validate()
    spec.optimize(quantization=None if quantization == "float32" else quantization)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as made:
        folder = Path(made) / "model"
        folder.mkdir()
        spec.save(str(folder))
        shutil.copyfile(vocabulary, folder / MODEL)
        if (firsts := vocabulary.with_name(FIRST_WORDS)).exists():
            shutil.copyfile(firsts, folder / FIRST_WORDS)
        shutil.rmtree(out, ignore_errors=True)
        folder.rename(out)


def _spec(arrays: weights.Arrays, about: dict[str, Any]) -> transformer_spec.TransformerSpec:
    def linear(part: Any, name: str) -> None:
        part.weight, part.bias = arrays[f"{name}.weight"], arrays[f"{name}.bias"]

    def norm(part: Any, name: str) -> None:
        part.gamma, part.beta = arrays[f"{name}.weight"], arrays[f"{name}.bias"]

    spec = transformer_spec.TransformerSpec.from_config(
        (about["encoder"], about["decoder"]),
        max(2, about["width"] // 64),
        pre_norm=True,
        activation=common_spec.Activation.RELU,
    )
    for side, name in ((spec.encoder, "encoder"), (spec.decoder, "decoder")):
        table = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        table.weight = arrays["embedding.weight"]
        side.scale_embeddings = True
        side.position_encodings.encodings = sinusoids(about["positions"], about["width"])
        norm(side.layer_norm, f"{name}_norm")
        for number, layer in enumerate(side.layer):
            at = f"{name}.{number}"
            norm(layer.self_attention.layer_norm, f"{at}.own_norm")
            linear(layer.self_attention.linear[0], f"{at}.own.all")
            linear(layer.self_attention.linear[1], f"{at}.own.out")
            if name == "decoder":
                norm(layer.attention.layer_norm, f"{at}.cross_norm")
                for part, of in enumerate(("query", "memory", "out")):
                    linear(layer.attention.linear[part], f"{at}.cross.{of}")
            norm(layer.ffn.layer_norm, f"{at}.forward_norm")
            linear(layer.ffn.linear_0, f"{at}.feed_forward.wide")
            linear(layer.ffn.linear_1, f"{at}.feed_forward.narrow")
    spec.decoder.projection.weight = arrays["embedding.weight"]
    spec.decoder.projection.bias = arrays["bias"]
    return spec
