"""The window in which the agent's questions are answered, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Line

from voicestream_tui.model import Answer, PermissionRequest
from voicestream_tui.tui.key_bar import KeyHint
from voicestream_tui.tui.question_sheet import QuestionSheet
from voicestream_tui.tui.request_dialog import AnswerDialog
from voicestream_tui.tui.rows import one_line, printable

_OTHER = "Something else"


class QuestionDialog(AnswerDialog):
    """Shows a `QuestionSheet`; the result is None for "not now"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"pick({n - 1})", show=False) for n in range(1, 10)),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("space", "mark", show=False),
        Binding("left,h,backspace", "back", show=False),
        Binding("n", "decline", show=False),
    ]

    def __init__(
        self,
        request: PermissionRequest,
        clock: Callable[[], float],
        stray: Callable[[str], None],
    ) -> None:
        super().__init__(request, clock, stray)
        self._sheet = QuestionSheet(request.questions)
        self._declining = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog ask"):
            yield from self.heading()
            yield Static("", classes="ask-header")
            yield Static("", classes="ask-question")
            yield OptionList(classes="ask-options ask-scrolls")
            yield from self.compose_end()

    def on_mount(self) -> None:
        self._show_question()

    @property
    def _options(self) -> OptionList:
        return self.query_one(OptionList)

    def _show_question(self) -> None:
        sheet = self._sheet
        header = one_line(sheet.question.header)
        if sheet.count > 1:
            header = f"{sheet.number} of {sheet.count}  {header}".rstrip()
        shown = self.query_one(".ask-header", Static)
        shown.update(Text(header))
        shown.display = bool(header)
        self.query_one(".ask-question", Static).update(Text(printable(sheet.question.text)))
        self._options.clear_options()
        self._options.add_options([Line(self._line(i)) for i in range(sheet.choices)])
        self._options.highlighted = sheet.first_marked
        self.call_after_refresh(self._fit)

    def _line(self, index: int) -> Text:
        sheet = self._sheet
        options = sheet.question.options
        mark = ("[x] " if sheet.marked(index) else "[ ] ") if sheet.question.multiple else ""
        number = f"{index + 1}  " if index < 9 else "   "
        if index == len(options):
            other = f": {sheet.other}" if sheet.other else ""
            return Text(f" {number}{mark}{_OTHER}{printable(other)}")
        line = Text(f" {number}{mark}{printable(options[index].label)}")
        if options[index].description:
            indent = " " * (1 + len(number) + len(mark))
            about = printable(options[index].description)
            line.append(f"\n{indent}{about}", self.app.theme_variables["vs-muted"])
        return line

    def hints(self) -> list[KeyHint]:
        if self.writing:
            word = "declines" if self._declining else "answers"
            return [
                KeyHint("enter", word, "screen.send_line", 0),
                KeyHint("escape", "back", "screen.later", 1),
            ]
        multiple = self._sheet.question.multiple
        mark = [KeyHint("space", "mark", "screen.mark", 1)] if multiple else []
        back = [KeyHint("left", "back", "screen.back", 4)] if self._sheet.number > 1 else []
        return [
            KeyHint("1-9", "mark" if multiple else "answer", "screen.mark", 2),
            *mark,
            KeyHint("enter", "go on" if multiple else "answer", "screen.enter", 0),
            *back,
            KeyHint("n", "decline", "screen.decline", 5),
            KeyHint("escape", "later", "screen.later", 3),
        ]

    def ready(self) -> None:
        self._options.focus()

    # --- keys ------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        if by > 0:
            self._options.action_cursor_down()
        else:
            self._options.action_cursor_up()

    def action_pick(self, index: int) -> None:
        if index < self._sheet.choices:
            self._options.highlighted = index
            self.action_mark()
            if not self._sheet.question.multiple and not self.writing:
                self._go_on()

    def action_mark(self) -> None:
        index = self._options.highlighted
        if index is None:
            return
        if index == len(self._sheet.question.options):
            self._declining = False
            self.ask_line("Your answer", self._sheet.other)
            return
        self._sheet.mark(index)
        self._renew()

    def _renew(self) -> None:
        for index in range(self._sheet.choices):
            self._options.replace_option_prompt_at_index(index, self._line(index))

    def action_enter(self) -> None:
        if not (self._sheet.question.multiple and self._sheet.answered):
            self.action_mark()
        if self._sheet.answered and not self.writing:
            self._go_on()

    def on_option_list_option_selected(self) -> None:
        if not self.writing:
            self.action_enter()

    def action_back(self) -> None:
        if self._sheet.back():
            self._show_question()
            self._key_bar.show(self.hints())

    def _go_on(self) -> None:
        if self._sheet.forward():
            self._show_question()
            self._key_bar.show(self.hints())
        else:
            self.dismiss(Answer(allow=True, answers=self._sheet.answers))

    def action_decline(self) -> None:
        self._declining = True
        self.ask_line("Why not? May stay empty.")

    def action_send_line(self) -> None:
        text = self.query_one(Input).value.strip()
        if self._declining:
            self.dismiss(Answer(allow=False, message=text))
            return
        self._sheet.write(text)
        self.leave_line()
        self._renew()
        if text and not self._sheet.question.multiple:
            self._go_on()

    def on_input_submitted(self) -> None:
        self.action_send_line()
