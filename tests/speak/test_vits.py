"""VITS voices of Coqui and ESPnet: small models of the real form and layout, spoken for real."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from scripts.make_test_models.vits_files import make_coqui, make_espnet
from scripts.make_test_models.voices import make_voice
from voicestream_tui.assembly import make_speaker
from voicestream_tui.config import Settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, Voice
from voicestream_tui.speak.base import LoadsVoices, SaysPhonemes, SpeaksFiles, TellsProcessor
from voicestream_tui.speak.onnx import session as onnx_session
from voicestream_tui.speak.vits.engine import VitsSpeaker
from voicestream_tui.speak.vits.model import Manner, VitsModel
from voicestream_tui.speak.voice_files import VoiceFile, find_voice, recognise

TEXT = "今日は、リトライの処理を確認しました。明日も続けます。"
IDS = [*range(1, 33)] * 4
STILL = Manner(noise=0.0, length=1.5, width=0.0)
"""No noise: the same sound each time."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Voices of both families; nothing in it may be changed."""
    made = tmp_path_factory.mktemp("voices")
    make_coqui(made / "coqui_one")
    make_coqui(made / "coqui-two", speakers=("haru", "aki"), languages=("en", "ja-jp"), seed=2)
    make_espnet(made / "espnet-one")
    make_espnet(made / "espnet-two", speakers=2, trained=True, seed=2)
    (made / "espnet-one/LICENSE").write_text("CC BY 4.0", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """The same voices, to be broken."""
    return Path(shutil.copytree(folder, tmp_path / "voices"))


@pytest.fixture
def make(folder: Path, cache: Path) -> Iterator[Callable[..., VitsSpeaker]]:
    made: list[VitsSpeaker] = []

    def maker(voices: Path = folder, **options: object) -> VitsSpeaker:
        speaker = VitsSpeaker(voices, cache_dir=cache, **options)  # type: ignore[arg-type]
        made.append(speaker)
        return speaker

    yield maker
    for speaker in made:
        speaker.close()


def named(speaker: VitsSpeaker, name: str) -> Voice:
    return next(voice for voice in speaker.voices() if voice.id == name)


def spoken(speaker: VitsSpeaker, voice: Voice, text: str = TEXT) -> Samples:
    return np.concatenate([chunk.samples for chunk in speaker.speak(text, voice)])


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def without_noise(path: Path) -> None:
    """ESPnet's scales are in the graph: make them zero there."""
    model = onnx.load(path)
    for weight in model.graph.initializer:
        values = onnx.numpy_helper.to_array(weight)
        if values.shape == () and float(values) in (np.float32(0.667), np.float32(0.8)):
            zero = np.zeros((), np.float32)
            weight.CopyFrom(onnx.numpy_helper.from_array(zero, weight.name))
    onnx.save(model, path)


def whole(path: Path, fed: Mapping[str, object]) -> Samples:
    """The sound that the model itself gives, without any cut."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    wanted = {value.name for value in session.get_inputs()}
    made = session.run(None, {name: value for name, value in fed.items() if name in wanted})[0]
    return np.asarray(made, np.float32).reshape(-1)


def test_voices_are_folders_and_tell_language_and_licence(
    make: Callable[..., VitsSpeaker],
) -> None:
    voices = {voice.id: voice for voice in make().voices()}
    assert sorted(voices) == ["coqui-two", "coqui_one", "espnet-one", "espnet-two"]
    assert {voice.language for voice in voices.values()} == {"ja"}
    assert voices["coqui_one"].name == "coqui one"
    assert voices["espnet-one"].licence == "see LICENSE in its folder"
    assert voices["espnet-one"].path is not None
    assert voices["espnet-one"].path.parts[-2:] == ("full", "vits.onnx")
    assert not any(voice.problem for voice in voices.values())


def test_listing_voices_loads_no_model(own: Path, make: Callable[..., VitsSpeaker]) -> None:
    for model in own.rglob("*.onnx"):
        with model.open("r+b") as file:
            file.seek(2000)
            file.write(bytes(1000))
    assert len(make(own).voices()) == 4


@pytest.mark.parametrize("name", ["coqui_one", "coqui-two", "espnet-one", "espnet-two"])
def test_a_text_is_spoken_in_pieces_that_cover_it(
    make: Callable[..., VitsSpeaker], name: str
) -> None:
    speaker = make()
    chunks = list(speaker.speak(TEXT, named(speaker, name)))
    assert len(chunks) > 2
    assert chunks[0].start == 0
    assert chunks[-1].end == pytest.approx(1)
    assert all(a.end == b.start and b.start < b.end for a, b in pairwise(chunks))
    for chunk in chunks:
        assert chunk.sample_rate == (44_100 if name == "espnet-two" else 22_050)
        assert chunk.samples.dtype == np.float32
        assert chunk.samples.ndim == 1
        assert np.abs(chunk.samples).max() <= 1
    assert np.abs(np.concatenate([chunk.samples for chunk in chunks])).max() > 0.05


@pytest.mark.parametrize("text", ["", " ", "。、", "\x00\ud800", "…"])
@pytest.mark.parametrize("name", ["coqui_one", "espnet-one"])
def test_nothing_to_say_makes_no_sound(
    make: Callable[..., VitsSpeaker], name: str, text: str
) -> None:
    speaker = make()
    assert list(speaker.speak(text, named(speaker, name))) == []


def test_joined_pieces_of_coqui_are_the_whole(folder: Path, cache: Path) -> None:
    path = folder / "coqui-two/coqui_vits.onnx"
    model = VitsModel(path, "coqui", 22_050, "cpu", cache)
    assert model.streams
    manner = Manner(0.0, 1.5, 0.0, speaker=1, language=1)
    pieces = [samples for samples, _ in model.sound(IDS, manner)]
    expected = whole(
        path,
        {
            "input": np.array([IDS]),
            "input_lengths": np.array([len(IDS)]),
            "scales": np.array([0.0, 1.5, 0.0], np.float32),
            "sid": np.array([1]),
            "langid": np.array([1]),
        },
    )
    assert len(pieces) > 2
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(np.concatenate(pieces), expected, atol=1e-3)


def test_joined_pieces_of_espnet_are_the_whole(own: Path) -> None:
    path = own / "espnet-two/vits.onnx"
    without_noise(path)
    model = VitsModel(path, "espnet", 22_050, "cpu", None)
    assert model.streams
    assert not model.has_scales
    ids = IDS[:100]
    pieces = [samples for samples, _ in model.sound(ids, Manner(0, 1, 0, speaker=1))]
    expected = whole(path, {"text": np.array(ids), "feats": np.array([1])})
    assert len(pieces) > 2
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(np.concatenate(pieces), expected, atol=1e-3)


@pytest.mark.parametrize("name", ["espnet-one", "espnet-two"])
def test_a_text_that_is_too_long_for_espnet_is_spoken_in_parts(
    make: Callable[..., VitsSpeaker], name: str
) -> None:
    speaker = make()
    long = "今日はリトライの処理を確認しましたので、明日も同じ処理を続けて、" * 5
    voice = named(speaker, name)
    chunks = list(speaker.speak(long, voice))
    frames = sum(len(chunk.samples) for chunk in chunks) / 256
    assert frames > 512
    assert chunks[-1].end == pytest.approx(1)
    assert all(a.end == b.start and b.start < b.end for a, b in pairwise(chunks))


def test_an_end_that_the_model_leaves_out_is_noticed(
    own: Path, make: Callable[..., VitsSpeaker]
) -> None:
    path = own / "espnet-one/full/vits.onnx"
    without_noise(path)
    model = onnx.load(path)
    limit = onnx.numpy_helper.from_array(np.array([40]), "limit")
    model.graph.initializer.append(limit)
    last = [node for node in model.graph.node if node.op_type == "Slice"]
    (cut,) = [node for node in last if _ends(model, node) == 512]
    cut.input[2] = "limit"
    onnx.save(model, path)
    speaker = make(own)
    voice = named(speaker, "espnet-one")
    long = "今日は、リトライの処理を、確認しました、明日も、続けます"
    chunks = list(speaker.speak(long, voice))
    assert sum(len(chunk.samples) for chunk in chunks) / 256 > 60
    assert chunks[-1].end == pytest.approx(1)


def _ends(model: onnx.ModelProto, node: onnx.NodeProto) -> int:
    weights = {weight.name: weight for weight in model.graph.initializer}
    weight = weights.get(node.input[2])
    return int(onnx.numpy_helper.to_array(weight).reshape(-1)[0]) if weight else 0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("coqui-two", {"speaker": "aki"}),
        ("coqui-two", {"speaker": "1"}),
        ("coqui-two", {"language": "en"}),
        ("espnet-two", {"speaker": "1"}),
    ],
)
def test_speakers_and_languages_differ(
    own: Path, make: Callable[..., VitsSpeaker], name: str, options: dict[str, str]
) -> None:
    if name.startswith("espnet"):
        without_noise(own / name / "vits.onnx")
    still: dict[str, object] = {"noise_scale": 0.0, "noise_w": 0.0}
    first, other = make(own, **still), make(own, **still, **options)
    one = spoken(first, named(first, name), "確認しました。")
    two = spoken(other, named(other, name), "確認しました。")
    length = min(len(one), len(two))
    assert np.abs(one[:length] - two[:length]).max() > 0.05


def test_japanese_is_spoken_where_a_voice_has_several_languages(
    make: Callable[..., VitsSpeaker],
) -> None:
    still: dict[str, object] = {"noise_scale": 0.0, "noise_w": 0.0}
    usual, japanese = make(**still), make(**still, language="ja-jp")
    voice = named(usual, "coqui-two")
    np.testing.assert_array_equal(spoken(usual, voice), spoken(japanese, voice))


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("coqui-two", {"speaker": "fuyu"}, 'vits.speaker is "fuyu"'),
        ("coqui-two", {"speaker": "7"}, 'vits.speaker is "7"'),
        ("coqui-two", {"language": "fr"}, 'vits.language is "fr"'),
        ("espnet-two", {"speaker": "haru"}, 'vits.speaker is "haru"'),
    ],
)
def test_a_speaker_that_is_not_there_is_named(
    make: Callable[..., VitsSpeaker], name: str, options: dict[str, str], said: str
) -> None:
    speaker = make(**options)
    with pytest.raises(EngineError) as caught:
        speaker.warm_up(named(speaker, name))
    assert said in caught.value.message
    assert caught.value.hint


def test_length_scale_makes_slower(make: Callable[..., VitsSpeaker]) -> None:
    usual, slow = make(noise_w=0.0), make(noise_w=0.0, length_scale=2.0)
    voice = named(usual, "coqui_one")
    assert len(spoken(slow, voice)) > 1.3 * len(spoken(usual, voice))


def test_scales_that_can_not_be_chosen_are_told(
    make: Callable[..., VitsSpeaker], caplog: pytest.LogCaptureFixture
) -> None:
    speaker = make(length_scale=2.0)
    speaker.warm_up(named(speaker, "espnet-one"))
    assert "has its scales built in" in caplog.text


def test_a_sample_rate_that_is_not_told_is_assumed_or_set(
    make: Callable[..., VitsSpeaker], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    speaker = make()
    chunk = next(iter(speaker.speak(TEXT, named(speaker, "espnet-one"))))
    assert chunk.sample_rate == 22_050
    assert "does not say its sample rate, 22050 Hz is assumed" in caplog.text
    other = make(sample_rate=32_000)
    chunk = next(iter(other.speak(TEXT, named(other, "espnet-one"))))
    assert chunk.sample_rate == 32_000


def test_voices_are_changed_and_two_stay_loaded(make: Callable[..., VitsSpeaker]) -> None:
    speaker = make()
    assert isinstance(speaker, LoadsVoices)
    voices = [named(speaker, name) for name in ("coqui_one", "espnet-one", "coqui-two")]
    for voice in voices:
        assert len(spoken(speaker, voice, "終わりです。")) > 1000
    assert [speaker.is_loaded(voice) for voice in voices] == [False, True, True]
    assert len(spoken(speaker, voices[0], "終わりです。")) > 1000


def test_a_folder_model_or_description_anywhere_is_a_voice(
    folder: Path, tmp_path: Path, make: Callable[..., VitsSpeaker]
) -> None:
    speaker = make(tmp_path)
    assert isinstance(speaker, SpeaksFiles)
    assert speaker.voices() == []
    for path in (
        folder / "espnet-one",
        folder / "espnet-one/config.yaml",
        folder / "espnet-one/full/vits.onnx",
    ):
        voice = speaker.voice_from_file(path)
        assert (voice.id, voice.problem) == ("espnet-one", "")
        assert recognise(path) == VoiceFile("vits", folder / "espnet-one/full/vits.onnx")
        assert find_voice(speaker, str(path)) == voice
    assert recognise(folder / "coqui-two").engine == "vits"
    assert len(spoken(speaker, voice)) > 10_000
    with pytest.raises(EngineError, match=r"no config.json or config.yaml"):
        speaker.voice_from_file(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "it is empty"), (b"<html></html>", "it is a text"), (b"\x08\x08\x3a\xff\x7f", "early")],
)
def test_a_broken_model_is_listed_and_named(
    own: Path, make: Callable[..., VitsSpeaker], content: bytes, said: str
) -> None:
    path = own / "coqui_one/coqui_vits.onnx"
    path.write_bytes(content)
    speaker = make(own)
    assert speaker.voices()[-1].id == "coqui_one"
    assert said in speaker.voices()[-1].problem
    with pytest.raises(EngineError) as caught:
        speaker.warm_up(speaker.voices()[-1])
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_a_missing_model_is_named(own: Path, make: Callable[..., VitsSpeaker]) -> None:
    (own / "coqui_one/coqui_vits.onnx").unlink()
    shutil.rmtree(own / "espnet-one/full")
    speaker = make(own)
    missing = [voice for voice in speaker.voices() if "is missing" in voice.problem]
    assert [voice.id for voice in missing] == ["coqui_one", "espnet-one"]
    for voice in missing:
        with pytest.raises(EngineError, match="is missing"):
            speaker.warm_up(voice)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("coqui_one/config.json", "{", "is no JSON"),
        ("coqui_one/config.json", '{"model": "vits"}', "missing in it"),
        (
            "coqui_one/config.json",
            '{"model": "vits", "audio": {"sample_rate": 0}}',
            "missing in it",
        ),
        ("coqui-two/speaker_ids.json", '{"a": {}}', "does not give each name a number"),
        ("espnet-one/config.yaml", "token: [", "is no YAML"),
        ("espnet-one/config.yaml", "token:\n", "missing in it"),
        ("espnet-one/config.yaml", "tts_model: {}\n", "neither token"),
        (
            "espnet-one/config.yaml",
            "token:\n  list: [a]\ntts_model:\n  model_type: Tacotron2\n",
            "is Tacotron2 and not VITS",
        ),
        ("espnet-two/config.yaml", "token_list: []\n", "is empty"),
        ("espnet-two/config.yaml", "token_list: [a]\ntts: jets\n", "its tts is jets"),
    ],
)
def test_a_broken_description_is_listed_and_named(
    own: Path, make: Callable[..., VitsSpeaker], file: str, content: str, said: str
) -> None:
    path = own / file
    path.write_text(content, encoding="utf-8")
    speaker = make(own)
    broken = speaker.voices()[-1]
    assert broken.id == path.parent.name
    assert str(path) in broken.problem
    assert said in broken.problem
    with pytest.raises(EngineError, match=said):
        speaker.warm_up(broken)


def test_a_description_of_other_phonemes_is_told(
    own: Path, make: Callable[..., VitsSpeaker]
) -> None:
    path = own / "coqui_one/config.json"
    changed(path, lambda said: said.update(phonemizer="gruut", phoneme_language="en-us"))
    speaker = make(own)
    with pytest.raises(EngineError, match='asks for phonemes of "gruut"') as caught:
        speaker.warm_up(named(speaker, "coqui_one"))
    assert "pyopenjtalk_prosody" in caught.value.hint


def test_a_model_and_a_description_that_do_not_belong_together_are_told(
    own: Path, make: Callable[..., VitsSpeaker]
) -> None:
    shutil.copy(own / "espnet-one/full/vits.onnx", own / "coqui_one/coqui_vits.onnx")
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 900))) + "abcdefghijklmnopqrstuvwxyzN:"
    changed(
        own / "coqui-two/config.json", lambda said: said["characters"].update(characters=letters)
    )
    speaker = make(own)
    with pytest.raises(EngineError, match="has no input input, input_lengths, scales"):
        speaker.warm_up(named(speaker, "coqui_one"))
    with pytest.raises(EngineError, match="failed") as caught:
        speaker.warm_up(named(speaker, "coqui-two"))
    assert "belong together" in caught.value.hint


def test_a_speakers_embedding_is_read_or_asked_for(
    own: Path, make: Callable[..., VitsSpeaker]
) -> None:
    path = own / "espnet-one/full/vits.onnx"
    model = onnx.load(path)
    value = onnx.helper.make_tensor_value_info("sids", onnx.TensorProto.FLOAT, [8])
    model.graph.input.append(value)
    onnx.save(model, path)
    speaker = make(own)
    voice = named(speaker, "espnet-one")
    with pytest.raises(EngineError, match=r"spembs\.npy is missing"):
        speaker.warm_up(voice)
    np.save(own / "espnet-one/spembs.npy", np.ones(8, np.float32))
    assert len(spoken(speaker, voice)) > 10_000
    (own / "espnet-one/spembs.npy").write_bytes(b"x")
    with pytest.raises(EngineError, match="can't be read"):
        make(own).warm_up(voice)


def test_the_models_of_other_engines_are_not_taken(
    own: Path, make: Callable[..., VitsSpeaker]
) -> None:
    make_voice(own / "piper")
    (own / "other").mkdir()
    (own / "other/config.json").write_text('{"model_type": "marian"}', encoding="utf-8")
    (own / "yaml").mkdir()
    (own / "yaml/config.yaml").write_text("something: else", encoding="utf-8")
    assert len(make(own).voices()) == 4


def test_two_folders_of_one_name_are_told_apart(
    own: Path, make: Callable[..., VitsSpeaker]
) -> None:
    shutil.copytree(own / "coqui_one", own / "more/coqui_one")
    ids = [voice.id for voice in make(own).voices()]
    assert {"coqui_one", "coqui_one-2"} <= set(ids)


def test_the_processor_is_the_one_that_the_session_names(
    make: Callable[..., VitsSpeaker],
) -> None:
    speaker = make(device="cpu")
    assert isinstance(speaker, TellsProcessor)
    assert speaker.runs_on().startswith("CPU (ONNX Runtime")
    speaker.warm_up(named(speaker, "coqui_one"))
    assert speaker.runs_on() == "CPU"


def test_cuda_that_is_not_there_is_an_error(make: Callable[..., VitsSpeaker]) -> None:
    if onnx_session.has_cuda():
        pytest.skip("this ONNX Runtime has CUDA")
    speaker = make(device="cuda")
    with pytest.raises(EngineError, match="without CUDA"):
        speaker.warm_up(named(speaker, "coqui_one"))


def test_cuda_that_can_not_be_started_is_told(
    make: Callable[..., VitsSpeaker],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(onnx_session, "has_cuda", lambda: True)
    speaker = make()
    speaker.warm_up(named(speaker, "coqui_one"))
    assert "CUDA is installed but could not be started: vits:coqui_one uses CPU" in caplog.text


def test_symbols_are_those_of_the_first_good_voice(
    own: Path, tmp_path: Path, make: Callable[..., VitsSpeaker]
) -> None:
    for name in ("coqui-two", "coqui_one", "espnet-two"):
        shutil.rmtree(own / name)
    speaker = make(own)
    assert isinstance(speaker, SaysPhonemes)
    assert speaker.phonemes("雨です。") == ["^", "a", "]", "m", "e", "d", "e", "s", "u", "$"]
    with pytest.raises(EngineError, match="no VITS voice"):
        make(tmp_path / "nowhere").phonemes("雨です。")


def test_settings_make_the_engine(folder: Path) -> None:
    settings = Settings.model_validate(
        {
            "tts": {"engine": "vits", "voices_dir": str(folder), "device": "cpu"},
            "vits": {"speaker": "aki", "language": "en", "sample_rate": 16000},
        }
    )
    speaker = make_speaker(settings)
    assert isinstance(speaker, VitsSpeaker)
    assert len(list(speaker.speak(TEXT, named(speaker, "coqui-two")))) > 2
    speaker.close()
