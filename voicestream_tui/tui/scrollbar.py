"""Scrollbars that every terminal draws alike."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBarRender
from textual.widget import Widget


class _WholeCells(ScrollBarRender):
    """A scrollbar without the part-filled blocks that are two cells wide in some terminals."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]


def use_whole_cells(widget: Widget) -> None:
    """Give a widget's vertical scrollbar blocks of whole cells."""
    widget.vertical_scrollbar.renderer = _WholeCells  # type: ignore[misc]
