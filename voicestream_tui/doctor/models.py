"""Models and voices that were fetched: whole, begun, or damaged. Nothing is recorded meanwhile."""

from __future__ import annotations

from voicestream_tui.assembly import models_dir, voices_dir
from voicestream_tui.config import beside_settings
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.errors import EngineError, ModelError
from voicestream_tui.models.catalog import Catalog, Model, load_catalog
from voicestream_tui.models.partial import measure
from voicestream_tui.models.pull import in_words
from voicestream_tui.models.store import State, Store

MOST_READ = 1_500_000_000
"""Bytes of models that are read at most; to read a gigabyte takes about a second."""


def models(machine: Machine) -> list[Finding]:
    """Every model of the catalogue that is here, in whole or in part."""
    own = beside_settings(machine.settings, "models.toml")
    try:
        catalog = load_catalog(own)
    except ModelError as error:
        return [fail("models", error.message, error.hint)]
    store = Store(models_dir(machine.settings), voices_dir(machine.settings))
    return [*judge_models(store, catalog), *own_models(store, catalog)]


def judge_models(store: Store, catalog: Catalog, most_read: int = MOST_READ) -> list[Finding]:
    """Compare what is here with the catalogue's sizes and checksums, or those first recorded.

    Args:
        store: Where models lie.
        catalog: Which models there are.
        most_read: Bytes that may be read; beyond that sizes alone are compared.
    """
    findings = []
    for model in catalog:
        state = store.state(model)
        if state is State.ABSENT:
            continue
        size = sum(_size(store, model, file.path) for file in model.files)
        read = size <= most_read and state is State.INSTALLED
        most_read -= size if read else 0
        findings.append(_judge(store, model, state, size, read))
    if not findings:
        message = "none fetched; what is shipped with the program does not need them"
        return [ok("models", message, catalog=list(catalog.models))]
    return findings


def own_models(store: Store, catalog: Catalog) -> list[Finding]:
    """The folders of translation models that were put there by hand."""
    from voicestream_tui.translate.own_models import engine_of

    folders = sorted(store.models.iterdir()) if store.models.is_dir() else []
    findings = []
    for folder in folders:
        if not folder.is_dir() or folder.name.startswith(".") or folder.name in catalog.models:
            continue
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        try:
            message = f"your own, for the engine {engine_of(folder)}, {in_words(size)} in {folder}"
            findings.append(ok(folder.name, message, size=size, folder=str(folder)))
        except EngineError as error:
            findings.append(warn(folder.name, error.message, error.hint, folder=str(folder)))
    return findings


def _judge(store: Store, model: Model, state: State, size: int, read: bool) -> Finding:
    again = f"voicestream-tui models pull {model.name}"
    details = {"state": str(state), "folder": str(store.folder(model)), "size": size}
    if state is State.PARTIAL:
        return warn(model.name, "Its download was begun and not ended.", f"{again} goes on.")
    if state is State.INCOMPLETE:
        message = f"Files in {store.folder(model)} are missing or have another size."
        return fail(model.name, message, f"{again} mends it.", **details)
    where = f"{in_words(size)} in {store.folder(model)}"
    if not read:
        check = f"voicestream-tui models verify {model.name}"
        return ok(model.name, f"{where}; only sizes were compared: {check} reads it", **details)
    changed, unknown = [], []
    for file in model.files:
        path = store.folder(model) / file.path
        try:
            found = measure(path)
        except OSError as error:
            message = f"{path} can't be read: {error.strerror or error}."
            return fail(model.name, message, "Check its permissions.", **details)
        wanted_size, sha256 = store.expected(model, file)
        if wanted_size not in (None, found.size) or sha256 not in ("", found.sha256):
            changed.append(str(path))
        elif not sha256:
            unknown.append(file.path)
    if changed:
        message = f"Damaged, it is not as it was fetched: {', '.join(changed)}."
        return fail(model.name, message, f"{again} mends it.", **details, changed=changed)
    note = "checksums are right"
    if unknown:
        note = f"no checksum is known for {', '.join(unknown)}"
    return ok(model.name, f"{where}; {note}", **details)


def _size(store: Store, model: Model, path: str) -> int:
    try:
        return (store.folder(model) / path).stat().st_size
    except OSError:
        return 0
