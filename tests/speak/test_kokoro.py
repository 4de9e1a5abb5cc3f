"""Kokoro: small models of the real form in both published layouts, spoken for real."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest

from scripts.make_test_models.kokoro_files import (
    VOICES,
    make_kokoro,
    make_kokoro_release,
    style_table,
)
from scripts.make_test_models.voices import make_voice
from voicestream_tui.assembly import make_speaker
from voicestream_tui.config import Settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, Voice
from voicestream_tui.speak.base import (
    LoadsVoices,
    MixesVoices,
    SaysPhonemes,
    SharesModel,
    SpeaksFiles,
    TellsProcessor,
)
from voicestream_tui.speak.blend import save_blend
from voicestream_tui.speak.chain import SpeakerChoice
from voicestream_tui.speak.kokoro.engine import KokoroSpeaker
from voicestream_tui.speak.kokoro.files import StyleFile, bundle_in, read_style
from voicestream_tui.speak.kokoro.model import SAMPLE_RATE, KokoroModel
from voicestream_tui.speak.onnx import session as onnx_session
from voicestream_tui.speak.voice_files import find_voice, recognise
from voicestream_tui.stages.voice_list import VoiceList

TEXT = "今日は、リトライの処理を確認しましたので、明日も続けます。終わりです。"
JAPANESE = ["jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo"]
MIXED = "jf_alpha:60+jf_nezumi:40"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model in the hub's layout; nothing in it may be changed."""
    made = tmp_path_factory.mktemp("voices")
    make_kokoro(made / "kokoro-82m")
    return made


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """The same, to be broken."""
    return Path(shutil.copytree(folder, tmp_path / "voices"))


@pytest.fixture
def make() -> Iterator[Callable[..., KokoroSpeaker]]:
    made: list[KokoroSpeaker] = []

    def maker(voices: Path, **options: object) -> KokoroSpeaker:
        speaker = KokoroSpeaker(voices, **options)  # type: ignore[arg-type]
        made.append(speaker)
        return speaker

    yield maker
    for speaker in made:
        speaker.close()


def named(speaker: KokoroSpeaker, name: str) -> Voice:
    return next(voice for voice in speaker.voices() if voice.id == name)


def spoken(speaker: KokoroSpeaker, voice: Voice, text: str = TEXT) -> Samples:
    return np.concatenate([chunk.samples for chunk in speaker.speak(text, voice)])


