"""Runs a Marian or NLLB model on CTranslate2."""

from __future__ import annotations

from collections.abc import Sequence

import ctranslate2

from voicestream_tui.translate.tokens.model import MOST_AT_ONCE, Search


class Ct2Model:
    """A loaded CTranslate2 model as a `TokenModel`."""

    def __init__(self, model: ctranslate2.Translator, *, use_map: bool = False) -> None:
        """Keep the model; `use_map` lets it weigh only what its vocabulary map has."""
        self._model = model
        self._use_map = use_map

    def translate(
        self,
        sources: Sequence[Sequence[str]],
        prefix: Sequence[str],
        search: Search,
        most: int,
    ) -> list[list[list[str]]]:
        """See `TokenModel.translate`."""
        results = self._model.translate_batch(
            [list(source) for source in sources],
            target_prefix=[list(prefix)] * len(sources) if prefix else None,
            max_batch_size=MOST_AT_ONCE,
            beam_size=search.beam,
            num_hypotheses=search.beam,
            repetition_penalty=search.repetition_penalty,
            no_repeat_ngram_size=search.no_repeat,
            max_input_length=0,  # nothing is cut off in silence
            max_decoding_length=most,
            disable_unk=True,
            use_vmap=self._use_map,
        )
        return [[list(found) for found in result.hypotheses] for result in results]
