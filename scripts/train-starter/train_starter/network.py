"""A Transformer with a deep encoder and a shallow decoder, norms before each part, one table of
embeddings for both languages and the output. CTranslate2 runs it as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from train_starter.packing import Packing
from train_starter.positions import sinusoids

MASKED = -1e4
"""Added to what must not be attended to; bf16 holds it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The measures of a model."""

    vocabulary: int
    width: int = 256
    encoder: int = 6
    decoder: int = 2
    inner: int = 4
    """Width of the feed-forward part, in widths."""
    positions: int = 256
    dropout: float = 0.0

    @property
    def heads(self) -> int:
        """Heads of 64 dimensions; at least two."""
        return max(2, self.width // 64)


class Packs(NamedTuple):
    """Where the tokens are that attend, and those that they attend to."""

    own: Packing
    memory: Packing


class Attention(nn.Module):
    def __init__(self, shape: Shape, *, across: bool) -> None:
        super().__init__()
        self.heads = shape.heads
        self.across = across
        width = shape.width
        if across:
            self.query, self.memory = nn.Linear(width, width), nn.Linear(width, 2 * width)
        else:
            self.all = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Tensor, bias: Tensor, packs: Packs) -> Tensor:
        """Attend from x (packed, width) to memory (packed, width); bias is added."""
        if self.across:
            made = (packs.own.unpack(self.query(x)), packs.memory.unpack(self.memory(memory)))
            query, (key, value) = made[0], made[1].chunk(2, -1)
        else:
            query, key, value = packs.own.unpack(self.all(x)).chunk(3, -1)
        batch, length, width = query.shape
        query, key, value = (
            part.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)
            for part in (query, key, value)
        )
        if x.is_cuda:
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        else:
            # On a processor plain batched products are several times faster for short rows.
            scores = torch.matmul(query * (width // self.heads) ** -0.5, key.transpose(-1, -2))
            mixed = torch.matmul((scores + bias).softmax(-1), value)
        return self.out(packs.own.pack(mixed.transpose(1, 2).reshape(batch, length, width)))


class FeedForward(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.wide = nn.Linear(shape.width, shape.inner * shape.width)
        self.narrow = nn.Linear(shape.inner * shape.width, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        return self.narrow(functional.relu(self.wide(x)))


class Seen(NamedTuple):
    """What the encoder made of the source."""

    states: Tensor
    """(packed, width)"""
    bias: Tensor
    """What is added for padding."""
    packing: Packing


class Layer(nn.Module):
    def __init__(self, shape: Shape, *, decoder: bool) -> None:
        super().__init__()
        self.dropout = shape.dropout
        self.is_decoder = decoder
        self.own_norm = nn.LayerNorm(shape.width)
        self.own = Attention(shape, across=False)
        if decoder:
            self.cross_norm = nn.LayerNorm(shape.width)
            self.cross = Attention(shape, across=True)
        self.forward_norm = nn.LayerNorm(shape.width)
        self.feed_forward = FeedForward(shape)

    def forward(
        self, x: Tensor, bias: Tensor, packing: Packing, memory: Seen | None = None
    ) -> Tensor:
        """Go on from x (packed, width); `memory` is what a decoder's layer attends to as well."""
        normed = self.own_norm(x)
        x = x + self._drop(self.own(normed, normed, bias, Packs(packing, packing)))
        if memory is not None:
            packs = Packs(packing, memory.packing)
            x = x + self._drop(self.cross(self.cross_norm(x), memory.states, memory.bias, packs))
        return x + self._drop(self.feed_forward(self.forward_norm(x)))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.dropout, self.training) if self.dropout else x


class Network(nn.Module):
    """The model up to its last norm; the output layer is the table of embeddings plus `bias`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.bias = nn.Parameter(torch.zeros(shape.vocabulary))
        places = torch.from_numpy(sinusoids(shape.positions, shape.width))
        self.register_buffer("places", places, persistent=False)
        self.encoder = nn.ModuleList(Layer(shape, decoder=False) for _ in range(shape.encoder))
        self.decoder = nn.ModuleList(Layer(shape, decoder=True) for _ in range(shape.decoder))
        self.encoder_norm = nn.LayerNorm(shape.width)
        self.decoder_norm = nn.LayerNorm(shape.width)
        self._begin()

    def _begin(self) -> None:
        nn.init.normal_(self.embedding.weight, std=self.shape.width**-0.5)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        # What is added to the stream is small at first, the smaller the more of it there is.
        scale = (2 * (self.shape.encoder + self.shape.decoder)) ** -0.5
        for layer in [*self.encoder, *self.decoder]:
            assert isinstance(layer, Layer)
            parts = [layer.own.out, layer.feed_forward.narrow]
            if layer.is_decoder:
                parts.append(layer.cross.out)
            for part in parts:
                part.weight.data.mul_(scale)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Give the decoder's states (batch, n, width), zeros for padding.

        Args:
            source: tokens (batch, m); 0 is padding.
            target: tokens (batch, n), beginning with the begin token.
        """
        packing = Packing(target)
        return packing.unpack(self.packed(source, target, packing))

    def packed(self, source: Tensor, target: Tensor, packing: Packing) -> Tensor:
        """Give the decoder's states (packed, width) where `packing` has target tokens."""
        kind = self.embedding.weight.dtype
        source_bias = ((source == 0)[:, None, None, :] * MASKED).to(kind)
        length = target.size(1)
        ahead = torch.full((length, length), MASKED, device=source.device, dtype=kind).triu(1)
        seen = Packing(source)
        x = self._embedded(source, seen)
        for layer in self.encoder:
            x = layer(x, source_bias, seen)
        memory = Seen(self.encoder_norm(x), source_bias, seen)
        y = self._embedded(target, packing)
        for layer in self.decoder:
            y = layer(y, ahead[None, None], packing, memory)
        return self.decoder_norm(y)

    def _embedded(self, tokens: Tensor, packing: Packing) -> Tensor:
        vectors = self.embedding(packing.pack(tokens)) * math.sqrt(self.shape.width)
        places = self.places[: tokens.size(1)].to(vectors.dtype)
        return vectors + places.index_select(0, packing.places % tokens.size(1))
