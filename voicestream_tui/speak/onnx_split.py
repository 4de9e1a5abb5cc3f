"""Cuts the graph of a VITS voice in two: text → frames, and frames → sound.

The second part, a HiFi-GAN, looks only a few frames to each side, so that it can be run over
pieces of the frames. Where to cut is told by the graph's form, not by names: a voice's upsampling
(ConvTranspose) is found in its decoder alone, and one convolution stands before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import onnx
from onnx import helper, numpy_helper

_POINTWISE = frozenset(
    {
        "Abs",
        "Add",
        "Cast",
        "Clip",
        "Cos",
        "Div",
        "Elu",
        "Erf",
        "Exp",
        "Identity",
        "LeakyRelu",
        "Mul",
        "Neg",
        "Pow",
        "PRelu",
        "Relu",
        "Sigmoid",
        "Sin",
        "Sqrt",
        "Squeeze",
        "Sub",
        "Tanh",
        "Unsqueeze",
    }
)


class SplitError(Exception):
    """The graph is not what is known of voices; says what is unexpected."""


@dataclass(frozen=True, slots=True)
class Halves:
    """A voice's graph in two parts.

    Attributes:
        encoder: Takes the voice's inputs and gives the tensors named in `seam`.
        decoder: Takes the tensors named in `seam` and gives the sound.
        seam: Frames first, [1, channels, frames]; what depends on the speaker alone after them,
            [1, channels, 1].
        hop: Samples a frame.
        margin: Frames on each side that a frame's samples depend on, and one more.
    """

    encoder: onnx.ModelProto
    decoder: onnx.ModelProto
    seam: tuple[str, ...]
    hop: int
    margin: int


def split(model: onnx.ModelProto) -> Halves:
    """Cut a voice's graph before its decoder.

    Raises:
        SplitError: the graph has another form than that of a VITS voice.
    """
    graph = model.graph
    if len(graph.output) < 1:
        raise SplitError("it has no output")
    output = graph.output[0].name
    makers = {name: node for node in graph.node for name in node.output}
    weights = {weight.name: weight for weight in graph.initializer}
    seam, kind = _seam(graph, makers, weights, output)
    inner = _needed(graph, [output], stop=seam)
    inputs = {value.name for value in graph.input} - weights.keys()
    if used := inputs & {name for node in inner for name in _read(node)}:
        raise SplitError(f"its decoder reads {', '.join(sorted(used))} itself")
    hop, margin = _reach(inner, weights, seam, output)
    ends = [helper.make_tensor_value_info(name, kind, [None] * 3) for name in seam]
    outer = _needed(graph, seam, stop=())
    encoder = _part(model, outer, [v for v in graph.input if v.name in inputs], ends)
    decoder = _part(model, inner, ends, [graph.output[0]])
    return Halves(encoder, decoder, tuple(seam), hop, margin)


def _seam(
    graph: onnx.GraphProto,
    makers: Mapping[str, onnx.NodeProto],
    weights: Mapping[str, onnx.TensorProto],
    output: str,
) -> tuple[list[str], int]:
    """The tensors between the two parts, and the type of their elements."""
    ups = [node for node in _needed(graph, [output], ()) if node.op_type == "ConvTranspose"]
    if not ups:
        raise SplitError("there is no ConvTranspose")
    name, sides = ups[0].input[0], list[str]()
    while (node := makers.get(name)) is not None:
        match node.op_type:
            case "LeakyRelu" | "Identity":
                name = node.input[0]
            case "Add":
                ways = [way for way in node.input if _is_wide(makers.get(way), weights)]
                if len(ways) != 1:
                    raise SplitError("the decoder's first sum has an unknown form")
                sides += [way for way in node.input if way != ways[0] and way not in weights]
                name = ways[0]
            case "Conv" if _is_wide(node, weights):
                weight = weights[node.input[1]]
                return [node.input[0], *sides], weight.data_type
            case other:
                raise SplitError(f"{other} stands before the first ConvTranspose")
    raise SplitError("nothing but an input stands before the first ConvTranspose")


def _is_wide(node: onnx.NodeProto | None, weights: Mapping[str, onnx.TensorProto]) -> bool:
    """Whether a node is a convolution over more than one frame."""
    if node is None or node.op_type != "Conv" or node.input[1] not in weights:
        return False
    return int(weights[node.input[1]].dims[-1]) > 1


def _read(node: onnx.NodeProto) -> set[str]:
    """The tensors that a node reads, those in the bodies of loops and branches included."""
    names = set(node.input)
    for attribute in node.attribute:
        for body in [attribute.g, *attribute.graphs]:
            inside = {name for inner in body.node for name in _read(inner)}
            names |= inside - {name for inner in body.node for name in inner.output}
            names |= {value.name for value in body.output}
    return names - {""}


def _needed(
    graph: onnx.GraphProto, ends: Iterable[str], stop: Iterable[str]
) -> list[onnx.NodeProto]:
    """The nodes behind some tensors, in the graph's order, without those behind `stop`."""
    wanted, stopped = set(ends), set(stop)
    found = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output) and not stopped.issuperset(node.output):
            found.append(node)
            wanted |= _read(node) - stopped
    return found[::-1]


