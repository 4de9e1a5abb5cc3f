"""The rational-quadratic spline of "Neural Spline Flows" (Durkan et al. 2019), turned round."""

from __future__ import annotations

import math

import numpy as np
from onnx import TensorProto

from .graph import Graph

_BOUND = 5.0
_LEAST = 1e-3


def inverse_spline(graph: Graph, x: str, parameters: str, bins: int, scale: float) -> str:
    """Where the spline takes the value `x`; outside [-5, 5] it changes nothing.

    Args:
        graph: What is drawn into.
        x: [1, 1, time].
        parameters: [1, 3·bins - 1, time]: widths, heights and slopes before they are made
            positive and summed up to the whole range.
        bins: Pieces of the spline.
        scale: What widths and heights are divided by.
    """
    h = graph("Transpose", parameters, perm=[0, 2, 1])
    left, widths = _edges(graph, graph.cut(h, 2, 0, bins), bins, scale)
    bottom, heights = _edges(graph, graph.cut(h, 2, bins, 2 * bins), bins, scale)
    edge = math.log(math.exp(1 - _LEAST) - 1)
    sides = graph.constant([0, 0, 1, 0, 0, 1])
    slopes = graph("Pad", graph.cut(h, 2, 2 * bins, 3 * bins - 1), sides, graph.number(edge))
    slopes = graph("Add", graph("Softplus", slopes), graph.number(_LEAST))
    y = graph("Transpose", x, perm=[0, 2, 1])
    inside = graph("LessOrEqual", graph("Abs", y), graph.number(_BOUND))
    y = graph("Clip", y, graph.number(-_BOUND), graph.number(_BOUND))
    below = graph("Cast", graph("GreaterOrEqual", y, bottom), to=TensorProto.INT64)
    piece = graph("ReduceSum", below, graph.constant([2]), keepdims=1)
    piece = graph("Sub", piece, graph.constant(1))
    piece = graph("Clip", piece, graph.constant(0), graph.constant(bins - 1))

    def here(table: str) -> str:
        return str(graph("GatherElements", table, piece, axis=2))

    start, width, floor, height = here(left), here(widths), here(bottom), here(heights)
    steep = graph("Div", height, width)
    first, second = here(slopes), here(graph.cut(slopes, 2, 1, bins + 1))
    rise = graph("Sub", y, floor)
    excess = graph("Sub", graph("Add", first, second), graph("Add", steep, steep))
    bend = graph("Mul", rise, excess)
    a = graph("Add", bend, graph("Mul", height, graph("Sub", steep, first)))
    b = graph("Sub", graph("Mul", height, first), bend)
    c = graph("Neg", graph("Mul", steep, rise))
    four = graph("Mul", graph("Mul", a, c), graph.number(4))
    root = graph("Sqrt", graph("Relu", graph("Sub", graph("Mul", b, b), four)))
    part = graph("Div", graph("Add", c, c), graph("Sub", graph("Neg", b), root))
    found = graph("Add", graph("Mul", part, width), start)
    outside = graph("Transpose", x, perm=[0, 2, 1])
    return str(graph("Transpose", graph("Where", inside, found, outside), perm=[0, 2, 1]))


def _edges(graph: Graph, raw: str, bins: int, scale: float) -> tuple[str, str]:
    """Where the pieces begin along one axis, and how long they are."""
    shares = graph("Softmax", graph("Div", raw, graph.number(scale)), axis=-1)
    shares = graph("Mul", shares, graph.number(1 - _LEAST * bins))
    sizes = graph("Add", shares, graph.number(_LEAST))
    sizes = graph("Mul", sizes, graph.number(2 * _BOUND))
    before = graph("CumSum", sizes, graph.constant(2), exclusive=1)
    return graph("Add", before, graph.constant(-_BOUND, np.float32)), sizes
