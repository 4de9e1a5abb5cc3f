"""Settings: precedence of the layers, and mistakes that are named where they were made."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from voicestream_tui import config
from voicestream_tui.config_check import allowed
from voicestream_tui.config_model import KEYS, TABLES
from voicestream_tui.errors import ConfigError


def write(folder: Path, text: str, name: str = "config.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path | None = None, **given: object) -> config.Settings:
    environ = given.pop("environ", {})
    return config.load_settings(path, environ=environ, **given)  # type: ignore[arg-type]


def refused(path: Path | None = None, **given: object) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path, **given)
    return str(caught.value)


def test_defaults_need_no_file() -> None:
    settings = load()
    assert settings.tts.speed == 1.0
    assert settings.audio.lead == 3.0
    assert settings.origins == {}


def test_each_layer_overrides_the_one_before_it(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "[translation]\nbeam = 3\nthreads = 2\n[tts]\nsentence_gap = 0.4\nparagraph_gap = 0.9\n",
    )
    environ = {"VOICESTREAM_TTS_SENTENCE_GAP": "0.6", "VOICESTREAM_TTS_PARAGRAPH_GAP": "0.8"}
    preset_only = load(preset="low-latency")
    settings = load(
        path, preset="low-latency", environ=environ, overrides={"tts.paragraph_gap": 0.7}
    )
    assert preset_only.translation.beam == 1
    assert settings.audio.lead == preset_only.audio.lead
    assert (settings.translation.beam, settings.translation.threads) == (1, 2)
    assert settings.tts.sentence_gap == 0.6
    assert settings.tts.paragraph_gap == 0.7
    assert settings.origins["audio.lead"] == "preset low-latency"
    assert settings.origins["translation.threads"] == str(path)
    assert settings.origins["tts.sentence_gap"] == "VOICESTREAM_TTS_SENTENCE_GAP"
    assert settings.origins["tts.paragraph_gap"] == "option"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().tts.speed = 2.0


def test_options_not_given_leave_the_value(tmp_path: Path) -> None:
    path = write(tmp_path, "[tts]\nspeed = 1.5\n")
    assert load(path, overrides={"tts.speed": None}).tts.speed == 1.5


def test_environment_gives_every_type() -> None:
    settings = load(
        environ={
            "VOICESTREAM_TTS_SPEED": " 1.2 ",
            "VOICESTREAM_TTS_SPEAK_TOOLS": "yes",
            "VOICESTREAM_TRANSLATION_BEAM": "4",
            "VOICESTREAM_AUDIO_DEVICE": "none",
            "VOICESTREAM_UI_THEME": "",
            "HOME": "/nowhere",
        }
    )
    assert settings.tts.speed == 1.2
    assert settings.tts.speak_tools is True
    assert settings.translation.beam == 4
    assert settings.audio.device == "none"
    assert settings.ui.theme == "voicestream-dark"


def test_environment_names_the_file_and_the_preset(tmp_path: Path) -> None:
    path = write(tmp_path, "[tts]\nspeed = 2.0\n")
    environ = {"VOICESTREAM_CONFIG": str(path), "VOICESTREAM_PRESET": "high-quality"}
    settings = load(environ=environ)
    assert settings.tts.speed == 2.0
    assert settings.origins["translation.beam"] == "preset high-quality"


def test_a_named_file_wins_over_the_environments(tmp_path: Path) -> None:
    one = write(tmp_path, "[tts]\nspeed = 2.0\n", "one.toml")
    two = write(tmp_path, "[tts]\nspeed = 0.8\n", "two.toml")
    assert load(two, environ={"VOICESTREAM_CONFIG": str(one)}).tts.speed == 0.8


def test_the_platforms_file_is_read_when_it_is_there() -> None:
    path = config.config_path({})
    assert path.name == "config.toml"
    assert path.parent.name == "voicestream-tui"
    path.parent.mkdir(parents=True)
    path.write_text("[ui]\nnarrow_below = 70\n")
    assert load().ui.narrow_below == 70


def test_unknown_key_names_file_line_key_and_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, "[tts]\nvoice = 'mei'\nsped = 1.2\n")
    message = refused(path)
    assert f"{path}, line 3: unknown key tts.sped." in message
    assert "did you mean tts.speed?" in message


def test_unknown_table_names_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, "[audoi]\nvolume = 1\n")
    message = refused(path)
    assert f"{path}, line 1: unknown table 'audoi'." in message
    assert "did you mean [audio]?" in message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("speed = 2\n", "speed belongs to [tts]"),
        ("[tts]\nvolume = 1\n", "volume belongs to [audio]"),
        ("[tts]\nzzz = 1\n", "[tts] knows: engine, voice"),
        ("[zzz]\nx = 1\n", "The tables are: [translation], [tts]"),
        ("tts = 3\n", "Write [tts] on a line of its own"),
    ],
)
def test_misplaced_keys_say_where_they_belong(tmp_path: Path, text: str, hint: str) -> None:
    assert hint in refused(write(tmp_path, text))


@pytest.mark.parametrize(
    ("table", "line", "allowed_words"),
    [
        ("tts", "speed = 9", "a number from 0.5 to 3.0"),
        ("tts", 'speed = "1.2"', "a number from 0.5 to 3.0"),
        ("tts", "speed = nan", "a number from 0.5 to 3.0"),
        ("tts", "speak_code = 1", "true or false"),
        ("translation", "beam = 2.5", "a whole number from 0 to 16"),
        ("translation", 'engine = ""', "some text in quotes"),
        ("audio", 'latency = "lo"', '"low" or "high"'),
        ("audio", "device = 3", "text in quotes"),
        ("tts", 'device = "gpu"', '"auto", "cpu", "cuda", or one card of several: "cuda:1"'),
        ("audio", "lead = 1979-05-27", "a number from 0.2 to 60.0"),
    ],
)
def test_bad_value_names_file_line_key_and_what_is_allowed(
    tmp_path: Path, table: str, line: str, allowed_words: str
) -> None:
    path = write(tmp_path, f"# mine\n[{table}]\n{line}\n")
    key = f"{table}.{line.split()[0]}"
    message = refused(path)
    assert f"{path}, line 3: {key} = " in message
    assert f"{key} must be {allowed_words}." in message


def test_every_mistake_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    message = refused(write(tmp_path, "[tts]\nspeed = 9\nvoise = 'a'\n[audio]\nvolume = 4\n"))
    assert "tts.speed" in message
    assert "tts.voise" in message
    assert "audio.volume" in message


def test_bad_environment_names_the_variable() -> None:
    assert "VOICESTREAM_TTS_SPEED must be a number" in refused(
        environ={"VOICESTREAM_TTS_SPEED": "fast"}
    )
    message = refused(environ={"VOICESTREAM_TTS_SPED": "1"})
    assert "VOICESTREAM_TTS_SPED" in message
    assert "Did you mean VOICESTREAM_TTS_SPEED?" in message


def test_bad_option_names_the_key() -> None:
    assert "tts.speed = 20 is not allowed" in refused(overrides={"tts.speed": 20})
    assert "did you mean tts.speed?" in refused(overrides={"tts.spd": 1})
    assert "The tables are" in refused(overrides={"zzz.speed": 1})


def test_unknown_preset_lists_the_presets() -> None:
    message = refused(preset="low-latncy")
    assert "Did you mean low-latency?" in message
    assert "high-quality, low-latency" in message
    assert "VOICESTREAM_PRESET: there is no preset" in refused(environ={"VOICESTREAM_PRESET": "x"})


@pytest.mark.parametrize(
    ("text", "line"), [("[tts]\nvoice = mei\n", 2), ("[tts\n", 1), ('[tts]\n\nvoice = "mei', 3)]
)
def test_toml_mistake_names_file_and_line(tmp_path: Path, text: str, line: int) -> None:
    path = write(tmp_path, text)
    assert f"{path}, line {line}: not TOML" in refused(path)


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    assert f"{missing} does not exist." in refused(missing)
    assert f"{tmp_path} can't be read" in refused(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"[tts]\nvoice = 'caf\xe9'\n")
    assert f"{latin}, line 2: not UTF-8" in refused(latin)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[tts]\nspeed = 1.5\n")
    assert load(path).tts.speed == 1.5


def test_paths_are_taken_from_where_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, '[tts]\nvoices_dir = "voices"\nlexicon = "~/words.toml"\n')
    settings = load(path)
    assert settings.tts.voices_dir == str(tmp_path / "voices")
    assert settings.tts.lexicon == str(Path.home() / "words.toml")
    monkeypatch.chdir(tmp_path)
    assert load(overrides={"tts.lexicon": "my.toml"}).tts.lexicon == str(tmp_path / "my.toml")
    unknown_home = {"VOICESTREAM_TTS_LEXICON": "~no-such-person/x"}
    assert load(environ=unknown_home).tts.lexicon.endswith("~no-such-person/x")


def test_tables_of_other_packages_engines_are_kept_as_they_are(tmp_path: Path) -> None:
    table = """[engines.my-shout]
