"""The graph of a VITS voice (inference only) with random weights, in any size.

Drawn after "Conditional Variational Autoencoder with Adversarial Learning for End-to-End
Text-to-Speech" (Kim, Kong, Son 2021) with the layer sizes of Piper's qualities: a text encoder
with relative attention, a stochastic duration predictor, a flow and a HiFi-GAN decoder.
Inputs, outputs and names of the weights are those of Piper's own export, or inputs and outputs
those of Coqui's or of ESPnet's. Not alike: Coqui joins a language to the text and does not add it,
and ESPnet's text encoder is a Conformer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import TensorProto

from .graph import Graph
from .spline import inverse_spline

_WINDOW = 4
_BINS = 10


@dataclass(frozen=True, slots=True)
class Size:
    """How large the layers are; the defaults are Piper's "medium"."""

    symbols: int = 256
    speakers: int = 1
    speaker_channels: int = 512
    hidden: int = 192
    filters: int = 768
    heads: int = 2
    layers: int = 6
    flows: int = 4
    flow_layers: int = 4
    decoder: int = 256
    rates: tuple[int, ...] = (8, 8, 4)
    kernels: tuple[int, ...] = (16, 16, 8)
    blocks: tuple[tuple[int, tuple[int, ...]], ...] = ((3, (1, 2)), (5, (2, 6)), (7, (3, 12)))
    """Kernel and dilations of the residual blocks after each step up."""
    twice: bool = False
    """Two convolutions a dilation, as in the blocks of HiFi-GAN's first form."""


MEDIUM = Size()
SMALL = Size(speaker_channels=8, hidden=16, filters=32, layers=2, decoder=32)
COQUI = Size(
    decoder=512,
    rates=(8, 8, 2, 2),
    kernels=(16, 16, 4, 4),
    blocks=((3, (1, 3, 5)), (7, (1, 3, 5)), (11, (1, 3, 5))),
    twice=True,
)
"""As large as Coqui and ESPnet make them."""
SMALL_COQUI = replace(
    COQUI, speaker_channels=8, hidden=16, filters=32, layers=1, decoder=32, flows=2
)
LONGEST = 512
"""Symbols and frames that ESPnet's exporter provides for."""


def piper_model(size: Size, seed: int = 1) -> onnx.ModelProto:
    """A voice's model; the same one for the same size and seed."""
    graph = Graph(seed)
    text = graph.input("input", TensorProto.INT64, ["batch_size", "phonemes"])
    lengths = graph.input("input_lengths", TensorProto.INT64, ["batch_size"])
    scales = graph.input("scales", TensorProto.FLOAT, [3])
    speaker = _speaker(graph, size, "sid") if size.speakers > 1 else None
    noise, length, width = (graph("Gather", scales, graph.constant(i), axis=0) for i in range(3))
    x, mean, deviation, mask = _text_encoder(graph, size, text, lengths)
    widths = graph("Mul", graph("Exp", _durations(graph, size, x, mask, speaker, width)), mask)
    path, frames = _path(graph, graph("Ceil", graph("Mul", widths, length)), mask)
    z = _frames(graph, size, path, (mean, deviation, noise), frames, speaker)
    audio = _decoder(graph, size, z, speaker)
    audio = graph("Unsqueeze", audio, graph.constant([1]))
    graph.output("output", ["batch_size", 1, "time", "samples"], audio)
    return graph.model("voicestream-tui test models")


