"""Batches, files of weights, parcels and the schedule."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from train_starter import parcels, weights
from train_starter.batches import BEGIN, END, Batch, Plan, TokenPairs, batches
from train_starter.first_words import first_words
from train_starter.growing import grown
from train_starter.schedule import Schedule
from train_starter.vocabulary import encode, learn

from voicestream_tui.translate.starter.first_words import FirstWords

SEED = 5


def made_pairs(path: Path, count: int) -> TokenPairs:
    """Pairs whose tokens tell which pair they are of: 100 + number, again and again."""
    chance = np.random.default_rng(SEED)
    arrays: dict[str, Any] = {"vocabulary": np.array(8000)}
    for side in ("source", "target"):
        lengths = chance.integers(1, 30, size=count).astype(np.int32)
        arrays[side] = np.repeat(np.arange(count) + 100, lengths).astype(np.uint16)
        arrays[f"{side}_lengths"] = lengths
    np.savez(path, **arrays)
    return TokenPairs(path)


def drawn(sets: list[TokenPairs], plan: Plan, pools: int, skip: int = 0) -> list[Batch]:
    return [
        batch
        for pool in range(pools)
        for batch in batches(sets, plan, pool=pool, skip=skip, progress=0.0)
    ]


def test_every_pair_of_the_main_set_comes_once_an_epoch(tmp_path: Path) -> None:
    pairs = made_pairs(tmp_path / "a.npz", 300)
    seen: list[int] = []
    for batch in drawn([pairs], Plan(tokens=64, pool=100), pools=3):
        seen += batch.source[:, 0].tolist()
    assert sorted(seen) == list(range(100, 400))


def test_rows_end_with_the_end_token_and_go_in_shifted_by_one(tmp_path: Path) -> None:
    pairs = made_pairs(tmp_path / "a.npz", 50)
    for batch in drawn([pairs], Plan(tokens=64, pool=50), pools=1):
        assert batch.source.shape == batch.target_in.shape == batch.target_out.shape
        assert batch.source.shape[1] % 8 == 0
        for source, given, wanted in zip(
            batch.source, batch.target_in, batch.target_out, strict=True
        ):
            number = source[0] - 100
            tokens = [number + 100] * pairs.lengths[1][number]
            assert wanted[wanted != 0].tolist() == [*tokens, END]
            assert given[0] == BEGIN
            assert given[1 : len(tokens) + 1].tolist() == tokens
            assert (source == END).sum() == 1


def test_batches_are_the_same_for_a_seed_and_from_any_place_on(tmp_path: Path) -> None:
    sets = [made_pairs(tmp_path / "a.npz", 200), made_pairs(tmp_path / "b.npz", 40)]
    plan = Plan(tokens=128, pool=80, seed=3)
    whole = list(batches(sets, plan, pool=1, skip=0, progress=0.9))
    rest = list(batches(sets, plan, pool=1, skip=4, progress=0.9))
    assert len(whole) == len(rest) + 4
    for one, other in zip(whole[4:], rest, strict=True):
        assert np.array_equal(one.target_out, other.target_out)
    other_seed = Plan(tokens=128, pool=80, seed=4)
    (fresh,) = islice(batches(sets, other_seed, pool=1, skip=0, progress=0.9), 1)
    assert not np.array_equal(fresh.source, whole[0].source)


def test_the_second_set_has_more_weight_towards_the_end(tmp_path: Path) -> None:
    sets = [made_pairs(tmp_path / "a.npz", 1000), made_pairs(tmp_path / "b.npz", 40)]
    plan = Plan(tokens=256, pool=500, shares=(0.1, 0.2, 0.4))

    def rows(progress: float) -> int:
        made = batches(sets, plan, pool=0, skip=0, progress=progress)
        return sum(len(batch.source) for batch in made)

    assert [rows(at) - rows(0.0) for at in (0.6, 0.9)] == pytest.approx([50, 150], abs=30)


def test_weights_come_back_and_rounded_ones_nearly(tmp_path: Path) -> None:
    chance = np.random.default_rng(SEED)
    arrays = {
        "a.weight": chance.normal(size=(80, 64)).astype(np.float32),
        "a.bias": chance.normal(size=80).astype(np.float32),
    }
    weights.save(tmp_path / "w.npz", arrays, {"width": 64})
    loaded, about = weights.load(tmp_path / "w.npz")
    assert about == {"width": 64}
    assert all(np.array_equal(loaded[name], arrays[name]) for name in arrays)
    weights.save(tmp_path / "small.npz", weights.rounded(arrays), {})
    small, _ = weights.load(tmp_path / "small.npz")
    step = np.abs(arrays["a.weight"]).max(axis=1, keepdims=True) / 127
    assert (np.abs(small["a.weight"] - arrays["a.weight"]) <= step * 0.51).all()
    assert list(tmp_path.glob("*.new")) == []


def test_a_file_survives_being_carried_in_parts(tmp_path: Path) -> None:
    content = np.random.default_rng(SEED).bytes(1000)
    (tmp_path / "weights.npz").write_bytes(content)
    made = parcels.split(tmp_path / "weights.npz", tmp_path / "parts", part=300)
    assert [path.name for path in made] == [
        *(f"weights.npz.0{n}" for n in range(4)),
        "weights.npz.sha256",
    ]
    assert max(path.stat().st_size for path in made) <= 300
    (tmp_path / "back").mkdir()
    parcels.join(tmp_path / "parts", tmp_path / "back" / "weights.npz")
    assert (tmp_path / "back" / "weights.npz").read_bytes() == content
    made[2].unlink()
    with pytest.raises(SystemExit, match="3 parts"):
        parcels.join(tmp_path / "parts", tmp_path / "back" / "weights.npz")


def test_the_learning_rate_rises_stays_and_falls() -> None:
    schedule = Schedule(1.0, warm_up=10, steps=100)
    rates = [schedule.learning_rate(step, schedule.progress(step)) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:35] == [1.0] * 26
    assert rates[35:] == sorted(rates[35:], reverse=True)
    assert rates[-1] == pytest.approx(0.03)
    assert schedule.progress(100) == schedule.progress(101) == 1.0


def test_a_vocabulary_has_the_slots_and_single_digits(sample_texts: list[tuple[str, str]]) -> None:
    import sentencepiece
    from train_starter.pairs import Pair

    pairs = [Pair(*texts) for texts in sample_texts]
    content = learn(pairs, 1000)
    processor = sentencepiece.SentencePieceProcessor(model_proto=content)
    pieces = processor.encode("It has <c0> and 1234.", out_type=str)
    assert "<c0>" in pieces
    assert {"1", "2", "3", "4"} <= {piece.lstrip("▁") for piece in pieces}
    assert [processor.piece_to_id(piece) for piece in ("<pad>", "<s>", "</s>")] == [0, 2, 3]
    arrays = encode(processor, FirstWords(frozenset()), pairs, longest=40)
    assert arrays["source"].dtype == np.uint16
    assert len(arrays["source"]) == arrays["source_lengths"].sum()
    assert 0 < len(arrays["target_lengths"]) <= len(pairs)
    assert arrays["target_lengths"].max() <= 40


def test_pairs_lose_the_capital_of_the_first_word_on_the_english_side_alone() -> None:
    import sentencepiece
    from train_starter.pairs import Pair

    pairs = [Pair("Money is here. Paris, too.", "Money: お金はここです。")] * 50
    processor = sentencepiece.SentencePieceProcessor(model_proto=learn(pairs, 600))
    arrays = encode(processor, FirstWords(frozenset({"money"})), pairs, longest=90)
    lengths = [arrays[f"{side}_lengths"][0] for side in ("source", "target")]
    first = [arrays[s][:n].tolist() for s, n in zip(("source", "target"), lengths, strict=True)]
    assert [processor.decode(ids) for ids in first] == [
        "money is here. Paris, too.",
        "Money: お金はここです。",
    ]


def test_words_that_have_a_capital_inside_of_sentences_keep_it_at_the_beginning() -> None:
    texts = [
        *("The money is gone.", "We want money.", "Money talks.", "It is in Paris.", "To Paris!"),
        *(
            "I really like Will, who is there.",
            "They will come; it will rain; she will not.",
            "Once: money.",
        ),
        *("All About Money And Will", "All About Money And Will"),
        *("a rare word", "a node, a Node.js of this node", "the fast one", "a fast other"),
    ]
    found = first_words(texts, lambda word: 1 + (word == "fast"))
    assert {"money", "the", "a", "will", "node"} & set(found) == {"money", "a", "node"}
    assert not {"paris", "mark", "fast", "rare"} & set(found)


def test_a_model_does_not_shrink() -> None:
    arrays = {
        "encoder.0.feed_forward.wide.weight": np.ones((8, 4), np.float32),
        "encoder.1.own.out.weight": np.ones((4, 4), np.float32),
    }
    with pytest.raises(SystemExit, match="2 encoder layers"):
        grown(arrays, encoder=1, units=8, seed=0)
    with pytest.raises(SystemExit, match="8 inner units"):
        grown(arrays, encoder=2, units=4, seed=0)


@pytest.fixture
def sample_texts() -> list[tuple[str, str]]:
    lines = Path(__file__).with_name("sample.tsv").read_text(encoding="utf-8").splitlines()
    return [(english, japanese) for english, japanese in (line.split("\t") for line in lines)]
