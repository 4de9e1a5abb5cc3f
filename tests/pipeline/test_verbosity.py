"""How much is said of blocks, changed while the program runs."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.fakes import FakeTranslator, ListSource, Rig
from voicestream_tui.assembly import make_spoken_form, user_glossary
from voicestream_tui.config_model import Settings, SpeechSettings, TranslationSettings
from voicestream_tui.model import Kind, Segment, SegmentTranslated, Translation
from voicestream_tui.pipeline import PipelineOptions
from voicestream_tui.stages.playlist import Entry
from voicestream_tui.text.verbosity import Verbosity

TABLE = "| name | state |\n|---|---|\n| job one | it works |\n\nOne bird sings."


def test_the_level_of_the_settings_is_that_of_the_voice() -> None:
    content = "def add(a, b):\n    return a + b"
    code = Segment(1, 1, Kind.CODE, content, "```python\n…", japanese="Pythonのコード、2行")
    entry = Entry(code, Translation(code.japanese, engine="notice"))
    said = {
        level: make_spoken_form(Settings(tts=SpeechSettings(verbosity=level)))(entry)
        for level in ("brief", "normal", "full")
    }
    assert "行" not in said["brief"]
    assert "2行" in said["normal"]
    assert "定義" in said["full"]


def test_the_inside_of_a_table_is_translated_only_where_it_is_said() -> None:
    for level, inside in ((Verbosity.NORMAL, 0), (Verbosity.FULL, 4)):
        with Rig(ListSource(TABLE), options=PipelineOptions(verbosity=level)) as rig:
            rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == 2)
            table, sentence = rig.log.of(SegmentTranslated)
            assert len(table.translation.contents) == inside
            assert sentence.translation.japanese == "訳One bird sings."


def test_a_table_that_can_not_be_translated_costs_nothing_but_its_inside() -> None:
    translator = FakeTranslator(fail=lambda text: "job" in text)
    options = PipelineOptions(verbosity=Verbosity.FULL)
    with Rig(ListSource(TABLE), translator=translator, options=options) as rig:
        rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == 2)
        table, sentence = rig.log.of(SegmentTranslated)
        assert table.translation.contents == ()
        assert sentence.translation.ok


def test_a_change_of_level_reaches_what_was_made_ahead() -> None:
    levels: list[Verbosity] = []
    with Rig(ListSource("One bird sings. Two birds sing. Three birds sing.")) as rig:
        assert rig.pipeline._voicing is not None
        rig.pipeline._voicing._set_verbosity = levels.append
        rig.pull_until(rig.sounds("訳One bird sings."))
        rig.pipeline.set_verbosity(Verbosity.BRIEF)
        assert rig.pipeline.verbosity is Verbosity.BRIEF
        assert levels == [Verbosity.BRIEF]
        rig.pull_until(lambda: rig.pipeline.ended)


def test_a_users_glossary_reaches_translation_and_voice(tmp_path: Path) -> None:
    file = tmp_path / "glossary.toml"
    file.write_text('[terms]\n"bird" = { japanese = "鳥さん", reading = "トリサン" }\n')
    settings = Settings(translation=TranslationSettings(glossary=str(file)))
    glossary = user_glossary(settings)
    options = PipelineOptions(glossary=glossary)
    with Rig(ListSource("The bird sings well."), options=options) as rig:
        rig.log.wait_for(lambda: bool(rig.log.of(SegmentTranslated)))
        (event,) = rig.log.of(SegmentTranslated)
        assert "鳥さん" in event.translation.japanese
    entry = Entry(Segment(1, 1, Kind.PROSE, "x"), Translation("鳥さんです。"))
    assert "トリサン" in make_spoken_form(settings)(entry)
