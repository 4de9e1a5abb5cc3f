"""The gate, the slots, and the model that ships with the program."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Kind, Segment, Span, SpanStyle, Translation
from voicestream_tui.translate.contents import translate_contents
from voicestream_tui.translate.gate import has_words, is_japanese, problem_of
from voicestream_tui.translate.registry import translators
from voicestream_tui.translate.segments import ready_made, translate_segments
from voicestream_tui.translate.starter.engine import PACKAGED_MODEL, StarterTranslator
from voicestream_tui.translate.tally import Tally


def segment(english: str, *, kind: Kind = Kind.PROSE, japanese: str = "") -> Segment:
    spans, plain = [], ""
    for index, part in enumerate(english.split("`")):
        if index % 2:
            spans.append(Span(len(plain), len(plain) + len(part), SpanStyle.CODE))
        plain += part
    return Segment(1, 1, kind, plain, spans=tuple(spans), japanese=japanese)


class Scripted:
    """A translator that answers with what a function makes of the sentence."""

    name = "scripted"

    def __init__(self, answer: Callable[[str], str]) -> None:
        self._answer = answer

    def warm_up(self) -> None: ...

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self._answer(sentence) for sentence in sentences]

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("english", "japanese", "problem"),
    [
        ("The tests pass.", "テストは通ります。", ""),
        ("Yes.", "はい。", ""),
        ("The tests pass.", "", "empty"),
        ("The tests pass.", "  ", "empty"),
        ("Run it.", "テスト" * 40, "runs away"),
        ("Run it twice and look.", "はいはいはいはいはい。", "repeats itself"),
        ("Look at the log.", "ログーーーーーーーー", "repeats itself"),
        ("A bad sector of the disk.", "ディスクのターターターン。", "repeats itself"),
        ("It costs 40,000,000 yen.", "40000000円です。", ""),
        ("The tests pass on my computer.", "The tests pass.", "not Japanese"),
        ("<c0>", "<c0>", ""),
        ("GitHub Actions", "GitHub Actions", ""),
        ("Wait..............", "待って..............", ""),
        ("Run it and then look at it.", "それを run it and then look します。", "partly English"),
        ('He said "run it and then look".', "「run it and then look」と言いました。", ""),
        ("Use <c0> and then wait.", "<c0>を使ってgretgrを待ちます。", "invents words"),
        ("It timed out.", "timeoutになりました。", ""),
        ("It is on port 8080.", "ポート808080です。", "wrong figures"),
        ("It needs twenty-four hours.", "24時間かかります。", ""),
        ("When the worker starts it reads the whole configuration again.", "読む。", "too short"),
        (
            "It fell behind.",
            "仕事量が増えるため、仕事量が増えるため、の仕事量が増えるため、",
            "repeats itself",
        ),
    ],
)
def test_the_gate_names_what_is_wrong(english: str, japanese: str, problem: str) -> None:
    assert problem_of(english, japanese) == problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("はい、通ります。", True),
        ("Yes.", False),
        ("pytest を実行", True),
        ("", False),
        ("42", False),
    ],
)
def test_japanese_is_recognised(text: str, expected: bool) -> None:
    assert is_japanese(text) is expected


def test_text_without_letters_has_no_words() -> None:
    assert not has_words("42 → 43")
    assert has_words("a 42")


def test_what_needs_no_engine_is_left_as_it_is() -> None:
    notice = ready_made(segment("code", kind=Kind.CODE, japanese="コード、1 行"))
    assert notice is not None
    assert (notice.japanese, notice.engine) == ("コード、1 行", "notice")
    already = ready_made(segment("すでに日本語です。"))
    assert already is not None
    assert (already.japanese, already.engine) == ("すでに日本語です。", "none")
    assert ready_made(segment("The tests pass.")) is None


def test_code_survives_the_translation_and_is_marked_in_the_japanese() -> None:
    translator = Scripted(
        lambda sentence: sentence.replace("Run ", "").replace(".", "を実行します。")
    )
    (done,) = translate_segments(translator, [segment("Run `pytest -q`.")])
    assert "pytest -q" in done.japanese
    assert "<c" not in done.japanese
    (span,) = done.spans
    assert done.japanese[span.start : span.end] == "pytest -q"


def test_a_slot_the_engine_lost_is_named_at_the_end() -> None:
    (done,) = translate_segments(
        Scripted(lambda s: "実行します。"), [segment("Run `pytest -q` now.")]
    )
    assert done.ok
    assert done.japanese == "実行します（pytest -q）。"
    (span,) = done.spans
    assert done.japanese[span.start : span.end] == "pytest -q"


def test_garbage_shows_the_english() -> None:
    (done,) = translate_segments(Scripted(lambda s: ""), [segment("Run it now.")])
    assert (done.ok, done.japanese, done.problem) == (False, "Run it now.", "empty")


def test_wrong_figures_are_translated_again_as_slots() -> None:
    def answer(english: str) -> str:
        return "ポート<c0>です。" if "<c0>" in english else "ポート80です。"

    right = translate_segments(Scripted(answer), [segment("It is port 8080."), segment("Port 80.")])
    assert [r.japanese for r in right] == ["ポート8080です。", "ポート80です。"]
    assert right[0].spans == ()
    still_wrong = translate_segments(Scripted(lambda s: "ポート80です。"), [segment("Port 8080.")])
    assert (still_wrong[0].ok, still_wrong[0].japanese) == (False, "Port 8080.")
    lost = translate_segments(
        Scripted(lambda s: "ポートです。" if "<c0>" in s else "ポート80です。"),
        [segment("It is port 8080.")],
    )
    assert (lost[0].japanese, lost[0].spans) == ("ポートです（8080）。", ())


def counted(answer: Callable[[str], str], english: str) -> tuple[Translation, Tally]:
    tally = Tally()
    (done,) = translate_segments(Scripted(answer), [segment(english)], tally=tally)
    return done, tally


def test_a_slot_that_is_lost_is_asked_for_once_more() -> None:
    answers = iter(["実行します。", "<c0>を実行します。"])
    done, tally = counted(lambda s: next(answers), "Run `pytest -q` now.")
    assert done.japanese == "pytest -qを実行します。"
    assert (tally.retried, tally.mended) == ({"loses slots": 1}, {"loses slots": 1})
    assert not tally.fell_back
    assert not tally.repaired


def test_a_slot_that_comes_too_often_never_shows_as_a_slot() -> None:
    done, tally = counted(lambda s: "<c0>と<c0>と<c7>です。", "Run `make` now.")
    assert done.japanese == "makeとmakeとです。"
    assert tally.repaired == {"loses slots": 1}


def test_a_sentence_of_two_clauses_is_split_for_its_second_attempt() -> None:
    asked: list[str] = []

    def answer(english: str) -> str:
        asked.append(english)
        return "はい" * 9 if len(asked) == 1 else f"{len(asked)}番です。"

    done, tally = counted(answer, "The first part comes here, and the second part comes there.")
    assert asked[1:] == ["The first part comes here.", "The second part comes there."]
    assert done.japanese == "2番です。3番です。"
    assert tally.mended == {"repeats itself": 1}


def test_joined_figures_become_one_slot() -> None:
    def answer(english: str) -> str:
        return "比は<c0>、時刻は<c1>です。" if "<c1>" in english else "比は4.51です。"

    done, _ = counted(answer, "The ratio is 4.5:1 at 10:30.")
    assert done.japanese == "比は4.5:1、時刻は10:30です。"


def test_a_name_that_is_misspelt_becomes_a_slot() -> None:
    def answer(english: str) -> str:
        return "状態は<c0>にあります。" if "<c0>" in english else "状態はReddisにあります。"

    done, tally = counted(answer, "The state is kept in Redis now.")
    assert (done.japanese, done.spans) == ("状態はRedisにあります。", ())
    assert tally.mended == {"misspells names": 1}


def test_a_name_that_stays_misspelt_is_better_than_english() -> None:
    done, tally = counted(lambda s: "状態はReddisにあります。", "Redis has it.")
    assert (done.ok, done.japanese) == (True, "状態はReddisにあります。")
    assert tally.retried == {"misspells names": 1}
    assert not tally.mended


def test_an_engine_is_asked_for_its_second_search_if_it_has_one() -> None:
    class Searching(Scripted):
        def translate_again(self, sentences: Sequence[str]) -> list[str]:
            return ["見つけました。" for _ in sentences]

    (done,) = translate_segments(Searching(lambda s: ""), [segment("Found it.")])
    assert done.japanese == "見つけました。"


def test_what_is_not_quite_whole_is_marked() -> None:
    done = translate_segments(
        Scripted(lambda s: "実行します。"), [segment("Run `pytest -q` now."), segment("Run it.")]
    )
    assert [(d.ok, d.sure) for d in done] == [(True, False), (True, True)]


class Doubtful(Scripted):
    """Doubts what it has not been asked itself, and every answer with 多分."""

    def doubts(self, sentence: str, translation: str) -> bool:
        return translation != self._answer(sentence) or "多分" in translation


def test_what_an_engine_doubts_is_marked() -> None:
    doubtful = Doubtful(lambda s: "多分です。" if "Maybe" in s else "はい。")
    done = translate_segments(doubtful, [segment("Maybe."), segment("Certainly.")])
    assert [(d.ok, d.sure) for d in done] == [(True, False), (True, True)]


def test_what_is_put_together_from_two_answers_is_doubted() -> None:
    doubtful = Doubtful(lambda s: "" if ", and " in s else "はい。")
    sentence = "The first part comes here, and the second part comes there."
    (done,) = translate_segments(doubtful, [segment(sentence)])
    assert (done.japanese, done.ok, done.sure) == ("はい。はい。", True, False)


def test_what_falls_back_is_counted_by_its_last_reason() -> None:
    done, tally = counted(lambda s: "", "Run it.")
    assert not done.ok
    assert tally.fell_back == {"empty": 1}


def test_only_what_is_wrong_is_tried_again() -> None:
    asked: list[list[str]] = []

    class Noting(Scripted):
        def translate(self, sentences: Sequence[str]) -> list[str]:
            asked.append(list(sentences))
            return super().translate(sentences)

    noting = Noting(lambda s: "" if s == "Two." else "はい。")
    done = translate_segments(noting, [segment("One."), segment("Two."), segment("Last.")])
    assert asked == [["One.", "Two.", "Last."], ["Two."]]
    assert [d.ok for d in done] == [True, False, True]


def test_an_engine_that_gives_too_few_results_loses_no_sentence() -> None:
    class Short(Scripted):
        def translate(self, sentences: Sequence[str]) -> list[str]:
            return ["一つ目です。"] * (len(sentences) - 1)

    done = translate_segments(Short(str), [segment("First one."), segment("Second one.")])
    assert [d.ok for d in done] == [True, False]


@pytest.fixture(scope="module")
def starter() -> StarterTranslator:
    translator = StarterTranslator()
    translator.warm_up()
    return translator


def test_the_starter_translates_short_sentences(starter: StarterTranslator) -> None:
    (japanese,) = starter.translate(["I'll run the tests."])
    assert "テスト" in japanese
    assert "実行" in japanese


def test_the_starter_doubts_what_it_does_not_understand(starter: StarterTranslator) -> None:
    """The words of the second sentence are English, but it says nothing."""
    clear, unclear = "I'll run the tests.", "Whereupon thistle gouge awning pertain moreover lilt."
    (first, second) = starter.translate([clear, unclear])
    assert not starter.doubts(clear, first)
    assert starter.doubts(unclear, second)
    assert starter.doubts(clear, "テスト。"), "no answer of its own"


def test_the_starter_remembers_what_it_translated_last(
    starter: StarterTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicestream_tui.translate.starter.engine._REMEMBERED", 2)
    (done,) = starter.translate(["Done."])
    starter.translate(["The tests pass."])
    starter.translate(["The build is green.", "Done."])
    assert not starter.doubts("Done.", done)


def test_the_starter_keeps_slots(starter: StarterTranslator) -> None:
    (done,) = translate_segments(starter, [segment("The error comes from `src/app.py`.")])
    assert "src/app.py" in done.japanese
    assert "<c" not in done.japanese


def test_the_starter_gives_a_batch_in_order(starter: StarterTranslator) -> None:
    sentences = ["I'll run the tests.", "The file does not exist.", "Yes."]
    assert starter.translate(sentences) == [starter.translate([s])[0] for s in sentences]


def test_the_starter_survives_odd_input(starter: StarterTranslator) -> None:
    results = starter.translate(["", " ", "a" * 5000, "\u0000", "🙂", "word " * 400])
    assert len(results) == 6


def test_the_starter_can_be_closed_and_used_again(starter: StarterTranslator) -> None:
    translator = StarterTranslator()
    before = translator.translate(["Yes."])
    translator.close()
    assert translator.translate(["Yes."]) == before


@pytest.mark.parametrize("name", ["model.bin", "spm.model", "shared_vocabulary.json"])
def test_a_missing_file_of_the_model_is_named(tmp_path: Path, name: str) -> None:
    shutil.copytree(PACKAGED_MODEL, tmp_path / "model")
    (tmp_path / "model" / name).unlink()
    with pytest.raises(EngineError, match=name):
        StarterTranslator(tmp_path / "model").warm_up()


@pytest.mark.parametrize("name", ["model.bin", "spm.model", "words.npz"])
def test_a_damaged_file_of_the_model_is_an_engine_error(tmp_path: Path, name: str) -> None:
    shutil.copytree(PACKAGED_MODEL, tmp_path / "model")
    (tmp_path / "model" / name).write_bytes(b"broken")
    with pytest.raises(EngineError, match="could not be loaded"):
        StarterTranslator(tmp_path / "model").warm_up()


def test_a_model_without_a_table_of_words_translates(tmp_path: Path) -> None:
    shutil.copytree(PACKAGED_MODEL, tmp_path / "model")
    (tmp_path / "model" / "words.npz").unlink()
    translator = StarterTranslator(tmp_path / "model")
    assert translator.translate(["Yes."])[0].startswith("はい")


def test_the_registry_makes_the_starter_by_name() -> None:
    assert "starter" in translators.names()
    assert translators.make("starter", threads=1, beam=1).name == "starter"


def test_the_contents_of_a_table_are_translated_where_they_are_words() -> None:
    asked: list[str] = []

    def answer(english: str) -> str:
        asked.append(english)
        return {"Way": "方法", "Fast": "速い"}.get(english, "")

    table = Segment(1, 1, Kind.TABLE, "Way\t時間\nFast\t3\nOdd one\t", japanese="2列2行の表")
    done = translate_contents(Scripted(answer), table)
    assert done == ("方法", "時間", "速い", "3", "Odd one", "")
    assert asked[:3] == ["Way", "Fast", "Odd one"]
    assert translate_contents(Scripted(answer), segment("Text.")) == ()


def test_a_lost_number_is_asked_for_once_more_and_what_comes_is_shown_in_any_case() -> None:
    class Second(Scripted):
        def translate_again(self, sentences: Sequence[str]) -> list[str]:
            return ["3件失敗しました。" if "3" in s else "失敗しました。" for s in sentences]

    tally = Tally()
    done = translate_segments(
        Second(lambda s: "失敗しました。"),
        [segment("Then 3 fail."), segment("Then two fail.")],
        tally=tally,
    )
    assert [d.japanese for d in done] == ["3件失敗しました。", "失敗しました。"]
    assert all(d.ok for d in done)
    assert (tally.retried["loses numbers"], tally.mended["loses numbers"]) == (2, 1)
