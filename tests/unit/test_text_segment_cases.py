"""The table of sentences, `segment_cases.txt`, and that no way of cutting a text matters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.unit.markdown_texts import englishes, recorded_texts, segment
from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.clauses import LEAST_PART, LONG, LONGEST
from voicestream_tui.text.segmenter import Segmenter

TABLE = Path(__file__).with_name("segment_cases.txt")
RANDOM_CUTS = 10_000


def cases() -> Iterator[tuple[str, list[str]]]:
    for line in TABLE.read_text("utf-8").splitlines()[3:]:
        if " ⇒ " in line:
            written, _, expected = line.partition(" ⇒ ")
            yield written.replace("⏎", "\n"), expected.split(" ｜ ")


def shown(piece: Piece) -> str:
    match piece.kind:
        case Kind.CODE | Kind.TABLE:
            return f"〔{piece.label}〕"
        case Kind.HEADING:
            return f"# {piece.english}"
        case Kind.QUOTE:
            return "> " * piece.depth + piece.english
        case Kind.ITEM:
            mark = f"{piece.marker} " if piece.marker else ""
            return "　" * (piece.depth - 1) + mark + piece.english
        case _:
            return piece.english


CASES = list(cases())


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:50] for text, _ in CASES])
def test_a_text_becomes_the_rows_of_the_table(text: str, expected: list[str]) -> None:
    pieces = segment(text)
    assert [shown(piece) for piece in pieces if piece.english] == expected
    assert segment(*text) == pieces


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(CASES) >= 200
    assert len({text for text, _ in CASES}) == len(CASES)


def test_no_random_cut_of_a_text_changes_its_pieces() -> None:
    texts = [text for text, _ in CASES]
    for text in recorded_texts().values():
        texts += [text[at : at + 500] for at in range(0, len(text), 500)]
    chance = np.random.default_rng(4)
    chosen = chance.integers(0, len(texts), RANDOM_CUTS)
    counts = chance.integers(1, 12, RANDOM_CUTS)
    places = chance.random((RANDOM_CUTS, 12))
    whole = [segment(text) for text in texts]
    for which, count, fractions in zip(chosen, counts, places, strict=True):
        text = texts[which]
        cuts = sorted({int(part * len(text)) for part in fractions[:count]})
        parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        assert segment(*parts) == whole[which], (text, cuts)


def test_an_abbreviation_of_the_users_goes_on_before_a_name() -> None:
    segmenter = Segmenter(frozenset({"sn", "obs"}))
    pieces = segmenter.feed("See obs. Tower for it. Ask Sn. The rest is ours.") + segmenter.close()
    assert [p.english for p in pieces] == ["See obs. Tower for it.", "Ask Sn.", "The rest is ours."]
    assert englishes("See obs. Tower.") == ["See obs.", "Tower."]


@pytest.mark.parametrize(
    "clause", ["the first of it is rather long and does not stop, but it goes on; ", "so, it is, "]
)
def test_a_long_sentence_comes_in_parts_that_a_translator_can_manage(clause: str) -> None:
    text = clause * (2000 // len(clause))
    lengths = [len(piece.english) for piece in segment(text)]
    assert all(LEAST_PART - 1 <= length <= LONG for length in lengths[:-1])


def test_a_long_sentence_without_a_clause_is_left_whole_for_longer() -> None:
    text = "word " * 100 + "end."
    assert [len(piece.english) for piece in segment(text)] == [len(text)]
    assert len(text) < LONGEST
