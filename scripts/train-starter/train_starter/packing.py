"""Rows of different lengths without their padding, so that no time goes into padding.

A quarter of a batch is padding. Everything but the products of attention works on each token by
itself, and so on the tokens alone.
"""

from __future__ import annotations

import torch
from torch import Tensor

_STEP = 256
"""The number of packed tokens is a multiple of this: each new shape costs time."""


class Packing:
    """Which places of (rows, width) hold tokens."""

    def __init__(self, tokens: Tensor) -> None:
        """Pack as these tokens (rows, width) ask for it; 0 is padding."""
        self.shape = tokens.shape
        there = tokens.reshape(-1) != 0
        (real,), (padding,) = there.nonzero(as_tuple=True), (~there).nonzero(as_tuple=True)
        rest = -len(real) % _STEP
        # Where there is too little padding to fill up with, everything is packed.
        self.places = torch.cat([real, padding[:rest]])

    def pack(self, padded: Tensor) -> Tensor:
        """Give (packed, …) of (rows, width, …)."""
        return padded.reshape(-1, *padded.shape[2:]).index_select(0, self.places)

    def unpack(self, packed: Tensor) -> Tensor:
        """Give (rows, width, …) of (packed, …), with zeros where there is padding."""
        size = self.shape[0] * self.shape[1]
        padded = packed.new_zeros(size, *packed.shape[1:]).index_copy(0, self.places, packed)
        return padded.view(*self.shape, *packed.shape[1:])
