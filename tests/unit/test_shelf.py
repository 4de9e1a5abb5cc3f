"""What can translate and speak: engines, the catalogue, folders of one's own, and the default."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.models.catalog import Catalog, Model, ModelFile
from voicestream_tui.models.store import State, Store
from voicestream_tui.shelf import Chosen, Item, Shelf, as_default, find_item

FILES = (ModelFile("model.bin"), ModelFile("source.spm"), ModelFile("target.spm"))
FUGU = Model("fugumt", "FuguMT", "translator", "opus-mt", ("en", "ja"), FILES, "CC-BY-SA 4.0")
KOKORO = Model("kokoro", "Kokoro", "voice", "kokoro", ("ja",), (ModelFile("m.onnx"),), "Apache-2.0")


class Silent:
    """An engine that has one voice, in a file."""

    name = "one"

    def __init__(self, path: Path) -> None:
        self.path = path

    def voices(self) -> list[Voice]:
        return [Voice("one", "anna", "Anna of one", self.path, licence="CC0")]

    def close(self) -> None: ...


def a_shelf(folder: Path, chosen: Chosen | None = None) -> Shelf:
    def make(name: str) -> Silent:
        if name == "one":
            return Silent(folder / "anna.bin")
        if name == "broken":
            raise ZeroDivisionError
        raise EngineError(f"{name} is not installed.")

    return Shelf(
        Store(folder / "models", folder / "voices"),
        Catalog({"fugumt": FUGU, "kokoro": KOKORO}),
        make,  # type: ignore[arg-type]
        ["one", "kokoro", "broken"],
        ["starter", "opus-mt", "onnx", "theirs"],
        chosen or Chosen(("one",), "", ("starter",)),
    )


def put(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(b"x")


def by_key(items: list[Item]) -> dict[str, Item]:
    return {item.key: item for item in items}


def test_translators_are_engines_the_catalogue_and_own_folders(tmp_path: Path) -> None:
    put(tmp_path / "models/mine", "model.bin", "source.spm", "target.spm")
    put(tmp_path / "models/nothing", "readme")
    put(tmp_path / "models/.fugumt.partial", "model.bin", "source.spm", "target.spm")
    items = by_key(a_shelf(tmp_path).translators())
    assert list(items) == ["starter", "theirs", "fugumt", "mine"]
    assert [item.key for item in items.values() if item.default] == ["starter"]
    assert items["mine"].engine == "opus-mt"
    assert items["fugumt"].state is State.ABSENT
    assert as_default(items["mine"], Chosen(translators=("starter", "theirs"))) == {
        "translation.engine": ["opus-mt", "starter", "theirs"],
        "translation.model": "mine",
    }


@pytest.mark.parametrize(
    ("model", "default"), [("", "fugumt"), ("mine", "mine"), ("fugumt", "fugumt")]
)
def test_the_default_is_what_the_settings_mean(tmp_path: Path, model: str, default: str) -> None:
    for name in ("mine", "fugumt"):
        put(tmp_path / "models" / name, "model.bin", "source.spm", "target.spm")
    chosen = Chosen(translators=("opus-mt",), model=model)
    items = a_shelf(tmp_path, chosen).translators()
    assert [item.key for item in items if item.default] == [default]


def test_without_a_named_model_the_default_is_the_one_that_the_engine_takes(tmp_path: Path) -> None:
    for name in ("fugumt", "elan"):
        put(tmp_path / "models" / name, "model.bin", "source.spm", "target.spm")
    items = a_shelf(tmp_path, Chosen(translators=("opus-mt",))).translators()
    assert [item.key for item in items if item.default] == ["elan"]


def test_an_engine_that_fails_is_a_note_and_no_more(tmp_path: Path) -> None:
    notes: dict[str, str] = {}
    items = by_key(a_shelf(tmp_path).voices(notes))
    assert list(items) == ["one:anna", "kokoro"]
    assert items["one:anna"].default
    assert notes["kokoro"] == "kokoro is not installed."
    assert "ZeroDivisionError" in notes["broken"]
    put(tmp_path / "voices/kokoro", "m.onnx")
    assert by_key(a_shelf(tmp_path).voices())["kokoro"].problem == "kokoro is not installed."


def test_a_choice_is_remembered(tmp_path: Path) -> None:
    shelf = a_shelf(tmp_path, Chosen(("kokoro", "one"), "jf", ("starter",)))
    anna = find_item(shelf.voices(), "Anna of One")
    assert not anna.default
    shelf.choose(anna)
    assert shelf.chosen.speakers == ("one", "kokoro")
    assert find_item(shelf.voices(), "one:anna").default
    put(tmp_path / "models/mine", "model.bin", "source.spm", "target.spm")
    shelf.choose(next(item for item in shelf.translators() if item.key == "mine"))
    assert [item.key for item in shelf.translators() if item.default] == ["mine"]


def test_names_are_found_and_nearly_found(tmp_path: Path) -> None:
    items = a_shelf(tmp_path).voices()
    assert find_item(items, "ANNA").id == "anna"
    assert find_item(items, "Kokoro").model is KOKORO
    put(tmp_path / "here")
    (tmp_path / "anna.bin").write_bytes(b"[GLOBAL]")
    assert find_item(items, str(tmp_path / "anna.bin")).id == "anna"
    with pytest.raises(EngineError) as caught:
        find_item(items, "anne")
    assert "Did you mean anna?" in caught.value.hint
