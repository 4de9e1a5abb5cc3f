"""Piper voices: small models of the real form, spoken for real."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import onnxruntime
import pytest

from scripts.make_test_models.voices import make_voice
from voicestream_tui import onnx_runtime, voice_commands
from voicestream_tui.config import Settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, Voice
from voicestream_tui.speak.onnx import session as onnx_session
from voicestream_tui.speak.piper.engine import PiperSpeaker
from voicestream_tui.speak.piper.model import PiperModel, Scales
from voicestream_tui.speak.piper.phonemes import Phonemes
from voicestream_tui.speak.piper.voices import config_path, read_config

TEXT = "今日は、リトライの処理を確認しました。明日も続けます。"
IDS = [1, 0, *(number for k in range(14, 74) for number in (k, 0)), 2]
STILL = Scales(noise=0.0, length=1.5, width=0.0)
"""No noise: the same sound each time."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three voices; nothing in it may be changed."""
    made = tmp_path_factory.mktemp("voices")
    make_voice(made / "one")
    make_voice(made / "two", "ja_JP-duo-medium", speakers=("female", "male"), seed=2)
    make_voice(made / "en", "en_US-other-low", phonemes="espeak", licence="See URL", seed=3)
    return made


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def make(folder: Path, cache: Path) -> Iterator[Callable[..., PiperSpeaker]]:
    made: list[PiperSpeaker] = []

    def maker(voices: Path = folder, cache: Path = cache, **options: object) -> PiperSpeaker:
        speaker = PiperSpeaker(voices, cache_dir=cache, **options)  # type: ignore[arg-type]
        made.append(speaker)
        return speaker

    yield maker
    for speaker in made:
        speaker.close()


def named(speaker: PiperSpeaker, name: str) -> Voice:
    return next(voice for voice in speaker.voices() if voice.id == name)


def spoken(speaker: PiperSpeaker, voice: Voice, text: str = TEXT) -> Samples:
    return np.concatenate([chunk.samples for chunk in speaker.speak(text, voice)])


