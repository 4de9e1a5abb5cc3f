from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from voicestream_tui.doctor.finding import Finding, Status
from voicestream_tui.doctor.models import judge_models, own_models
from voicestream_tui.models.catalog import Catalog, Model, ModelFile
from voicestream_tui.models.partial import measure
from voicestream_tui.models.store import Store

BIG = bytes(range(256)) * 40
MODEL = Model(
    name="mine",
    title="Mine",
    kind="translator",
    engine="opus-mt",
    languages=("en", "ja"),
    files=(
        ModelFile("model.bin", size=len(BIG), sha256=hashlib.sha256(BIG).hexdigest()),
        ModelFile("config.json"),
    ),
    licence="MIT",
    repository="me/mine",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "models", tmp_path / "voices")
    folder = store.folder(MODEL)
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(BIG)
    (folder / "config.json").write_text("{}")
    return store


def judged(store: Store, most_read: int = 1 << 30) -> Finding:
    (found,) = judge_models(store, Catalog({"mine": MODEL}), most_read)
    return found


def test_a_whole_model_is_ok_and_nothing_is_recorded(store: Store) -> None:
    found = judged(store)
    assert found.status is Status.OK
    assert "no checksum is known for config.json" in found.message
    assert sorted(path.name for path in store.models.iterdir()) == ["mine"]


def test_a_damaged_byte_is_found(store: Store) -> None:
    (store.folder(MODEL) / "model.bin").write_bytes(BIG[:-1] + b"\0")
    found = judged(store)
    assert found.status is Status.FAIL
    assert "model.bin" in found.message
    assert "voicestream-tui models pull mine" in found.remedy


def test_a_file_that_differs_from_what_was_recorded_is_found(store: Store) -> None:
    config = store.folder(MODEL) / "config.json"
    store.remember(MODEL, {MODEL.files[1]: measure(config)})
    assert "checksums are right" in judged(store).message
    config.write_text("[]")
    assert judged(store).status is Status.FAIL


def test_a_file_of_another_size_is_found_without_reading(store: Store) -> None:
    (store.folder(MODEL) / "model.bin").write_bytes(BIG[:-1])
    assert judged(store, most_read=0).status is Status.FAIL


def test_what_is_too_large_to_read_here_is_told(store: Store) -> None:
    found = judged(store, most_read=100)
    assert found.status is Status.OK
    assert "models verify mine" in found.message


def test_a_download_that_was_begun_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "models", tmp_path / "voices")
    staging = store.staging(MODEL)
    staging.mkdir(parents=True)
    (staging / "model.bin.part").touch()
    assert judged(store).status is Status.WARN


def test_models_that_were_put_there_by_hand_are_named_with_their_engine(store: Store) -> None:
    (store.models / ".records").mkdir()
    (store.models / "junk").mkdir()
    fugumt = store.models / "fugumt"
    fugumt.mkdir()
    for name in ("model.bin", "source.spm", "target.spm"):
        (fugumt / name).touch()
    made, junk = own_models(store, Catalog({"mine": MODEL}))
    assert (made.name, made.status) == ("fugumt", Status.OK)
    assert "for the engine opus-mt" in made.message
    assert (junk.name, junk.status) == ("junk", Status.WARN)


def test_without_models_one_line_says_so(tmp_path: Path) -> None:
    found = judged(Store(tmp_path / "models", tmp_path / "voices"))
    assert found.status is Status.OK
    assert "none fetched" in found.message
