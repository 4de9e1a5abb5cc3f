"""Writes a small translation model as Hugging Face Optimum exports one.

The weights are read from the specification of a CTranslate2 model, so that both engines can be
given the same ones. Names, shapes and what is left out follow Optimum's export of Marian and
M2M100 models: `present.N.encoder.*` comes out of the first step only, and out of the merged graph
with no rows in later ones.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from scripts.make_test_models.graph import Graph
from scripts.make_test_models.translators import Kind, constructed, marian_kind, nllb_kind

_PAD = "<pad>"
_FAR = -1e9


@dataclass(frozen=True)
class Side:
    """The encoder or the decoder: its weights, and what is drawn of them."""

    spec: Any
    table: NDArray[np.float32]
    heads: int
    pre_norm: bool

    @property
    def size(self) -> int:
        """Width of the model."""
        return int(self.table.shape[1])


def make_onnx_marian(
    folder: Path,
    *,
    languages: Sequence[str] = (),
    without: str = "",
    shared: bool = True,
    merged: bool = True,
    ending: str = "",
    into: str = "",
) -> None:
    """Write a Marian model that translates word by word; see `make_marian` and `save_onnx`."""
    kind = marian_kind(folder, languages=languages, without=without, shared=shared)
    save_onnx(folder, kind, constructed(kind), merged=merged, ending=ending, into=into)


def make_onnx_nllb(folder: Path, *, merged: bool = True) -> None:
    """Write an NLLB model that translates word by word; see `make_nllb` and `save_onnx`."""
    kind = nllb_kind(folder)
    save_onnx(folder, kind, constructed(kind), merged=merged)


def random_spec(
    kind: Kind, *, seed: int = 1, layers: int = 2, heads: int = 4, head_size: int = 8, wide: int = 2
) -> Any:
    """The specification of a model of random weights, in which every part has a say.

    Its translations mean nothing, end at different lengths and change with every mistake.

    Args:
        kind: what it is a model of.
        seed: of the weights.
        layers: of each side.
        heads: of an attention.
        head_size: width of a head; all of them are the model's.
        wide: how many times as wide a feed-forward layer is.
    """
    dice = np.random.default_rng(seed)
    size = head_size * heads

    def some(*shape: int, scale: float) -> NDArray[np.float32]:
        return (dice.standard_normal(shape) * scale).astype(np.float32)

    spec = ctranslate2.specs.TransformerSpec.from_config(
        (layers, layers), heads, pre_norm=kind.pre_norm
    )
    table = some(len(kind.source), size, scale=1.0)
    for side, rows in ((spec.encoder, table), (spec.decoder, table[: len(kind.target)])):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = rows
        side.scale_embeddings = False
        side.position_encodings.encodings = some(512, size, scale=0.5)
        norms = [side.layer_norm] if kind.pre_norm else []
        for layer in side.layer:
            attentions = [layer.self_attention]
            if side is spec.decoder:
                attentions.append(layer.attention)
            linears = [*(x for a in attentions for x in a.linear), layer.ffn.linear_0]
            for linear, count in zip(linears, _rows(attentions, size, wide), strict=True):
                linear.weight = some(count, size, scale=size**-0.5)
                linear.bias = some(count, scale=0.1)
            layer.ffn.linear_1.weight = some(size, wide * size, scale=size**-0.5)
            layer.ffn.linear_1.bias = some(size, scale=0.1)
            norms += [*(a.layer_norm for a in attentions), layer.ffn.layer_norm]
        for norm in norms:
            norm.gamma = 1 + some(size, scale=0.1)
            norm.beta = some(size, scale=0.1)
    spec.decoder.start_from_zero_embedding = not kind.pre_norm
    rows, bias = some(len(kind.target), size, scale=0.5), some(len(kind.target), scale=0.1)
    # Every token makes the end likelier.
    end = kind.target.index("</s>")
    bias[end] = -3.0 if kind.pre_norm else 2.0
    spec.decoder.position_encodings.encodings += np.arange(512)[:, None] * rows[end] / 5
    spec.decoder.projection.weight = rows
    if _PAD in kind.target:  # no trained model gives padding
        bias[kind.target.index(_PAD)] = -20.0
    spec.decoder.projection.bias = bias
    return spec


def _rows(attentions: list[Any], size: int, wide: int) -> list[int]:
    rows: list[int] = []
    for attention in attentions:
        rows += [3 * size, size] if len(attention.linear) == 2 else [size, 2 * size, size]
    return [*rows, wide * size]


def save_onnx(
    folder: Path, kind: Kind, spec: Any, *, merged: bool = True, ending: str = "", into: str = ""
) -> None:
    """Write graphs, vocabulary and configuration; the SentencePiece files are there already.

    Args:
        folder: where to.
        kind: what the model is of.
        spec: its weights, in float32.
        merged: one graph for all steps of the decoder, else two.
        ending: what follows the names of the graphs, such as _quantized.
        into: the folder in the folder that has the graphs.
    """
    place = folder / into
    place.mkdir(parents=True, exist_ok=True)
    marian = not kind.pre_norm
    encoder = _side(spec.encoder, pad=marian)
    decoder = _side(spec.decoder, pad=marian)
    _save(_encoder(encoder), place / f"encoder_model{ending}.onnx")
    projection = spec.decoder.projection
    rows, bias = projection.weight, projection.bias
    bias = np.zeros(len(rows), np.float32) if isinstance(bias, str) or bias is None else bias
    if marian:
        rows = np.concatenate([rows, np.zeros((1, rows.shape[1]), np.float32)])
        bias = np.append(bias, np.float32(0))
    first = _decoder(decoder, rows, bias, past=False)
    later = _decoder(decoder, rows, bias, past=True)
    if merged:
        _save(_merge(decoder, first, later), place / f"decoder_model_merged{ending}.onnx")
    else:
        _save(first.model("optimum"), place / f"decoder_model{ending}.onnx")
        _save(later.model("optimum"), place / f"decoder_with_past_model{ending}.onnx")
    _write_tables(folder, kind)


def _save(model: onnx.ModelProto, file: Path) -> None:
    onnx.save(model, str(file))


def _side(spec: Any, *, pad: bool) -> Side:
    embeddings = spec.embeddings[0] if isinstance(spec.embeddings, list) else spec.embeddings
    table = np.asarray(embeddings.weight, np.float32)
    if pad:  # Marian begins with padding, which means nothing
        table = np.concatenate([table, np.zeros((1, table.shape[1]), np.float32)])
    return Side(spec, table, int(spec.num_heads), bool(spec.pre_norm))


def _encoder(side: Side) -> onnx.ModelProto:
    g = Graph(0)
    axes = ["batch_size", "encoder_sequence_length"]
    ids = g.input("input_ids", TensorProto.INT64, axes)
    mask = g.input("attention_mask", TensorProto.INT64, axes)
    x = _embed(g, side, ids, g.constant([0]))
    far = _far(g, mask)
    for number, layer in enumerate(side.spec.layer):
        x = _self_attention(g, side, f"layers.{number}.self_attn", layer, x, far)[0]
        x = _feed_forward(g, side, f"layers.{number}.ffn", layer.ffn, x)
    if side.pre_norm:
        x = _norm(g, "layer_norm", side.spec.layer_norm, x)
    g.output("last_hidden_state", [*axes, side.size], x)
    return g.model("optimum")


def _decoder(side: Side, rows: NDArray[Any], bias: NDArray[Any], *, past: bool) -> Graph:
    """The decoder's graph for the first step, or for one after it."""
    g = Graph(0)
    length = "encoder_sequence_length"
    mask = g.input("encoder_attention_mask", TensorProto.INT64, ["batch_size", length])
    ids = g.input("input_ids", TensorProto.INT64, ["batch_size", "decoder_sequence_length"])
    hidden = ""
    if not past:
        hidden = g.input(
            "encoder_hidden_states", TensorProto.FLOAT, ["batch_size", length, side.size]
        )
    kept = _past(g, side) if past else {}
    before = g.cut(g("Shape", kept["0.decoder.key"]), 0, 2, 3) if past else g.constant([0])
    x = _embed(g, side, ids, before)
    causal = g.number(0.0) if past else _causal(g, ids)
    far = _far(g, mask)
    for number, layer in enumerate(side.spec.layer):
        own = [f"{number}.decoder.{part}" for part in ("key", "value")]
        given = [f"{number}.encoder.{part}" for part in ("key", "value")]
        name = f"layers.{number}"
        x, *kept_own = _self_attention(
            g, side, f"{name}.self_attn", layer, x, causal, [kept.get(n, "") for n in own]
        )
        for part, value in zip(own, kept_own, strict=True):
            g.output(f"present.{part}", _axes(side, "past_decoder_sequence_length + 1"), value)
        cross = f"{name}.encoder_attn"
        x, *made = _cross_attention(
            g, side, cross, layer.attention, x, hidden, far, [kept.get(n, "") for n in given]
        )
        if not past:
            for part, value in zip(given, made, strict=True):
                g.output(f"present.{part}", _axes(side, length), value)
        x = _feed_forward(g, side, f"{name}.ffn", layer.ffn, x)
    if side.pre_norm:
        x = _norm(g, "layer_norm", side.spec.layer_norm, x)
    logits = g("Add", g("MatMul", x, g.weight("lm_head", rows.T.copy())), g.weight("bias", bias))
    g.output("logits", ["batch_size", "decoder_sequence_length", len(rows)], logits)
    return g