def coqui_model(size: Size, seed: int = 1, *, languages: int = 1) -> onnx.ModelProto:
    """A voice's model as `Vits.export_onnx` of Coqui writes it."""
    graph = Graph(seed)
    text = graph.input("input", TensorProto.INT64, ["batch_size", "phonemes"])
    lengths = graph.input("input_lengths", TensorProto.INT64, ["batch_size"])
    scales = graph.input("scales", TensorProto.FLOAT, [3])
    speaker = _speaker(graph, size, "sid") if size.speakers > 1 else None
    language = None
    if languages > 1:
        langid = graph.input("langid", TensorProto.INT64, [1])
        table = graph.normal("emb_l.weight", languages, size.hidden, scale=0.5)
        language = graph("Gather", table, langid)
    noise, length, width = (graph("Gather", scales, graph.constant(i), axis=0) for i in range(3))
    x, mean, deviation, mask = _text_encoder(graph, size, text, lengths, language)
    widths = graph("Mul", graph("Exp", _durations(graph, size, x, mask, speaker, width)), mask)
    path, frames = _path(graph, graph("Ceil", graph("Mul", widths, length)), mask)
    z = _frames(graph, size, path, (mean, deviation, noise), frames, speaker)
    z = graph.cut(z, 2, 0, 2**63 - 1)
    graph.output("output", ["batch_size", "time1", "time2"], _decoder(graph, size, z, speaker))
    return graph.model("voicestream-tui test models")


def espnet_model(size: Size, seed: int = 1, *, speaker_input: str = "feats") -> onnx.ModelProto:
    """A voice's model as espnet_onnx writes it; scales are built in.

    Args:
        speaker_input: What the number of the speaker is called, "sids" or, by a mistake of the
            exporter, "feats".
    """
    graph = Graph(seed)
    text = graph.input("text", TensorProto.INT64, ["text_length"])
    lengths = graph("Shape", text)
    text = graph("Unsqueeze", text, graph.constant([0]))
    speaker = _speaker(graph, size, speaker_input) if size.speakers > 1 else None
    x, mean, deviation, mask = _text_encoder(graph, size, text, lengths)
    logs = _durations(graph, size, x, mask, speaker, graph.number(0.8))
    durations = graph("Ceil", graph("Mul", graph("Exp", logs), mask))
    path, frames = _path(graph, durations, mask)
    # The masks are rows of a table: more frames than it has are an error.
    total = graph("Cast", graph("ReduceSum", frames, keepdims=0), to=TensorProto.INT64)
    table = graph.constant(np.tri(LONGEST), np.bool_)
    row = graph("Gather", table, graph("Sub", total, graph.constant(1)))
    many = graph("Unsqueeze", total, graph.constant([0]))
    row = graph("Cast", graph.cut(row, 0, 0, many), to=TensorProto.FLOAT)
    frames = graph("Reshape", row, graph.constant([1, 1, -1]))
    z = _frames(graph, size, path, (mean, deviation, graph.number(0.667)), frames, speaker)
    z = graph.cut(z, 2, 0, LONGEST)
    audio = graph("Squeeze", _decoder(graph, size, z, speaker), graph.constant([1]))
    graph.output("wav", ["wav_length"], graph("Reshape", audio, graph.constant([-1])))
    seen = graph("Squeeze", path, graph.constant([0]))
    graph.output("att_w", ["att_w_feat_length", "att_w_text_length"], seen)
    graph.output("dur", ["dur_length"], graph("Reshape", durations, graph.constant([-1])))
    return graph.model("voicestream-tui test models")


def _speaker(graph: Graph, size: Size, name: str) -> str:
    """[1, channels, 1]."""
    sid = graph.input(name, TensorProto.INT64, ["batch_size"])
    table = graph.normal("emb_g.weight", size.speakers, size.speaker_channels)
    return str(graph("Unsqueeze", graph("Gather", table, sid), graph.constant([-1])))


def _frames(
    graph: Graph,
    size: Size,
    path: str,
    drawn: tuple[str, str, str],
    frames: str,
    speaker: str | None,
) -> str:
    """What the decoder makes sound of, [1, channels, frames]: noise around the text, and the flow.

    Args:
        drawn: Mean, logarithm of the deviation, and how much of it.
    """
    mean, deviation = (_stretched(graph, path, part) for part in drawn[:2])
    spread = graph("Mul", graph("RandomNormalLike", mean), graph("Exp", deviation))
    z = graph("Add", mean, graph("Mul", spread, drawn[2]))
    return str(graph("Mul", _flow(graph, size, z, frames, speaker), frames))


