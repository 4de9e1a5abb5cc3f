"""The window of models and voices: what there is, fetching, hearing, choosing, removing."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from voicestream_tui.model_room import ModelRoom, RoomState
from voicestream_tui.models.pull import in_words
from voicestream_tui.shelf import Item
from voicestream_tui.tui.controls import PipelineControls
from voicestream_tui.tui.key_bar import KeyBar, KeyHint
from voicestream_tui.tui.models_rows import InUse, about, choice, download_of, row
from voicestream_tui.tui.rows import printable
from voicestream_tui.tui.window import Window
from voicestream_tui.tui.yes_no_dialog import YesNoDialog

ALL_TRANSLATED = "Nothing is left to translate."
_LOOK = 0.1
"""Seconds between two looks at the room."""
_MEASURE = 3.0
"""Seconds between two measurements of the memory."""
_WIDEST = 110
_AROUND = 8
"""Cells of the window beside the rows: its margin, its frame and the scrollbar."""
_ABOVE_AND_BELOW = 16
"""Lines of the window that are not the list."""
_IN_SHORT = 4
"""Lines there that are neither the list nor what tells about a row."""
_ABOUT, _LEAST_LIST = 6, 5
_STYLES = ("muted", "accent", "error", "warning", "success", "track")


class ModelsScreen(Window[None]):
    """Shows a room and sends the user's wishes there; waits for nothing."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", show=False),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
        Binding("f", "fetch", show=False),
        Binding("c", "cancel", show=False),
        Binding("p,space", "hear", show=False),
        Binding("x,delete", "remove", show=False),
        Binding("d", "default", show=False),
        Binding("f2", "app.toggle_pause", show=False),
        Binding("f3", "app.skip", show=False),
        Binding("f5", "app.toggle_mute", show=False),
    ]

    def __init__(self, room: ModelRoom, pipeline: PipelineControls) -> None:
        super().__init__()
        self._room = room
        self._pipeline = pipeline
        self._state = RoomState()
        self._in_use = InUse()
        self._shown: list[str] = []
        self._items: dict[str, Item] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog models"):
            yield Static("", classes="dialog-title models-title")
            yield OptionList()
            yield Static("", classes="models-about", markup=False)
            yield Static("", classes="models-told", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        self._list = self.query_one(OptionList)
        self._list.focus()
        self._room.look()
        self._fit()
        self.set_interval(_LOOK, self.look)
        self.set_interval(_MEASURE, self._room.measure)
        self._room.measure()
        self.look()

    def on_resize(self) -> None:
        self._fit()
        self._shown = []
        self._show()

    def _fit(self) -> None:
        self.query_one(Vertical).styles.width = min(self.size.width - 2, _WIDEST)
        height, about = self.size.height, _ABOUT
        if self.use_short_form():
            about = max(min(height - _IN_SHORT - _LEAST_LIST, _ABOUT), 1)
            self._list.styles.max_height = max(height - _IN_SHORT - about, 1)
        else:
            self._list.styles.max_height = height - _ABOVE_AND_BELOW
        self.query_one(".models-about").styles.height = about

    @property
    def _width(self) -> int:
        return min(self.size.width - 2, _WIDEST) - _AROUND

    # --- what is shown -------------------------------------------------------------------------

    def look(self) -> None:
        """Show what has changed since the last look."""
        state, in_use = self._room.state(), self._now_in_use()
        if state.looks != self._state.looks:
            self._pipeline.list_voices_anew()
        if (state, in_use) != (self._state, self._in_use):
            self._state, self._in_use = state, in_use
            self._show()

    def _now_in_use(self) -> InUse:
        pipeline = self._pipeline
        return InUse(pipeline.voice, pipeline.translator, pipeline.previewing)

    def _show(self) -> None:
        styles = self._styles()
        self._items = {f"{item.kind} {item.key}": item for item in self._state.items}
        rows = {
            key: row(item, self._state, self._in_use, self._width, styles)
            for key, item in self._items.items()
        }
        keys = [key or f"heading {n}" for n, key in enumerate(self._keys())]
        if keys == self._shown:
            for key, text in rows.items():
                self._list.replace_option_prompt(key, text)
        else:
            self._rebuild(keys, rows)
        self._show_about()
        self.query_one(".models-title", Static).update(self._title(styles["muted"]))

    def _title(self, style: str) -> Text:
        memory = self._state.memory
        told = [
            f"{in_words(used)} of {whose}"
            for used, whose in ((memory.resident, "memory"), (memory.card, "the card's"))
            if used is not None
        ]
        use = f"   {', '.join(told)} in use" if told else ""
        return Text("Models and voices").append(use, f"not bold {style}")

    def _keys(self) -> list[str]:
        """The rows in order, "" for a heading."""
        of = {
            kind: [key for key, item in self._items.items() if item.kind == kind]
            for kind in ("translator", "voice")
        }
        return ["", *of["translator"], "", *of["voice"]] if self._items else []

    def _rebuild(self, keys: list[str], rows: dict[str, Text]) -> None:
        current = self._current
        before = f"{current.kind} {current.key}" if current is not None else ""
        self._shown = keys
        titles = iter(("Translators", "Voices"))
        bold = f"bold {self.app.theme_variables['vs-heading']}"
        self._list.clear_options()
        self._list.add_options(
            Option(rows[key], id=key)
            if key in rows
            else Option(Text(next(titles), bold), id=key, disabled=True)
            for key in keys
        )
        wanted = before if before in rows else self._first()
        if wanted in keys:
            self._list.highlighted = keys.index(wanted)

    def _first(self) -> str:
        used = (key for key, item in self._items.items() if self._in_use.has(item))
        return next(used, next(iter(self._items), ""))

    def _show_about(self) -> None:
        item, styles = self._current, self._styles()
        text = about(item, self._state, styles) if item is not None else Text("")
        self.query_one(".models-about", Static).update(text)
        told = "Looking …" if self._state.looking and not self._items else self._state.told
        style = styles["error"] if self._state.failed else styles["muted"]
        self.query_one(".models-told", Static).update(Text(printable(told), style))
        self.query_one(KeyBar).show(self._hints(item))

    def _styles(self) -> dict[str, str]:
        return {name: self.app.theme_variables[f"vs-{name}"] for name in _STYLES}

    def _hints(self, item: Item | None) -> list[KeyHint]:
        leave = KeyHint("escape", "back", "screen.close", 0)
        if item is None:
            return [leave]
        download = download_of(item, self._state)
        if download is not None and download.active:
            return [KeyHint("c", "stop", "screen.cancel", 1), leave]
        if not item.here:
            return [KeyHint("enter", "fetch", "screen.choose", 1), leave]
        hints = []
        if not item.problem:
            hints.append(KeyHint("enter", "use", "screen.choose", 1))
            if item.kind == "voice":
                hints.append(KeyHint("p", "hear", "screen.hear", 2))
            hints.append(KeyHint("d", "make default", "screen.default", 3))
        elif item.model is not None:
            hints.append(KeyHint("f", "fetch again", "screen.fetch", 1))
        if item.model is not None:
            hints.append(KeyHint("x", "remove", "screen.remove", 4))
        return [*hints, leave]

    @property
    def _current(self) -> Item | None:
        number = self._list.highlighted
        if number is None or number >= self._list.option_count:
            return None
        return self._items.get(self._list.get_option_at_index(number).id or "")

    # --- what is done --------------------------------------------------------------------------

    def on_option_list_option_highlighted(self) -> None:
        self._show_about()

    def on_option_list_option_selected(self) -> None:
        self.action_choose()

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_close()

    def action_close(self) -> None:
        self._pipeline.preview(None)
        self.dismiss()

    def action_down(self) -> None:
        self._list.action_cursor_down()

    def action_up(self) -> None:
        self._list.action_cursor_up()

    def action_choose(self) -> None:
        """Use what is here; fetch what is not."""
        item = self._current
        if item is None:
            return
        if not item.here:
            self.action_fetch()
        elif item.problem:
            self.notify(f"{item.title}: {item.problem}", severity="warning", markup=False)
        elif item.voice is not None:
            self._pipeline.set_voice(item.voice)
        elif not self._pipeline.set_translator(choice(item)):
            self.notify(f"{ALL_TRANSLATED} d makes this one the default.", timeout=4)

    def action_fetch(self) -> None:
        item = self._current
        if item is None or item.model is None or (item.here and not item.problem):
            return
        model = item.model
        if item.accepted:
            self._room.fetch(model)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._room.fetch(model, accept=True)

        text = f"{model.licence} {model.licence_url}\n\n{model.terms}"
        ask = YesNoDialog(f"Terms of {model.title}", text, "accept and fetch", "leave it")
        self.app.push_screen(ask, answered)

    def action_cancel(self) -> None:
        item = self._current
        if item is not None and item.model is not None:
            self._room.cancel(item.model)

    def action_hear(self) -> None:
        item = self._current
        if item is None or item.voice is None:
            return
        if item.problem:
            self.notify(f"{item.title}: {item.problem}", severity="warning", markup=False)
            return
        self._pipeline.preview(item.voice)
        if self._pipeline.snapshot().muted:
            self.notify("The sound is muted: f5 lets you hear.", timeout=4)

    def action_default(self) -> None:
        item = self._current
        if item is not None and item.here and not item.problem:
            self._room.make_default(item)

    def action_remove(self) -> None:
        item = self._current
        if item is None or item.model is None:
            return
        model = item.model
        download = download_of(item, self._state)
        if download is not None and download.active:
            return
        mine = [other for other in self._state.items if other.model == model]
        if any(self._now_in_use().has(other) for other in mine):
            self.notify(f"{item.title} is in use: choose another one first.", timeout=4)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._room.remove(model)

        size = in_words(model.size)
        text = f"Its files ({size}) are removed from this computer, and can be fetched again."
        ask = YesNoDialog(f"Remove {model.title}?", text, "remove", "keep")
        self.app.push_screen(ask, answered)
