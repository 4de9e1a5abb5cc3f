"""What all windows over the rows have in common."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Result = TypeVar("Result")
_SHORT = 20
"""Terminals of fewer lines do without blank lines."""


class Window(ModalScreen[Result]):
    """A window; of the keys of the screen below only the one that leads to the shell works."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "app.suspend_process", show=False),
    ]

    def use_short_form(self) -> bool:
        """Leave out blank lines where the terminal is low; tells whether it is."""
        short = self.size.height < _SHORT
        self.set_class(short, "-short")
        return short
