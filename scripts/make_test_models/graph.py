"""A pen for ONNX graphs: a call draws a node and gives the name of what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


class Graph:
    """Nodes, weights and inputs of a graph that grows from the first node to the last."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._constants: dict[tuple[str, bytes, tuple[int, ...]], str] = {}
        self.named: set[str] = set()
        """Weights that several layers share."""
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, kind: int, shape: Sequence[int | str]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, shape: Sequence[int | str], made_by: str) -> None:
        self._nodes.append(helper.make_node("Identity", [made_by], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def __call__(self, op: str, *inputs: str, parts: int = 1, **attributes: Any) -> Any:
        """Draw a node; returns the name of its output, or the names of its `parts` outputs."""
        number = len(self._nodes)
        names = [f"/{op}_{number}_output_{part}" for part in range(parts)]
        node = helper.make_node(op, list(inputs), names, name=f"/{op}_{number}", **attributes)
        self._nodes.append(node)
        return names[0] if parts == 1 else names

    def constant(self, value: Any, dtype: type = np.int64) -> str:
        """A constant tensor; the same one for the same value."""
        array: NDArray[Any] = np.asarray(value, dtype)
        key = (array.dtype.str, array.tobytes(), array.shape)
        if key not in self._constants:
            self._constants[key] = self.weight(f"constant_{len(self._constants)}", array)
        return self._constants[key]

    def number(self, value: float | list[float]) -> str:
        return self.constant(value, np.float32)

    def weight(self, name: str, array: NDArray[Any]) -> str:
        self._weights.append(numpy_helper.from_array(array, name))
        return name

    def normal(self, name: str, *shape: int, scale: float = 1.0) -> str:
        """A weight of random numbers."""
        values = self.random.standard_normal(shape, dtype=np.float32) * np.float32(scale)
        return self.weight(name, values)

    def conv(
        self,
        name: str,
        x: str,
        into: int,
        out: int,
        kernel: int = 1,
        *,
        dilation: int = 1,
        groups: int = 1,
        pad: bool = True,
        bias: bool = True,
        gain: float = 1.0,
    ) -> str:
        """A convolution over time with random weights that keep the level of what goes in."""
        scale = gain / (into // groups * kernel) ** 0.5
        inputs = [x, self.normal(f"{name}.weight", out, into // groups, kernel, scale=scale)]
        if bias:
            inputs.append(self.normal(f"{name}.bias", out, scale=0.02))
        side = (kernel - 1) * dilation // 2 if pad else 0
        return str(
            self(
                "Conv",
                *inputs,
                dilations=[dilation],
                group=groups,
                kernel_shape=[kernel],
                pads=[side, side],
                strides=[1],
            )
        )

    def cut(self, x: str, axis: int, start: Any, end: Any, step: int = 1) -> str:
        """A slice of a tensor; `start` and `end` are numbers or names of tensors with one."""
        edges = [edge if isinstance(edge, str) else self.constant([edge]) for edge in (start, end)]
        return str(self("Slice", x, *edges, self.constant([axis]), self.constant([step])))

    def model(self, producer: str) -> onnx.ModelProto:
        """The finished model, checked.

        Raises:
            onnx.checker.ValidationError: the graph makes no sense.
        """
        graph = helper.make_graph(
            self._nodes, "main_graph", self._inputs, self._outputs, self._weights
        )
        made = helper.make_model(
            graph,
            producer_name=producer,
            opset_imports=[helper.make_opsetid("", 15)],
            ir_version=8,
        )
        onnx.checker.check_model(made)
        return made
