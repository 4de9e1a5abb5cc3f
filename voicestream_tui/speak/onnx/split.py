"""Cuts the graph of a VITS voice: text → noisy frames → frames (the flow) → sound (the decoder).

Flow and decoder look only some frames to each side, so that they can be run over pieces. Where to
cut is told by the graph's form, not by names: upsampling (ConvTranspose) is found in the decoder
alone, and one convolution stands before it; the frames' noise is the last one drawn before that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

import onnx
from onnx import TensorProto, helper, numpy_helper

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
class Stage:
    """A part of a voice's graph that can be run over pieces of the frames.

    Attributes:
        model: The part.
        inputs: Its inputs: the frames first, [1, channels, frames], then what goes with them,
            [1, channels, frames], or is the same for all of them, [1, channels, 1].
        rate: Steps of its output for each frame.
        margin: Frames on each side that a step depends on, and one more.
    """

    model: onnx.ModelProto
    inputs: tuple[str, ...]
    rate: int
    margin: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A voice's graph in parts.

    Attributes:
        encoder: Takes the voice's inputs and gives all that the stages read and do not make.
        stages: Flow and decoder, or the decoder alone; the output of one is the frames of
            the next.
    """

    encoder: onnx.ModelProto
    stages: tuple[Stage, ...]


def split(model: onnx.ModelProto) -> Parts:
    """Cut a voice's graph before its flow and before its decoder.

    Raises:
        SplitError: the graph has another form than that of a VITS voice.
    """
    weights_as_initializers(model)
    graph = model.graph
    if len(graph.output) < 1:
        raise SplitError("it has no output")
    output = _before_shaping(graph, graph.output[0].name)
    weights = {weight.name: weight for weight in graph.initializer}
    frames = _frames(graph, weights, output)
    kinds = _kinds(model)
    decoder = _stage(model, weights, kinds, frames, output)
    stages: tuple[Stage, ...] = (decoder,)
    if noisy := _noisy_frames(graph, frames):
        # A flow of another form is run as a whole, with the encoder.
        with suppress(SplitError):
            stages = (_stage(model, weights, kinds, noisy, frames), decoder)
    made = {frames} if len(stages) > 1 else set[str]()
    seam = [name for stage in stages for name in stage.inputs if name not in made]
    seam += _besides(graph, decoder)
    ends = [_value(name, kinds) for name in dict.fromkeys(seam)]
    inputs = [value for value in graph.input if value.name not in weights]
    encoder = _part(model, _needed(graph, seam, stop=()), inputs, ends)
    return Parts(encoder, stages)


def _before_shaping(graph: onnx.GraphProto, output: str) -> str:
    """The sound before it is given another shape, as some exports do at the end."""
    makers = {name: node for node in graph.node for name in node.output}
    name, before = output, output
    while (node := makers.get(name)) is not None and node.op_type in ("Reshape", "Identity"):
        name = node.input[0]
        before = name if node.op_type == "Reshape" else before
    return before


def _besides(graph: onnx.GraphProto, decoder: Stage) -> list[str]:
    """What a graph tells besides the sound, such as the lengths of the phonemes."""
    sound = {name for node in decoder.model.graph.node for name in node.output}
    return [
        value.name
        for value in graph.output[1:]
        if sound.isdisjoint(
            name for node in _needed(graph, [value.name], ()) for name in node.output
        )
    ]


def _value(name: str, kinds: Mapping[str, int]) -> onnx.ValueInfoProto:
    """A tensor without a shape, so that any length is good."""
    return helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), None)


def _kinds(model: onnx.ModelProto) -> dict[str, int]:
    """The types of the elements of a graph's tensors, as far as they can be told."""
    inferred = onnx.shape_inference.infer_shapes(model).graph.value_info
    return {value.name: value.type.tensor_type.elem_type for value in inferred}


def _frames(graph: onnx.GraphProto, weights: Mapping[str, onnx.TensorProto], output: str) -> str:
    """What the decoder makes sound of."""
    makers = {name: node for node in graph.node for name in node.output}
    ups = [node for node in _needed(graph, [output], ()) if node.op_type == "ConvTranspose"]
    if not ups:
        raise SplitError("there is no ConvTranspose")
    name = ups[0].input[0]
    while (node := makers.get(name)) is not None:
        match node.op_type:
            case "LeakyRelu" | "Identity":
                name = node.input[0]
            case "Add":
                ways = [way for way in node.input if _is_wide(makers.get(way), weights)]
                if len(ways) != 1:
                    raise SplitError("the decoder's first sum has an unknown form")
                name = ways[0]
            case "Conv" if _is_wide(node, weights):
                return str(node.input[0])
            case other:
                raise SplitError(f"{other} stands before the first ConvTranspose")
    raise SplitError("nothing but an input stands before the first ConvTranspose")


