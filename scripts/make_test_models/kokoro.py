"""The graph of Kokoro (StyleTTS 2, iSTFTNet) with random weights, in any size.

Drawn after "StyleTTS 2" (Li, Han, Mesgarani 2023) and "iSTFTNet" (Kaneko et al. 2022) with the
layer sizes of Kokoro-82M's config.json: a shared-layer BERT over phonemes, a duration predictor, a
text encoder, predictors of pitch and energy, and a decoder that is normed by the style. Alike are
inputs, outputs, layers, 600 samples a frame. Not alike: the weights; the sine source has no noise
and no random phase, so that the same text gives the same sound; how the ends are padded for the
Fourier transforms; and durations and pitch are biased to those of speech, as trained ones are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto

from .graph import Graph

STYLE = 128
_FRAME = 2
_RATE = 24_000
_HARMONICS = 9


@dataclass(frozen=True, slots=True)
class Size:
    """How large the layers are; the defaults are those of Kokoro-82M."""

    symbols: int = 178
    bert: int = 768
    bert_inner: int = 2048
    bert_layers: int = 12
    heads: int = 12
    embedding: int = 128
    hidden: int = 512
    layers: int = 3
    longest: int = 50
    decoder: int = 1024
    residue: int = 64
    channels: int = 512
    rates: tuple[int, int] = (10, 6)
    kernels: tuple[int, int] = (20, 12)
    blocks: tuple[int, ...] = (3, 7, 11)
    fourier: int = 20
    hop: int = 5


FULL = Size()
TINY = Size(
    bert=16,
    bert_inner=32,
    bert_layers=2,
    heads=2,
    embedding=8,
    hidden=16,
    layers=1,
    decoder=24,
    residue=4,
    channels=16,
    blocks=(3,),
)


def kokoro_model(
    size: Size, seed: int = 1, *, tokens: str = "input_ids", output: str = "waveform"
) -> onnx.ModelProto:
    """A model; the same one for the same size and seed.

    Args:
        tokens: The name of the first input; "tokens" in the releases of kokoro-onnx.
        output: The name of the sound, [1, samples]; "audio" there, [samples].
    """
    graph = Graph(seed)
    ids = graph.input(tokens, TensorProto.INT64, [1, "sequence_length"])
    style = graph.input("style", TensorProto.FLOAT, [1, 2 * STYLE])
    speed = graph.input("speed", TensorProto.FLOAT, [1])
    voice = graph.cut(style, 1, 0, STYLE)
    manner = graph.cut(style, 1, STYLE, 2 * STYLE)
    read = _linear(graph, "bert_encoder", _bert(graph, size, ids), size.bert, size.hidden)
    steps = _durations_encoder(graph, size, read, manner)
    wide = size.hidden + STYLE
    likely = _lstm(graph, "predictor.lstm", steps, wide, size.hidden)
    likely = _linear(graph, "predictor.duration_proj", likely, size.hidden, size.longest, bias=-2.9)
    lengths = graph("ReduceSum", graph("Sigmoid", likely), graph.constant([2]), keepdims=0)
    lengths = graph("Round", graph("Div", lengths, speed))
    path = _path(graph, graph("Max", lengths, graph.number(1.0)))
    stretched = graph("MatMul", graph("Transpose", steps, perm=[0, 2, 1]), path)
    pitch, energy = _prosody(graph, size, stretched, manner)
    text = graph("MatMul", _text_encoder(graph, size, ids), path)
    x = _decoder(graph, size, text, pitch, energy, voice)
    sound = _generator(graph, size, x, pitch, voice)
    shape: list[int | str] = ["samples"] if output == "audio" else [1, "samples"]
    axes = [-1] if output == "audio" else [1, -1]
    graph.output(output, shape, graph("Reshape", sound, graph.constant(axes)))
    return graph.model("voicestream-tui test models")


def _linear(
    graph: Graph, name: str, x: str, into: int, out: int, *, bias: float | None = 0.0
) -> str:
    made = graph("MatMul", x, graph.normal(f"{name}.weight", into, out, scale=into**-0.5))
    if bias is None:
        return str(made)
    return str(graph("Add", made, graph.weight(f"{name}.bias", np.full(out, bias, np.float32))))


def _turned(graph: Graph, x: str) -> str:
    return str(graph("Transpose", x, perm=[0, 2, 1]))


def _normed(graph: Graph, x: str) -> str:
    """Layer norm over the last axis, without weights of its own."""
    centred = graph("Sub", x, graph("ReduceMean", x, axes=[-1]))
    square = graph("ReduceMean", graph("Mul", centred, centred), axes=[-1])
    return str(graph("Div", centred, graph("Sqrt", graph("Add", square, graph.number(1e-5)))))


def _bert(graph: Graph, size: Size, ids: str) -> str:
    table = graph.normal("bert.embeddings.weight", size.symbols, size.embedding)
    places = graph.normal("bert.positions.weight", 512, size.embedding, scale=0.3)
    count = graph("Gather", graph("Shape", ids), graph.constant([1]), axis=0)
    x = graph("Add", graph("Gather", table, ids), graph.cut(places, 0, 0, count))
    x = _linear(graph, "bert.mapping", _normed(graph, x), size.embedding, size.bert)
    channels = size.bert // size.heads
    for _ in range(size.bert_layers):  # one layer, again and again
        split = graph.constant([1, -1, size.heads, channels])
        query, key, value = (
            graph(
                "Transpose",
                graph("Reshape", _shared(graph, f"bert.{way}", x, size.bert, size.bert), split),
                perm=[0, 2, 1, 3],
            )
            for way in ("query", "key", "value")
        )
        scores = graph("MatMul", query, graph("Transpose", key, perm=[0, 1, 3, 2]))
        scores = graph("Div", scores, graph.number(math.sqrt(channels)))
        heard = graph("MatMul", graph("Softmax", scores, axis=-1), value)
        heard = graph("Transpose", heard, perm=[0, 2, 1, 3])
        heard = graph("Reshape", heard, graph.constant([1, -1, size.bert]))
        heard = _shared(graph, "bert.attention_dense", heard, size.bert, size.bert)
        x = _normed(graph, graph("Add", x, heard))
        inner = _shared(graph, "bert.ffn", x, size.bert, size.bert_inner)
        bent = graph("Erf", graph("Div", inner, graph.number(math.sqrt(2))))
        half = graph("Mul", inner, graph.number(0.5))
        inner = graph("Mul", half, graph("Add", bent, graph.number(1)))
        inner = _shared(graph, "bert.ffn_output", inner, size.bert_inner, size.bert)
        x = _normed(graph, graph("Add", x, inner))
    return str(x)


def _shared(graph: Graph, name: str, x: str, into: int, out: int) -> str:
    if name not in graph.named:
        graph.named.add(name)
        graph.normal(f"{name}.weight", into, out, scale=into**-0.5)
    return str(graph("MatMul", x, f"{name}.weight"))


def _lstm(graph: Graph, name: str, x: str, into: int, out: int) -> str:
    """A layer that runs both ways over [1, steps, into]; gives [1, steps, out]."""
    half = out // 2
    made = graph(
        "LSTM",
        graph("Transpose", x, perm=[1, 0, 2]),
        graph.normal(f"{name}.W", 2, 4 * half, into, scale=into**-0.5),
        graph.normal(f"{name}.R", 2, 4 * half, half, scale=half**-0.5),
        hidden_size=half,
        direction="bidirectional",
    )
    made = graph("Transpose", made, perm=[2, 0, 1, 3])
    return str(graph("Reshape", made, graph.constant([1, -1, out])))


def _with_style(graph: Graph, x: str, style: str) -> str:
    """[1, steps, channels + style]."""
    count = graph("Gather", graph("Shape", x), graph.constant([1]), axis=0)
    shape = graph("Concat", graph.constant([1]), count, graph.constant([STYLE]), axis=0)
    wide = graph("Expand", graph("Unsqueeze", style, graph.constant([1])), shape)
    return str(graph("Concat", x, wide, axis=2))


def _durations_encoder(graph: Graph, size: Size, x: str, style: str) -> str:
    for layer in range(size.layers):
        name = f"predictor.text_encoder.lstms.{layer}"
        x = _lstm(graph, name, _with_style(graph, x, style), size.hidden + STYLE, size.hidden)
        both = _linear(graph, f"{name}.fc", style, STYLE, 2 * size.hidden)
        both = graph("Unsqueeze", both, graph.constant([1]))
        scale, shift = graph("Split", both, axis=2, parts=2)
        scale = graph("Add", scale, graph.number(1))
        x = graph("Add", graph("Mul", scale, _normed(graph, x)), shift)
    return _with_style(graph, x, style)


def _path(graph: Graph, frames: str) -> str:
    """Which frame belongs to which phoneme: [1, phonemes, frames]."""
    total = graph("ReduceSum", frames, graph.constant([0, 1]), keepdims=0)
    total = graph("Cast", total, to=TensorProto.INT64)
    steps = graph("Range", graph.constant(0), total, graph.constant(1))
    steps = graph("Cast", steps, to=TensorProto.FLOAT)
    steps = graph("Unsqueeze", steps, graph.constant([0, 1]))
    ends = graph("Unsqueeze", graph("CumSum", frames, graph.constant(1)), graph.constant([2]))
    starts = graph("Sub", ends, graph("Unsqueeze", frames, graph.constant([2])))
    inside = graph("And", graph("Not", graph("Less", steps, starts)), graph("Less", steps, ends))
    return str(graph("Cast", inside, to=TensorProto.FLOAT))


def _adain(graph: Graph, name: str, x: str, style: str, channels: int) -> str:
    both = _linear(graph, f"{name}.fc", style, STYLE, 2 * channels)
    both = graph("Unsqueeze", both, graph.constant([2]))
    scale, shift = graph("Split", both, axis=1, parts=2)
    ones = graph.constant(np.ones(channels), np.float32)
    zeros = graph.constant(np.zeros(channels), np.float32)
    normed = graph("InstanceNormalization", x, ones, zeros, epsilon=1e-5)
    return str(graph("Add", graph("Mul", graph("Add", scale, graph.number(1)), normed), shift))


def _block(
    graph: Graph, name: str, x: str, style: str, into: int, out: int, *, twice: bool = False
) -> str:
    """A residual block normed by the style; `twice` doubles the frames."""
    y = graph("LeakyRelu", _adain(graph, f"{name}.norm1", x, style, into), alpha=0.2)
    if twice:
        y = graph(
            "ConvTranspose",
            y,
            graph.normal(f"{name}.pool.weight", into, 1, 3, scale=0.8),
            group=into,
            kernel_shape=[3],
            strides=[_FRAME],
            pads=[1, 1],
            output_padding=[1],
        )
        x = graph(
            "Resize",
            x,
            "",
            graph.constant([1.0, 1.0, float(_FRAME)], np.float32),
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
    y = graph.conv(f"{name}.conv1", y, into, out, 3)
    y = graph("LeakyRelu", _adain(graph, f"{name}.norm2", y, style, out), alpha=0.2)
    y = graph.conv(f"{name}.conv2", y, out, out, 3)
    if into != out:
        x = graph.conv(f"{name}.conv1x1", x, into, out, bias=False)
    return str(graph("Mul", graph("Add", y, x), graph.number(2**-0.5)))


def _prosody(graph: Graph, size: Size, x: str, style: str) -> tuple[str, str]:
    """Pitch in Hz and energy, [1, 1, 2 · frames] each."""
    hidden = size.hidden
    x = _lstm(graph, "predictor.shared", _turned(graph, x), hidden + STYLE, hidden)
    x = _turned(graph, x)
    made = []
    for name, scale, middle in (("F0", 40.0, 200.0), ("N", 1.0, 0.0)):
        y = _block(graph, f"predictor.{name}.0", x, style, hidden, hidden)
        y = _block(graph, f"predictor.{name}.1", y, style, hidden, hidden // 2, twice=True)
        y = _block(graph, f"predictor.{name}.2", y, style, hidden // 2, hidden // 2)
        y = graph.conv(f"predictor.{name}_proj", y, hidden // 2, 1, bias=False)
        y = graph("Mul", graph("Tanh", y), graph.number(scale))
        made.append(graph("Add", y, graph.number(middle)))
    return made[0], made[1]


def _text_encoder(graph: Graph, size: Size, ids: str) -> str:
    table = graph.normal("text_encoder.embedding.weight", size.symbols, size.hidden)
    x = _turned(graph, graph("Gather", table, ids))
    for layer in range(size.layers):
        x = graph.conv(f"text_encoder.cnn.{layer}", x, size.hidden, size.hidden, 5)
        x = graph("LeakyRelu", _turned(graph, _normed(graph, _turned(graph, x))), alpha=0.2)
    x = _lstm(graph, "text_encoder.lstm", _turned(graph, x), size.hidden, size.hidden)
    return _turned(graph, x)


def _halved(graph: Graph, name: str, x: str) -> str:
    weight = graph.normal(f"{name}.weight", 1, 1, 3, scale=0.5)
    return str(graph("Conv", x, weight, kernel_shape=[3], strides=[_FRAME], pads=[1, 1]))


def _decoder(graph: Graph, size: Size, text: str, pitch: str, energy: str, style: str) -> str:
    """[1, channels, 2 · frames]."""
    scaled = graph("Div", pitch, graph.number(200.0))
    beside = [_halved(graph, "decoder.F0_conv", scaled), _halved(graph, "decoder.N_conv", energy)]
    x = graph("Concat", text, *beside, axis=1)
    x = _block(graph, "decoder.encode", x, style, size.hidden + 2, size.decoder)
    residue = graph.conv("decoder.asr_res", text, size.hidden, size.residue)
    into = size.decoder + 2 + size.residue
    for layer in range(4):
        x = graph("Concat", x, residue, *beside, axis=1)
        out = size.channels if layer == 3 else size.decoder
        x = _block(graph, f"decoder.decode.{layer}", x, style, into, out, twice=layer == 3)
    return str(x)


def _waves(size: Size) -> np.ndarray:
    """The windowed waves of the Fourier transform: [fourier + 2, 1, fourier]."""
    length = size.fourier
    window = np.hanning(length + 1)[:length]
    angles = 2 * np.pi * np.outer(np.arange(length // 2 + 1), np.arange(length)) / length
    waves = np.concatenate([np.cos(angles), -np.sin(angles)]) * window
    return waves[:, None, :].astype(np.float32)


def _source(graph: Graph, size: Size, pitch: str) -> str:
    """Spectrum and phase of tones at the pitch, [1, fourier + 2, samples / hop + 1]."""
    times = math.prod(size.rates) * size.hop
    pitch = graph(
        "Resize",
        pitch,
        "",
        graph.constant([1.0, 1.0, float(times)], np.float32),
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    numbers = np.arange(1, _HARMONICS + 1, dtype=np.float32).reshape(1, -1, 1) / _RATE
    turns = graph(
        "CumSum", graph("Mul", pitch, graph.constant(numbers, np.float32)), graph.constant(2)
    )
    turns = graph("Sub", turns, graph("Floor", turns))
    tones = graph("Sin", graph("Mul", turns, graph.number(2 * math.pi)))
    sound = graph("Tanh", graph.conv("decoder.generator.m_source", tones, _HARMONICS, 1, gain=0.3))
    waves = graph.weight("decoder.generator.stft", _waves(size))
    side = size.fourier // 2
    both = graph("Conv", sound, waves, strides=[size.hop], pads=[side, side])
    real, imaginary = graph("Split", both, axis=1, parts=2)
    power = graph("Add", graph("Mul", real, real), graph("Mul", imaginary, imaginary))
    strength = graph("Sqrt", graph("Add", power, graph.number(1e-9)))
    phase = graph("Atan", graph("Div", imaginary, graph("Add", real, graph.number(1e-6))))
    return str(graph("Concat", strength, phase, axis=1))


def _snaked(graph: Graph, name: str, x: str, style: str, channels: int, kernel: int) -> str:
    for turn, dilation in enumerate((1, 3, 5)):
        y = x
        for half, wide in (("1", dilation), ("2", 1)):
            y = _adain(graph, f"{name}.adain{half}.{turn}", y, style, channels)
            alpha = graph.weight(
                f"{name}.alpha{half}.{turn}", np.ones((1, channels, 1), np.float32)
            )
            bent = graph("Sin", graph("Mul", y, alpha))
            y = graph("Add", y, graph("Div", graph("Mul", bent, bent), alpha))
            y = graph.conv(
                f"{name}.convs{half}.{turn}", y, channels, channels, kernel, dilation=wide, gain=0.5
            )
        x = graph("Add", y, x)
    return x


def _generator(graph: Graph, size: Size, x: str, pitch: str, style: str) -> str:
    """[1, 1, 600 · frames]."""
    source = _source(graph, size, pitch)
    channels, bins = size.channels, size.fourier + 2
    for step, (rate, kernel) in enumerate(zip(size.rates, size.kernels, strict=True)):
        name, last = f"decoder.generator.{{}}.{step}", step == len(size.rates) - 1
        channels //= 2
        stride = 1 if last else math.prod(size.rates[step + 1 :])
        beside = graph(
            "Conv",
            source,
            graph.normal(
                name.format("noise_convs"), channels, bins, 1 if last else 2 * stride, scale=0.1
            ),
            strides=[stride],
            pads=[0, 0] if last else [(stride + 1) // 2] * 2,
        )
        beside = _snaked(
            graph, name.format("noise_res"), beside, style, channels, 11 if last else 7
        )
        side = (kernel - rate) // 2
        x = graph(
            "ConvTranspose",
            graph("LeakyRelu", x, alpha=0.1),
            graph.normal(
                name.format("ups"),
                2 * channels,
                channels,
                kernel,
                scale=(2 * channels * kernel / rate) ** -0.5,
            ),
            kernel_shape=[kernel],
            strides=[rate],
            pads=[side, side],
        )
        if last:
            x = graph("Pad", x, graph.constant([0, 0, 1, 0, 0, 0]), mode="reflect")
        x = graph("Add", x, beside)
        together = ""
        for wide in size.blocks:
            y = _snaked(graph, f"{name.format('resblocks')}.{wide}", x, style, channels, wide)
            together = graph("Add", together, y) if together else y
        x = graph("Div", together, graph.number(len(size.blocks)))
    x = graph("LeakyRelu", x, alpha=0.01)
    x = graph.conv("decoder.generator.conv_post", x, channels, bins, 7, gain=0.3)
    strength, turned = graph("Split", x, axis=1, parts=2)
    strength = graph("Exp", graph("Sub", strength, graph.number(3.0)))
    phase = graph("Mul", graph("Sin", turned), graph.number(math.pi))
    real = graph("Mul", strength, graph("Cos", phase))
    imaginary = graph("Mul", strength, graph("Sin", phase))
    back = graph.weight(
        "decoder.generator.istft", _waves(size) * np.float32(size.hop / size.fourier)
    )
    sound = graph(
        "ConvTranspose", graph("Concat", real, imaginary, axis=1), back, strides=[size.hop]
    )
    side = size.fourier // 2
    return graph.cut(sound, 2, side, -side)
