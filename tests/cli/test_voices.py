"""`voicestream-tui voices`: which there are, fetching, hearing and choosing one."""

from __future__ import annotations

import hashlib
import json
import tomllib
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.hub import Hub, running
from voicestream_tui.cli import main
from voicestream_tui.speak.openjtalk.hts_voices import packaged_voice

VOICE = packaged_voice()
assert VOICE is not None
assert VOICE.path is not None
BYTES = VOICE.path.read_bytes()
CATALOG = f"""
[anna]
title = "Anna of Sundays"
kind = "voice"
engine = "openjtalk"
languages = ["ja"]
sample_rate = 48000
licence = "CC-BY-NC 4.0"
licence_url = "https://example.org/licence"
terms = "Only on Sundays."
credit = "Anna"
repository = "me/anna"
files = [{{ path = "anna.htsvoice", sha256 = "{hashlib.sha256(BYTES).hexdigest()}" }}]

[whistler]
title = "Whistler"
kind = "voice"
engine = "whistle"
licence = "MIT"
repository = "me/whistler"
files = [{{ path = "whistler.bin" }}]
"""


@pytest.fixture
def hub(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that has Anna, a catalogue that knows her, and nobody to hear."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HF_ENDPOINT", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    folder = isolated_home / ".config/voicestream-tui"
    folder.mkdir(parents=True)
    (folder / "models.toml").write_text(CATALOG)
    with running() as hub:
        monkeypatch.setenv("VOICESTREAM_MODELS_HUB", hub.address)
        monkeypatch.setenv("VOICESTREAM_AUDIO_DEVICE", "none")
        hub.put("/me/anna/resolve/main/anna.htsvoice", BYTES)
        yield hub


Told = pytest.CaptureFixture[str]


def voices(*words: str) -> int:
    return main(["voices", *words])


def listed(told: Told) -> dict[str, dict[str, object]]:
    told.readouterr()
    assert main(["voices", "--json"]) == 0
    return {voice["key"]: voice for voice in json.loads(told.readouterr().out)["voices"]}


def test_a_voice_is_listed_fetched_and_chosen(hub: Hub, isolated_home: Path, capsys: Told) -> None:
    before = listed(capsys)
    assert before["openjtalk:mei"]["default"] is True
    assert before["openjtalk:mei"]["sample_rate"] == 48000
    assert before["anna"]["state"] == "absent"
    assert before["anna"]["accepted"] is False
    assert hub.asked == []

    assert voices("pull", "anna") == 1
    assert "--accept-licence" in capsys.readouterr().err
    assert voices("pull", "anna", "--accept-licence") == 0
    assert "voices preview anna" in capsys.readouterr().out
    after = listed(capsys)
    assert "anna" not in after
    assert {key: after["openjtalk:anna"][key] for key in ("state", "model", "terms", "credit")} == {
        "state": "installed",
        "model": "anna",
        "terms": "Only on Sundays.",
        "credit": "Anna",
    }

    assert voices("default", "anna") == 0
    path = isolated_home / ".config/voicestream-tui/config.toml"
    assert tomllib.loads(path.read_text())["tts"] == {"engine": "openjtalk", "voice": "anna"}
    told = capsys.readouterr().out
    assert str(path) in told
    assert "But" not in told
    assert listed(capsys)["openjtalk:anna"]["default"] is True


def test_the_list_tells_what_licences_demand(hub: Hub, capsys: Told) -> None:
    assert voices() == 0
    lines = capsys.readouterr().out.splitlines()
    anna = next(n for n, line in enumerate(lines) if "Anna of Sundays" in line)
    assert lines[anna].startswith("  anna ")
    assert "ja, 48 kHz, not here" in lines[anna]
    assert [line.strip() for line in lines[anna + 1 : anna + 4]] == [
        "CC-BY-NC 4.0",
        "Only on Sundays.",
        "Credit: Anna",
    ]
    assert any(line.startswith("* openjtalk:mei") for line in lines)
    assert any(line.startswith("! whistler") for line in lines)
    assert "which this version does not have" in "\n".join(lines)


def test_a_setting_that_wins_over_the_file_is_told(
    hub: Hub, tmp_path: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[tts]\nengine = ["piper", "openjtalk"]\n')
    monkeypatch.setenv("VOICESTREAM_TTS_VOICE", "mei")
    assert voices("default", "mei", "--config", str(mine)) == 0
    written = tomllib.loads(mine.read_text())
    assert written == {"tts": {"engine": ["openjtalk", "piper"], "voice": "mei"}}
    assert "But tts.voice is 'mei' by VOICESTREAM_TTS_VOICE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("anny", "Did you mean anna?"),
        ("anna", "Fetch it: voicestream-tui voices pull anna"),
        ("whistler", "which this version does not have"),
        ("./none.htsvoice", "is not there"),
    ],
)
def test_a_voice_that_can_not_be_chosen_is_told(
    hub: Hub, isolated_home: Path, capsys: Told, name: str, told: str
) -> None:
    assert voices("default", name) == 1
    assert told in capsys.readouterr().err
    assert not (isolated_home / ".config/voicestream-tui/config.toml").exists()


def test_a_name_is_needed(hub: Hub, capsys: Told) -> None:
    assert voices("preview") == 2
    assert "Which voice?" in capsys.readouterr().err


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return float(file.getnframes() / file.getframerate())


def test_a_preview_is_spoken_into_a_file(hub: Hub, tmp_path: Path, capsys: Told) -> None:
    short, long = tmp_path / "short.wav", tmp_path / "long.wav"
    assert voices("preview", "mei", "はい。", "--record", str(short)) == 0
    assert voices("preview", "Mei", "--record", str(long)) == 0
    assert 0.1 < seconds(short) < 2 < seconds(long)
    assert f"Wrote {long}" in capsys.readouterr().out


def test_a_file_of_ones_own_is_heard_and_chosen(
    hub: Hub, tmp_path: Path, isolated_home: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "mine/own.htsvoice"
    own.parent.mkdir()
    own.write_bytes(BYTES)
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "own.wav"
    assert voices("preview", "mine/own.htsvoice", "--record", str(out)) == 0
    assert seconds(out) > 2
    assert voices("default", "./mine") == 0
    path = isolated_home / ".config/voicestream-tui/config.toml"
    assert tomllib.loads(path.read_text())["tts"]["voice"] == str(own)


def test_a_broken_voice_is_told_and_not_replaced_by_another(
    hub: Hub, tmp_path: Path, capsys: Told
) -> None:
    broken = tmp_path / "broken.htsvoice"
    broken.write_bytes(BYTES[:100_000])
    out = tmp_path / "out.wav"
    assert voices("preview", str(broken), "--record", str(out)) == 1
    assert "broken.htsvoice" in capsys.readouterr().err