def test_japanese_voices_come_first_and_others_are_named_by_their_accent(
    folder: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    voices = make(folder).voices()
    assert [voice.id for voice in voices] == [*JAPANESE, "af_heart"]
    assert [voice.name for voice in voices[3:]] == [
        "Tebukuro (female)",
        "Kumo (male)",
        "Heart (female, American English accent)",
    ]
    assert [voice.language for voice in voices[4:]] == ["ja", "en"]
    assert {voice.licence for voice in voices} == {"Apache-2.0"}
    assert not any(voice.problem for voice in voices)


def test_listing_voices_loads_no_model(own: Path, make: Callable[..., KokoroSpeaker]) -> None:
    (own / "kokoro-82m/onnx/model.onnx").write_bytes(b"never read")
    assert [voice.id for voice in make(own).voices()][:5] == JAPANESE


def test_a_text_is_spoken_clause_by_clause(
    folder: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(folder)
    chunks = list(speaker.speak(TEXT, speaker.voices()[0]))
    assert len(chunks) > 2
    assert chunks[0].start == 0
    assert chunks[-1].end == pytest.approx(1)
    assert all(a.end == b.start and b.start < b.end for a, b in pairwise(chunks))
    for chunk in chunks:
        assert chunk.sample_rate == 24_000
        assert chunk.samples.dtype == np.float32
        assert chunk.samples.ndim == 1
        assert np.abs(chunk.samples).max() <= 1
    assert np.abs(chunks[0].samples).max() > 0.05
    assert chunks[0].end < 0.4


def test_without_clauses_a_sentence_is_made_at_once(
    folder: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(folder, clauses=False)
    assert len(list(speaker.speak(TEXT, speaker.voices()[0]))) == 2


@pytest.mark.parametrize("text", ["", " ", "。、", "\x00\ud800", "…"])
def test_nothing_to_say_makes_no_sound(
    folder: Path, make: Callable[..., KokoroSpeaker], text: str
) -> None:
    speaker = make(folder)
    assert list(speaker.speak(text, speaker.voices()[0])) == []


def test_a_text_of_many_phonemes_is_spoken_to_its_end(
    folder: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(folder, clauses=False)
    long = "完了処理" * 40
    chunks = list(speaker.speak(long, speaker.voices()[0]))
    assert len(speaker.phonemes(long)) > 510
    assert len(chunks) >= 3
    assert chunks[-1].end == pytest.approx(1)


def test_both_layouts_speak_alike(
    folder: Path, tmp_path: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    make_kokoro_release(tmp_path / "release")
    other, hub = make(tmp_path), make(folder)
    assert [voice.id for voice in other.voices()] == [*JAPANESE, "af_heart"]
    for name in ("jf_alpha", "jm_kumo"):
        np.testing.assert_allclose(
            spoken(other, named(other, name)), spoken(hub, named(hub, name)), atol=1e-4
        )


def test_voices_differ_and_share_one_model(
    folder: Path, make: Callable[..., KokoroSpeaker], caplog: pytest.LogCaptureFixture
) -> None:
    speaker = make(folder)
    caplog.set_level(logging.INFO)
    alpha, kumo = (spoken(speaker, named(speaker, name)) for name in ("jf_alpha", "jm_kumo"))
    again = spoken(speaker, named(speaker, "jf_alpha"))
    np.testing.assert_array_equal(alpha, again)
    length = min(len(alpha), len(kumo))
    assert np.abs(alpha[:length] - kumo[:length]).max() > 0.05
    assert [record.message for record in caplog.records].count("model.onnx speaks on CPU") == 1


def test_speed_shortens_the_sound(folder: Path, make: Callable[..., KokoroSpeaker]) -> None:
    slow, quick = make(folder), make(folder, speed=1.8)
    assert len(spoken(quick, quick.voices()[0])) < 0.75 * len(spoken(slow, slow.voices()[0]))


def test_the_style_is_the_row_of_the_count_of_phonemes(folder: Path) -> None:
    model = KokoroModel(folder / "kokoro-82m/onnx/model.onnx", "cpu")
    table = style_table(1).reshape(-1, 256)
    tokens = [43, 53, 57, 58, 43, 44]
    right = model.sound(tokens, table, 1.0)
    one = np.zeros_like(table)
    one[len(tokens) - 1] = table[len(tokens) - 1]
    np.testing.assert_array_equal(model.sound(tokens, one, 1.0), right)


def test_a_mixture_is_between_its_voices(folder: Path, make: Callable[..., KokoroSpeaker]) -> None:
    speaker = make(folder)
    voice = speaker.mixed_voice(MIXED)
    assert voice.key == f"kokoro:{MIXED}"
    assert voice.name == "jf_alpha 60% + jf_nezumi 40%"
    table = speaker._voices.made_of(voice).table()
    expected = 0.6 * style_table(100) + 0.4 * style_table(102)
    np.testing.assert_allclose(table, expected.reshape(-1, 256), atol=1e-6)
    assert np.abs(spoken(speaker, voice)).max() > 0.05


@pytest.mark.parametrize("wanted", [MIXED, f"kokoro:{MIXED}"])
def test_settings_name_a_mixture_as_a_voice(
    folder: Path, make: Callable[..., KokoroSpeaker], wanted: str
) -> None:
    speaker = make(folder)
    assert isinstance(speaker, MixesVoices)
    assert find_voice(speaker, wanted) == speaker.mixed_voice(MIXED)
    with pytest.raises(EngineError, match="jf_nobody, which is not installed"):
        find_voice(speaker, "jf_alpha+jf_nobody")
    mei = Voice("openjtalk", "mei", "Mei")
    known = {"openjtalk": [mei], "kokoro": speaker.voices()}
    listed = VoiceList(SpeakerChoice(("openjtalk",), others=("kokoro",)))
    assert listed.order(wanted, known.__getitem__) == ["kokoro", "openjtalk"]
    assert listed.order("jf_alpha+jf_nobody", known.__getitem__) is None
    assert listed.order("jf_alpha:x+jm_kumo", known.__getitem__) is None


def test_a_mixture_nearly_of_one_voice_sounds_like_it(
    folder: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(folder)
    voice = speaker.mixed_voice("jf_alpha:100000+jm_kumo:0.001")
    alpha, mixed = spoken(speaker, named(speaker, "jf_alpha")), spoken(speaker, voice)
    assert np.median(np.abs(mixed - alpha)) < 0.01 < np.median(np.abs(alpha))


def test_a_mixture_is_saved_as_a_voice_and_used_by_its_name(
    own: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(own)
    saved = speaker.save_blend("mine", MIXED)
    assert saved.path == own / "mine.profile.toml"
    assert [voice.id for voice in speaker.voices()] == [*JAPANESE, "mine", "af_heart"]
    mixed = speaker.mixed_voice(MIXED)
    np.testing.assert_array_equal(spoken(speaker, saved), spoken(speaker, mixed))
    with pytest.raises(EngineError, match='voice "mine" already'):
        speaker.save_blend("mine", "jf_alpha+jm_kumo")
    speaker.save_blend("mine", "jf_alpha+jm_kumo", replace=True)
    assert "jf_alpha:50+jm_kumo:50" in (own / "mine.profile.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "blend", "said"),
    [
        ("mine", "jf_alpha+jf_nobody", "jf_nobody, which is not installed"),
        ("mine", "jf_alpha", "no mixture of two"),
        ("../mine", MIXED, "can't be the name"),
        ("jf_alpha", MIXED, "already"),
    ],
)
def test_a_mixture_that_makes_no_sense_is_not_saved(
    own: Path, make: Callable[..., KokoroSpeaker], name: str, blend: str, said: str
) -> None:
    with pytest.raises(EngineError, match=said):
        make(own).save_blend(name, blend)
    assert not list(own.rglob("*.profile.toml"))


def test_a_profile_whose_voice_is_gone_is_listed_as_broken(
    own: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(own)
    voice = speaker.save_blend("mine", MIXED)
    (own / "kokoro-82m/voices/jf_nezumi.bin").unlink()
    listed = speaker.voices()[-1]
    assert listed.id == "mine"
    assert "jf_nezumi, which is not installed" in listed.problem
    with pytest.raises(EngineError, match="jf_nezumi"):
        spoken(make(own), voice)


def test_a_file_or_folder_anywhere_is_a_voice(
    folder: Path, tmp_path: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(tmp_path)
    there = folder / "kokoro-82m"
    style = speaker.voice_from_file(there / "voices/jm_kumo.bin")
    assert style.id == "jm_kumo"
    for path in (there, there / "onnx/model.onnx"):
        assert speaker.voice_from_file(path).id == "jf_alpha"
    assert len(spoken(speaker, style)) > SAMPLE_RATE
    assert recognise(there).engine == "kokoro"
    assert find_voice(speaker, str(there / "voices/jm_kumo.bin")) == style
    for path in (tmp_path, tmp_path / "mei.htsvoice", there / "voices/jf_none.bin"):
        with pytest.raises(EngineError, match=path.name):
            speaker.voice_from_file(path)


def test_a_profile_anywhere_is_a_voice(
    own: Path, tmp_path: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    path = save_blend(tmp_path / "elsewhere", "mine", MIXED)
    speaker = make(own)
    assert len(spoken(speaker, speaker.voice_from_file(path))) > SAMPLE_RATE
    path.write_text("engine = 1", encoding="utf-8")
    with pytest.raises(EngineError, match="lacks"):
        speaker.voice_from_file(path)


def test_a_loaded_voice_is_known_as_such(folder: Path, make: Callable[..., KokoroSpeaker]) -> None:
    speaker = make(folder)
    voice = speaker.voices()[0]
    assert isinstance(speaker, LoadsVoices)
    assert isinstance(speaker, SpeaksFiles)
    assert isinstance(speaker, SharesModel)
    assert not speaker.is_loaded(voice)
    speaker.warm_up(voice)
    assert speaker.is_loaded(voice)
    other = named(speaker, "jm_kumo")
    assert not speaker.is_loaded(other)
    assert speaker.shares_model(other)
    assert not speaker.shares_model(Voice("kokoro", "jf_gone", "Gone"))
    speaker.close()
    assert not speaker.shares_model(other)
    assert not speaker.is_loaded(voice)


def test_a_model_in_several_precisions_is_chosen_by_name(
    own: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    onnx_folder = own / "kokoro-82m/onnx"
    shutil.copy(onnx_folder / "model.onnx", onnx_folder / "model_fp16.onnx")
    shutil.copy(onnx_folder / "model.onnx", onnx_folder / "model_q8f16.onnx")
    bundle = bundle_in(own / "kokoro-82m")
    assert bundle is not None
    assert [path.stem for path in bundle.models] == ["model", "model_fp16", "model_q8f16"]
    assert bundle.model("").stem == "model"
    assert bundle.model("q8").stem == "model_q8f16"
    speaker = make(own, model="q4")
    with pytest.raises(EngineError) as caught:
        speaker.warm_up(speaker.voices()[0])
    assert 'kokoro.model is "q4"' in caught.value.message
    assert "model_fp16" in caught.value.hint


def test_of_two_folders_the_one_with_the_wanted_precision_is_used(
    own: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    shutil.copytree(own / "kokoro-82m", own / "kokoro-small")
    whole = own / "kokoro-small/onnx/model.onnx"
    whole.rename(whole.with_name("model_quantized.onnx"))
    for wanted, used in (("", "kokoro-82m"), ("quantized", "kokoro-small")):
        speaker = make(own, model=wanted)
        voices = speaker.voices()
        assert [voice.id for voice in voices[:5]] == JAPANESE
        assert voices[0].path == own / used / "voices/jf_alpha.bin"
        speaker.warm_up(voices[0])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"<!doctype html><html>not found</html>", "it is a text and no model"),
        (b"version https://git-lfs.github.com/spec/v1\n", "pointer"),
    ],
)
def test_a_broken_model_is_named(
    own: Path, make: Callable[..., KokoroSpeaker], content: bytes, said: str
) -> None:
    path = own / "kokoro-82m/onnx/model.onnx"
    path.write_bytes(content)
    speaker = make(own)
    with pytest.raises(EngineError) as caught:
        speaker.warm_up(speaker.voices()[0])
    assert str(path) in caught.value.message
    assert said in caught.value.message
    assert caught.value.hint


def test_a_model_that_was_cut_off_is_named(own: Path, make: Callable[..., KokoroSpeaker]) -> None:
    path = own / "kokoro-82m/onnx/model.onnx"
    path.write_bytes(path.read_bytes()[:-1000])
    speaker = make(own)
    with pytest.raises(EngineError, match="ends too early"):
        speaker.warm_up(speaker.voices()[0])


def test_another_kind_of_model_is_named(own: Path, make: Callable[..., KokoroSpeaker]) -> None:
    piper = make_voice(own / "other")
    shutil.copy(piper, own / "kokoro-82m/onnx/model.onnx")
    speaker = make(own)
    with pytest.raises(EngineError, match="is no Kokoro model: it has no input input_ids"):
        speaker.warm_up(named(speaker, "jf_alpha"))


def test_missing_models_and_voices_are_listed_as_problems(
    own: Path, tmp_path: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    shutil.rmtree(own / "kokoro-82m/onnx")
    speaker = make(own)
    assert all("there is no model" in voice.problem for voice in speaker.voices())
    with pytest.raises(EngineError, match="there is no model"):
        speaker.warm_up(speaker.voices()[0])
    lonely = tmp_path / "lonely"
    make_kokoro_release(lonely / "kokoro")
    (lonely / "kokoro/voices-v1.0.bin").unlink()
    voices = make(lonely).voices()
    assert len(voices) == 1
    assert "there are no voices" in voices[0].problem


def test_a_broken_voice_is_listed_last_and_named(
    own: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    path = own / "kokoro-82m/voices/jf_alpha.bin"
    path.write_bytes(path.read_bytes()[:-100])
    speaker = make(own)
    assert speaker.voices()[-1].id == "jf_alpha"
    assert str(path) in speaker.voices()[-1].problem
    with pytest.raises(EngineError, match="has 522,140 bytes"):
        speaker.warm_up(speaker.voices()[-1])
    speaker.warm_up(speaker.voices()[0])


def test_a_broken_archive_of_voices_is_named(
    tmp_path: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    make_kokoro_release(tmp_path / "kokoro")
    archive = tmp_path / "kokoro/voices-v1.0.bin"
    archive.write_bytes(archive.read_bytes()[:100_000])
    voices = make(tmp_path).voices()
    assert len(voices) == 1
    assert str(archive) in voices[0].problem
    with pytest.raises(EngineError, match="is broken"):
        read_style(StyleFile(archive, "jf_alpha"))


@pytest.mark.parametrize("content", ["{", "[]", '{"model": {"vocab": {"a": "x"}}}'])
def test_a_broken_tokenizer_is_named(
    own: Path, make: Callable[..., KokoroSpeaker], content: str
) -> None:
    path = own / "kokoro-82m/tokenizer.json"
    path.write_text(content, encoding="utf-8")
    speaker = make(own)
    with pytest.raises(EngineError) as caught:
        speaker.warm_up(speaker.voices()[0])
    assert str(path) in caught.value.message


def test_a_tokenizer_of_another_model_is_told(
    own: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    path = own / "kokoro-82m/tokenizer.json"
    path.write_text('{"model": {"vocab": {"a": 4000}}}', encoding="utf-8")
    speaker = make(own)
    with pytest.raises(EngineError, match="failed") as caught:
        speaker.warm_up(speaker.voices()[0])
    assert "tokenizer.json" in caught.value.hint


def test_a_model_with_a_whole_number_for_speed_gets_one(own: Path) -> None:
    path = own / "kokoro-82m/onnx/model.onnx"
    model = onnx.load(path)
    speed = next(value for value in model.graph.input if value.name == "speed")
    speed.type.tensor_type.elem_type = onnx.TensorProto.INT32
    cast = onnx.helper.make_node("Cast", ["speed"], ["speed_f"], to=onnx.TensorProto.FLOAT)
    for node in model.graph.node:
        node.input[:] = ["speed_f" if name == "speed" else name for name in node.input]
    model.graph.node.insert(0, cast)
    onnx.save(model, path)
    sound = KokoroModel(path, "cpu").sound([43, 53, 57], style_table(1).reshape(-1, 256), 1.3)
    assert len(sound)


def test_the_processor_is_the_one_that_the_session_names(
    folder: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    speaker = make(folder, device="cpu")
    assert isinstance(speaker, TellsProcessor)
    assert isinstance(speaker, SaysPhonemes)
    assert speaker.runs_on().startswith("CPU (ONNX Runtime")
    speaker.warm_up(speaker.voices()[0])
    assert speaker.runs_on() == "CPU"


def test_cuda_that_is_not_there_is_an_error(
    folder: Path, make: Callable[..., KokoroSpeaker]
) -> None:
    if onnx_session.has_cuda():
        pytest.skip("this ONNX Runtime has CUDA")
    speaker = make(folder, device="cuda")
    with pytest.raises(EngineError, match="without CUDA"):
        speaker.warm_up(speaker.voices()[0])


def test_cuda_that_can_not_be_started_is_told(
    folder: Path,
    make: Callable[..., KokoroSpeaker],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(onnx_session, "has_cuda", lambda: True)
    speaker = make(folder)
    speaker.warm_up(speaker.voices()[0])
    assert "CUDA is installed but could not be started: model.onnx uses CPU" in caplog.text


def test_settings_make_the_engine(folder: Path) -> None:
    settings = Settings.model_validate(
        {
            "tts": {"engine": "kokoro", "voices_dir": str(folder), "device": "cpu"},
            "kokoro": {"speed": 1.5, "clauses": False, "model": "model"},
        }
    )
    speaker = make_speaker(settings)
    assert isinstance(speaker, KokoroSpeaker)
    assert len(list(speaker.speak(TEXT, speaker.voices()[0]))) == 2
    speaker.close()


def test_a_voice_without_files_is_named(tmp_path: Path, make: Callable[..., KokoroSpeaker]) -> None:
    voice = Voice("kokoro", "jf_alpha", "Alpha", tmp_path / "voices/jf_alpha.bin")
    with pytest.raises(EngineError, match="are missing"):
        make(tmp_path).warm_up(voice)
    with pytest.raises(EngineError, match="are missing"):
        make(tmp_path).warm_up(replace(voice, path=None))
    assert make(tmp_path).voices() == []


def test_every_voice_of_the_list_is_made(folder: Path) -> None:
    assert sorted(VOICES) == sorted([*JAPANESE, "af_heart"])