def _mask(graph: Graph, lengths: str, longest: str) -> str:
    """[1, 1, longest]: 1 where there is something."""
    steps = graph("Range", graph.constant(0), longest, graph.constant(1))
    there = graph("Less", graph("Unsqueeze", steps, graph.constant([0])), lengths)
    mask = graph("Cast", there, to=TensorProto.FLOAT)
    return str(graph("Unsqueeze", mask, graph.constant([1])))


def _size(graph: Graph, x: str, axis: int) -> str:
    """How long a tensor is along an axis, as a tensor of one number."""
    shape = graph("Shape", x)
    return str(graph("Gather", shape, graph.constant([axis]), axis=0))


def _text_encoder(
    graph: Graph, size: Size, text: str, lengths: str, language: str | None = None
) -> tuple[str, str, str, str]:
    hidden = size.hidden
    table = graph.normal("enc_p.emb.weight", size.symbols, hidden, scale=hidden**-0.5)
    x = graph("Mul", graph("Gather", table, text), graph.number(math.sqrt(hidden)))
    if language is not None:
        x = graph("Add", x, language)
    x = graph("Transpose", x, perm=[0, 2, 1])
    longest = graph("Squeeze", _size(graph, x, 2), graph.constant([0]))
    mask = _mask(graph, lengths, longest)
    x = graph("Mul", x, mask)
    for layer in range(size.layers):
        name = f"enc_p.encoder.{{}}.{layer}"
        y = _attention(graph, size, name.format("attn_layers"), x)
        x = _normed(graph, name.format("norm_layers_1"), graph("Add", x, y), hidden)
        y = graph.conv(f"{name.format('ffn_layers')}.conv_1", x, hidden, size.filters, 3)
        y = graph("Mul", graph("Relu", y), mask)
        y = graph.conv(f"{name.format('ffn_layers')}.conv_2", y, size.filters, hidden, 3)
        x = _normed(graph, name.format("norm_layers_2"), graph("Add", x, y), hidden)
    x = graph("Mul", x, mask)
    stats = graph("Mul", graph.conv("enc_p.proj", x, hidden, 2 * hidden), mask)
    mean, deviation = graph("Split", stats, axis=1, parts=2)
    return x, mean, graph("Mul", deviation, graph.number(0.3)), mask


def _attention(graph: Graph, size: Size, name: str, x: str) -> str:
    channels = size.hidden // size.heads
    length = _size(graph, x, 2)
    heads = graph("Concat", graph.constant([1, size.heads, channels]), length, axis=0)
    query, key, value = (
        graph("Reshape", graph.conv(f"{name}.conv_{which}", x, size.hidden, size.hidden), heads)
        for which in "qkv"
    )
    query = graph("Transpose", query, perm=[0, 1, 3, 2])
    query = graph("Div", query, graph.number(math.sqrt(channels)))
    value = graph("Transpose", value, perm=[0, 1, 3, 2])
    scores = graph("MatMul", query, key)
    near = graph(
        "Transpose", _relative(graph, f"{name}.emb_rel_k", channels, length), perm=[0, 2, 1]
    )
    scores = graph("Add", scores, _to_absolute(graph, graph("MatMul", query, near), length))
    weights = graph("Softmax", scores, axis=-1)
    heard = graph("MatMul", weights, value)
    near = _relative(graph, f"{name}.emb_rel_v", channels, length)
    heard = graph("Add", heard, graph("MatMul", _to_relative(graph, weights, length), near))
    joined = graph("Concat", graph.constant([1, size.hidden]), length, axis=0)
    heard = graph("Reshape", graph("Transpose", heard, perm=[0, 1, 3, 2]), joined)
    return graph.conv(f"{name}.conv_o", heard, size.hidden, size.hidden)


