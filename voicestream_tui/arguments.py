"""A parser of command lines that says what was probably meant."""

from __future__ import annotations

import argparse
import difflib
import shutil
from collections.abc import Iterable, Sequence
from typing import Any

from voicestream_tui.errors import UsageError


class Parser(argparse.ArgumentParser):
    """Misspelt commands, actions and options raise UsageError, with the nearest that there is.

    The commands of a parser are parsers of the same kind.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._given: Sequence[str] = ()

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """See the base class; None for the arguments is none."""
        self._given = list(args or ())
        found, left = super().parse_known_args(self._given, namespace)
        unknown = [argument for argument in left if argument.startswith("-")]
        if unknown:
            raise self._no_option(unknown[0])
        return found, left

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        if not isinstance(action, argparse._SubParsersAction):
            raise UsageError(
                f'There is no "{self.prog.partition(" ")[2]} {value}".',
                f"{_meant(value, choices)}{_all(choices)}",
            )
        before = self._given[: self._given.index(value)] if value in self._given else ()
        for argument in before:
            if argument.startswith("-") and argument.partition("=")[0] not in self._options():
                raise self._no_option(argument)
        message = f'There is no command "{value}".'
        meant = _meant(value, choices)
        if not meant and shutil.which(value):
            raise UsageError(
                message, f"An agent's command stands behind --: {self.prog} -- {value}"
            )
        raise UsageError(message, f"{meant}{_all(choices)}")

    def _options(self) -> list[str]:
        return [name for action in self._actions for name in action.option_strings]

    def _no_option(self, argument: str) -> UsageError:
        name = argument.partition("=")[0]
        options = [known for known in self._options() if known.startswith("--")]
        hint = f"{_meant(name, options)}{self.prog} --help lists them all."
        return UsageError(f"There is no option {name}.", hint)


def _meant(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.casefold(), list(known), n=2)
    return f"Did you mean {' or '.join(near)}? " if near else ""


def _all(choices: Sequence[str]) -> str:
    return f"All of them: {', '.join(choices)}."
