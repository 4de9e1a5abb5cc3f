"""The command `models`: what there is, and fetching, checking and removing it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from rich.console import Console

from voicestream_tui.config import Settings
from voicestream_tui.errors import ModelError, UsageError
from voicestream_tui.models.addresses import Hub, find_hub
from voicestream_tui.models.catalog import Catalog, Model
from voicestream_tui.models.problems import KEPT
from voicestream_tui.models.progress import shown
from voicestream_tui.models.pull import Puller, in_words
from voicestream_tui.models.store import Found, State, Store
from voicestream_tui.models.web import Web
from voicestream_tui.shelf import STATES
from voicestream_tui.speak.registry import speakers
from voicestream_tui.stock import make_store, user_catalog
from voicestream_tui.translate.registry import translators

_VERDICTS = {
    Found.GOOD: "good",
    Found.RECORDED: "nothing to compare it with; recorded as it is now",
    Found.CHANGED: "CHANGED: it is not as it was fetched",
    Found.MISSING: "MISSING",
}


def run(
    settings: Settings, action: str, names: Sequence[str], *, accept: bool, as_json: bool
) -> int:
    """Do what one `models` command asks; gives the exit code.

    Args:
        settings: Where models lie and come from.
        action: list, pull, remove, path or verify.
        names: Models; none is all of them for list and verify.
        accept: Licences that ask to be accepted are, without a question.
        as_json: Print one JSON object instead of lines, for list and verify.

    Raises:
        UsageError: names are missing or too many.
        ModelError: a model is unknown, can't be fetched, or can't be removed.
    """
    store = make_store(settings)
    catalog = user_catalog(settings)
    wanted = [catalog.find(name) for name in dict.fromkeys(names)]
    match action:
        case "list":
            return _list(store, wanted or list(catalog), as_json)
        case "verify":
            chosen = [model for model in catalog if store.state(model) is not State.ABSENT]
            return _verify(store, wanted or chosen, as_json)
        case "path":
            return _path(store, wanted)
        case "pull":
            _need_names(wanted, action, catalog)
            pull_models(settings, wanted, accept)
            return 0
        case _:
            _need_names(wanted, action, catalog)
            for model in wanted:
                _remove(store, model)
            return 0


def pull_models(settings: Settings, models: Sequence[Model], accept: bool) -> None:
    """Fetch models and show how it goes; asks for what has to be accepted.

    Raises:
        ModelError: one can't be fetched, or its terms are not accepted.
    """
    store = make_store(settings)
    hub = find_hub(settings.models.hub, os.environ)
    for model in models:
        _pull(store, model, hub, accept)


def _need_names(wanted: Sequence[Model], action: str, catalog: Catalog) -> None:
    if not wanted:
        raise UsageError(
            f"Which model? voicestream-tui models {action} NAME",
            f"All of them: {', '.join(catalog.models)}.",
        )


def _list(store: Store, models: Sequence[Model], as_json: bool) -> int:
    if as_json:
        print(json.dumps({"models": [_as_json(store, model) for model in models]}))
        return 0
    width = max(len(model.name) for model in models)
    for model in models:
        about = "" if model.exact else "about "
        state = STATES[store.state(model)]
        print(
            f"{model.name:{width}}  {about + in_words(model.size):>14}  {state:10}  "
            f"{model.title} ({model.licence})"
        )
    print("\nvoicestream-tui models pull NAME fetches one. Nothing is fetched by itself.")
    return 0


def _as_json(store: Store, model: Model) -> dict[str, object]:
    return {
        "name": model.name,
        "title": model.title,
        "kind": model.kind,
        "engine": model.engine,
        "languages": list(model.languages),
        "sample_rate": model.sample_rate,
        "size": model.size,
        "size_is_exact": model.exact,
        "licence": model.licence,
        "licence_url": model.licence_url,
        "terms": model.terms,
        "accepted": store.has_accepted(model),
        "credit": model.credit,
        "state": str(store.state(model)),
        "folder": str(store.folder(model)),
    }


def _verify(store: Store, models: Sequence[Model], as_json: bool) -> int:
    found = {
        model.name: {file.path: store.check(model, file) for file in model.files}
        for model in models
    }
    bad = [
        name
        for name, files in found.items()
        if any(verdict in (Found.CHANGED, Found.MISSING) for verdict in files.values())
    ]
    if as_json:
        print(json.dumps({"models": found, "damaged": bad}))
        return 1 if bad else 0
    for name, files in found.items():
        for path, verdict in files.items():
            print(f"{name}/{path}: {_VERDICTS[verdict]}")
    if not found:
        print("No model is installed.")
    for name in bad:
        print(f"Mend it with: voicestream-tui models pull {name}")
    return 1 if bad else 0


def _path(store: Store, wanted: Sequence[Model]) -> int:
    if not wanted:
        print(f"translators: {store.models}\nvoices: {store.voices}")
    for model in wanted:
        if store.state(model) is not State.INSTALLED:
            raise ModelError(
                f"{model.name} is not installed.",
                f"Fetch it: voicestream-tui models pull {model.name}",
            )
        print(store.folder(model))
    return 0


def _remove(store: Store, model: Model) -> None:
    def busy() -> None:
        raise ModelError(
            f"Another voicestream-tui is fetching {model.name}.", "Stop that one first."
        )

    with store.locked(model, busy, lambda seconds: None):
        there = store.state(model)
        freed, left = store.remove(model)
    if there is State.ABSENT:
        print(f"{model.name} is not installed.")
    else:
        print(f"Removed {model.name}: {in_words(freed)} are free again.")
    for path in left:
        print(f"Left there, because it is not the model's: {path}")


def _pull(store: Store, model: Model, hub: Hub, accept: bool) -> None:
    about = "" if model.exact else "about "
    print(f"{model.name}: {model.title}, {about}{in_words(model.size)}")
    print(f"Licence: {' '.join(filter(None, (model.licence, model.licence_url)))}")
    if model.credit:
        print(f"Credit: {model.credit}")
    if not store.has_accepted(model):
        _ask(store, model, accept)
    console = Console(stderr=True, soft_wrap=True)
    with shown(console) as watcher:
        puller = Puller(
            store,
            Web(hub),
            watcher,
            lambda model: console.print(
                f"Another voicestream-tui is fetching {model.name}; waiting for it.",
                highlight=False,
            ),
        )
        try:
            fetched = puller.pull(model)
        except KeyboardInterrupt:
            console.print(f"Stopped. {KEPT}", highlight=False)
            raise
    print(f"{'Fetched into' if fetched else 'It is there already:'} {store.folder(model)}")
    unknown = [file.path for file in model.files if not file.sha256]
    if fetched and unknown:
        print(
            f"The publisher's checksum is not known for {', '.join(unknown)}: what came this time "
            "is recorded, and from now on compared."
        )
    print(_how_to_use(model))


def _ask(store: Store, model: Model, accept: bool) -> None:
    """Have the terms accepted, once.

    Raises:
        ModelError: they are not.
    """
    print(f"Terms: {model.terms}")
    if not accept:
        if not (sys.stdin and sys.stdin.isatty()):
            raise ModelError(
                f"The terms of {model.name} have to be accepted before it is fetched.",
                f"voicestream-tui models pull {model.name} --accept-licence accepts them.",
            )
        try:
            answer = input("Do you accept them? [y/N] ")
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("y", "yes"):
            raise ModelError(f"{model.name} is not fetched: its terms were not accepted.")
    store.accept(model)


def _how_to_use(model: Model) -> str:
    if model.kind == "voice":
        known, option = speakers.names(), "--speaker"
    else:
        known, option = translators.names(), "--translator"
    if model.engine not in known:
        return f"It is for the engine {model.engine}, which this version does not have."
    return f"Use it: voicestream-tui {option} {model.engine} …"