def _sum(graph: Graph, *parts: str | int) -> str:
    """The sum of tensors of one number and of numbers."""
    total = ""
    for part in parts:
        name = part if isinstance(part, str) else graph.constant([part])
        total = str(graph("Add", total, name)) if total else name
    return total


def _times(graph: Graph, x: str, factor: int) -> str:
    return str(graph("Mul", x, graph.constant([factor])))


def _padded(graph: Graph, x: str, rank: int, axis: int, before: str, after: str) -> str:
    zero = graph.constant([0])
    sides = [zero] * (2 * rank)
    sides[axis], sides[rank + axis] = before, after
    return str(graph("Pad", x, graph("Concat", *sides, axis=0)))


def _relative(graph: Graph, name: str, channels: int, length: str) -> str:
    """[1, 2·length - 1, channels]: what each distance adds; nothing beyond the window."""
    table = graph.normal(name, 1, 2 * _WINDOW + 1, channels, scale=channels**-0.5)
    wide = _padded(graph, table, 3, 1, length, length)
    end = _sum(graph, _times(graph, length, 2), _WINDOW)
    return graph.cut(wide, 1, _WINDOW + 1, end)


def _flat(graph: Graph, x: str, rows: str, columns: str) -> str:
    shape = graph("Concat", graph.constant([1, -1]), graph("Mul", rows, columns), axis=0)
    return str(graph("Reshape", x, shape))


def _square(graph: Graph, x: str, rows: str, columns: str) -> str:
    return str(graph("Reshape", x, graph("Concat", graph.constant([1, -1]), rows, columns, axis=0)))


def _to_absolute(graph: Graph, x: str, length: str) -> str:
    """From [1, heads, length, 2·length - 1] by distance to [1, heads, length, length]."""
    zero, twice = graph.constant([0]), _times(graph, length, 2)
    x = _flat(graph, _padded(graph, x, 4, 3, zero, graph.constant([1])), length, twice)
    x = _padded(graph, x, 3, 2, zero, _sum(graph, length, -1))
    x = _square(graph, x, _sum(graph, length, 1), _sum(graph, twice, -1))
    return graph.cut(graph.cut(x, 2, 0, length), 3, _sum(graph, length, -1), 2**31)


def _to_relative(graph: Graph, x: str, length: str) -> str:
    """From [1, heads, length, length] to [1, heads, length, 2·length - 1] by distance."""
    zero, twice = graph.constant([0]), _times(graph, length, 2)
    x = _padded(graph, x, 4, 3, zero, _sum(graph, length, -1))
    x = _flat(graph, x, length, _sum(graph, twice, -1))
    x = _square(graph, _padded(graph, x, 3, 2, length, zero), length, twice)
    return graph.cut(x, 3, 1, 2**31)


def _normed(graph: Graph, name: str, x: str, channels: int) -> str:
    x = graph("Transpose", x, perm=[0, 2, 1])
    centred = graph("Sub", x, graph("ReduceMean", x, axes=[-1]))
    square = graph("ReduceMean", graph("Mul", centred, centred), axes=[-1])
    root = graph("Sqrt", graph("Add", square, graph.number(1e-5)))
    x = graph("Mul", graph("Div", centred, root), graph.weight(f"{name}.gamma", _ones(channels)))
    x = graph("Add", x, graph.normal(f"{name}.beta", channels, scale=0.02))
    return str(graph("Transpose", x, perm=[0, 2, 1]))


def _ones(channels: int) -> np.ndarray:
    return np.ones(channels, np.float32)


def _gelu(graph: Graph, x: str) -> str:
    bent = graph("Erf", graph("Div", x, graph.number(math.sqrt(2))))
    return str(
        graph("Mul", graph("Mul", x, graph("Add", bent, graph.number(1))), graph.number(0.5))
    )