loud = true
words = ["a", "b"]
since = 2026-11-22
"a key" = { x = 1.5, y = {} }
"""
    settings = load(write(tmp_path, table + "[engines.other]\n"))
    free = settings.of_engine("my-shout")
    assert free["words"] == ["a", "b"]
    assert free["a key"] == {"x": 1.5, "y": {}}
    assert settings.of_engine("unheard-of") == {}
    shown = config.show(settings)
    assert tomllib.loads(shown)["engines"] == tomllib.loads(table)["engines"] | {"other": {}}
    line = next(line for line in shown.splitlines() if line.startswith("loud = true "))
    assert line.endswith(f"# {tmp_path / 'config.toml'}")
    underscored = write(tmp_path, "[engines.my_shout]\nloud = false\n")
    assert load(underscored).of_engine("my-shout") == {"loud": False}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[engines]\nshout = 1\n", "line 2: engines.shout must be a table"),
        ("engines = 1\n", "unknown key 'engines'"),
        ("[tts]\n\n[engines.piper]\n", "line 3: piper is no engine of another package"),
    ],
)
def test_what_is_no_table_of_an_engine_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(write(tmp_path, text))


def test_show_is_toml_with_the_origin_of_each_value(tmp_path: Path) -> None:
    text = config.show(load(overrides={"tts.voice": 'a "b" \\ c\x7f', "tts.speed": 1.2}))
    shown = tomllib.loads(text)
    assert list(shown) == list(TABLES)
    assert shown["tts"]["voice"] == 'a "b" \\ c\x7f'
    line = next(line for line in text.splitlines() if line.startswith("speed"))
    assert line.endswith("# option")
    assert sum("# default" in line for line in text.splitlines()) == len(KEYS) - 2
    assert load(write(tmp_path, text)).tts.speed == 1.2


def test_init_writes_every_key_commented_out(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    config.init(path)
    text = path.read_text(encoding="utf-8")
    assert load(path).model_dump() == load().model_dump()
    assert load(path, preset="low-latency").translation.beam == 1
    uncommented = "\n".join(
        line[1:] if line.startswith("#") and not line.startswith("# ") else line
        for line in text.splitlines()
    )
    values = tomllib.loads(uncommented)
    assert [f"{table}.{key}" for table, keys in values.items() for key in keys] == list(KEYS)
    assert config.Settings.model_validate(values) == config.Settings()


def test_init_leaves_a_file_that_is_there(tmp_path: Path) -> None:
    path = write(tmp_path, "mine")
    with pytest.raises(ConfigError, match="is there already"):
        config.init(path)
    assert path.read_text() == "mine"
    with pytest.raises(ConfigError, match="can't be written"):
        config.init(path / "below" / "config.toml")


def test_every_setting_is_described_and_has_limits() -> None:
    for table, model in TABLES.items():
        for key, field in model.model_fields.items():
            assert field.description, f"{table}.{key}"
            assert allowed(f"{table}.{key}")
            schema = model.model_json_schema()["properties"][key]
            assert "allowed" in schema or "pattern" not in schema, f"{table}.{key}"


def test_the_presets_differ_in_what_they_are_for() -> None:
    low, high = load(preset="low-latency"), load(preset="high-quality")
    assert config.presets() == ["high-quality", "low-latency"]
    assert low.translation.beam < high.translation.beam
    assert low.audio.lead < high.audio.lead
    assert low.tts.sentence_gap < high.tts.sentence_gap
    assert (low.audio.latency, high.audio.latency) == ("low", "high")
