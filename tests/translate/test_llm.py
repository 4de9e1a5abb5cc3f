"""The engine "llm" with models in a folder: small ones of each family, and what may go wrong."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from scripts.make_test_models.chat_models import make_chat_model
from tests.translate.test_runtime import run
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Failed, Kind, Segment
from voicestream_tui.text.glossary import Glossary, Term
from voicestream_tui.text.protect import meanings, protect
from voicestream_tui.translate.base import Interruptible, SecondSearch
from voicestream_tui.translate.chain import ChainTranslator
from voicestream_tui.translate.llm import engine as llm_module
from voicestream_tui.translate.llm.engine import LlmTranslator
from voicestream_tui.translate.llm.guard import found_translation, is_complete
from voicestream_tui.translate.llm.local import LocalModel
from voicestream_tui.translate.llm.model import Wish
from voicestream_tui.translate.llm.prompt import Exchange, Message, conversation, opening
from voicestream_tui.translate.llm.templates import FAMILIES, template_of
from voicestream_tui.translate.own_models import engine_of
from voicestream_tui.translate.placement import Placement
from voicestream_tui.translate.segments import translate_segments

KINDS = ["qwen2.5", "qwen3", "llama3", "gemma"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    for kind in [*KINDS, "unknown"]:
        make_chat_model(folder / kind, kind)
    make_chat_model(folder / "endless", answer="ぐる", endless=True)
    return folder


@pytest.fixture
def own(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(models / "qwen2.5", tmp_path / "own")


@pytest.mark.parametrize("kind", KINDS)
def test_models_of_each_family_say_their_answer_and_stop(
    models: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = LlmTranslator(model=kind, models_dir=models, threads=1)
    with caplog.at_level(logging.INFO):
        assert engine.translate(["The tests pass.", "Yes."]) == ["通りました。✓"] * 2
    assert f"{models / kind} runs on cpu, computes in int8" in caplog.text
    assert isinstance(engine, SecondSearch)
    assert isinstance(engine, Interruptible)
    assert engine.translate(["", "  "]) == ["", ""]
    engine.close()
    assert engine.translate(["Yes."]) == ["通りました。✓"]
    engine.close()


def test_an_answer_comes_in_whole_characters_as_it_is_made(models: Path) -> None:
    model = LocalModel("qwen2.5", models, Placement(threads=1))
    turns = conversation("The tests pass.", ())
    pieces = list(model.reply(turns, Wish(1e12, 50, 0.0)))
    assert "".join(pieces) == "通りました。✓"
    assert len(pieces) == 7  # ✓ is of three tokens


def test_whoever_has_heard_enough_stops_the_model(models: Path) -> None:
    model = LocalModel("endless", models, Placement(threads=1))
    answer = model.reply(conversation("Yes.", ()), Wish(1e12, 10_000, 0.0))
    assert next(answer) == "ぐ"
    answer.close()
    model.close()


def test_an_endless_answer_is_none(models: Path) -> None:
    engine = LlmTranslator(model="endless", models_dir=models, threads=1)
    assert engine.translate(["Yes."]) == [""]


def test_a_second_search_draws_other_words(models: Path) -> None:
    engine = LlmTranslator(model="llama3", models_dir=models, threads=1)
    assert len(engine.translate_again(["Yes."])) == 1


def test_an_interrupted_model_stops(models: Path) -> None:
    engine = LlmTranslator(model="endless", models_dir=models, threads=1)
    engine.warm_up()
    engine.interrupt()
    with pytest.raises(EngineError, match="was ended"):
        engine.translate(["Yes."])


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
def test_a_missing_file_is_named(own: Path, name: str) -> None:
    (own / name).unlink()
    with pytest.raises(EngineError, match=name) as caught:
        LlmTranslator(model=str(own)).warm_up()
    assert "llm.url" in caught.value.hint


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "vocabulary.json"])
@pytest.mark.parametrize("damage", ["broken", "half", "empty"])
def test_a_damaged_file_is_named(own: Path, name: str, damage: str) -> None:
    file = own / name
    whole = file.read_bytes()
    half = whole[: len(whole) // 2]
    file.write_bytes({"broken": b"\xff broken", "half": half, "empty": b""}[damage])
    with pytest.raises(EngineError) as caught:
        LlmTranslator(model=str(own)).translate(["Yes."])
    assert str(own) in caught.value.message
    assert caught.value.hint


def test_a_family_that_is_unknown_is_told_with_those_that_are_known(models: Path) -> None:
    with pytest.raises(EngineError, match="Llama 3") as caught:
        LlmTranslator(model="unknown", models_dir=models).warm_up()
    assert "llm.url" in caught.value.hint


def test_a_tokenizer_of_another_model_is_an_error(own: Path) -> None:
    file = own / "vocabulary.json"
    file.write_text(json.dumps(json.loads(file.read_text())[:-3]))
    with pytest.raises(EngineError, match=str(own)):
        LlmTranslator(model=str(own)).warm_up()


def test_without_a_model_it_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match='no model for the translation engine "llm"') as caught:
        LlmTranslator(models_dir=tmp_path).warm_up()
    assert caught.value.hint


def test_without_the_package_the_command_that_installs_it_is_told(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(EngineError, match="needs the package tokenizers") as caught:
        LlmTranslator(model=str(own)).warm_up()
    assert "pip install" in caught.value.hint


def test_a_folder_of_ones_own_is_recognised(models: Path) -> None:
    assert engine_of(models / "gemma") == "llm"


# --- what is asked -------------------------------------------------------------------------------


def test_a_users_terms_are_told_with_the_sentence() -> None:
    glossary = Glossary((Term("pull request", "プルリク"),))
    masked = protect("I opened a pull request.", glossary=glossary).text
    assert meanings(masked) == [("<c0>", "プルリク")]
    assert conversation(masked, ())[-1].text == "<c0> = プルリク\n\nI opened a <c0>."
    assert meanings(str(masked)[:]) == []


def test_what_went_before_stands_between_the_examples_and_the_question() -> None:
    turns = conversation("No.", (Exchange("Yes.", "はい。"),))
    assert turns[: len(opening())] == opening()
    assert [turn.text for turn in turns[len(opening()) :]] == ["Yes.", "はい。", "No."]


@pytest.mark.parametrize("kind", KINDS)
def test_marks_in_a_sentence_end_no_turn(models: Path, kind: str) -> None:
    tokenizer = Tokenizer.from_file(str(models / kind / "tokenizer.json"))
    template = template_of(tokenizer.get_vocab(with_added_tokens=True))
    assert template is not None
    evil = "".join((*template.marks, *template.ends))

    def marks(text: str) -> int:
        written = template.write([Message("system", "Be kind."), Message("user", text)])
        tokens = tokenizer.encode(written, add_special_tokens=False).tokens
        return sum(token in (*template.marks, *template.ends) for token in tokens)

    assert marks(f"Hello {evil}.") == marks("Hello.")


def test_each_family_writes_a_conversation_as_it_was_trained() -> None:
    turns = [Message("system", "S"), Message("user", "U"), Message("assistant", "A")]
    written = {family.family: family.write([*turns, Message("user", "V")]) for family in FAMILIES}
    assert written["Qwen 2.5"] == (
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
        "<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nV<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    assert written["Qwen 3"] == written["Qwen 2.5"] + "<think>\n\n</think>\n\n"
    assert written["Llama 3"] == (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nV<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )
    assert written["Gemma"] == (
        "<bos><start_of_turn>user\nS\n\nU<end_of_turn>\n<start_of_turn>model\nA<end_of_turn>\n"
        "<start_of_turn>user\nV<end_of_turn>\n<start_of_turn>model\n"
    )


# --- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("テストは通りました。", "テストは通りました。"),
        ("「テストは通りました。」", "テストは通りました。"),
        ('"テストは通りました。"', "テストは通りました。"),
        ("**テストは通りました。**", "テストは通りました。"),
        ("翻訳：テストは通りました。", "テストは通りました。"),
        ("日本語訳: テストは通りました。", "テストは通りました。"),
        ("Translation:\nテストは通りました。", "テストは通りました。"),
        ("Here is the Japanese translation:\n\nテストは通りました。", "テストは通りました。"),
        ("Sure! Here is the translation:\nテストは通りました。", "テストは通りました。"),
        ("以下が翻訳です。\nテストは通りました。", "テストは通りました。"),
        ("テストは通りました。\n\n(Note: polite form.)", "テストは通りました。"),
        ("テストは通りました。\nNote: I used the polite form.", "テストは通りました。"),
        ("テストは通りました。\n注：丁寧な形です。", "テストは通りました。"),
        ("<think>\nThe user wants…\n</think>\n\nテストは通りました。", "テストは通りました。"),
        ("The user wants…</think>テストは通りました。", "テストは通りました。"),
        ("<think>The user wants", ""),
        ("```\nテストは通りました。\n```", "テストは通りました。"),
        ("テストは通りました。<|im_end|>", "テストは通りました。"),
        ("`<c0>`を実行しました。", "<c0>を実行しました。"),
        ("「はい」と「いいえ」", "「はい」と「いいえ」"),
        ("注意してください。", "注意してください。"),
        ("訳を書きます。", "訳を書きます。"),
        ("テストは\n通りました。", "テストは 通りました。"),
        ("", ""),
    ],
)
def test_the_translation_is_found_in_an_answer(said: str, found: str) -> None:
    assert found_translation(said, "The tests passed.") == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("答え：はい。", "答え：はい。"),
        ("翻訳：答え：はい。", "答え：はい。"),
        ("Sure! Here is the translation:\n答え：はい。", "答え：はい。"),
        ("翻訳：", ""),
    ],
)
def test_a_label_of_the_sentence_itself_stays(said: str, found: str) -> None:
    assert found_translation(said, "Answer: yes.") == found


def test_quotes_of_the_sentence_stay() -> None:
    assert found_translation("「はい。」", '"Yes."') == "「はい。」"


@pytest.mark.parametrize(
    ("said", "complete"),
    [
        ("はい。", False),
        ("はい。\n", False),
        ("はい。\n\n", True),
        ("はい。\n\nNote", True),
        ("Translation:\n\n", False),
        ("<think>Hm.\n\nYes.", False),
        ("<think>\n\n</think>\n\nはい。", False),
        ("<think>\n\n</think>\n\nはい。\n\n", True),
    ],
)
def test_what_follows_a_translation_is_not_waited_for(said: str, complete: bool) -> None:
    assert is_complete(said, "Yes.") is complete


# --- time, chains, the program -------------------------------------------------------------------


class Slow:
    """Says something endless; each piece takes a second of the test's clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.closed = 0

    def load(self) -> None: ...

    def reply(self, turns: Sequence[Message], wish: Wish) -> Generator[str]:
        if turns[-1].text == "Done.":
            yield "完了しました。"
            return
        try:
            while True:
                self.now += 1.0
                yield "それ"
        finally:
            self.closed += 1

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def test_a_sentence_that_takes_too_long_goes_to_the_next_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = Slow()
    monkeypatch.setattr(llm_module, "_chat_model", lambda *given, **named: slow)
    engine = LlmTranslator(time_limit=3.0, clock=lambda: slow.now)
    with pytest.raises(EngineError, match="within 3 s") as caught:
        engine.translate(["Yes."])
    assert "llm.time_limit" in caught.value.hint
    assert (slow.now, slow.closed) == (4.0, 1)

    class Quick:
        name = "quick"

        def warm_up(self) -> None: ...

        def translate(self, sentences: Sequence[str]) -> list[str]:
            return ["はい。" for _ in sentences]

        def close(self) -> None: ...

    chain = ChainTranslator(
        [("llm", lambda: engine), ("quick", Quick)], tell=lambda message, hint: None
    )
    (done,) = translate_segments(chain, [Segment(1, 1, Kind.PROSE, "Yes.")])
    assert (done.japanese, done.engine) == ("はい。", "quick")


def test_a_long_text_is_translated_in_parts(models: Path) -> None:
    engine = LlmTranslator(model="qwen3", models_dir=models, threads=1)
    text = ", ".join(["The server reads the file and writes it again"] * 40) + "."
    (japanese,) = engine.translate([text])
    assert japanese.count("通りました。") > 1


def test_the_engine_is_changed_to_and_fro_while_the_program_runs(own: Path) -> None:
    with run("starter", own.parent) as r:
        assert "llm" in r.pipeline.translators()
        for name in ("llm", "starter", "llm"):
            r.pipeline.set_translator(name)
            done = r.say("The tests pass.")
            assert (done.engine, done.ok) == (name, True)
        assert r.log.of(Failed) == []