def _separable(graph: Graph, name: str, x: str, mask: str, channels: int) -> str:
    """Three dilated convolutions, each channel by itself, with a mix of the channels after."""
    for layer in range(3):
        y = graph.conv(
            f"{name}.convs_sep.{layer}",
            graph("Mul", x, mask),
            channels,
            channels,
            3,
            dilation=3**layer,
            groups=channels,
        )
        y = _gelu(graph, _normed(graph, f"{name}.norms_1.{layer}", y, channels))
        y = graph.conv(f"{name}.convs_1x1.{layer}", y, channels, channels)
        x = graph("Add", x, _gelu(graph, _normed(graph, f"{name}.norms_2.{layer}", y, channels)))
    return str(graph("Mul", x, mask))


def _durations(graph: Graph, size: Size, x: str, mask: str, speaker: str | None, noise: str) -> str:
    """Logarithms of frames a phoneme: noise that flows through splines, guided by the text."""
    hidden = size.hidden
    x = graph.conv("dp.pre", x, hidden, hidden)
    if speaker is not None:
        x = graph("Add", x, graph.conv("dp.cond", speaker, size.speaker_channels, hidden))
    x = _separable(graph, "dp.convs", x, mask, hidden)
    x = graph("Mul", graph.conv("dp.proj", x, hidden, hidden), mask)
    two = graph("Concat", graph.constant([1, 2]), _size(graph, x, 2), axis=0)
    z = graph("RandomNormalLike", graph("Expand", graph.number(0), two))
    z = graph("Mul", z, noise)
    for flow in (7, 5, 3):
        z = graph.cut(z, 1, -1, -(2**31), -1)
        kept, turned = graph("Split", z, axis=1, parts=2)
        name = f"dp.flows.{flow}"
        h = graph("Add", graph.conv(f"{name}.pre", kept, 1, hidden), x)
        h = _separable(graph, f"{name}.convs", h, mask, hidden)
        h = graph("Mul", graph.conv(f"{name}.proj", h, hidden, 3 * _BINS - 1), mask)
        turned = inverse_spline(graph, turned, h, _BINS, math.sqrt(hidden))
        z = graph("Mul", graph("Concat", kept, turned, axis=1), mask)
    z = graph.cut(z, 1, -1, -(2**31), -1)
    shift = graph.weight("dp.flows.0.m", np.full((2, 1), -0.7, np.float32))
    stretch = graph.weight("dp.flows.0.logs", np.full((2, 1), 0.7, np.float32))
    z = graph("Mul", graph("Sub", z, shift), graph("Exp", graph("Neg", stretch)))
    return graph.cut(graph("Mul", z, mask), 1, 0, 1)


def _path(graph: Graph, frames: str, mask: str) -> tuple[str, str]:
    """Which frame belongs to which phoneme: [1, frames, phonemes]; and the frames' mask."""
    total = graph("ReduceSum", frames, graph.constant([1, 2]), keepdims=0)
    total = graph("Cast", graph("Max", total, graph.number(1)), to=TensorProto.INT64)
    longest = graph("ReduceMax", total, keepdims=0)
    there = _mask(graph, total, longest)
    ends = graph("CumSum", frames, graph.constant(2))
    starts = graph("Sub", ends, frames)
    steps = graph("Range", graph.constant(0), longest, graph.constant(1))
    steps = graph("Cast", steps, to=TensorProto.FLOAT)
    steps = graph("Unsqueeze", steps, graph.constant([0, 2]))
    begun = graph("Not", graph("Less", steps, starts))
    path = graph("And", begun, graph("Less", steps, ends))
    return graph("Mul", graph("Cast", path, to=TensorProto.FLOAT), mask), there


def _stretched(graph: Graph, path: str, x: str) -> str:
    wide = graph("MatMul", path, graph("Transpose", x, perm=[0, 2, 1]))
    return str(graph("Transpose", wide, perm=[0, 2, 1]))


