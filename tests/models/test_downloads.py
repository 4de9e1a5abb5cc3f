"""Downloads beside other work: several at once, stopped, gone on with, failed, and all ended."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.models.hub import PATIENCE, Hub, held, stalled, status
from voicestream_tui.models.addresses import Hub as Place
from voicestream_tui.models.catalog import Model, ModelFile
from voicestream_tui.models.downloads import Download, Downloads, Phase
from voicestream_tui.models.pull import Puller
from voicestream_tui.models.store import State, Store
from voicestream_tui.models.transfer import Watcher
from voicestream_tui.models.web import Web

DATA = bytes(range(256)) * 400


def a_model(name: str) -> Model:
    file = ModelFile("data.bin", size=len(DATA), sha256=hashlib.sha256(DATA).hexdigest())
    return Model(name, name, "voice", "openjtalk", ("ja",), (file,), "MIT", repository=f"me/{name}")


def at(name: str) -> str:
    return f"/me/{name}/resolve/main/data.bin"


class Running:
    """Downloads with a store, and the means to wait for what becomes of them."""

    def __init__(self, folder: Path, hub: Hub) -> None:
        self.store = Store(folder / "models", folder / "voices")
        self.changed = threading.Condition()
        self.downloads = Downloads(self._puller, self._tell)
        self._hub = hub

    def _puller(self, watcher: Watcher, busy: Callable[[Model], None]) -> Puller:
        def begins(path: str, have: int, size: int | None) -> None:
            watcher.begins(path, have, size)
            self._tell()

        def grows(path: str, more: int) -> None:
            watcher.grows(path, more)
            self._tell()

        def waits(path: str, cause: str, seconds: float) -> None:
            watcher.waits(path, cause, seconds)
            self._tell()

        def is_busy(model: Model) -> None:
            busy(model)
            self._tell()

        told = Watcher(begins, grows, waits)
        web = Web(Place(self._hub.address), patience=PATIENCE)
        return Puller(self.store, web, told, is_busy)

    def _tell(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def of(self, name: str) -> Download:
        return self.downloads.snapshot()[name]

    def wait(self, name: str, is_so: Callable[[Download], bool]) -> Download:
        with self.changed:
            assert self.changed.wait_for(lambda: is_so(self.of(name)), PATIENCE), self.of(name)
            return self.of(name)


@pytest.fixture
def running(tmp_path: Path, hub: Hub) -> Iterator[Running]:
    made = Running(tmp_path, hub)
    yield made
    hub.go_on.set()
    made.downloads.close()


def is_over(download: Download) -> bool:
    return not download.active


def test_several_come_at_once(running: Running, hub: Hub) -> None:
    for name in ("anna", "ben"):
        hub.put(at(name), DATA, held)
        running.downloads.start(a_model(name))
    assert hub.silent.wait(PATIENCE)
    assert [running.of(name).phase for name in ("anna", "ben")] == [Phase.RUNNING] * 2
    hub.go_on.set()
    for name in ("anna", "ben"):
        done = running.wait(name, is_over)
        assert (done.phase, done.have, done.size) == (Phase.DONE, len(DATA), len(DATA))
        assert running.store.state(a_model(name)) is State.INSTALLED


def test_one_is_stopped_and_gone_on_with(running: Running, hub: Hub) -> None:
    half = len(DATA) // 2
    hub.put(at("anna"), DATA, stalled(half))
    anna = a_model("anna")
    running.downloads.start(anna)
    running.wait("anna", lambda download: download.have == half)
    running.downloads.cancel("anna")
    assert running.of("anna").phase is Phase.STOPPING
    running.downloads.start(anna)  # not while the first one still has the file
    hub.go_on.set()
    assert running.wait("anna", is_over).phase is Phase.STOPPED
    assert running.store.state(anna) is State.PARTIAL
    running.downloads.start(anna)
    assert running.wait("anna", is_over).phase is Phase.DONE
    assert [asked.headers.get("range") for asked in hub.asked] == [None, f"bytes={half}-"]


def test_what_went_wrong_stays_to_be_read(running: Running, hub: Hub) -> None:
    hub.put(at("anna"), DATA, status(404))
    running.downloads.start(a_model("anna"))
    failed = running.wait("anna", is_over)
    assert failed.phase is Phase.FAILED
    assert "anna/data.bin is not there" in failed.note
    assert "models.hub" in failed.hint
    running.downloads.forget("anna")
    assert running.downloads.snapshot() == {}


def test_waiting_is_told_and_can_be_stopped(running: Running, hub: Hub) -> None:
    hub.put(at("anna"), DATA, status(429, Retry_After=300))
    running.downloads.start(a_model("anna"))
    waiting = running.wait("anna", lambda download: download.phase is Phase.WAITING)
    assert "trying again in 300 s" in waiting.note
    running.downloads.cancel("anna")
    assert running.wait("anna", is_over).phase is Phase.STOPPED


def test_a_model_that_another_program_fetches_is_waited_for(running: Running, hub: Hub) -> None:
    hub.put(at("anna"), DATA)
    anna = a_model("anna")
    with Store(running.store.models, running.store.voices).locked(
        anna, lambda: None, lambda seconds: None
    ):
        running.downloads.start(anna)
        waiting = running.wait("anna", lambda download: download.phase is Phase.WAITING)
        assert "another voicestream-tui" in waiting.note
        running.downloads.cancel("anna")
        assert running.wait("anna", is_over).phase is Phase.STOPPED
    assert hub.asked == []


def test_closing_ends_all_and_starts_none(running: Running, hub: Hub) -> None:
    hub.put(at("anna"), DATA, status(503, Retry_After=300))
    running.downloads.start(a_model("anna"))
    running.wait("anna", lambda download: download.phase is Phase.WAITING)
    running.downloads.close(PATIENCE)
    assert running.of("anna").phase is Phase.STOPPED
    running.downloads.start(a_model("ben"))
    assert "ben" not in running.downloads.snapshot()
