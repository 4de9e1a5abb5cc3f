"""Runs a Marian or NLLB model on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from voicestream_tui.errors import VoicestreamError
from voicestream_tui.onnx_runtime import first_line
from voicestream_tui.translate.onnx.graphs import Seq2Seq, Translation
from voicestream_tui.translate.onnx.search import Rules, search
from voicestream_tui.translate.onnx.vocabulary import Special, Vocabulary
from voicestream_tui.translate.tokens.model import MOST_AT_ONCE, Search

_UNKNOWN = "<unk>"


class OnnxModel:
    """A loaded model as a `TokenModel`."""

    def __init__(self, graphs: Seq2Seq, vocabulary: Vocabulary, special: Special) -> None:
        """Keep the parts of the model."""
        self._graphs = graphs
        self._vocabulary = vocabulary
        self._special = special
        self._numbers: Mapping[str, int] = {t: n for n, t in vocabulary.target.items()}
        size = max(graphs.vocabulary, vocabulary.size)
        nameless = set(range(size)) - set(vocabulary.target)
        unknown = {self._numbers[_UNKNOWN]} if _UNKNOWN in self._numbers else set()
        self._banned = np.array(sorted(special.banned | unknown | nameless), np.int64)

    def translate(
        self,
        sources: Sequence[Sequence[str]],
        prefix: Sequence[str],
        how: Search,
        most: int,
    ) -> list[list[list[str]]]:
        """See `TokenModel.translate`."""
        # Sentences of a like length go together, so that little is filled up.
        order = sorted(range(len(sources)), key=lambda number: -len(sources[number]))
        step = max(1, MOST_AT_ONCE // how.beam)
        found: dict[int, list[list[str]]] = {}
        for at in range(0, len(order), step):
            batch = order[at : at + step]
            results = self._search([sources[number] for number in batch], prefix, how, most)
            found |= zip(batch, results, strict=True)
        return [found[number] for number in range(len(sources))]

    def _search(
        self, sources: Sequence[Sequence[str]], prefix: Sequence[str], how: Search, most: int
    ) -> list[list[list[str]]]:
        known, unknown = self._vocabulary.source, self._vocabulary.source.get(_UNKNOWN, 0)
        width = max(map(len, sources))
        numbers = np.full((len(sources), width), self._special.pad, np.int64)
        mask = np.zeros((len(sources), width), np.int64)
        for row, tokens in enumerate(sources):
            numbers[row, : len(tokens)] = [known.get(token, unknown) for token in tokens]
            mask[row, : len(tokens)] = 1
        before = tuple(self._numbers[token] for token in prefix)
        start = np.array([self._special.start, *before], np.int64)
        rules = Rules(self._special.ends, self._banned, before)
        try:
            translation = Translation(self._graphs, numbers, mask, start)
            results = search(translation, len(sources), how, rules, most)
        except VoicestreamError:
            raise
        except Exception as error:  # ONNX Runtime's own errors have no other base
            raise RuntimeError(first_line(error)) from error
        target = self._vocabulary.target
        return [[[target[number] for number in tokens] for tokens in found] for found in results]