def whole(path: Path, scales: Scales, speaker: int = 0) -> Samples:
    """The sound that the model itself gives, without any cut."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    fed = {
        "input": np.array([IDS]),
        "input_lengths": np.array([len(IDS)]),
        "scales": np.array([scales.noise, scales.length, scales.width], np.float32),
        "sid": np.array([speaker]),
    }
    wanted = {value.name for value in session.get_inputs()}
    made = session.run(None, {name: value for name, value in fed.items() if name in wanted})[0]
    return np.asarray(made, np.float32).reshape(-1)


def test_japanese_voices_come_first_and_tell_their_licence(
    make: Callable[..., PiperSpeaker],
) -> None:
    voices = make().voices()
    assert [voice.id for voice in voices] == [
        "ja_JP-small-medium",
        "ja_JP-duo-medium",
        "en_US-other-low",
    ]
    assert [voice.language for voice in voices] == ["ja", "ja", "en"]
    assert voices[0].name == "Small (medium)"
    assert voices[0].licence == "CC0"
    assert voices[2].licence == "see https://example.org/other/"
    assert not any(voice.problem for voice in voices)


def test_a_text_is_spoken_in_pieces_that_cover_it(make: Callable[..., PiperSpeaker]) -> None:
    speaker = make()
    chunks = list(speaker.speak(TEXT, speaker.voices()[0]))
    assert len(chunks) > 2
    assert chunks[0].start == 0
    assert chunks[-1].end == pytest.approx(1)
    assert all(a.end == b.start and b.start < b.end for a, b in pairwise(chunks))
    for chunk in chunks:
        assert chunk.sample_rate == 22_050
        assert chunk.samples.dtype == np.float32
        assert chunk.samples.ndim == 1
        assert np.abs(chunk.samples).max() <= 1
    assert np.abs(chunks[0].samples).max() > 0.05


@pytest.mark.parametrize("text", ["", " ", "。、", "\x00\ud800", "…"])
def test_nothing_to_say_makes_no_sound(make: Callable[..., PiperSpeaker], text: str) -> None:
    speaker = make()
    assert list(speaker.speak(text, speaker.voices()[0])) == []


@pytest.mark.parametrize(
    ("name", "speaker"), [("one/ja_JP-small-medium", 0), ("two/ja_JP-duo-medium", 1)]
)
def test_joined_pieces_are_the_whole(folder: Path, cache: Path, name: str, speaker: int) -> None:
    path = folder / f"{name}.onnx"
    model = PiperModel(path, 22_050, "cpu", cache)
    assert model.streams
    pieces = [samples for samples, _ in model.sound(IDS, STILL, speaker)]
    expected = whole(path, STILL, speaker)
    assert len(pieces) > 2
    assert len(pieces[0]) < 0.35 * 22_050 < len(pieces[1])
    joined = np.concatenate(pieces)
    assert joined.shape == expected.shape
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(joined, expected, atol=1e-3)


@pytest.mark.parametrize("part", [0, 1])
def test_less_around_a_piece_would_be_heard(folder: Path, part: int) -> None:
    """The margin that is computed is needed, so that the comparison above can fail."""
    path = folder / "one" / "ja_JP-small-medium.onnx"
    model = PiperModel(path, 22_050, "cpu", None)
    runner = model._stages[part]
    runner.stage = replace(runner.stage, margin=1)
    joined = np.concatenate([samples for samples, _ in model.sound(IDS, STILL, 0)])
    assert np.abs(joined - whole(path, STILL)).max() > 1e-3


def test_the_phonemes_are_those_of_piper(folder: Path) -> None:
    path = folder / "one" / "ja_JP-small-medium.onnx"
    maker = Phonemes(read_config(config_path(path)), path)
    ((phonemes, ids),) = maker.sentences("橋です。")
    assert "".join(phonemes) == "ha↑ɕi↓desɯ."
    assert ids[:4] == [1, 0, 20, 0]
    assert ids[-1] == 2
    assert len(ids) == 2 * len(phonemes) + 3


def test_other_languages_have_the_phonemes_of_espeak(make: Callable[..., PiperSpeaker]) -> None:
    speaker = make()
    assert len(spoken(speaker, named(speaker, "en_US-other-low"), "The tests pass.")) > 5_000


def test_voices_change_at_runtime(make: Callable[..., PiperSpeaker]) -> None:
    speaker = make(noise_scale=0.0, noise_w=0.0)
    one, two, other = speaker.voices()
    first = spoken(speaker, one)
    assert not np.array_equal(first, spoken(speaker, two)[: len(first)])
    spoken(speaker, other, "Yes.")
    np.testing.assert_allclose(spoken(speaker, one), first, atol=1e-6)


def test_a_voice_with_several_speakers_uses_the_one_asked_for(
    make: Callable[..., PiperSpeaker],
) -> None:
    sounds = []
    for wanted in ("", "female", "male", "1"):
        speaker = make(speaker=wanted, noise_scale=0.0, noise_w=0.0)
        sounds.append(spoken(speaker, named(speaker, "ja_JP-duo-medium"), "はい。"))
    assert np.array_equal(sounds[0], sounds[1])
    assert np.array_equal(sounds[2], sounds[3])
    assert not np.array_equal(sounds[1], sounds[2])


@pytest.mark.parametrize("wanted", ["nobody", "2", "-1"])
def test_an_unknown_speaker_is_an_error_that_lists_them(
    make: Callable[..., PiperSpeaker], wanted: str
) -> None:
    speaker = make(speaker=wanted)
    with pytest.raises(EngineError) as error:
        speaker.warm_up(named(speaker, "ja_JP-duo-medium"))
    assert f'piper.speaker is "{wanted}"' in error.value.message
    assert "female, male" in error.value.hint


def test_the_length_can_be_set(make: Callable[..., PiperSpeaker]) -> None:
    lengths = []
    for scale in (0.0, 1.0, 2.0):
        speaker = make(length_scale=scale, noise_scale=0.0, noise_w=0.0)
        lengths.append(len(spoken(speaker, speaker.voices()[0])))
    assert lengths[0] == lengths[1]
    assert lengths[2] > 1.3 * lengths[1]


def test_the_processor_is_what_the_session_says(
    make: Callable[..., PiperSpeaker], caplog: pytest.LogCaptureFixture
) -> None:
    speaker = make()
    assert speaker.runs_on().startswith("CPU (ONNX Runtime ")
    with caplog.at_level(logging.INFO):
        speaker.warm_up(speaker.voices()[0])
    assert speaker.runs_on() == "CPU"
    assert "piper:ja_JP-small-medium speaks on CPU, in pieces" in caplog.text


def test_cuda_that_is_not_there_is_an_error(make: Callable[..., PiperSpeaker]) -> None:
    if onnx_session.CUDA in onnxruntime.get_available_providers():
        pytest.skip("this ONNX Runtime is built for CUDA")
    speaker = make(device="cuda")
    with pytest.raises(EngineError, match="is built without CUDA") as error:
        speaker.warm_up(speaker.voices()[0])
    assert "onnxruntime-gpu" in error.value.hint


class FallingBack:
    """An ONNX Runtime for CUDA on a machine where CUDA can't be started."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.runtime = SimpleNamespace(
            __version__="1.0",
            SessionOptions=onnxruntime.SessionOptions,
            InferenceSession=self.session,
            get_available_providers=lambda: [onnx_session.CUDA, onnx_session.CPU],
        )

    def session(self, source: str | bytes, options: object, providers: list[object]) -> object:
        self.asked = providers
        return onnxruntime.InferenceSession(source, options, providers=[onnx_session.CPU])


