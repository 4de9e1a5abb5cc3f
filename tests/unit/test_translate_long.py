"""The starter model and long sentences: as a whole, or put together from short ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voicestream_tui.text.rephrase import short_sentences
from voicestream_tui.translate.choice import loss_of
from voicestream_tui.translate.parts import joined
from voicestream_tui.translate.starter import engine as starter
from voicestream_tui.translate.starter.candidates import Candidate, lead_on
from voicestream_tui.translate.starter.engine import StarterTranslator

LONG = """
The retry runs inside the transaction, so the second attempt sees the rows of the first one, and\
 the unique index rejects all of them.
I left <c0> as it is, because three other services import it, although none of them calls the \
function that you asked me to change.
If you run the migration before the new version is deployed, the old workers will fail, but they \
will pick up their jobs again as soon as they are restarted.
The profiler shows that 80% of the time goes into <c0>, which parses the same file 12 times, while\
 the rendering itself takes less than 40 ms.
When the connection is lost in the middle of an upload, the client starts from the beginning, which\
 is fine for small files but takes minutes for a large one.
The two tests that failed on Tuesday pass again now; I couldn't find out why, and I would rather \
look at the logs of the machine than run them until they fail.
The harbour was built in 1870, when the railway reached the coast, and it remained the largest of\
 the region until the war, after which most of the ships went elsewhere.
We could keep both tables and copy the changes with a trigger, or we could stop writing for an hour\
 and move everything at once, which I would prefer.
""".strip().splitlines()


MIDDLING = """
Hiding a link doesn't protect the page, because everybody can type its address.
The watcher is stopped before the build begins, and it is started again when the build is done.
If you rename the column first, the old workers fail; I would add a second one.
I closed the file, so the lock is free again, but the other process has not noticed it.
The first run takes a minute because nothing is cached, whereas all later ones take two seconds.
""".strip().splitlines()


@pytest.fixture(scope="module")
def model() -> StarterTranslator:
    return StarterTranslator(threads=1)


def assert_the_better_is_taken(
    sentences: Sequence[str], taken: list[str], whole: list[str], together: list[str]
) -> None:
    for sentence, *three in zip(sentences, taken, whole, together, strict=True):
        assert three[0] in three[1:]
        losses = [loss_of(sentence, japanese) for japanese in three]
        assert losses[0] == min(losses), three
    assert any(t == p != w for t, w, p in zip(taken, whole, together, strict=True))


def test_the_better_of_both_is_taken(
    model: StarterTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starter, "_DOUBT", -100.0)
    parts = [short_sentences(sentence, starter._SHORT) for sentence in LONG]
    assert all(len(some) > 1 for some in parts)
    taken = model.translate(LONG)
    together = [joined(some, model.translate(some)) for some in parts]
    monkeypatch.setattr(starter, "_SHORT", 1000)
    whole = model.translate(LONG)
    assert_the_better_is_taken(LONG, taken, whole, together)


def test_what_is_doubted_may_be_put_together_from_shorter_parts(
    model: StarterTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [short_sentences(sentence, starter._SHORTER) for sentence in MIDDLING]
    assert all(len(some) > 1 for some in parts)
    assert all(len(sentence.split()) <= starter._SHORT for sentence in MIDDLING)
    monkeypatch.setattr(starter, "_DOUBT", -100.0)
    whole = model.translate(MIDDLING)
    together = [joined(some, model.translate(some)) for some in parts]
    monkeypatch.setattr(starter, "_DOUBT", 100.0)
    taken = model.translate(MIDDLING)
    assert_the_better_is_taken(MIDDLING, taken, whole, together)


def test_a_long_sentence_that_has_no_parts_is_translated_as_it_is(
    model: StarterTranslator,
) -> None:
    sentence = "word " * 40
    assert short_sentences(sentence, starter._SHORT) == (sentence,)
    assert len(model.translate([sentence])) == 1
    assert model.translate([]) == []


@pytest.mark.parametrize(
    ("first", "second", "leads"),
    [
        ("また失敗すると。", "停止します。", True),
        ("また失敗した場合", "停止します。", True),
        ("また失敗します。", "停止します。", False),
        ("また失敗しました", "停止します。", False),
    ],
)
def test_a_clause_that_became_a_statement_leads_into_nothing(
    first: str, second: str, *, leads: bool
) -> None:
    translations = [Candidate(text, (), 0.0) for text in (first, second)]
    assert lead_on(("If it fails again", "It stops."), translations) is leads
    assert lead_on(("It fails again.", "It stops."), translations)
