"""Speech of the packaged voice: real synthesis, real sound."""

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from voicestream_tui.errors import EngineError
from voicestream_tui.model import SpeechChunk, Voice
from voicestream_tui.speak.openjtalk.engine import OpenJTalkSpeaker
from voicestream_tui.speak.openjtalk.hts_voices import find_voices
from voicestream_tui.speak.openjtalk.htsvoice import load_htsvoice

RATE = 48_000
SHORT = "はい。"
CLAUSES = "まず、設定ファイルを確認しましたが、キャッシュの有効期限が正しくありませんでした。"
WITHOUT_COMMA = (
    "リトライの処理がクライアントの終了時に正しく行われていないことを確認したことを報告します。"
)


def level(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def heard(speaker: OpenJTalkSpeaker, text: str, voice: Voice) -> list[SpeechChunk]:
    return list(speaker.speak(text, voice))


def test_speech_is_float_in_range_and_loud_enough(speaker: OpenJTalkSpeaker, mei: Voice) -> None:
    (chunk,) = heard(speaker, SHORT, mei)
    assert chunk.sample_rate == RATE
    assert chunk.samples.dtype == np.float32
    assert chunk.samples.ndim == 1
    assert 0.2 < np.abs(chunk.samples).max() <= 1.0
    assert level(chunk.samples) > 0.02


def test_the_loudest_peaks_stay_below_full_scale(speaker: OpenJTalkSpeaker, mei: Voice) -> None:
    for text in ("あ。", "なお、ダメ！", "ワーワーワー。", "公開エーピーアイ。"):
        assert all(np.abs(chunk.samples).max() < 1 for chunk in heard(speaker, text, mei))


def test_speech_begins_at_once_and_ends_without_long_silence(
    speaker: OpenJTalkSpeaker, mei: Voice
) -> None:
    (chunk,) = heard(speaker, SHORT, mei)
    loud = np.flatnonzero(np.abs(chunk.samples) > 0.003)
    assert loud[0] < 0.03 * RATE
    assert len(chunk.samples) - loud[-1] < 0.15 * RATE
    assert abs(chunk.samples[0]) < 0.003
    assert abs(chunk.samples[-1]) < 0.003


def test_the_first_clause_comes_as_a_chunk_of_its_own(
    speaker: OpenJTalkSpeaker, mei: Voice
) -> None:
    chunks = heard(speaker, CLAUSES, mei)
    assert len(chunks) >= 2
    assert len(chunks[0].samples) < 1.2 * RATE
    assert chunks[0].end < 0.15


def test_fractions_run_from_nothing_to_everything_without_gap(
    speaker: OpenJTalkSpeaker, mei: Voice
) -> None:
    for text in (SHORT, CLAUSES, WITHOUT_COMMA, f"{SHORT}{CLAUSES}本当ですか？"):
        chunks = heard(speaker, text, mei)
        assert chunks[0].start == 0
        assert chunks[-1].end == pytest.approx(1)
        assert all(a.end == pytest.approx(b.start) for a, b in pairwise(chunks))
        assert all(c.start < c.end for c in chunks)


@pytest.mark.parametrize("text", [CLAUSES, WITHOUT_COMMA])
def test_the_pieces_together_last_as_long_as_the_sentence_in_one(
    speaker: OpenJTalkSpeaker, mei: Voice, text: str
) -> None:
    import pyopenjtalk

    assert mei.path
    labels = pyopenjtalk.extract_fullcontext(text)
    whole = pyopenjtalk.HTSEngine(str(mei.path).encode()).synthesize(labels)
    model = load_htsvoice(mei.path)
    silences = model.samples(labels[0]) + model.samples(labels[-1])
    together = sum(len(chunk.samples) for chunk in heard(speaker, text, mei))
    assert together == pytest.approx(len(whole) - silences, abs=0.16 * RATE)


def test_joined_pieces_sound_like_the_sentence_in_one(
    speaker: OpenJTalkSpeaker, mei: Voice
) -> None:
    """Where a run without pause was cut, the level goes on as in the whole sentence."""
    import pyopenjtalk

    assert mei.path
    labels = pyopenjtalk.extract_fullcontext(WITHOUT_COMMA)
    whole = pyopenjtalk.HTSEngine(str(mei.path).encode()).synthesize(labels)
    ends_with = load_htsvoice(mei.path).samples(labels[-1])
    chunks = heard(speaker, WITHOUT_COMMA, mei)
    assert len(chunks) > 1
    ours = np.concatenate([chunk.samples for chunk in chunks])[: -round(0.07 * RATE)]
    theirs = (whole[:-ends_with] / 32_768 * 0.7)[-len(ours) :]
    seam = len(chunks[0].samples)
    for at in range(seam - RATE // 5, seam + RATE // 2, RATE // 10):
        window = slice(at, at + RATE // 5)
        difference = 20 * np.log10(level(ours[window]) / level(theirs[window]))
        assert abs(difference) < 3, f"{difference:.1f} dB at {(at - seam) / RATE:.2f} s"


def test_pauses_between_clauses_are_silent_and_of_natural_length(
    speaker: OpenJTalkSpeaker, mei: Voice
) -> None:
    first = heard(speaker, CLAUSES, mei)[0].samples
    loud = np.flatnonzero(np.abs(first) > 0.003)
    assert 0.2 < (len(first) - loud[-1]) / RATE < 0.6


@pytest.mark.parametrize(
    "text",
    ["", " ", "。", "、、、", "…！？", "\n\n", "\x00", "👍🎉", "()「」", "\ud800", "\u200b", "→"],
)
def test_text_without_anything_to_say_yields_nothing(
    speaker: OpenJTalkSpeaker, mei: Voice, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert heard(speaker, text, mei) == []
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "text",
    [
        "これは\nテスト\x00です\x07。",
        "完了✅👍しました",
        "壊れた\ud800文字",
        "API の client.py を見る",
        "ーーーっ",
        "é ñ ü 한국어 Привет を含む文",
        "１２３4567890123456789012345678901234567890",
        "\ufeff\u200b設定",
        "！？はい",
    ],
)
def test_odd_text_is_spoken_without_an_error(
    speaker: OpenJTalkSpeaker, mei: Voice, text: str
) -> None:
    chunks = heard(speaker, text, mei)
    assert chunks
    assert level(np.concatenate([c.samples for c in chunks])) > 0.005


def test_very_long_text_is_spoken_in_bounded_chunks(speaker: OpenJTalkSpeaker, mei: Voice) -> None:
    speech = speaker.speak("漢字仮名交じりの文章" * 2_000, mei)
    for _ in range(4):
        assert len(next(speech).samples) < 8 * RATE


def test_a_second_voice_is_found_by_its_file_and_speaks(
    speaker: OpenJTalkSpeaker, mei: Voice, tmp_path: Path
) -> None:
    assert mei.path
    shutil.copy(mei.path, tmp_path / "anna-happy.htsvoice")
    (tmp_path / "COPYRIGHT.txt").write_text("…")
    first, second = find_voices(tmp_path)
    assert (first.id, second.id) == ("mei", "anna-happy")
    assert second.name == "Anna happy"
    assert "COPYRIGHT.txt" in second.licence
    assert heard(speaker, SHORT, second)


def test_the_packaged_voice_comes_first_and_names_its_licence() -> None:
    voice = OpenJTalkSpeaker(Path("/nowhere")).voices()[0]
    assert voice.key == "openjtalk:mei"
    assert "CC-BY 3.0" in voice.licence
    assert "Nagoya Institute of Technology" in voice.licence


def test_files_of_the_same_stem_get_different_ids(mei: Voice, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mei.htsvoice").touch()
    assert [voice.id for voice in find_voices(tmp_path)] == ["mei", "mei-2", "mei-3"]


def test_a_question_word_is_read_as_a_person_would(speaker: OpenJTalkSpeaker, mei: Voice) -> None:
    import pyopenjtalk

    heard(speaker, SHORT, mei)
    readings = {text: pyopenjtalk.g2p(text, kana=True) for text in ("何ですか", "何が", "何の")}
    assert readings == {"何ですか": "ナンデスカ", "何が": "ナニガ", "何の": "ナンノ"}


def test_nothing_is_printed_while_the_engine_loads(mei: Voice) -> None:
    """Checked where onnxruntime is missing: pyopenjtalk would complain on standard output."""
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from voicestream_tui.speak.openjtalk.engine import OpenJTalkSpeaker\n"
        "s = OpenJTalkSpeaker(); s.warm_up(s.voices()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
    assert done.stdout == done.stderr == b""


class TestBrokenVoices:
    def speaking(self, path: Path) -> EngineError:
        speaker = OpenJTalkSpeaker()
        with pytest.raises(EngineError) as caught:
            list(speaker.speak(SHORT, Voice("openjtalk", "x", "X", path)))
        assert str(path) in caught.value.message
        assert caught.value.hint
        return caught.value

    def test_a_missing_file(self, tmp_path: Path) -> None:
        assert "No such file" in self.speaking(tmp_path / "gone.htsvoice").message

    def test_a_voice_without_file(self) -> None:
        with pytest.raises(EngineError, match="has no file"):
            list(OpenJTalkSpeaker().speak(SHORT, Voice("openjtalk", "x", "X")))

    @pytest.mark.parametrize("size", [0, 5, 500, 969, 970, 5_000, 400_000, 862_502])
    def test_a_truncated_file(self, mei: Voice, tmp_path: Path, size: int) -> None:
        assert mei.path
        broken = tmp_path / "cut.htsvoice"
        broken.write_bytes(mei.path.read_bytes()[:size])
        self.speaking(broken)

    def test_something_else(self, tmp_path: Path) -> None:
        other = tmp_path / "page.htsvoice"
        other.write_text("<!DOCTYPE html>\n" * 1_000)
        assert "begin like an HTS voice" in self.speaking(other).message

    @pytest.mark.parametrize("at", [3_000, 15_000, 640_000, 861_000])
    def test_damaged_decision_trees(self, mei: Voice, tmp_path: Path, at: int) -> None:
        assert mei.path
        content = bytearray(mei.path.read_bytes())
        start = content.index(b"[DATA]\n") + 7
        at += 5_804 if at < 25_000 else 0
        content[start + at : start + at + 40] = b"\xff" * 40
        broken = tmp_path / "damaged.htsvoice"
        broken.write_bytes(content)
        self.speaking(broken)

    def test_a_repaired_file_is_read_again(self, mei: Voice, tmp_path: Path) -> None:
        assert mei.path
        file = tmp_path / "voice.htsvoice"
        file.write_bytes(b"[GLOBAL]")
        self.speaking(file)
        shutil.copy(mei.path, file)
        assert OpenJTalkSpeaker().voice_from_file(file).id == "voice"


def test_close_frees_the_voices_and_speaking_again_loads_them(mei: Voice) -> None:
    speaker = OpenJTalkSpeaker()
    assert heard(speaker, SHORT, mei)
    speaker.close()
    assert heard(speaker, SHORT, mei)