def _part(
    model: onnx.ModelProto,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
) -> onnx.ModelProto:
    read = {name for node in nodes for name in _read(node)}
    weights = [weight for weight in model.graph.initializer if weight.name in read]
    graph = helper.make_graph(nodes, model.graph.name, inputs, outputs, weights)
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    made.functions.extend(model.functions)
    return made


def _reach(
    nodes: list[onnx.NodeProto],
    weights: Mapping[str, onnx.TensorProto],
    seam: list[str],
    output: str,
) -> tuple[int, int]:
    """Samples a frame, and how many frames around it a sample depends on.

    Each tensor that moves with time has its steps a frame and its reach in frames.
    """
    moving: dict[str, tuple[int, Fraction]] = {seam[0]: (1, Fraction(0))}
    for node in nodes:
        read = [moving[name] for name in node.input if name in moving]
        if not read:
            continue
        rates = {rate for rate, _ in read}
        if len(rates) != 1:
            raise SplitError(f"{node.op_type} joins tensors of different length")
        rate, reach = rates.pop(), max(reach for _, reach in read)
        if node.op_type == "Conv":
            reach += Fraction(_conv_reach(node, weights), rate)
        elif node.op_type == "ConvTranspose":
            stride, far = _up_reach(node, weights)
            rate *= stride
            reach += Fraction(far, rate)
        elif node.op_type not in _POINTWISE:
            raise SplitError(f"there is {node.op_type} in its decoder")
        moving.update((name, (rate, reach)) for name in node.output)
    if output not in moving:
        raise SplitError("its sound does not come from its frames")
    rate, reach = moving[output]
    return rate, math.ceil(reach) + 1


def _conv_reach(node: onnx.NodeProto, weights: Mapping[str, onnx.TensorProto]) -> int:
    kernel, dilation, stride, pads = _form(node, weights)
    if stride != 1 or sum(pads) != (kernel - 1) * dilation:
        raise SplitError("a convolution in its decoder changes the length")
    return max(pads)


def _up_reach(node: onnx.NodeProto, weights: Mapping[str, onnx.TensorProto]) -> tuple[int, int]:
    kernel, dilation, stride, pads = _form(node, weights)
    added = _numbers(node, "output_padding", [0])[0]
    wide = (kernel - 1) * dilation
    if wide + 1 + added - sum(pads) != stride:
        raise SplitError("a ConvTranspose in its decoder does not multiply the length")
    return stride, max(wide - pads[0], pads[0])


def _form(
    node: onnx.NodeProto, weights: Mapping[str, onnx.TensorProto]
) -> tuple[int, int, int, list[int]]:
    """Kernel, dilation, stride and pads of a convolution over time."""
    auto = [a.s for a in node.attribute if a.name == "auto_pad"]
    if auto not in ([], [b"NOTSET"]):
        raise SplitError("a convolution pads by itself")
    weight = weights.get(node.input[1])
    kernel = _numbers(node, "kernel_shape", list(weight.dims[2:]) if weight else [])
    if len(kernel) != 1:
        raise SplitError("a convolution in its decoder is not over time alone")
    return (
        kernel[0],
        _numbers(node, "dilations", [1])[0],
        _numbers(node, "strides", [1])[0],
        _numbers(node, "pads", [0, 0]),
    )


def _numbers(node: onnx.NodeProto, name: str, otherwise: list[int]) -> list[int]:
    return next((list(a.ints) for a in node.attribute if a.name == name), otherwise)


def weights_as_initializers(model: onnx.ModelProto) -> None:
    """Give constants that are nodes of their own the form of weights, as older exports lack it."""
    kept = []
    for node in model.graph.node:
        values = [a.t for a in node.attribute if a.name == "value"]
        if node.op_type == "Constant" and values:
            weight = numpy_helper.from_array(numpy_helper.to_array(values[0]), node.output[0])
            model.graph.initializer.append(weight)
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)
