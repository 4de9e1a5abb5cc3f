"""Output layer and cross-entropy with smoothed labels, a chunk of tokens at a time."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class ChunkedCrossEntropy(torch.autograd.Function):
    """The gradients are made on the way forward: scores of all tokens never exist at once."""

    @staticmethod
    def forward(
        ctx: Any, states: Tensor, weight: Tensor, bias: Tensor, target: Tensor, smoothing: float
    ) -> tuple[Tensor, Tensor]:
        """Give the mean loss and, without gradient, the sum of negative log likelihoods.

        Args:
            states: (n, width).
            weight: (vocabulary, width); bias: (vocabulary,).
            target: (n,); 0 is padding and does not count.
            smoothing: share of each label that is spread over the vocabulary.
        """
        count = (target != 0).sum().clamp(min=1)
        chunk = 32_768 if states.is_cuda else 1024
        states_grad = torch.empty_like(states)
        weight_grad = torch.zeros(weight.shape, dtype=torch.float32, device=states.device)
        bias_grad = torch.zeros(bias.shape, dtype=torch.float32, device=states.device)
        total = torch.zeros((), device=states.device)
        for at in range(0, states.size(0), chunk):
            part, labels = states[at : at + chunk], target[at : at + chunk]
            counts = (labels != 0).float()
            log_p = torch.addmm(bias, part, weight.t()).float().log_softmax(-1)
            total -= (log_p.gather(1, labels[:, None])[:, 0] * counts).sum()
            grad = log_p.exp_().sub_(smoothing / weight.size(0))
            grad.scatter_add_(
                1,
                labels[:, None],
                torch.full_like(labels, -1, dtype=grad.dtype)[:, None] * (1 - smoothing),
            )
            grad = (grad * (counts / count)[:, None]).to(states.dtype)
            states_grad[at : at + chunk] = grad @ weight
            weight_grad += (grad.t() @ part).float()
            bias_grad += grad.float().sum(0)
        ctx.save_for_backward(states_grad, weight_grad.to(weight.dtype), bias_grad.to(bias.dtype))
        ctx.mark_non_differentiable(total)
        return total / count, total

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """Hand out the gradients made on the way forward."""
        return (*(saved * grads[0] for saved in ctx.saved_tensors), None, None)
