"""Which words belong to which, learnt from pairs alone."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from train_starter import words
from train_starter.batches import TokenPairs

from voicestream_tui.translate.starter.coverage import WordTable

# A language in which 10 + n means n, in another order, and 30 stands for nothing.
SIZE = 32


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    chance = np.random.default_rng(3)
    english = [chance.choice(np.arange(4, 10), chance.integers(1, 5), False) for _ in range(200)]
    japanese = [np.append(chance.permutation(text) + 10, 30) for text in english]
    np.savez(
        tmp_path / "set.npz",
        source=np.concatenate(english),
        target=np.concatenate(japanese),
        source_lengths=[len(text) for text in english],
        target_lengths=[len(text) for text in japanese],
        vocabulary=SIZE,
    )
    return tmp_path


def test_words_that_stand_together_belong_together(prepared: Path) -> None:
    table = words.learnt([TokenPairs(prepared / "set.npz")], rounds=10, most=1000)
    assert table.shape == (SIZE, SIZE)
    for number in range(4, 10):
        assert table[10 + number].argmax() == number
        assert table[10 + number, number] > 0.9


def test_the_program_reads_what_was_learnt(
    prepared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--prepared", str(prepared), "--model", str(prepared), "--sets", "set"]
    assert words.main(given) == 0
    likelihoods = [
        float(found) for found in re.findall(r": (-[\d.]+) a piece", capsys.readouterr().out)
    ]
    # What expectation-maximization promises: no round is worse than the one before.
    assert likelihoods == sorted(likelihoods)
    table = WordTable(prepared / words.FILE, SIZE)
    right, part, wrong = table.coverage([4, 5], [[14, 15], [14, 16], [17, 16]])
    assert right > part > wrong
