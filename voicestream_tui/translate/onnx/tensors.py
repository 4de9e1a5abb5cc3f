"""Where the tensors of a running model lie: in the program's memory, or on the graphics card.

A model hands its whole past to itself at every step. On a card this stays there: only tokens go
in, only scores come out, and rows are put in another order by a graph of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.extras import how_to_install

_TYPES = {"tensor(float)": 1, "tensor(float16)": 10, "tensor(int64)": 7}
"""ONNX's numbers of the types whose rows are put in another order."""


class Tensors(Protocol):
    """Runs sessions; what it gives back is for it alone to read."""

    def put(self, array: NDArray[Any]) -> Any:
        """A tensor with what an array has."""
        ...

    def run(
        self, session: Any, fed: Mapping[str, Any], wanted: Sequence[str], read: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Run a session.

        Args:
            session: of ONNX Runtime.
            fed: the inputs, each as `put`, `run` or `pick` gave it.
            wanted: names of the outputs.
            read: those of them that come as arrays.
        """
        ...

    def pick(self, values: Mapping[str, Any], rows: NDArray[np.int64]) -> dict[str, Any]:
        """Of every tensor these rows (its first dimension), in this order."""
        ...


class HostTensors:
    """Tensors are arrays."""

    def put(self, array: NDArray[Any]) -> Any:
        """See `Tensors.put`."""
        return array

    def run(
        self, session: Any, fed: Mapping[str, Any], wanted: Sequence[str], read: Sequence[str] = ()
    ) -> dict[str, Any]:
        """See `Tensors.run`."""
        return dict(zip(wanted, session.run(list(wanted), dict(fed)), strict=True))

    def pick(self, values: Mapping[str, Any], rows: NDArray[np.int64]) -> dict[str, Any]:
        """See `Tensors.pick`."""
        return {name: value[rows] for name, value in values.items()}


class DeviceTensors:
    """Tensors are ONNX Runtime's, and stay on a device."""

    def __init__(self, onnxruntime: ModuleType, device: str, index: int, start: Any) -> None:
        """Keep what is needed.

        Args:
            onnxruntime: the package.
            device: as ONNX Runtime names it: cuda, or cpu.
            index: which one.
            start: makes a session there of the bytes of a graph.
        """
        self._onnxruntime = onnxruntime
        self._device, self._index = device, index
        self._start = start
        self._pickers: dict[tuple[tuple[int, int], ...], Any] = {}

    def put(self, array: NDArray[Any]) -> Any:
        """See `Tensors.put`."""
        whole = np.ascontiguousarray(array)
        return self._onnxruntime.OrtValue.ortvalue_from_numpy(whole, self._device, self._index)

    def run(
        self, session: Any, fed: Mapping[str, Any], wanted: Sequence[str], read: Sequence[str] = ()
    ) -> dict[str, Any]:
        """See `Tensors.run`."""
        binding = session.io_binding()
        for name, value in fed.items():
            binding.bind_ortvalue_input(name, value)
        for name in wanted:
            if name in read:
                binding.bind_output(name, "cpu")
            else:
                binding.bind_output(name, self._device, self._index)
        session.run_with_iobinding(binding)
        made = dict(zip(wanted, binding.get_outputs(), strict=True))
        return {name: v.numpy() if name in read else v for name, v in made.items()}

    def pick(self, values: Mapping[str, Any], rows: NDArray[np.int64]) -> dict[str, Any]:
        """See `Tensors.pick`."""
        kinds = tuple((_TYPES[v.data_type()], len(v.shape())) for v in values.values())
        if kinds not in self._pickers:
            self._pickers[kinds] = self._start(_picker(kinds))
        fed = {f"in{number}": value for number, value in enumerate(values.values())}
        fed["rows"] = self.put(rows)
        picked = self.run(self._pickers[kinds], fed, [f"out{n}" for n in range(len(kinds))])
        return dict(zip(values, picked.values(), strict=True))


def _picker(kinds: Sequence[tuple[int, int]]) -> bytes:
    """A graph that takes rows of tensors of these types and numbers of dimensions."""
    try:
        from onnx import TensorProto, helper
    except ImportError as error:
        raise EngineError(
            f'To translate on a graphics card, the engine "onnx" needs the package onnx: {error}.',
            f"{how_to_install('onnx')} Or set translation.device to cpu.",
        ) from error
    inputs = [helper.make_tensor_value_info("rows", TensorProto.INT64, ["rows"])]
    outputs, nodes = [], []
    for number, (kind, dimensions) in enumerate(kinds):
        before, after = f"in{number}", f"out{number}"
        shape = [f"{before}_{axis}" for axis in range(dimensions)]
        inputs.append(helper.make_tensor_value_info(before, kind, shape))
        outputs.append(helper.make_tensor_value_info(after, kind, ["rows", *shape[1:]]))
        nodes.append(helper.make_node("Gather", [before, "rows"], [after], axis=0))
    graph = helper.make_graph(nodes, "pick", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return bytes(model.SerializeToString())