def _flow(graph: Graph, size: Size, z: str, mask: str, speaker: str | None) -> str:
    half, hidden = size.hidden // 2, size.hidden
    for flow in reversed(range(size.flows)):
        name = f"flow.flows.{2 * flow}"
        z = graph.cut(z, 1, -1, -(2**31), -1)
        kept, turned = graph("Split", z, axis=1, parts=2)
        h = graph("Mul", graph.conv(f"{name}.pre", kept, half, hidden), mask)
        h = _wavenet(graph, size, f"{name}.enc", h, mask, speaker)
        shift = graph("Mul", graph.conv(f"{name}.post", h, hidden, half, gain=0.5), mask)
        turned = graph("Mul", graph("Sub", turned, shift), mask)
        z = graph("Concat", kept, turned, axis=1)
    return z


def _wavenet(graph: Graph, size: Size, name: str, x: str, mask: str, speaker: str | None) -> str:
    hidden, layers = size.hidden, size.flow_layers
    whole, said = "", ""
    if speaker is not None:
        whole = graph.conv(
            f"{name}.cond_layer", speaker, size.speaker_channels, 2 * hidden * layers
        )
    for layer in range(layers):
        last = layer == layers - 1
        y = graph.conv(f"{name}.in_layers.{layer}", x, hidden, 2 * hidden, 5)
        if whole:
            start = 2 * hidden * layer
            y = graph("Add", y, graph.cut(whole, 1, start, start + 2 * hidden))
        bent, gate = graph("Split", y, axis=1, parts=2)
        y = graph("Mul", graph("Tanh", bent), graph("Sigmoid", gate))
        out = hidden if last else 2 * hidden
        y = graph.conv(f"{name}.res_skip_layers.{layer}", y, hidden, out)
        if not last:
            on, y = graph("Split", y, axis=1, parts=2)
            x = graph("Mul", graph("Add", x, on), mask)
        said = graph("Add", said, y) if said else y
    return str(graph("Mul", said, mask))


def _decoder(graph: Graph, size: Size, z: str, speaker: str | None) -> str:
    channels = size.decoder
    x = graph.conv("dec.conv_pre", z, size.hidden, channels, 7)
    if speaker is not None:
        x = graph("Add", x, graph.conv("dec.cond", speaker, size.speaker_channels, channels))
    block = 0
    for step, (rate, kernel) in enumerate(zip(size.rates, size.kernels, strict=True)):
        x = graph("LeakyRelu", x, alpha=0.1)
        weight = graph.normal(
            f"dec.ups.{step}.weight",
            channels,
            channels // 2,
            kernel,
            scale=(channels * kernel / rate) ** -0.5,
        )
        side = (kernel - rate) // 2
        x = graph(
            "ConvTranspose",
            x,
            weight,
            graph.normal(f"dec.ups.{step}.bias", channels // 2, scale=0.02),
            dilations=[1],
            group=1,
            kernel_shape=[kernel],
            pads=[side, side],
            strides=[rate],
        )
        channels //= 2
        together = ""
        for width, dilations in size.blocks:
            y = x
            for turn, dilation in enumerate(dilations):
                name = f"dec.resblocks.{block}.convs.{turn}"
                bent = graph("LeakyRelu", y, alpha=0.1)
                bent = graph.conv(name, bent, channels, channels, width, dilation=dilation)
                if size.twice:
                    bent = graph("LeakyRelu", bent, alpha=0.1)
                    bent = graph.conv(f"{name}.second", bent, channels, channels, width)
                y = graph("Add", bent, y)
            together = graph("Add", together, y) if together else y
            block += 1
        x = graph("Div", together, graph.number(len(size.blocks)))
    x = graph("LeakyRelu", x, alpha=0.01)
    x = graph.conv("dec.conv_post", x, channels, 1, 7, bias=False, gain=0.3)
    return str(graph("Tanh", x))