def test_no_fallback_to_the_cpu_is_silent(
    make: Callable[..., PiperSpeaker],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fake = FallingBack()
    monkeypatch.setattr(onnx_session, "runtime", lambda: fake.runtime)
    speaker = make(device="cuda:1")
    with pytest.raises(EngineError, match="could not start CUDA"):
        speaker.warm_up(speaker.voices()[0])
    cuda = (onnx_session.CUDA, {"cudnn_conv_algo_search": "HEURISTIC", "device_id": "1"})
    assert fake.asked == [cuda, onnx_session.CPU]
    speaker = make(device="auto")
    assert "CUDA is installed but could not be started" in speaker.runs_on()
    speaker.warm_up(speaker.voices()[0])
    assert speaker.runs_on() == "CPU"
    assert "CUDA is installed but could not be started" in caplog.text


def test_without_onnx_runtime_it_says_what_to_install(
    make: Callable[..., PiperSpeaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(onnx_runtime, "import_module", missing)
    speaker = make()
    assert len(speaker.voices()) == 3
    with pytest.raises(EngineError, match="ONNX Runtime can't be loaded") as error:
        speaker.warm_up(speaker.voices()[0])
    assert "--extra piper" in error.value.hint


def damaged(folder: Path, damage: Callable[[Path], object]) -> Path:
    path = make_voice(folder)
    damage(path)
    return path


def described(change: Callable[[dict[str, object]], object]) -> Callable[[Path], object]:
    def damage(path: Path) -> object:
        said = json.loads(config_path(path).read_text())
        change(said)
        return config_path(path).write_text(json.dumps(said))

    return damage


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no json": (lambda path: config_path(path).unlink(), ".onnx.json is missing"),
    "no model": (lambda path: path.unlink(), "medium.onnx is missing"),
    "empty model": (lambda path: path.write_bytes(b""), "it is empty"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-1]), "it ends too early"),
    "a page": (lambda path: path.write_bytes(b"<!DOCTYPE html><p>404"), "it is a text"),
    "a pointer": (lambda path: path.write_bytes(b"version https://git-lfs.x/1"), "Git LFS"),
    "noise": (lambda path: path.write_bytes(b"\xff\xf3" * 900), "it is no ONNX model"),
    "no JSON": (lambda path: config_path(path).write_text("{"), "is no JSON of a voice"),
    "other JSON": (lambda path: config_path(path).write_text("[1]"), "not the description"),
    "not UTF-8": (lambda path: config_path(path).write_bytes(b"\xff{}"), "is no JSON"),
    "no rate": (described(lambda said: said.pop("audio")), "'audio' is missing"),
    "bad rate": (described(lambda said: said["audio"].update(sample_rate=0)), "positive"),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_broken_voice_is_listed_as_such_and_refused(
    make: Callable[..., PiperSpeaker], tmp_path: Path, name: str
) -> None:
    damage, said = DAMAGES[name]
    path = damaged(tmp_path, damage)
    make_voice(tmp_path / "good", "en_US-good-low", phonemes="espeak")
    speaker = make(tmp_path)
    good, broken = speaker.voices()
    assert not good.problem
    assert said in broken.problem
    assert path.stem in broken.problem
    with pytest.raises(EngineError, match=path.stem) as error:
        speaker.warm_up(broken)
    assert "Download" in error.value.hint


def test_a_wrong_byte_is_told_when_the_voice_is_loaded(
    make: Callable[..., PiperSpeaker], tmp_path: Path
) -> None:
    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[40:2000] = b"\xff" * 1960
        path.write_bytes(content)

    path = damaged(tmp_path, spoil)
    speaker = make(tmp_path)
    with pytest.raises(EngineError) as error:
        speaker.warm_up(speaker.voices()[0])
    assert str(path) in error.value.message
    assert "again" in error.value.hint


def test_a_description_of_another_voice_is_told(
    make: Callable[..., PiperSpeaker], tmp_path: Path
) -> None:
    damage = described(lambda said: said["phoneme_id_map"].update({"a": [9_999]}))  # type: ignore[attr-defined]
    path = damaged(tmp_path, damage)
    speaker = make(tmp_path)
    with pytest.raises(EngineError, match="failed") as error:
        spoken(speaker, speaker.voices()[0], "あ。")
    assert str(path) in error.value.message
    assert "belong together" in error.value.hint


def test_phonemes_that_nobody_knows_are_told(
    make: Callable[..., PiperSpeaker], tmp_path: Path
) -> None:
    damaged(tmp_path, described(lambda said: said.update(phoneme_type="klingon")))
    speaker = make(tmp_path)
    with pytest.raises(EngineError, match="klingon") as error:
        speaker.warm_up(speaker.voices()[0])
    assert "--upgrade piper-tts" in error.value.hint


def test_models_of_other_engines_are_left_alone(
    make: Callable[..., PiperSpeaker], tmp_path: Path
) -> None:
    (tmp_path / "kokoro").mkdir()
    (tmp_path / "kokoro" / "model.onnx").write_bytes(b"")
    assert make(tmp_path).voices() == []
    assert make(tmp_path / "missing").voices() == []


def test_the_parts_are_kept_and_made_anew_with_a_new_file(tmp_path: Path) -> None:
    path = make_voice(tmp_path / "voice")
    cache = tmp_path / "cache"
    PiperModel(path, 22_050, "cpu", cache)
    (kept,) = cache.iterdir()
    names = {"about.json", "part0.onnx", "part1.onnx", "part2.onnx"}
    assert {file.name for file in kept.iterdir()} == names
    before = (kept / "part2.onnx").stat().st_mtime_ns
    PiperModel(path, 22_050, "cpu", cache)
    assert (kept / "part2.onnx").stat().st_mtime_ns == before
    make_voice(tmp_path / "voice", seed=7)
    model = PiperModel(path, 22_050, "cpu", cache)
    joined = np.concatenate([samples for samples, _ in model.sound(IDS, STILL, 0)])
    np.testing.assert_allclose(joined, whole(path, STILL), atol=1e-3)


@pytest.mark.parametrize("content", ["", "[]", '{"made_of": 1}'])
def test_a_spoilt_cache_is_made_anew(tmp_path: Path, content: str) -> None:
    path = make_voice(tmp_path / "voice")
    PiperModel(path, 22_050, "cpu", tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    (kept / "about.json").write_text(content)
    (kept / "part2.onnx").write_bytes(b"")
    assert PiperModel(path, 22_050, "cpu", tmp_path / "cache").streams
    assert (kept / "part2.onnx").stat().st_size > 0


def test_a_cache_that_can_not_be_written_is_gone_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_voice(tmp_path / "voice")
    (tmp_path / "cache").write_text("a file")
    assert PiperModel(path, 22_050, "cpu", tmp_path / "cache").streams
    assert "can't be kept" in caplog.text


def test_without_the_package_onnx_a_sentence_is_made_as_a_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    path = folder / "one" / "ja_JP-small-medium.onnx"
    model = PiperModel(path, 22_050, "cpu", None)
    assert not model.streams
    ((samples, share),) = model.sound(IDS, STILL, 0)
    assert share == 1
    np.testing.assert_allclose(samples, whole(path, STILL), atol=1e-6)
    assert caplog.text.count('the package "onnx" is missing') == 1


def changed(path: Path, change: Callable[[onnx.NodeProto], None]) -> None:
    model = onnx.load(path)
    for node in model.graph.node:
        change(node)
    onnx.save(model, path)


def test_a_decoder_of_unknown_form_is_run_as_a_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def soften(node: onnx.NodeProto) -> None:
        if node.op_type == "Tanh" and "Conv" in node.input[0]:
            node.op_type = "Softmax"

    path = make_voice(tmp_path)
    changed(path, soften)
    model = PiperModel(path, 22_050, "cpu", None)
    assert not model.streams
    assert "there is Softmax over time" in caplog.text
    assert len(list(model.sound(IDS, STILL, 0))) == 1


def test_a_flow_of_unknown_form_is_run_with_the_encoder(tmp_path: Path) -> None:
    def soften(node: onnx.NodeProto) -> None:
        if node.op_type == "Sigmoid":
            node.op_type = "Softmax"

    path = make_voice(tmp_path)
    changed(path, soften)
    model = PiperModel(path, 22_050, "cpu", None)
    assert model.streams
    assert len(model._stages) == 1
    joined = np.concatenate([samples for samples, _ in model.sound(IDS, STILL, 0)])
    np.testing.assert_allclose(joined, whole(path, STILL), atol=1e-3)


def test_the_list_of_voices_tells_broken_ones_and_the_processor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_voice(tmp_path / "good")
    make_voice(tmp_path / "bad", "ja_JP-bad-medium").write_bytes(b"")
    settings = Settings.model_validate({"tts": {"engine": "piper", "voices_dir": str(tmp_path)}})
    assert voice_commands.list_voices(settings) == 0
    lines = capsys.readouterr().out.splitlines()
    good = next(n for n, line in enumerate(lines) if "small" in line)
    bad = next(n for n, line in enumerate(lines) if "BROKEN" in line)
    assert lines[good].startswith("* piper:ja_JP-small-medium")
    assert lines[good].endswith("ja, 22.05 kHz")
    assert lines[good + 1].strip() == "CC0"
    assert lines[bad - 1].startswith("! piper:ja_JP-bad-medium")
    assert "it is empty" in lines[bad]
    assert any(line.startswith("  piper: C") and "ONNX Runtime" in line for line in lines)
