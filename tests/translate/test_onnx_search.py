"""The search over an ONNX model: what CTranslate2 finds with the same weights."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import onnxruntime
import pytest

from scripts.make_test_models.onnx_translators import random_spec, save_onnx
from scripts.make_test_models.translators import Kind, marian_kind, nllb_kind, save_ct2
from voicestream_tui.translate.ct2.model import Ct2Model
from voicestream_tui.translate.onnx.engine import OnnxTranslator
from voicestream_tui.translate.onnx.graphs import Seq2Seq
from voicestream_tui.translate.onnx.search import Rows, Rules, Scores, _best, search
from voicestream_tui.translate.onnx.tensors import DeviceTensors
from voicestream_tui.translate.tokens.model import Search, TokenModel

SEARCHES = {
    "greedy": Search(1, 1.0),
    "greedy with penalties": Search(1, 1.2, 3),
    "beam 2": Search(2, 1.0),
    "beam 2 with a penalty": Search(2, 1.1),
    "beam 5 with penalties": Search(5, 1.3, 4),
}
MOST = 24


class Twins:
    """A model of random weights on both engines."""

    def __init__(self, folder: Path, family: str, *, merged: bool) -> None:
        make = marian_kind if family == "marian" else nllb_kind
        self.kind: Kind = make(folder)
        save_onnx(folder, self.kind, random_spec(self.kind), merged=merged)
        save_ct2(folder / "ct2", self.kind, random_spec(self.kind))
        self.folder = folder
        self.reference = Ct2Model(ctranslate2.Translator(str(folder / "ct2"), intra_threads=1))
        tokens, self.model = OnnxTranslator(model=str(folder), threads=1).open()
        self.prefix = list(tokens.prefix)
        dice = np.random.default_rng(3)
        self.sources = [
            [
                *(["eng_Latn"] if family == "nllb" else []),
                *(str(t) for t in dice.choice(self.kind.source[4:], size=length)),
                "</s>",
            ]
            for length in dice.integers(1, 12, 40)
        ]

    def all_translations(self, model: TokenModel, how: Search) -> list[list[list[str]]]:
        results = model.translate(self.sources, self.prefix, how, MOST)
        skip = len(self.prefix) if model is self.reference else 0
        return [[tokens[skip:] for tokens in found] for found in results]

    def translations(self, model: TokenModel, how: Search) -> list[list[str]]:
        return [found[0] for found in self.all_translations(model, how)]


@pytest.fixture(scope="module", params=["marian merged", "marian split", "nllb merged"])
def twins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    family, _, layout = str(request.param).partition(" ")
    return Twins(tmp_path_factory.mktemp(family), family, merged=layout == "merged")


@pytest.mark.parametrize("how", SEARCHES.values(), ids=list(SEARCHES))
def test_both_engines_find_the_same_translations(twins: Twins, how: Search) -> None:
    expected = twins.all_translations(twins.reference, how)
    found = twins.all_translations(twins.model, how)
    assert found == expected


def test_the_random_model_can_tell_a_wrong_search(twins: Twins) -> None:
    by_search = [twins.translations(twins.model, how) for how in SEARCHES.values()]
    for one, other in pairwise(by_search):
        assert one != other
    lengths = {len(translation) for translation in by_search[0]}
    assert len(lengths) > 2


def test_a_sentence_is_translated_alike_alone_and_among_others(twins: Twins) -> None:
    how = SEARCHES["beam 2"]
    together = twins.translations(twins.model, how)
    for source, expected in list(zip(twins.sources, together, strict=True))[:6]:
        (found,) = twins.model.translate([source], twins.prefix, how, MOST)
        assert found[0] == expected


def test_tensors_that_stay_on_the_device_give_the_same(twins: Twins) -> None:
    bound = on_device(twins)
    for how in (SEARCHES["greedy"], SEARCHES["beam 2"], SEARCHES["beam 5 with penalties"]):
        assert twins.translations(bound, how) == twins.translations(twins.model, how)


def on_device(twins: Twins) -> TokenModel:
    """The same model with IO binding, as on a card, but bound to the processor."""
    loaded: Any = OnnxTranslator(model=str(twins.folder), threads=1).open()[1]
    graphs: Seq2Seq = loaded._graphs
    graphs.tensors = DeviceTensors(onnxruntime, "cpu", 0, onnxruntime.InferenceSession)
    return loaded  # type: ignore[no-any-return]


# --- the search alone ----------------------------------------------------------------------------


class Table:
    """A model that looks only at the last token: a row of scores for each."""

    def __init__(self, scores: list[list[float]], sentences: int = 1) -> None:
        self._scores = np.array(scores, np.float32)
        self._sentences = sentences

    def begin(self) -> Scores:
        return self._scores[[0] * self._sentences].copy()

    def step(self, tokens: Rows, rows: Rows) -> Scores:
        assert len(tokens) == len(rows)
        return self._scores[tokens].copy()


def best(steps: Table, sentences: int, how: Search, rules: Rules, most: int) -> list[list[int]]:
    return [found[0] for found in search(steps, sentences, how, rules, most)]


END = 0
RULES = Rules(frozenset([END]), np.array([], np.int64))
# After the beginning (row 0): 1 is likelier than 2; but 1 goes on badly, 2 ends at once.
TRAP = [[-9.0, 1.0, 0.9, -9.0], [-1.0, -1.1, -1.2, -1.0], [5.0, -5.0, -5.0, -5.0], [9.0, 0, 0, 0]]


def test_a_beam_finds_what_greed_misses() -> None:
    assert best(Table(TRAP), 1, Search(1, 1.0), RULES, 6)[0][0] == 1
    assert best(Table(TRAP), 1, Search(2, 1.0), RULES, 6) == [[2]]


def test_what_else_a_beam_has_found_comes_behind_the_best() -> None:
    (found,) = search(Table(TRAP), 1, Search(2, 1.0), RULES, 6)
    assert found[0] == [2]
    assert len(found) == 2
    assert found[1] not in ([], [2])


@pytest.mark.parametrize("beam", [2, 5])
def test_scores_that_are_no_numbers_are_told(beam: int) -> None:
    with pytest.raises(ValueError, match="no numbers"):
        search(Table([[float("nan")] * 4] * 4), 1, Search(beam, 1.0), RULES, 6)


def test_what_is_banned_never_comes() -> None:
    rules = Rules(frozenset([END]), np.array([2]))
    for beam in (1, 2, 3):
        (found,) = best(Table(TRAP), 1, Search(beam, 1.0), rules, 6)
        assert 2 not in found


def test_a_translation_is_never_empty_and_never_too_long() -> None:
    ends = [[9.0, 1.0, 0.0, 0.0]] * 4
    for beam in (1, 2):
        assert best(Table(ends), 1, Search(beam, 1.0), RULES, 6) == [[1]]
    goes_on = [[-9.0, 3.0, 1.0, 0.0]] * 4
    for beam in (1, 2):
        assert best(Table(goes_on), 1, Search(beam, 1.0), RULES, 6) == [[1] * 6]


def test_a_sequence_does_not_come_twice_where_that_is_forbidden() -> None:
    goes_on = [[-9.0, 3.0, 1.0, 0.0]] * 4
    (found,) = best(Table(goes_on), 1, Search(1, 1.0, 2), RULES, 8)
    pairs = list(pairwise(found))
    assert len(found) > 4
    assert len(set(pairs)) == len(pairs)


def test_what_was_said_is_less_likely() -> None:
    goes_on = [[-9.0, 3.0, 2.0, -2.0]] * 4
    (found,) = best(Table(goes_on), 1, Search(1, 2.0), RULES, 4)
    assert found[:2] == [1, 2]


def test_the_best_of_a_large_vocabulary_is_found() -> None:
    dice = np.random.default_rng(5)
    scores = dice.standard_normal((1, 5000)).astype(np.float32)
    for count in (1, 2, 10):
        assert sorted(_best(scores[0], count)) == sorted(np.argsort(-scores[0])[:count])
