"""An encoder-decoder as Optimum exports it, run step by step with its past.

Of the decoder the merged graph is used, which `use_cache_branch` switches, or the two graphs it is
made of. What the decoder makes of the source (`present.N.encoder.*`) comes out of the first step
only and is handed in at each one after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.onnx.folder import Graphs
from voicestream_tui.translate.onnx.search import Rows, Scores
from voicestream_tui.translate.onnx.tensors import Tensors

_HIDDEN, _SWITCH, _IDS, _MASK = (
    "encoder_hidden_states",
    "use_cache_branch",
    "input_ids",
    "encoder_attention_mask",
)
_PAST, _PRESENT = "past_key_values.", "present."


@dataclass(frozen=True, slots=True)
class Decoder:
    """A session of a decoder, and what goes in and out."""

    session: Any
    inputs: dict[str, Any]
    """What it takes, by name; each has a shape and a type."""
    present: tuple[str, ...]
    """Names of the keys and values that come out, without "present."."""

    @property
    def past(self) -> tuple[str, ...]:
        """Names of the keys and values that go in, without "past_key_values."."""
        return tuple(n.removeprefix(_PAST) for n in self.inputs if n.startswith(_PAST))


class Seq2Seq:
    """The graphs of a model that belong together."""

    def __init__(self, graphs: Graphs, sessions: Sequence[Any], tensors: Tensors) -> None:
        """Look whether the graphs are what they should be.

        Args:
            graphs: their files.
            sessions: of ONNX Runtime, in the order of `graphs.files`.
            tensors: where the tensors lie.

        Raises:
            EngineError: they are of another layout, or do not belong together.
        """
        self.tensors = tensors
        self.encoder = sessions[0]
        decoders = [
            _decoder(file, session)
            for file, session in zip(graphs.decoders, sessions[1:], strict=True)
        ]
        self.first, self.later = decoders[0], decoders[-1]
        _check_encoder(graphs.encoder, self.encoder)
        _check_pair(graphs, self.encoder, self.first, self.later)

    @property
    def vocabulary(self) -> int:
        """How many tokens the decoder gives a score; 0 if the graph does not say."""
        outputs = {output.name: output for output in self.first.session.get_outputs()}
        size = outputs["logits"].shape[-1]
        return size if isinstance(size, int) else 0


class Translation:
    """A batch on its way: `search.Steps`."""

    def __init__(
        self, model: Seq2Seq, sources: NDArray[np.int64], mask: NDArray[np.int64], start: Rows
    ) -> None:
        """Keep the batch.

        Args:
            model: what translates.
            sources: [sentences, tokens], filled up with the padding token.
            mask: the same shape; 1 for a token, 0 for padding.
            start: the tokens that every translation begins with.
        """
        self._model = model
        self._sources, self._mask, self._start = sources, mask, start
        self._of = np.arange(len(sources))
        """Which sentence each row translates."""
        self._own: dict[str, Any] = {}
        """The past of each row."""
        self._given: dict[str, Any] = {}
        """What each row has of its sentence: mask, encoder's states, keys and values."""

    def begin(self) -> Scores:
        """See `Steps.begin`."""
        model, tensors = self._model, self._model.tensors
        mask = tensors.put(self._mask)
        fed = {_IDS: tensors.put(self._sources), "attention_mask": mask}
        hidden = tensors.run(model.encoder, fed, ["last_hidden_state"])["last_hidden_state"]
        self._given = {_MASK: mask, _HIDDEN: hidden}
        starts = np.tile(self._start, (len(self._sources), 1))
        scores = self._run(model.first, starts[:, :1], first=True)
        for at in range(1, starts.shape[1]):
            scores = self._run(model.later, starts[:, at : at + 1], first=False)
        return scores

    def step(self, tokens: Rows, rows: Rows) -> Scores:
        """See `Steps.step`."""
        tensors = self._model.tensors
        of = self._of[rows]
        if not np.array_equal(rows, np.arange(len(self._of))):
            self._own = tensors.pick(self._own, rows)
        # Beams of a sentence change places, but what they have of it is the same.
        if not np.array_equal(of, self._of):
            self._given = tensors.pick(self._given, rows)
            self._of = of
        return self._run(self._model.later, tokens[:, None], first=False)

    def _run(self, decoder: Decoder, tokens: Rows, *, first: bool) -> Scores:
        tensors = self._model.tensors
        fed = {_IDS: tensors.put(tokens)}
        fed |= {name: self._given[name] for name in (_MASK, _HIDDEN) if name in decoder.inputs}
        if _SWITCH in decoder.inputs:
            fed[_SWITCH] = tensors.put(np.array([not first]))
        past = self._own | self._given
        for name in decoder.past:
            empty = _nothing(decoder.inputs[_PAST + name], len(tokens)) if first else None
            fed[_PAST + name] = past[name] if empty is None else tensors.put(empty)
        # What the merged graph gives for the source in later steps is empty.
        kept = [name for name in decoder.present if first or ".encoder." not in name]
        wanted = ["logits", *(_PRESENT + name for name in kept)]
        made = tensors.run(decoder.session, fed, wanted, read=["logits"])
        for name in kept:
            into = self._given if ".encoder." in name else self._own
            into[name] = made[_PRESENT + name]
        return np.asarray(made["logits"][:, -1], np.float32)


