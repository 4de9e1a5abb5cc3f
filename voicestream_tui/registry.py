"""Engines by name: listing them imports none of them."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from inspect import signature
from typing import Any, Generic, TypeVar, cast

from voicestream_tui.errors import EngineError, UnknownEngineError, VoicestreamError

log = logging.getLogger(__name__)

T = TypeVar("T")


class Registry(Generic[T]):
    """Makes engines of one kind from `"module:attribute"` addresses.

    Built-in addresses win over entry points of the same name, so that an installed package
    can't silently replace an engine that settings name.

    Args:
        what: What an engine is called in messages, such as "speech engine".
        group: Entry point group through which other packages offer engines.
        builtin: Name → address of the factory.
    """

    def __init__(self, what: str, group: str, builtin: Mapping[str, str]) -> None:
        self.what = what
        self.group = group
        self._builtin = dict(builtin)

    @cached_property
    def _addresses(self) -> dict[str, str]:
        installed = {entry.name: entry.value for entry in entry_points(group=self.group)}
        return {**self._builtin, **{k: v for k, v in installed.items() if k not in self._builtin}}

    def names(self) -> list[str]:
        """Names of all engines, the built-in ones first. Imports none of them."""
        return list(self._addresses)

    def check(self, name: str) -> None:
        """Tell early, without importing anything, that a name is wrong.

        Raises:
            UnknownEngineError: the name is unknown.
        """
        if name not in self._addresses:
            message = f'There is no {self.what} named "{name}".'
            raise UnknownEngineError(message, self._suggestion(name))

    def make(self, name: str, /, *args: Any, **settings: Any) -> T:
        """Import an engine's factory and call it.

        Raises:
            EngineError: the name is unknown, or what the engine needs is not installed.
        """
        factory = self._load(name)
        return factory(*args, **settings)

    def make_fitting(self, name: str, /, **settings: Any) -> T:
        """As `make`, but with those of the settings only that the engine's factory takes.

        Raises:
            EngineError: the name is unknown, or what the engine needs is not installed.
        """
        factory = self._load(name)
        takes = _keywords(factory)
        if takes is not None:
            settings = {key: value for key, value in settings.items() if key in takes}
        try:
            return factory(**settings)
        except VoicestreamError:
            raise
        except Exception as error:
            log.exception("%s can't be made", name)
            raise EngineError(
                f'The {self.what} "{name}" can\'t be made: {error!r}.',
                f"Look at its settings, or choose another one: {self._list()}.",
            ) from error

    def check_keys(self, name: str, table: str, keys: Collection[str]) -> None:
        """Refuse settings that an engine's factory does not take.

        Raises:
            EngineError: it does not take one of them; the message names the table and the key.
        """
        takes = _keywords(self._load(name))
        if takes is None:
            return
        for key in keys:
            if key not in takes:
                near = difflib.get_close_matches(key, takes, n=1)
                raise EngineError(
                    f'[{table}] has the key "{key}", which the {self.what} "{name}" does not know.',
                    f'Did you mean "{near[0]}"?' if near else f"It knows: {', '.join(takes)}.",
                )

    def _load(self, name: str) -> Callable[..., T]:
        self.check(name)
        address = self._addresses[name]
        module, _, attribute = address.partition(":")
        try:
            found: Any = import_module(module)
            for part in attribute.split("."):
                found = getattr(found, part)
        except ImportError as error:
            missing = error.name or str(error)
            raise EngineError(
                f'The {self.what} "{name}" can\'t be loaded: the package "{missing}" is missing '
                f"or broken ({error}).",
                f"Install it into this environment, or choose another one: {self._list()}.",
            ) from error
        except AttributeError as error:
            raise EngineError(
                f'The {self.what} "{name}" can\'t be loaded: "{address}" does not exist.',
                "Update or remove the package that offers it.",
            ) from error
        except Exception as error:
            log.exception("the module %s can't be imported", module)
            raise EngineError(
                f'The {self.what} "{name}" can\'t be loaded: {module} is broken ({error!r}).',
                f"Mend or remove the package that offers it, or choose another one: "
                f"{self._list()}.",
            ) from error
        return cast("Callable[..., T]", found)

    def _suggestion(self, name: str) -> str:
        near = difflib.get_close_matches(name.lower(), self.names(), n=3, cutoff=0.5)
        if near:
            wanted = " or ".join(f'"{n}"' for n in near)
            return f"Did you mean {wanted}? All of them: {self._list()}."
        return f"Choose one of: {self._list()}."

    def _list(self) -> str:
        return ", ".join(self.names()) or "none is installed"


def _keywords(factory: Callable[..., object]) -> list[str] | None:
    """The keyword arguments that a factory takes; None if it takes whatever comes."""
    takes = signature(factory).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes):
        return None
    return [p.name for p in takes if p.kind is not p.POSITIONAL_ONLY]
