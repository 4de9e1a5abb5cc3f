"""Long sentences said as several short ones."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from voicestream_tui.text.rephrase import halves, is_ended, short_sentences

_PAIRS = Path(__file__).parents[2] / "scripts/train-starter/pairs"
_SLOT = re.compile(r"<c\d>")
_DROPPED = {
    *("and", "but", "or", "so", "yet", "which", "because", "since"),
    *("though", "although", "even", "while", "whereas"),
}
_ADDED = {"but", "so", "this", "is", "because", "however", "meanwhile"}


@pytest.mark.parametrize(
    ("sentence", "first", "second"),
    [
        pytest.param(
            "The cache is cold after a restart, and the first request has to fill it.",
            "The cache is cold after a restart.",
            "The first request has to fill it.",
            id="and, with a subject of its own",
        ),
        pytest.param(
            "I renamed the two helpers and they are private to the module now.",
            "I renamed the two helpers.",
            "They are private to the module now.",
            id="and, before a pronoun",
        ),
        pytest.param(
            "The request succeeds, but the retry that follows can't be seen in the log.",
            "The request succeeds, but the retry that follows can't be seen in the log.",
            "",
            id="too short a half",
        ),
        pytest.param(
            "The first request succeeds, but the retry can't be seen in the log.",
            "The first request succeeds.",
            "But the retry can't be seen in the log.",
            id="but",
        ),
        pytest.param(
            "The lock is never released, so the second worker will wait forever.",
            "The lock is never released.",
            "So the second worker will wait forever.",
            id="so",
        ),
        pytest.param(
            "It reads every row into memory, which takes 20 seconds on a laptop.",
            "It reads every row into memory.",
            "This takes 20 seconds on a laptop.",
            id="which",
        ),
        pytest.param(
            "I left the old table in place because the importer is still writing to it.",
            "I left the old table in place.",
            "This is because the importer is still writing to it.",
            id="because",
        ),
        pytest.param(
            "I'd merge it as it stands, although the tests aren't complete yet.",
            "I'd merge it as it stands.",
            "However, the tests aren't complete yet.",
            id="although",
        ),
        pytest.param(
            "The parser keeps all comments, whereas the printer drops those at the end.",
            "The parser keeps all comments.",
            "Meanwhile, the printer drops those at the end.",
            id="whereas",
        ),
        pytest.param(
            "The build is green again; the warning about <c0> is still there, though.",
            "The build is green again.",
            "The warning about <c0> is still there, though.",
            id="semicolon",
        ),
        pytest.param(
            "There is one thing left to decide: whether the old name stays as an alias.",
            "There is one thing left to decide.",
            "Whether the old name stays as an alias.",
            id="colon",
        ),
        pytest.param(
            "If the second attempt fails as well, the job is put back into the queue.",
            "If the second attempt fails as well",
            "The job is put back into the queue.",
            id="a clause that leads",
        ),
        pytest.param(
            "Should I delete the three old files, or do you still need them for the demo?",
            "Should I delete the three old files?",
            "Do you still need them for the demo?",
            id="a question",
        ),
        pytest.param(
            "The three modules that nobody calls, <c0> and its tests, can be deleted.",
            "The three modules that nobody calls.",
            "<c0> and its tests, can be deleted.",
            id="nothing but commas",
        ),
    ],
)
def test_a_sentence_is_split_in_two(sentence: str, first: str, second: str) -> None:
    assert halves(sentence) == ((first, second) if second else None)


@pytest.mark.parametrize(
    "sentence",
    [
        "It printed (the first time, and the second time as well) nothing but zeros.",
        'The user wrote "it works, but it takes far too long for me" in the report.',
        "The tests pass on my side without any change to the configuration.",
        "You and I wrote so many lines of it that nobody else dares to touch them.",
        "",
    ],
)
def test_what_belongs_together_is_not_split(sentence: str) -> None:
    assert halves(sentence) is None
    assert short_sentences(sentence, 3) == (sentence,)


def test_a_long_sentence_is_split_until_its_parts_are_short() -> None:
    sentence = (
        "When the runner starts on a cold cache, it downloads all packages again, which takes four"
        " minutes, so the job hits its limit before the tests have run, but nobody has noticed yet."
    )
    assert short_sentences(sentence, 12) == (
        "When the runner starts on a cold cache",
        "It downloads all packages again, which takes four minutes.",
        "So the job hits its limit before the tests have run.",
        "But nobody has noticed yet.",
    )


def test_a_short_sentence_stays_as_it_is() -> None:
    assert short_sentences("It failed twice, but it passed in the end.", 20) == (
        "It failed twice, but it passed in the end.",
    )


def _english(name: str) -> list[str]:
    with (_PAIRS / name).open(encoding="utf-8") as file:
        return [row[0] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.mark.parametrize("name", ["reasoning.tsv", "world.tsv"])
def test_nothing_is_lost_but_conjunctions(name: str) -> None:
    split = 0
    for sentence in _english(name)[::5]:
        parts = short_sentences(sentence, 12)
        split += len(parts) > 1
        words = [w for part in parts for w in re.findall(r"[\w'<>]+", part.lower())]
        for word in re.findall(r"[\w'<>]+", sentence.lower()):
            assert word in words or word in _DROPPED, (sentence, parts)
        added = [w for w in words if w not in sentence.lower()]
        assert set(added) <= _ADDED, (sentence, parts)
        assert sorted(_SLOT.findall(sentence)) == sorted(_SLOT.findall(" ".join(parts)))
        assert is_ended(parts[-1]) or len(parts) == 1
    assert split > 200
