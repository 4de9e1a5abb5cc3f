"""One step of training: weights in bf16, masters and their average in float32."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from train_starter.batches import Batch
from train_starter.network import Network, Shape
from train_starter.objective import ChunkedCrossEntropy
from train_starter.packing import Packing
from train_starter.weights import Arrays

_MEMORY = 0.0015
"""Of the average: it looks back some 700 steps, and at first a tenth of the way."""
_DECAY = 0.01


class Learner:
    """A network, its masters, their average and the optimizer's memory."""

    def __init__(
        self, shape: Shape, *, device: str, kind: torch.dtype, seed: int, smoothing: float
    ) -> None:
        torch.manual_seed(seed)
        self.shape = shape
        self.device = device
        self.step = 0
        self._smoothing = smoothing
        self.network = Network(shape).to(device)
        self._names = [name for name, _ in self.network.named_parameters()]
        self._masters = [p.detach().clone().float() for p in self.network.parameters()]
        self._averages = [master.clone() for master in self._masters]
        self.network.to(kind).train()
        self._parameters = list(self.network.parameters())
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [m for m in self._masters if m.dim() > 1], "weight_decay": _DECAY},
                {"params": [m for m in self._masters if m.dim() <= 1], "weight_decay": 0.0},
            ],
            lr=1.0,
            betas=(0.9, 0.98),
            eps=1e-9,
            fused=True,
        )

    def learn(self, batch: Batch, rate: float) -> tuple[Tensor, int]:
        """Take one step.

        Returns:
            The sum of the target tokens' negative log likelihoods, still on the device, and how
            many tokens these are.
        """
        source, target_in, target_out = (
            torch.from_numpy(array).to(self.device, non_blocking=True)
            for array in (batch.source, batch.target_in, batch.target_out)
        )
        # What is padding as output is so as input, but for the end token, which is not an input.
        packing = Packing(target_out)
        loss, total = ChunkedCrossEntropy.apply(
            self.network.packed(source, target_in, packing),
            self.network.embedding.weight,
            self.network.bias,
            packing.pack(target_out),
            self._smoothing,
        )
        loss.backward()
        self._update(rate)
        return total.detach(), int((batch.target_out != 0).sum())

    def _update(self, rate: float) -> None:
        grads = [p.grad.float() for p in self._parameters if p.grad is not None]
        norm = torch.sqrt(torch.stack([(grad * grad).sum() for grad in grads]).sum())
        scale = torch.clamp(1.0 / (norm + 1e-6), max=1.0)
        for master, grad in zip(self._masters, grads, strict=True):
            master.grad = grad.mul_(scale)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        self.step += 1
        with torch.no_grad():
            torch._foreach_copy_(self._parameters, self._masters)
            torch._foreach_lerp_(self._averages, self._masters, max(_MEMORY, 10 / (self.step + 10)))
        for parameter in self._parameters:
            parameter.grad = None

    def averaged(self) -> Arrays:
        """The weights to export, float32."""
        return dict(zip(self._names, map(_array, self._averages), strict=True))

    def state(self) -> Arrays:
        """Everything that going on needs."""
        arrays: Arrays = {}
        for name, master, average in zip(self._names, self._masters, self._averages, strict=True):
            arrays[f"master/{name}"] = _array(master)
            arrays[f"average/{name}"] = _array(average)
            memory = self._optimizer.state[master]
            for key in ("exp_avg", "exp_avg_sq"):
                arrays[f"{key}/{name}"] = _array(memory[key])
        return arrays

    def restore(self, arrays: Arrays, step: int) -> None:
        """Go on where `state()` was taken, after `step` steps."""
        self.step = step
        for name, master, average in zip(self._names, self._masters, self._averages, strict=True):
            master.copy_(_tensor(arrays[f"master/{name}"], master))
            average.copy_(_tensor(arrays[f"average/{name}"], master))
            memory = self._optimizer.state[master]
            memory["step"] = torch.tensor(float(step), device=self.device)
            for key in ("exp_avg", "exp_avg_sq"):
                memory[key] = _tensor(arrays[f"{key}/{name}"], master)
        self._use_masters()

    def start_from(self, arrays: Arrays) -> None:
        """Begin with the weights of another run."""
        for name, master, average in zip(self._names, self._masters, self._averages, strict=True):
            master.copy_(_tensor(arrays[name], master))
            average.copy_(master)
        self._use_masters()

    def about(self) -> dict[str, float | int]:
        """The shape, for files of weights."""
        return asdict(self.shape)

    def _use_masters(self) -> None:
        with torch.no_grad():
            torch._foreach_copy_(self._parameters, self._masters)


def _array(tensor: Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = tensor.detach().float().cpu().numpy().copy()
    return found


def _tensor(array: NDArray[np.float32], like: Tensor) -> Tensor:
    if array.shape != tuple(like.shape):
        raise SystemExit(
            f"The weights are of another shape ({array.shape} for {tuple(like.shape)}): "
            "train with the measures and the vocabulary that they were made with."
        )
    return torch.from_numpy(array.astype(np.float32)).to(like.device)