def _nothing(described: Any, rows: int) -> NDArray[Any]:
    """A past for the step that has none: the merged graph wants one, and does not look at it."""
    heads, _, size = described.shape[1:]
    half = described.type == "tensor(float16)"
    return np.zeros((rows, heads, 1, size), np.float16 if half else np.float32)


def _decoder(file: Path, session: Any) -> Decoder:
    inputs = {given.name: given for given in session.get_inputs()}
    outputs = [made.name for made in session.get_outputs()]
    present = tuple(n.removeprefix(_PRESENT) for n in outputs if n.startswith(_PRESENT))
    if _IDS not in inputs or _MASK not in inputs or "logits" not in outputs or not present:
        raise _odd(file, "decoder with past", [*inputs, *outputs])
    return Decoder(session, inputs, present)


def _check_encoder(file: Path, session: Any) -> None:
    inputs = {given.name for given in session.get_inputs()}
    outputs = [made.name for made in session.get_outputs()]
    if not inputs <= {_IDS, "attention_mask"} or "last_hidden_state" not in outputs:
        raise _odd(file, "encoder of text", [*sorted(inputs), *outputs])


def _check_pair(graphs: Graphs, encoder: Any, first: Decoder, later: Decoder) -> None:
    if not later.past or (len(graphs.decoders) == 1 and _SWITCH not in later.inputs):
        raise _odd(graphs.decoders[-1], "decoder with past", list(later.inputs))
    if set(first.present) != set(later.past):
        raise _strangers(graphs.decoders[0], graphs.decoders[-1], "have not the same layers")
    width = {made.name: made.shape[-1] for made in encoder.get_outputs()}["last_hidden_state"]
    hidden = first.inputs.get(_HIDDEN)
    if hidden is not None and _differ(width, hidden.shape[-1]):
        raise _strangers(graphs.encoder, graphs.decoders[0], "have not the same width")
    for name in later.past if len(graphs.decoders) == 2 else ():
        made = {output.name: output for output in first.session.get_outputs()}[_PRESENT + name]
        taken = later.inputs[_PAST + name]
        if any(_differ(a, b) for a, b in zip(made.shape, taken.shape, strict=True)):
            raise _strangers(
                graphs.decoders[0], graphs.decoders[1], "have not heads of the same size"
            )


def _differ(one: object, other: object) -> bool:
    """True for two numbers that differ; what is a name may be any number."""
    return isinstance(one, int) and isinstance(other, int) and one != other


def _odd(file: Path, wanted: str, found: Sequence[str]) -> EngineError:
    return EngineError(
        f"{file} is no {wanted} as Optimum exports it: it has {', '.join(found[:6])}.",
        "Export the model anew: optimum-cli export onnx --task text2text-generation-with-past "
        "--model NAME FOLDER.",
    )


def _strangers(one: Path, other: Path, why: str) -> EngineError:
    return EngineError(
        f"{one} and {other.name} do not belong together: they {why}.",
        "Fetch all files of the model again from one place.",
    )