def _noisy_frames(graph: onnx.GraphProto, frames: str) -> str:
    """What the flow makes frames of; "" if that can't be told."""
    behind = _needed(graph, [frames], ())
    drawn = [at for at, node in enumerate(behind) if node.op_type == "RandomNormalLike"]
    if not drawn:
        return ""
    noise = set(behind[drawn[-1]].output)
    for node in behind[drawn[-1] + 1 :]:
        if noise.isdisjoint(node.input):
            continue
        if node.op_type == "Add":
            return str(node.output[0])
        if node.op_type != "Mul":
            return ""
        noise.update(node.output)
    return ""


def _stage(
    model: onnx.ModelProto,
    weights: Mapping[str, onnx.TensorProto],
    kinds: Mapping[str, int],
    begin: str,
    end: str,
) -> Stage:
    """The part that makes `end` of `begin`.

    What depends on neither the text nor the noise goes into it, all else beside stays outside.
    """
    graph = model.graph
    moving, fixed = {begin}, set(weights)
    nodes, sides, constant = [], dict[str, None](), []
    for node in _needed(graph, [end], stop=[begin]):
        read = _read(node)
        if moving & read:
            nodes.append(node)
            moving.update(node.output)
            sides.update(dict.fromkeys(name for name in node.input if name in read - moving))
        elif fixed >= read and not node.op_type.startswith("Random"):
            constant.append(node)
            fixed.update(node.output)
    inputs = [begin, *(name for name in sides if name not in fixed)]
    if asked := {value.name for value in graph.input}.intersection(inputs):
        raise SplitError(f"its decoder reads {', '.join(sorted(asked))} itself")
    rate, margin = _reach(nodes, weights, begin, end)
    wanted = {name for node in nodes for name in _read(node)}
    kept = _needed_of(constant, wanted)
    ends = [value for value in graph.output if value.name == end] or [_value(end, kinds)]
    part = _part(model, [*kept, *nodes], [_value(name, kinds) for name in inputs], ends)
    return Stage(part, tuple(inputs), rate, margin)


def _needed_of(nodes: list[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    found = []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            found.append(node)
            wanted = wanted | _read(node)
    return found[::-1]


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
    begin: str,
    end: str,
) -> tuple[int, int]:
    """Samples a frame, and how many frames around it a sample depends on.

    Each tensor that moves with time has its steps a frame and its reach in frames.
    """
    moving: dict[str, tuple[int, Fraction]] = {begin: (1, Fraction(0))}
    shapes: dict[str, int] = {}
    for node in nodes:
        if node.op_type == "Shape":
            shapes.update(dict.fromkeys(node.output, moving[node.input[0]][0]))
            continue
        if node.op_type == "ConstantOfShape" and node.input[0] in shapes:
            rate = shapes[node.input[0]]
            moving.update((name, (rate, Fraction(0))) for name in node.output)
            continue
        read = [moving[name] for name in node.input if name in moving]
        if not read:
            raise SplitError(f"{node.op_type} works with lengths")
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
        elif node.op_type not in _POINTWISE and not _along_channels(node, weights):
            raise SplitError(f"there is {node.op_type} over time")
        moving.update((name, (rate, reach)) for name in node.output)
    if end not in moving:
        raise SplitError("its sound does not come from its frames")
    rate, reach = moving[end]
    return rate, math.ceil(reach) + 1


def _along_channels(node: onnx.NodeProto, weights: Mapping[str, onnx.TensorProto]) -> bool:
    """Whether a node cuts or joins channels and leaves time alone."""
    if node.op_type == "Slice":
        begin, end, axes, step = (_known(node, at, weights) for at in range(1, 5))
        # Exports have slices that leave out nothing, too.
        whole = begin == [0] and end >= [2**31 - 1] and step in ([], [1])
        return axes == [1] or (len(axes) == 1 and whole)
    axis = [a.i for a in node.attribute if a.name == "axis"]
    return node.op_type in ("Split", "Concat", "Gather") and axis == [1]


def _known(node: onnx.NodeProto, at: int, weights: Mapping[str, onnx.TensorProto]) -> list[int]:
    """The numbers of a node's input, if they are written in the graph."""
    weight = weights.get(node.input[at]) if at < len(node.input) else None
    return list(numpy_helper.to_array(weight).reshape(-1)) if weight is not None else []


def _conv_reach(node: onnx.NodeProto, weights: Mapping[str, onnx.TensorProto]) -> int:
    kernel, dilation, stride, pads = _form(node, weights)
    if stride != 1 or sum(pads) != (kernel - 1) * dilation:
        raise SplitError("a convolution changes the length")
    return max(pads)


def _up_reach(node: onnx.NodeProto, weights: Mapping[str, onnx.TensorProto]) -> tuple[int, int]:
    kernel, dilation, stride, pads = _form(node, weights)
    added = _numbers(node, "output_padding", [0])[0]
    wide = (kernel - 1) * dilation
    if wide + 1 + added - sum(pads) != stride:
        raise SplitError("a ConvTranspose does not multiply the length")
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
        raise SplitError("a convolution is not over time alone")
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