def _past(g: Graph, side: Side) -> dict[str, str]:
    """The keys and values that come in, by name."""
    names: dict[str, str] = {}
    for number in range(len(side.spec.layer)):
        for of in ("decoder", "encoder"):
            length = (
                "past_decoder_sequence_length" if of == "decoder" else "encoder_sequence_length"
            )
            for part in ("key", "value"):
                name = f"{number}.{of}.{part}"
                full = f"past_key_values.{name}"
                names[name] = g.input(full, TensorProto.FLOAT, _axes(side, length))
    return names


def _axes(side: Side, length: str) -> list[int | str]:
    return ["batch_size", side.heads, length, side.size // side.heads]


# --- the parts of a layer ------------------------------------------------------------------------


def _embed(g: Graph, side: Side, ids: str, before: str) -> str:
    """The meanings of tokens and of their places, the first of which is `before` (one number)."""
    places = np.asarray(side.spec.position_encodings.encodings, np.float32)
    count = g.cut(g("Shape", ids), 0, 1, 2)
    end = g("Add", before, count)
    at = g.cut(g.weight("embed_positions", places), 0, before, end)
    return str(g("Add", g("Gather", g.weight("embed_tokens", side.table), ids), at))


def _far(g: Graph, mask: str) -> str:
    """What is added to the weights of padding: [batch, 1, 1, tokens]."""
    padding = g("Sub", g.number(1.0), g("Cast", mask, to=TensorProto.FLOAT))
    return str(g("Mul", g("Unsqueeze", padding, g.constant([1, 2])), g.number(_FAR)))


def _causal(g: Graph, ids: str) -> str:
    """What is added to the weights of later tokens: [tokens, tokens]."""
    count = g.cut(g("Shape", ids), 0, 1, 2)
    square = g("Concat", count, count, axis=0)
    later = g("Trilu", g("Expand", g.number([1.0]), square), g.constant(1), upper=1)
    return str(g("Mul", later, g.number(_FAR)))


def _self_attention(
    g: Graph, side: Side, name: str, layer: Any, x: str, far: str, past: list[str] | None = None
) -> tuple[str, str, str]:
    spec = layer.self_attention
    given = _norm(g, f"{name}_norm", spec.layer_norm, x) if side.pre_norm else x
    parts = _linear(g, f"{name}.qkv", spec.linear[0], given)
    size = side.size
    query, key, value = (
        _heads(g, side, g.cut(parts, 2, n * size, (n + 1) * size)) for n in range(3)
    )
    if past and past[0]:
        key = str(g("Concat", past[0], key, axis=2))
        value = str(g("Concat", past[1], value, axis=2))
    looked = _attend(g, side, query, key, value, far)
    out = g("Add", x, _linear(g, f"{name}.out", spec.linear[-1], looked))
    if not side.pre_norm:
        out = _norm(g, f"{name}_norm", spec.layer_norm, out)
    return out, key, value


def _cross_attention(
    g: Graph, side: Side, name: str, spec: Any, x: str, hidden: str, far: str, past: list[str]
) -> tuple[str, str, str]:
    given = _norm(g, f"{name}_norm", spec.layer_norm, x) if side.pre_norm else x
    query = _heads(g, side, _linear(g, f"{name}.q", spec.linear[0], given))
    key, value = past
    if not key:
        parts = _linear(g, f"{name}.kv", spec.linear[1], hidden)
        size = side.size
        key, value = (_heads(g, side, g.cut(parts, 2, n * size, (n + 1) * size)) for n in (0, 1))
    looked = _attend(g, side, query, key, value, far)
    out = g("Add", x, _linear(g, f"{name}.out", spec.linear[2], looked))
    if not side.pre_norm:
        out = _norm(g, f"{name}_norm", spec.layer_norm, out)
    return out, key, value


def _attend(g: Graph, side: Side, query: str, key: str, value: str, far: str) -> str:
    turned = g("Transpose", key, perm=[0, 1, 3, 2])
    scale = g.number((side.size // side.heads) ** -0.5)
    weights = g("Softmax", g("Add", g("Mul", g("MatMul", query, turned), scale), far), axis=-1)
    looked = g("Transpose", g("MatMul", weights, value), perm=[0, 2, 1, 3])
    return str(g("Reshape", looked, g.constant([0, 0, side.size])))


def _heads(g: Graph, side: Side, x: str) -> str:
    shape = g.constant([0, 0, side.heads, side.size // side.heads])
    return str(g("Transpose", g("Reshape", x, shape), perm=[0, 2, 1, 3]))


def _feed_forward(g: Graph, side: Side, name: str, spec: Any, x: str) -> str:
    given = _norm(g, f"{name}_norm", spec.layer_norm, x) if side.pre_norm else x
    inner = g("Relu", _linear(g, f"{name}.fc1", spec.linear_0, given))
    out = str(g("Add", x, _linear(g, f"{name}.fc2", spec.linear_1, inner)))
    return out if side.pre_norm else _norm(g, f"{name}_norm", spec.layer_norm, out)


def _linear(g: Graph, name: str, spec: Any, x: str) -> str:
    rows = g.weight(f"{name}.weight", np.asarray(spec.weight, np.float32).T.copy())
    bias = g.weight(f"{name}.bias", np.asarray(spec.bias, np.float32))
    return str(g("Add", g("MatMul", x, rows), bias))


def _norm(g: Graph, name: str, spec: Any, x: str) -> str:
    """A layer norm, drawn out as exporters do for this opset."""
    mean = g("ReduceMean", x, axes=[-1])
    rest = g("Sub", x, mean)
    spread = g("ReduceMean", g("Mul", rest, rest), axes=[-1])
    level = g("Div", rest, g("Sqrt", g("Add", spread, g.number(1e-5))))
    gamma = g.weight(f"{name}.gamma", np.asarray(spec.gamma, np.float32))
    beta = g.weight(f"{name}.beta", np.asarray(spec.beta, np.float32))
    return str(g("Add", g("Mul", level, gamma), beta))


# --- both graphs in one --------------------------------------------------------------------------


def _merge(side: Side, first: Graph, later: Graph) -> onnx.ModelProto:
    """One graph of which `use_cache_branch` chooses a half."""
    with_past, without = (
        _named_apart(g.model("optimum").graph, t) for g, t in ((later, "then"), (first, "else"))
    )
    for name in [o.name.removeprefix("else_") for o in without.output if ".encoder." in o.name]:
        empty = np.zeros((0, side.heads, 1, side.size // side.heads), np.float32)
        made = f"then_{name}"
        value = onnx.numpy_helper.from_array(empty)
        with_past.node.append(helper.make_node("Constant", [], [made], value=value))
        with_past.output.append(helper.make_tensor_value_info(made, TensorProto.FLOAT, empty.shape))
    wanted = [o.name.removeprefix("else_") for o in without.output]
    branches = []
    for branch, title in ((with_past, "then"), (without, "else")):
        named = {o.name: o for o in branch.output}
        given = [named[f"{title}_{name}"] for name in wanted]
        branches.append(
            helper.make_graph(list(branch.node), title, [], given, list(branch.initializer))
        )
    chosen = helper.make_node(
        "If", ["use_cache_branch"], wanted, then_branch=branches[0], else_branch=branches[1]
    )
    inputs = {i.name: i for i in (*without.input, *with_past.input)}
    switch = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    outputs = []
    for described in without.output:
        renamed = onnx.ValueInfoProto()
        renamed.CopyFrom(described)
        renamed.name = described.name.removeprefix("else_")
        outputs.append(renamed)
    graph = helper.make_graph([chosen], "merged", [*inputs.values(), switch], outputs)
    made = helper.make_model(
        graph,
        producer_name="optimum",
        opset_imports=[helper.make_opsetid("", 15)],
        ir_version=8,
    )
    onnx.checker.check_model(made)
    return made


def _named_apart(graph: onnx.GraphProto, title: str) -> onnx.GraphProto:
    """A graph in which all but the inputs have names that no other half has."""
    kept = {given.name for given in graph.input}

    def name(old: str) -> str:
        return old if old in kept or not old else f"{title}_{old}"

    for node in graph.node:
        node.name = name(node.name)
        node.input[:] = [name(n) for n in node.input]
        node.output[:] = [name(n) for n in node.output]
    for item in (*graph.initializer, *graph.output):
        item.name = name(item.name)
    return graph


# --- the other files -----------------------------------------------------------------------------


def _write_tables(folder: Path, kind: Kind) -> None:
    marian = not kind.pre_norm
    target = [*kind.target, _PAD] if marian else kind.target
    end, pad = target.index("</s>"), target.index(_PAD)
    config: dict[str, Any] = {
        "model_type": "marian" if marian else "m2m_100",
        "is_encoder_decoder": True,
        "eos_token_id": end,
        "pad_token_id": pad,
        "decoder_start_token_id": pad if marian else end,
        "vocab_size": len(target),
    }
    generation = {"num_beams": 4} | ({"bad_words_ids": [[pad]]} if marian else {})
    _write(folder / "config.json", config)
    _write(folder / "generation_config.json", generation)
    if marian:
        source = [*kind.source, _PAD]
        _write(folder / "vocab.json", {token: n for n, token in enumerate(source)})
        if source != target:
            _write(folder / "target_vocab.json", {token: n for n, token in enumerate(target)})
    else:
        languages = [t for t in target if len(t) == 8 and t[3] == "_"]
        added = [*target[:4], *languages]
        vocabulary = {t: n for n, t in enumerate(target) if t not in languages}
        entries = [{"id": target.index(t), "content": t, "special": True} for t in added]
        tokenizer = {"version": "1.0", "added_tokens": entries, "model": {"vocab": vocabulary}}
        _write(folder / "tokenizer.json", tokenizer)


def _write(file: Path, table: dict[str, Any]) -> None:
    file.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
