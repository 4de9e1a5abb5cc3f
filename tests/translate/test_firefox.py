"""The engine "firefox" on a small model of the same layout, run by the real fxtranslate."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from scripts.make_test_models.firefox import MODEL, SHORTLIST, SOURCE, TARGET, make_firefox
from scripts.make_test_models.translators import words
from tests.translate.test_runtime import run
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Failed, Kind, Segment, Span, SpanStyle
from voicestream_tui.translate.base import Interruptible, SecondSearch
from voicestream_tui.translate.firefox.engine import FirefoxTranslator
from voicestream_tui.translate.firefox.model import inspect_model
from voicestream_tui.translate.firefox.process import FirefoxProcess
from voicestream_tui.translate.segments import translate_segments


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("firefox")
    make_firefox(folder / "firefox-en-ja")
    make_firefox(folder / "short", unlisted=["server"])
    return folder


@pytest.fixture(scope="module")
def engine(models: Path) -> Iterator[FirefoxTranslator]:
    engine = FirefoxTranslator(models_dir=models)
    engine.warm_up()
    yield engine
    engine.close()


@pytest.fixture
def own(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(models / "firefox-en-ja", tmp_path / "own")


def test_every_word_is_translated_and_the_sentence_ends(engine: FirefoxTranslator) -> None:
    assert engine.translate(["The tests pass.", "Open the file."]) == [
        "そのテスト合格。",
        "開くそのファイル。",
    ]
    assert engine.translate([]) == []
    assert engine.translate(["", " "]) == ["", ""]


def test_slots_come_back_in_their_places(engine: FirefoxTranslator) -> None:
    assert isinstance(engine, SecondSearch)
    for translate in (engine.translate, engine.translate_again):
        (japanese,) = translate(["Run <c0> and then open <c1>."])
        assert japanese.replace(" ", "") == "実行<c0>と次に開く<c1>。"


def test_code_of_a_segment_survives(engine: FirefoxTranslator) -> None:
    segment = Segment(1, 1, Kind.PROSE, "Run pytest -q now.", spans=(Span(4, 13, SpanStyle.CODE),))
    (done,) = translate_segments(engine, [segment])
    assert (done.ok, done.japanese, done.engine) == (True, "実行pytest -q今。", "firefox")


def test_the_form_that_the_model_spells_is_used(tmp_path: Path) -> None:
    make_firefox(tmp_path / "m", without="<>")
    engine = FirefoxTranslator(model=str(tmp_path / "m"))
    (japanese,) = engine.translate(["Run <c0> now."])
    assert japanese.replace(" ", "") == "実行<c0>今。"
    engine.close()


def test_several_sentences_go_in_one_at_a_time(engine: FirefoxTranslator) -> None:
    assert engine.split("Yes. It works.") == ["Yes.", "It works."]
    assert engine.translate(["Yes. The tests pass."]) == ["はい。そのテスト合格。"]


def test_a_sentence_that_is_too_long_is_split_and_nothing_is_lost(
    engine: FirefoxTranslator,
) -> None:
    clause = "the server reads the file and writes it again"
    (japanese,) = engine.translate([", and ".join([clause] * 60) + "."])
    expected = words("そのサーバー読むそのファイルと書くそれ再び") * 60
    assert [w for w in words(japanese) if w not in "、。と"] == [w for w in expected if w != "と"]


def test_one_endless_word_is_cut_and_not_lost(engine: FirefoxTranslator) -> None:
    (japanese,) = engine.translate(["x" * 700])
    assert japanese.count("x") == 700


def test_what_was_perhaps_cut_off_is_made_again_in_parts(
    engine: FirefoxTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    whole = FirefoxProcess.translate

    def stops_early(self: FirefoxProcess, text: str, *, full: bool = False) -> str:
        asked.append(text)
        if text.count(" ") > 3:
            return "それ" * (2 * len(text.split()) + 4)
        return whole(self, text, full=full)

    monkeypatch.setattr(FirefoxProcess, "translate", stops_early)
    (japanese,) = engine.translate(["the server stops, and the file is missing"])
    assert words(japanese.replace("、", "")) == words("そのサーバー停止とそのファイルです無い")
    assert asked[0] == "the server stops, and the file is missing"
    assert len(asked) > 2


def test_a_word_whose_translation_never_ends_has_none(
    engine: FirefoxTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FirefoxProcess, "translate", lambda self, text, full: "それ" * 300)
    assert engine.translate(["yes"]) == [""]


def test_a_second_search_weighs_what_the_shortlist_forbids(models: Path) -> None:
    engine = FirefoxTranslator(model="short", models_dir=models)
    assert "サーバー" not in engine.translate(["The server stops."])[0]
    assert engine.translate_again(["The server stops."]) == ["そのサーバー停止。"]
    engine.close()
    free = FirefoxTranslator(model="short", models_dir=models, shortlist=False)
    assert free.translate(["The server stops."]) == ["そのサーバー停止。"]
    free.close()


def test_it_says_what_it_runs_on(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = FirefoxTranslator(models_dir=models, device="cuda")
    with caplog.at_level(logging.INFO):
        engine.warm_up()
    engine.close()
    assert f"{models / 'firefox-en-ja'} runs on the processor" in caplog.text
    assert "no CUDA" in caplog.text


def test_after_its_process_has_died_the_next_sentence_gets_a_new_one(own: Path) -> None:
    engine = FirefoxTranslator(model=str(own))
    engine.warm_up()
    process = engine._process
    assert process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="has ended"):
        engine.translate(["Yes."])
    assert engine.translate(["Yes."]) == ["はい。"]
    engine.close()


def test_an_answer_that_comes_late_is_not_taken_for_another_sentence_s(own: Path) -> None:
    engine = FirefoxTranslator(model=str(own))
    engine.warm_up()
    process = engine._process
    assert process is not None
    os.kill(process._process.pid, signal.SIGSTOP)
    process._patience = 0.05
    with pytest.raises(EngineError, match="no answer"):
        engine.translate(["The tests pass."])
    assert process._process.returncode == -signal.SIGKILL
    assert engine.translate(["Yes."]) == ["はい。"]
    engine.close()


def test_a_translation_is_ended_in_the_middle(own: Path) -> None:
    engine = FirefoxTranslator(model=str(own))
    assert isinstance(engine, Interruptible)
    engine.warm_up()
    process = engine._process
    assert process is not None
    os.kill(process._process.pid, signal.SIGSTOP)
    caught: list[str] = []

    def translate() -> None:
        with pytest.raises(EngineError) as error:
            engine.translate(["Yes."])
        caught.append(error.value.message)

    waits = Thread(target=translate)
    waits.start()
    engine.interrupt()
    waits.join(20)
    assert not waits.is_alive()
    assert len(caught) == 1
    with pytest.raises(EngineError, match="was ended"):
        engine.translate(["Yes."])
    engine.close()


def test_that_no_process_can_be_started_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(own / "no-python"))
    with pytest.raises(EngineError, match="could not be started"):
        FirefoxTranslator(model=str(own)).warm_up()


def test_a_process_that_does_not_answer_is_told_and_can_be_closed(own: Path) -> None:
    files = (own / MODEL, own / SOURCE, own / TARGET, None)
    process = FirefoxProcess(files, patience=20.0)
    os.kill(process._process.pid, signal.SIGSTOP)
    process._patience = 0.05
    with pytest.raises(EngineError, match="no answer"):
        process.translate("Yes.")
    process.close()
    assert process._process.returncode == -signal.SIGKILL


def test_a_panic_of_the_package_is_an_error_and_not_shown(
    own: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (own / MODEL).write_bytes((own / MODEL).read_bytes().replace(b"l1_rnn_Wf", b"l1_rnn_Wx"))
    process = FirefoxProcess((own / MODEL, own / SOURCE, own / TARGET, None))
    with pytest.raises(EngineError, match="decoder_l1_rnn_Wf"):
        process.translate("Yes.")
    process.close()
    assert capfd.readouterr().err == ""


def test_without_the_package_the_command_that_installs_it_is_told(
    own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fxtranslate.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with pytest.raises(EngineError, match="fxtranslate") as caught:
        FirefoxTranslator(model=str(own)).warm_up()
    assert "pip install" in caught.value.hint


@pytest.mark.parametrize("name", [MODEL, SOURCE, TARGET, SHORTLIST])
@pytest.mark.parametrize("damage", ["broken", "half", "empty"])
def test_a_damaged_file_is_named(own: Path, name: str, damage: str) -> None:
    file = own / name
    whole = file.read_bytes()
    half = whole[: len(whole) // 2 + 1]
    file.write_bytes({"broken": b"\xff broken" * 9, "half": half, "empty": b""}[damage])
    with pytest.raises(EngineError) as caught:
        FirefoxTranslator(model=str(own)).translate(["Yes."])
    assert str(file) in caught.value.message
    assert "etch" in caught.value.hint


@pytest.mark.parametrize("name", [MODEL, SOURCE, TARGET, SHORTLIST])
def test_a_missing_file_is_named(own: Path, name: str) -> None:
    (own / name).rename(own / f"{name}.zst")
    with pytest.raises(EngineError, match="still packed") as caught:
        FirefoxTranslator(model=str(own)).warm_up()
    assert "zstd -d" in caught.value.hint
    (own / f"{name}.zst").unlink()
    with pytest.raises(EngineError, match=r"has no file .*\*") as caught:
        FirefoxTranslator(model=str(own)).warm_up()
    assert "models pull firefox-en-ja" in caught.value.hint


def test_files_that_do_not_belong_together_are_told(own: Path, tmp_path: Path) -> None:
    make_firefox(tmp_path / "less", without="XYZ")
    shutil.copy(own / TARGET, tmp_path / "less" / TARGET)
    with pytest.raises(EngineError, match=r"pieces, but .* knows") as caught:
        FirefoxTranslator(model=str(tmp_path / "less")).warm_up()
    assert TARGET in caught.value.message
    list_of_other = bytearray((own / SHORTLIST).read_bytes())
    list_of_other[-4:] = struct.pack("<I", 99_999)
    (own / SHORTLIST).write_bytes(bytes(list_of_other))
    with pytest.raises(EngineError, match="another vocabulary"):
        FirefoxTranslator(model=str(own)).warm_up()


def test_a_model_into_another_language_and_two_in_one_folder_are_told(own: Path) -> None:
    shutil.copy(own / MODEL, own / "model.ende.intgemm.alphas.bin")
    with pytest.raises(EngineError, match="2 files"):
        FirefoxTranslator(model=str(own)).warm_up()
    (own / MODEL).unlink()
    with pytest.raises(EngineError, match="from en into de"):
        FirefoxTranslator(model=str(own)).warm_up()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"special:model.yml", b"special:model.xml", "special:model.yml"),
        (b"encoder_l1_ffn_ffn_ln_scale", b"encoder_l1_ffn_ffn_ln_scald", "ffn_ffn_ln_scale"),
        (b"decoder_Wemb_QuantMultA", b"decoder_Wemb_QuantMultB", "QuantMultA"),
        (b"transformer-heads: 1", b"transformer-heads: 7", "7 heads"),
        (b"enc-depth: 1", b"enc-depth: 2", "encoder_l2"),
        (b"decoder_Wemb\0", b"decoder_Womb\0", "decoder_Wemb"),
    ],
)
def test_what_a_model_lacks_is_found_before_it_is_run(
    own: Path, old: bytes, new: bytes, told: str
) -> None:
    data = (own / MODEL).read_bytes()
    assert old in data
    (own / MODEL).write_bytes(data.replace(old, new))
    with pytest.raises(ValueError, match=told):
        inspect_model(own / MODEL)


def test_the_engine_is_changed_to_and_fro_while_the_program_runs(models: Path) -> None:
    with run("starter", models) as r:
        assert "firefox" in r.pipeline.translators()
        for name in ("firefox", "starter", "firefox"):
            r.pipeline.set_translator(name)
            done = r.say("The tests pass.")
            assert (done.engine, done.ok) == (name, True)
        assert done.japanese == "そのテスト合格。"
        assert r.log.of(Failed) == []


def test_a_chain_goes_on_without_its_model(tmp_path: Path) -> None:
    with run("firefox, starter", tmp_path) as r:
        assert r.say("The tests pass.").engine == "starter"
        (failed,) = r.log.of(Failed)
        assert "models pull firefox-en-ja" in failed.hint
