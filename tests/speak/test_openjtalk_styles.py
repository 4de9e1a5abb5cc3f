"""HTS voices with moods, and what the settings change of a voice."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from voicestream_tui.assembly import make_speaker
from voicestream_tui.config import load_settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, Voice
from voicestream_tui.speak.openjtalk import hts_styles
from voicestream_tui.speak.openjtalk.engine import OpenJTalkSpeaker
from voicestream_tui.speak.openjtalk.hts_intonation import with_intonation
from voicestream_tui.speak.openjtalk.hts_styles import file_for, files_of, person_and_mood
from voicestream_tui.speak.openjtalk.hts_voices import packaged_voice
from voicestream_tui.speak.styles import Style

TEXT = "今日は、リトライの処理を確認しました。"


@pytest.fixture(scope="module")
def mei() -> Path:
    voice = packaged_voice()
    assert voice is not None
    assert voice.path is not None
    return voice.path


@pytest.fixture(scope="module")
def moods(mei: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person of three moods, two of which are told by their melody, and one without."""
    folder = tmp_path_factory.mktemp("voices")
    shutil.copy(mei, folder / "anna-neutral.htsvoice")
    for mood, factor in (("happy", 1.5), ("angry", 0.0)):
        shutil.copy(
            with_intonation(mei, factor, folder / "copies"), folder / f"anna-{mood}.htsvoice"
        )
    shutil.rmtree(folder / "copies")
    shutil.copy(mei, folder / "solo.htsvoice")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def voice_of(speaker: OpenJTalkSpeaker, voice_id: str) -> Voice:
    return next(voice for voice in speaker.voices() if voice.id == voice_id)


def sound(speaker: OpenJTalkSpeaker, voice: Voice, style: Style = Style.NEUTRAL) -> Samples:
    return np.concatenate([c.samples for c in speaker.speak_styled(TEXT, voice, style)])


def melody(samples: Samples, rate: int = 48000) -> np.ndarray:
    """The pitch of each 40 ms with a voice, in half tones."""
    length, found = rate // 25, []
    for at in range(0, len(samples) - length, length):
        window = samples[at : at + length]
        if np.sqrt((window**2).mean()) < 0.03:
            continue
        spectrum = np.fft.rfft(window - window.mean(), 4 * length)
        likeness = np.fft.irfft(np.abs(spectrum) ** 2)[:length]
        lag = rate // 600 + int(likeness[rate // 600 : rate // 80].argmax())
        if likeness[lag] > 0.5 * likeness[0]:
            found.append(12 * np.log2(rate / lag))
    return np.array(found)


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("tohoku-f01-happy", ("tohoku-f01", "happy")),
        ("mei_normal", ("mei", "neutral")),
        ("type-Beta", ("", "")),
        ("happy", ("", "")),
    ],
)
def test_a_file_name_tells_person_and_mood(stem: str, expected: tuple[str, str]) -> None:
    assert person_and_mood(stem) == expected


def test_the_moods_of_a_person_make_one_voice_before_the_single_ones(moods: Path) -> None:
    ids = [voice.id for voice in OpenJTalkSpeaker(moods).voices()]
    assert ids == ["mei", "anna", "anna-angry", "anna-happy", "anna-neutral", "solo"]
    anna = voice_of(OpenJTalkSpeaker(moods), "anna")
    assert anna.name == "Anna (angry, happy, neutral)"
    assert list(files_of(anna)) == ["neutral", "angry", "happy"]
    assert files_of(voice_of(OpenJTalkSpeaker(moods), "anna-happy")) == {}


def test_one_mood_alone_is_an_ordinary_voice(mei: Path, tmp_path: Path) -> None:
    shutil.copy(mei, tmp_path / "eva-neutral.htsvoice")
    assert [voice.id for voice in OpenJTalkSpeaker(tmp_path).voices()] == ["mei", "eva-neutral"]


@pytest.mark.parametrize(
    ("style", "setting", "serious", "mood"),
    [
        (Style.NEUTRAL, "auto", "sad", "neutral"),
        (Style.HAPPY, "auto", "sad", "happy"),
        (Style.SERIOUS, "auto", "sad", "angry"),  # there is no sad one
        (Style.SERIOUS, "auto", "angry", "angry"),
        (Style.SERIOUS, "auto", "neutral", "neutral"),
        (Style.SERIOUS, "happy", "sad", "happy"),
    ],
)
def test_the_sentence_or_the_setting_chooses_the_mood(
    moods: Path, style: Style, setting: str, serious: str, mood: str
) -> None:
    anna = voice_of(OpenJTalkSpeaker(moods), "anna")
    assert file_for(anna, style, setting, serious) == moods / f"anna-{mood}.htsvoice"


