"""How much of a sentence a translation accounts for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voicestream_tui.translate.starter.coverage import FLOOR, STEPS, WordTable

# English piece 1 comes from Japanese 4 (always) or 5 (half the time); 2 from 6 or from nothing.
ENTRIES = {1: {4: 1.0, 5: 0.5}, 2: {0: 0.25, 6: 1.0}}


@pytest.fixture
def table(tmp_path: Path) -> WordTable:
    starts, japanese, chances = [0], [], []
    for english in range(8):
        for piece, chance in ENTRIES.get(english, {}).items():
            japanese.append(piece)
            chances.append(round(-STEPS * np.log2(chance)))
        starts.append(len(japanese))
    np.savez(
        tmp_path / "words.npz",
        starts=np.array(starts, np.uint32),
        japanese=np.array(japanese, np.uint16),
        chances=np.array(chances, np.uint8),
    )
    return WordTable(tmp_path / "words.npz", 8)


def test_a_candidate_that_accounts_for_more_is_better(table: WordTable) -> None:
    whole, half, none = table.coverage([1, 2], [[4, 6], [4, 7], [7, 7]])
    assert whole > half > none


def test_the_figures_are_those_of_the_formula(table: WordTable) -> None:
    found = table.coverage([1, 2], [[4, 6], [5], []])
    # The mean over the English pieces of log(sum of chances / (1 + Japanese pieces)).
    expected = [
        (np.log(1 / 3) + np.log(1.25 / 3)) / 2,
        (np.log(0.5 / 2) + np.log(0.25 / 2)) / 2,
        (np.log(FLOOR) + np.log(0.25)) / 2,
    ]
    assert found == pytest.approx(expected, abs=1e-3)


def test_what_the_table_does_not_know_is_no_error(table: WordTable) -> None:
    assert table.coverage([3, 7], [[1]]) == [pytest.approx(np.log(FLOOR))]
    assert table.coverage([], [[1], []]) == [0.0, 0.0]
    assert table.coverage([1], []) == []


def test_a_table_that_is_not_whole_is_refused(tmp_path: Path, table: WordTable) -> None:
    with np.load(tmp_path / "words.npz") as file:
        arrays = dict(file)
    arrays["chances"] = arrays["chances"][:-1]
    np.savez(tmp_path / "less.npz", **arrays)
    with pytest.raises(ValueError, match="different number"):
        WordTable(tmp_path / "less.npz", 8)


def test_a_table_of_another_vocabulary_is_refused(tmp_path: Path, table: WordTable) -> None:
    with pytest.raises(ValueError, match="8 pieces, not 9"):
        WordTable(tmp_path / "words.npz", 9)
