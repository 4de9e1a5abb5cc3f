"""Measures translation models on this computer, with random weights of their exact shapes.

Random weights take the time of the published ones, except that nothing tells them when a
sentence ends: every sentence here has 24 pieces and its translation 24, as a usual one of an
agent's has. Prints milliseconds a sentence for threads, compute types and vocabulary maps.

    python scripts/bench_translators.py [--shape nllb-600m|marian] [--quick] …
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np

PIECES = 24
LANGUAGES = ["eng_Latn", "jpn_Jpan"]


@dataclass(frozen=True)
class Shape:
    """How large a model is."""

    layers: int
    heads: int
    size: int
    inner: int
    vocabulary: int
    pre_norm: bool
    maps: tuple[int, ...]
    """Sizes of the vocabulary maps that are tried."""


SHAPES = {
    "nllb-600m": Shape(12, 16, 1024, 4096, 256_206, True, (32_000, 64_000)),
    "marian": Shape(6, 8, 512, 2048, 32_000, False, ()),
}


def make_model(folder: Path, shape: Shape) -> None:
    """Write the model in 8 bits, unless it is there."""
    if (folder / "model.bin").is_file():
        return
    dice = np.random.default_rng(1)

    def some(*shape: int) -> np.ndarray[Any, Any]:
        return dice.standard_normal(shape, dtype=np.float32) * np.float32(0.02)

    spec = ctranslate2.specs.TransformerSpec.from_config(
        (shape.layers, shape.layers), shape.heads, pre_norm=shape.pre_norm
    )
    size, inner = shape.size, shape.inner
    table = some(shape.vocabulary, size)
    places = some(1026, size)
    for side in (spec.encoder, spec.decoder):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = table
        side.scale_embeddings = True
        side.position_encodings.encodings = places
        if shape.pre_norm:
            _norm(side.layer_norm, size)
        for layer in side.layer:
            attentions = [layer.self_attention]
            if side is spec.decoder:
                attentions.append(layer.attention)
            for attention in attentions:
                _norm(attention.layer_norm, size)
                rows = [3 * size, size] if len(attention.linear) == 2 else [size, 2 * size, size]
                for linear, count in zip(attention.linear, rows, strict=True):
                    linear.weight, linear.bias = some(count, size), some(count)
            _norm(layer.ffn.layer_norm, size)
            layer.ffn.linear_0.weight, layer.ffn.linear_0.bias = some(inner, size), some(inner)
            layer.ffn.linear_1.weight, layer.ffn.linear_1.bias = some(size, inner), some(size)
    spec.decoder.projection.weight = table
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *LANGUAGES]
    tokens += [f"piece{number}" for number in range(shape.vocabulary - len(tokens))]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.decoder_start_token = "</s>"
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))


def _norm(spec: Any, size: int) -> None:
    spec.gamma, spec.beta = np.ones(size, np.float32), np.zeros(size, np.float32)


def measure(
    model: ctranslate2.Translator,
    shape: Shape,
    *,
    batch: int,
    beam: int,
    mapped: bool,
    rounds: int,
) -> tuple[float, float]:
    """Milliseconds a sentence, by the clock and of processor time: medians of some rounds.

    On a computer that others use, too, the second of a run with one thread tells more.
    """
    dice = np.random.default_rng(2)
    took, worked = [], []
    for number in range(rounds + 1):
        numbers = dice.integers(0, shape.vocabulary - 10, (batch, PIECES))
        source = [["eng_Latn", *(f"piece{n}" for n in row), "</s>"] for row in numbers]
        start, cpu = time.perf_counter(), time.process_time()
        model.translate_batch(
            source,
            target_prefix=[["jpn_Jpan"]] * batch,
            beam_size=beam,
            min_decoding_length=PIECES,
            max_decoding_length=PIECES,
            use_vmap=mapped,
        )
        if number:  # the first one fills the caches
            took.append(time.perf_counter() - start)
            worked.append(time.process_time() - cpu)
    return 1000 * statistics.median(took) / batch, 1000 * statistics.median(worked) / batch


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, default="nllb-600m")
    parser.add_argument("--folder", type=Path, help="where the model is kept; else it is dropped")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--quick", action="store_true", help="8 bits only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        shape = SHAPES[options.shape]
        folder = options.folder or Path(scratch) / options.shape
        make_model(folder, shape)
        types = ["int8"] if options.quick else ["int8", "float32"]
        print("threads  type     beam  batch     map     ms    cpu")
        for compute_type in types:
            for threads in options.threads:
                for count in (None, *shape.maps):
                    _write_map(folder, count)
                    model = ctranslate2.Translator(
                        str(folder), compute_type=compute_type, intra_threads=threads
                    )
                    for beam, batch in ((1, 1), (2, 1), (2, 8)):
                        ms, cpu = measure(
                            model, shape, batch=batch, beam=beam, mapped=bool(count), rounds=5
                        )
                        print(
                            f"{threads:7}  {compute_type:7}  {beam:4}  {batch:5}  "
                            f"{count or 'none':>6}  {ms:5.0f}  {cpu:5.0f}",
                            flush=True,
                        )
                    del model
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"most memory, with making the model: {peak:.0f} MB")


def _write_map(folder: Path, count: int | None) -> None:
    file = folder / "vmap.txt"
    if count is None:
        file.unlink(missing_ok=True)
        return
    pieces = [*LANGUAGES, *(f"piece{number}" for number in range(count))]
    file.write_text("\t" + " ".join(pieces) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
