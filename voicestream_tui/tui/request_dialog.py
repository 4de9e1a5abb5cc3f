"""The window in which a permission or a plan is decided on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from voicestream_tui.model import Answer, PermissionRequest
from voicestream_tui.text.agent_notices import permission_phrase
from voicestream_tui.tui.guarded_dialog import GuardedDialog
from voicestream_tui.tui.key_bar import KeyBar, KeyHint
from voicestream_tui.tui.long_text import LongText
from voicestream_tui.tui.plan_text import plan_text
from voicestream_tui.tui.request_text import names_a_file, remembered, request_body
from voicestream_tui.tui.rows import one_line
from voicestream_tui.tui.scrollbar import use_whole_cells
from voicestream_tui.tui.short_note import ShortNote

_PLAN_TOOL = "ExitPlanMode"
_LEAST_LINES = 3
_LINES_A_NOTE = 12
"""Lines of the terminal for each line that a note may take."""
_WHILE_WRITING = ("later", "send_reason", "send_line")
"""What the window does while a line is written; every other key is a letter of that line."""


class AnswerDialog(GuardedDialog[Answer | None]):
    """What all windows for requests share: the heading and the line for a reason."""

    def __init__(
        self,
        request: PermissionRequest,
        clock: Callable[[], float],
        stray: Callable[[str], None],
    ) -> None:
        super().__init__(clock, stray)
        self.request = request
        self.writing = False
        """The user is at the line."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answer nothing by a letter of the line that is written."""
        if self.writing and action not in _WHILE_WRITING and hasattr(self, f"action_{action}"):
            return False
        return super().check_action(action, parameters)

    def heading(self) -> Iterator[Widget]:
        """What is asked, in both languages, and by whom."""
        english, japanese = permission_phrase(self.request.tool, "")
        agent = one_line(self.request.agent)
        title = Text(one_line(english))
        if agent:
            style = f"not bold {self.app.theme_variables['vs-subagent']}"
            title.append(f"   asked by {agent}", style)
        yield Static(title, classes="dialog-title ask-title")
        yield Static(Text(one_line(japanese)), classes="ask-japanese")

    def compose_end(self) -> ComposeResult:
        """The line for a reason, and the keys."""
        line = Input(classes="ask-line")
        line.cursor_blink = False
        yield line
        yield KeyBar()

    def ask_line(self, placeholder: str, value: str = "") -> None:
        """Let the user write a line; nothing else takes the keys until it is done."""
        line = self.query_one(Input)
        line.placeholder = placeholder
        line.value = value
        line.display = True
        self.writing = True
        self.query_one(".ask-scrolls").can_focus = False
        line.focus()
        self._key_bar.show(self.hints())
        self.call_after_refresh(self._fit)

    def leave_line(self) -> None:
        self.query_one(Input).display = False
        self.writing = False
        self.query_one(".ask-scrolls").can_focus = True
        self.ready()
        self._key_bar.show(self.hints())
        self.call_after_refresh(self._fit)

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        use_whole_cells(self.query_one(".ask-scrolls"))

    def on_resize(self) -> None:
        self.use_short_form()
        self.call_after_refresh(self._fit_notes)

    def _fit_notes(self) -> None:
        """Cut notes that are too long, and show these whole where it scrolls."""
        for note in self.query(ShortNote):
            note.fit(max(self.size.height // _LINES_A_NOTE, 1))
        cut = [note.words for note in self.query(ShortNote) if note.is_cut]
        for whole in self.query(".ask-whole").results(LongText):
            whole.update(Text("\n\n".join(cut)))
            whole.display = bool(cut)
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give what scrolls all the room that the rest leaves."""
        body = self.query_one(".ask-scrolls")
        rest = self.query_one(".ask").styles.gutter.height + body.styles.margin.height
        for sibling in body.siblings:
            if sibling.display:
                rest += _height(sibling) + sibling.styles.margin.height
        body.styles.max_height = max(self.size.height - rest, _LEAST_LINES)

    def action_later(self) -> None:
        if self.writing:
            self.leave_line()
        else:
            self.dismiss(None)


class PermissionDialog(AnswerDialog):
    """Allow, deny, allow always; the result is None for "not now"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "allow", show=False),
        Binding("n", "deny", show=False),
        Binding("a", "always", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    @property
    def _is_plan(self) -> bool:
        return bool(self.request.plan) or self.request.tool == _PLAN_TOOL

    def compose(self) -> ComposeResult:
        request = self.request
        with Vertical(classes="dialog ask"):
            yield from self.heading()
            if not self._is_plan:
                yield from self._facts()
            with VerticalScroll(classes="ask-body ask-scrolls"):
                yield LongText(self._body())
                yield LongText(Text(), "ask-whole")
            if request.suggestions:
                yield ShortNote(f"a remembers: {remembered(request.suggestions)}", "ask-note")
            yield from self.compose_end()

    def _facts(self) -> Iterator[Static]:
        request = self.request
        if request.argument and (names_a_file(request) or not request.input):
            yield ShortNote(one_line(request.argument), "ask-argument")
        for label, text in (("", request.description), ("It asks because: ", request.reason)):
            if text and text != request.argument:
                yield ShortNote(label + one_line(text), "ask-note")

    def _body(self) -> Text:
        colours = self.app.theme_variables
        if self.request.plan:
            return plan_text(self.request.plan, colours)
        if self._is_plan:
            return Text("The plan stands in the rows above.", colours["vs-muted"])
        dark = self.app.current_theme.dark
        return request_body(self.request, colours, "github-dark" if dark else "xcode")

    def hints(self) -> list[KeyHint]:
        if self.writing:
            denies = "goes on planning" if self._is_plan else "denies"
            return [
                KeyHint("enter", denies, "screen.send_reason", 0),
                KeyHint("escape", "back", "screen.later", 1),
            ]
        yes, no = ("approve", "keep planning") if self._is_plan else ("allow", "deny")
        always = [KeyHint("a", "always", "screen.always", 2)] if self.request.suggestions else []
        return [
            KeyHint("y", yes, "screen.allow", 0),
            KeyHint("n", no, "screen.deny", 0),
            *always,
            KeyHint("j/k", "scroll", "screen.scroll(1)", 4),
            KeyHint("escape", "later", "screen.later", 3),
        ]

    def ready(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_allow(self) -> None:
        self.dismiss(Answer(allow=True))

    def action_always(self) -> None:
        if self.request.suggestions:
            self.dismiss(Answer(allow=True, always=True))

    def action_deny(self) -> None:
        what = "What should change? " if self._is_plan else "Why not? "
        self.ask_line(f"{what}May stay empty.")

    def action_send_reason(self) -> None:
        self.dismiss(Answer(allow=False, message=self.query_one(Input).value.strip()))

    def on_input_submitted(self) -> None:
        self.action_send_reason()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def _height(widget: Widget) -> int:
    """Lines that a widget is going to have: what has just changed may not be laid out yet."""
    return widget.lines if isinstance(widget, ShortNote) else max(widget.region.height, 1)
