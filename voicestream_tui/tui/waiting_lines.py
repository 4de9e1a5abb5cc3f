"""What waits above the composer: messages that the agent has not taken yet, open requests."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from voicestream_tui.tui.rows import one_line
from voicestream_tui.tui.wrap import shorten

_SHOWN = 3


class WaitingLines(Widget):
    """Quiet lines, none while nothing waits."""

    COMPONENT_CLASSES = {"waiting--label", "waiting--text", "waiting--open"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._queued: dict[int, str] = {}
        self._open = ""
        self.display = False

    def queue(self, number: int, text: str) -> None:
        """Show a message that waits."""
        self._queued[number] = text
        self._arrange()

    def take(self, number: int) -> str:
        """A message waits no more.

        Returns:
            Its text; empty if it did not wait.
        """
        text = self._queued.pop(number, "")
        self._arrange()
        return text

    def show_open(self, words: str) -> None:
        """Tell what has been put aside; empty if nothing has."""
        if words != self._open:
            self._open = words
            self._arrange()

    def _arrange(self) -> None:
        lines = min(len(self._queued), _SHOWN + 1) + bool(self._open)
        self.display = lines > 0
        self.styles.height = lines
        self.refresh(layout=True)

    def render(self) -> Text:
        label = self.get_component_rich_style("waiting--label")
        style = self.get_component_rich_style("waiting--text")
        width = self.size.width
        lines: list[Text] = []
        if self._open:
            opened = self.get_component_rich_style("waiting--open")
            lines.append(Text(shorten(f" {self._open}", width - 1), opened))
        shown = list(self._queued.values())
        if len(shown) > _SHOWN + 1:
            more = len(shown) - _SHOWN
            shown = [*shown[:_SHOWN], f"and {more} more"]
        for text in shown:
            line = Text.assemble((" queued  ", label))
            line.append(shorten(one_line(text), width - 10), style)
            lines.append(line)
        return Text("\n", no_wrap=True, overflow="crop", end="").join(lines)

    async def on_click(self) -> None:
        if self._open:
            await self.run_action("app.open_requests")
