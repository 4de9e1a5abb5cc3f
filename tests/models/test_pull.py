"""A model comes whole or not at all, and what is there is known."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from tests.models.hub import Hub, serve, status, truncated
from voicestream_tui.errors import ModelError
from voicestream_tui.file_lock import FileLock
from voicestream_tui.models import addresses, pull
from voicestream_tui.models.catalog import Model, ModelFile
from voicestream_tui.models.pull import Puller
from voicestream_tui.models.store import Found, State, Store
from voicestream_tui.models.web import Web
from voicestream_tui.speak.openjtalk.hts_voices import find_voices

BIG, SMALL = b"big" * 5000, b'{"small": 1}'
AT = "/me/mine/resolve/main"


def model(kind: str = "translator") -> Model:
    return Model(
        name="mine",
        title="Mine",
        kind=kind,  # type: ignore[arg-type]
        engine="opus-mt",
        languages=("en", "ja"),
        files=(
            ModelFile("config.json"),
            ModelFile("sub/model.bin", "", "", len(BIG), hashlib.sha256(BIG).hexdigest()),
        ),
        licence="MIT",
        repository="me/mine",
    )


class Place:
    def __init__(self, hub: Hub, tmp_path: Path) -> None:
        self.hub = hub
        self.store = Store(tmp_path / "models", tmp_path / "voices")
        self.busy: list[str] = []
        self.waited: list[float] = []
        hub.put(f"{AT}/config.json", SMALL)
        hub.put(f"{AT}/sub/model.bin", BIG)

    def puller(self, *, offline: bool = False) -> Puller:
        web = Web(addresses.Hub(self.hub.address, "", offline), 10.0)
        return Puller(
            self.store,
            web,
            busy=lambda model: self.busy.append(model.name),
            wait=self.waited.append,
        )

    def pull(self, what: Model) -> bool:
        return self.puller().pull(what)

    def fails(self, what: Model) -> ModelError:
        with pytest.raises(ModelError) as caught:
            self.pull(what)
        return caught.value

    def folder(self) -> Path:
        return self.store.folder(model())


@pytest.fixture
def place(hub: Hub, tmp_path: Path) -> Place:
    return Place(hub, tmp_path)


def test_a_model_comes_whole(place: Place) -> None:
    assert place.store.state(model()) is State.ABSENT
    assert place.pull(model())
    assert (place.folder() / "config.json").read_bytes() == SMALL
    assert (place.folder() / "sub/model.bin").read_bytes() == BIG
    assert place.store.state(model()) is State.INSTALLED
    assert sorted(path.name for path in place.store.models.iterdir()) == [".records", "mine"]
    assert sorted(path.name for path in (place.folder() / "sub").iterdir()) == ["model.bin"]


def test_what_is_there_is_not_asked_for_again(place: Place) -> None:
    place.pull(model())
    place.hub.asked.clear()
    assert not place.pull(model())
    assert place.hub.asked == []


def test_a_voice_goes_to_the_voices_and_is_seen_there_only_when_it_is_whole(
    place: Place,
) -> None:
    voice = replace(model("voice"), files=(ModelFile("a.htsvoice"), ModelFile("b.htsvoice")))
    place.hub.put(f"{AT}/a.htsvoice", b"a")
    place.hub.put(f"{AT}/b.htsvoice", b"b", status(404))
    place.fails(voice)
    assert [found.id for found in find_voices(place.store.voices)] == ["mei"]
    place.pull(voice)
    assert [found.id for found in find_voices(place.store.voices)] == ["mei", "a", "b"]


def test_one_missing_file_leaves_no_half_model_and_the_rest_is_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "_AT_ONCE", 1)
    turned = replace(model(), files=model().files[::-1])
    place.hub.put(f"{AT}/config.json", SMALL, status(404))
    assert "mine/config.json is not there" in place.fails(turned).message
    assert not place.folder().exists()
    place.hub.asked.clear()
    assert place.pull(turned)
    assert [asked.path for asked in place.hub.asked] == [f"{AT}/config.json"]


def test_an_interrupted_model_is_seen_as_begun_and_goes_on(place: Place) -> None:
    path = f"{AT}/sub/model.bin"
    place.hub.put(path, BIG, truncated(6000), status(404))
    place.fails(model())
    assert place.store.state(model()) is State.PARTIAL
    assert place.pull(model())
    last = [asked for asked in place.hub.asked if asked.path == path][-1]
    assert last.headers["range"] == "bytes=6000-"


def test_a_file_without_a_known_checksum_is_recorded_and_compared_from_then_on(
    place: Place,
) -> None:
    place.pull(model())
    config = model().files[0]
    assert place.store.expected(model(), config) == (
        len(SMALL),
        hashlib.sha256(SMALL).hexdigest(),
    )
    (place.folder() / "config.json").unlink()
    place.hub.put(f"{AT}/config.json", SMALL.replace(b"1", b"2"))
    assert "its checksum differs" in place.fails(model()).message


def test_the_recorded_checksum_counts_for_a_mirror_too(
    place: Place, elsewhere: Hub, tmp_path: Path
) -> None:
    place.pull(model())
    shutil.rmtree(place.folder())
    mirror = Place(elsewhere, tmp_path)
    elsewhere.put(f"{AT}/config.json", SMALL.replace(b"1", b"2"))
    assert "its checksum differs" in mirror.fails(model()).message


def test_another_revision_is_another_file(place: Place) -> None:
    place.pull(model())
    newer = replace(model(), revision="v2")
    assert place.store.expected(newer, newer.files[0]) == (None, "")


def test_a_damaged_file_is_found_and_only_that_is_fetched(place: Place) -> None:
    place.pull(model())
    config, weights = model().files
    (place.folder() / "sub/model.bin").write_bytes(BIG.replace(b"g", b"x", 1))
    assert place.store.state(model()) is State.INSTALLED
    assert place.store.check(model(), weights) is Found.CHANGED
    assert place.store.check(model(), config) is Found.GOOD
    place.hub.asked.clear()
    assert place.pull(model())
    assert [asked.path for asked in place.hub.asked] == [f"{AT}/sub/model.bin"]
    assert place.store.check(model(), weights) is Found.GOOD
    assert not place.store.staging(model()).exists()


def test_a_file_cut_short_shows_without_reading_it(place: Place) -> None:
    place.pull(model())
    (place.folder() / "config.json").write_bytes(SMALL[:3])
    assert place.store.state(model()) is State.INCOMPLETE
    (place.folder() / "config.json").unlink()
    assert place.store.state(model()) is State.INCOMPLETE
    assert place.store.check(model(), model().files[0]) is Found.MISSING


def test_files_put_there_by_hand_are_recorded(place: Place) -> None:
    (place.folder() / "sub").mkdir(parents=True)
    (place.folder() / "config.json").write_bytes(SMALL)
    (place.folder() / "sub/model.bin").write_bytes(BIG)
    assert place.store.check(model(), model().files[0]) is Found.RECORDED
    assert place.store.check(model(), model().files[0]) is Found.GOOD
    assert not place.pull(model())
    assert place.hub.asked == []


def test_a_program_killed_while_it_put_files_in_place_goes_on(place: Place) -> None:
    place.pull(model())
    staging = place.store.staging(model())
    place.folder().rename(staging)
    place.hub.asked.clear()
    assert place.pull(model())
    assert place.store.state(model()) is State.INSTALLED
    assert all(asked.path != f"{AT}/sub/model.bin" for asked in place.hub.asked)


def test_removing_takes_the_models_files_and_no_others(place: Place) -> None:
    place.pull(model())
    mine = place.folder() / "notes.txt"
    mine.write_text("mine")
    assert place.store.remove(model()) == (len(SMALL) + len(BIG), [mine])
    assert [path.name for path in place.folder().iterdir()] == ["notes.txt"]
    mine.unlink()
    assert place.store.remove(model()) == (0, [])
    assert not place.folder().exists()


def test_removing_forgets_checksums_but_not_what_was_accepted(place: Place) -> None:
    strict = replace(model(), terms="Only on Sundays.")
    place.store.accept(strict)
    place.pull(strict)
    place.store.remove(strict)
    assert place.store.has_accepted(strict)
    assert place.store.expected(strict, strict.files[0]) == (None, "")
    place.hub.put(f"{AT}/config.json", b"{}")
    assert place.pull(strict)


def test_removing_takes_what_has_come_so_far(place: Place) -> None:
    place.hub.put(f"{AT}/sub/model.bin", BIG, truncated(6000), status(404))
    place.fails(model())
    freed, _ = place.store.remove(model())
    assert freed >= 6000
    assert place.store.state(model()) is State.ABSENT


def test_new_terms_are_asked_for_anew(place: Place) -> None:
    strict = replace(model(), terms="Only on Sundays.")
    assert place.store.has_accepted(model())
    assert not place.store.has_accepted(strict)
    place.store.accept(strict)
    assert place.store.has_accepted(strict)
    assert not place.store.has_accepted(replace(strict, terms="Never."))


def test_a_broken_record_is_as_good_as_none(place: Place) -> None:
    place.pull(model())
    record = place.store.models / ".records/mine.json"
    for broken in ("", "{", "[]", '{"files": 1, "accepted": ""}', '{"files": {"a": 1}}'):
        record.write_text(broken)
        assert place.store.record(model()).files == {}
    assert place.store.check(model(), model().files[0]) is Found.RECORDED


def test_too_little_space_is_said_before_anything_is_fetched(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 1000))
    error = place.fails(model())
    assert error.message == (f"mine needs 15.0 kB more; {place.store.models} has only 1.0 kB free.")
    assert "models.folder" in error.hint
    assert place.hub.asked == []


def test_offline_nothing_is_asked(place: Place) -> None:
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        place.puller(offline=True).pull(model())
    assert place.hub.asked == []
    place.pull(model())
    assert not place.puller(offline=True).pull(model())


def test_what_another_program_holds_is_waited_for(place: Place) -> None:
    lock = FileLock(place.store.models / ".records/mine.lock")
    lock.path.parent.mkdir(parents=True)
    assert lock.take()

    class LetsGo(list[float]):
        def append(self, seconds: float) -> None:
            super().append(seconds)
            if len(self) == 3:
                lock.give()

    place.waited = LetsGo()
    assert place.pull(model())
    assert place.busy == ["mine"]
    assert len(place.waited) == 3


def test_several_files_come_at_once(place: Place) -> None:
    both = threading.Barrier(2, timeout=10)

    def together(reply: object) -> None:
        both.wait()
        serve(reply)  # type: ignore[arg-type]

    place.hub.put(f"{AT}/config.json", SMALL, together)
    place.hub.put(f"{AT}/sub/model.bin", BIG, together)
    assert place.pull(model())


def test_a_folder_that_can_not_be_made_is_named(place: Place) -> None:
    place.store.models.write_text("a file")
    assert str(place.store.models) in place.fails(model()).message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_named(place: Place) -> None:
    place.store.models.mkdir(mode=0o500)
    assert str(place.store.models) in place.fails(model()).message