def test_a_mood_that_the_voice_does_not_have_is_told(moods: Path) -> None:
    speaker = OpenJTalkSpeaker(moods, style="bashful")
    with pytest.raises(EngineError, match=r'openjtalk\.style is "bashful"') as caught:
        speaker.warm_up(voice_of(speaker, "anna"))
    assert "neutral, angry, happy" in caught.value.hint
    speaker.warm_up(voice_of(speaker, "solo"))  # has no moods, and none is missing


def test_the_moods_sound_different(moods: Path) -> None:
    speaker = OpenJTalkSpeaker(moods)
    anna = voice_of(speaker, "anna")
    speaker.warm_up(anna)
    assert speaker.is_loaded(anna)
    flat, plain, lively = (
        melody(sound(speaker, anna, style)).std()
        for style in (Style.SERIOUS, Style.NEUTRAL, Style.HAPPY)
    )
    assert flat < 0.5 < plain < lively


def test_a_broken_mood_is_found_when_the_voice_is_loaded(moods: Path, tmp_path: Path) -> None:
    shutil.copytree(moods, tmp_path / "voices")
    broken = tmp_path / "voices" / "anna-happy.htsvoice"
    broken.write_bytes(broken.read_bytes()[:5000])
    speaker = OpenJTalkSpeaker(tmp_path / "voices")
    with pytest.raises(EngineError, match="anna-happy"):
        speaker.warm_up(voice_of(speaker, "anna"))


def test_the_pitch_is_raised_by_half_tones() -> None:
    low, high = OpenJTalkSpeaker(), OpenJTalkSpeaker(pitch=3.0)
    voice = low.voices()[0]
    risen = np.median(melody(sound(high, voice))) - np.median(melody(sound(low, voice)))
    assert 2.5 < risen < 3.5


def test_the_volume_is_that_of_the_settings() -> None:
    loud, soft = OpenJTalkSpeaker(), OpenJTalkSpeaker(volume=0.5)
    voice = loud.voices()[0]
    ratio = np.sqrt((sound(soft, voice) ** 2).mean() / (sound(loud, voice) ** 2).mean())
    assert 0.45 < ratio < 0.55


@pytest.mark.parametrize(("factor", "least", "most"), [(0.0, 0.0, 0.5), (1.6, 4.0, 9.0)])
def test_the_melody_is_as_lively_as_the_settings_want(
    factor: float, least: float, most: float, cache: Path
) -> None:
    plain = OpenJTalkSpeaker(cache_dir=cache)
    voice = plain.voices()[0]
    as_recorded = melody(sound(plain, voice))
    assert not cache.exists()
    for _ in range(2):  # the second one takes the copy of the first
        speaker = OpenJTalkSpeaker(intonation=factor, cache_dir=cache)
        changed = melody(sound(speaker, voice))
        assert least <= changed.std() <= most
        assert abs(np.median(changed) - np.median(as_recorded)) < 2.0
    assert len(list(cache.iterdir())) == 1


def test_a_voice_of_another_layout_keeps_its_melody_and_says_so(mei: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.htsvoice"
    odd.write_bytes(mei.read_bytes().replace(b"NUM_WINDOWS[LF0]:3", b"NUM_WINDOWS[LF0]:2"))
    with pytest.raises(EngineError, match="unknown layout") as caught:
        with_intonation(odd, 0.5, tmp_path / "cache")
    assert "openjtalk.intonation" in caught.value.hint


def test_a_cache_that_cannot_be_written_is_told(mei: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="can't be written"):
        with_intonation(mei, 0.5, tmp_path / "file" / "cache")


def test_the_settings_reach_the_engine() -> None:
    overrides = {"openjtalk.pitch": 2.0, "openjtalk.style": "happy"}
    speaker = make_speaker(load_settings(None, None, environ={}, overrides=overrides), "openjtalk")
    assert isinstance(speaker, OpenJTalkSpeaker)
    assert (speaker._pitch, speaker._style) == (2.0, "happy")
    assert OpenJTalkSpeaker()._style == hts_styles.AUTO
