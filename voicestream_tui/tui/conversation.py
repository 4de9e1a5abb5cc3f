"""A conversation on the screen: what the user writes, what the agent asks, alerts, losses."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    AgentState,
    Alert,
    Answer,
    Ended,
    Event,
    MessageQueued,
    MessageTaken,
    PermissionAsked,
    PermissionSettled,
)
from voicestream_tui.tui.composer import Composer, MessageArea
from voicestream_tui.tui.controls import PipelineControls
from voicestream_tui.tui.history import History
from voicestream_tui.tui.lost_dialog import AfterLoss, LostDialog
from voicestream_tui.tui.meter import Meter
from voicestream_tui.tui.notifier import Notifier
from voicestream_tui.tui.question_dialog import QuestionDialog
from voicestream_tui.tui.request_desk import RequestDesk
from voicestream_tui.tui.request_dialog import AnswerDialog, PermissionDialog
from voicestream_tui.tui.rows import one_line
from voicestream_tui.tui.session import SessionApp
from voicestream_tui.tui.waiting_lines import WaitingLines

_LEAVE = ("/exit", "/quit")
"""What ends claude where it has a screen of its own; it refuses both where it has none."""


class ConversationApp(SessionApp):
    """A session whose agent takes messages and asks; without one nothing of it shows."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._composer: Composer | None = None
        self._waiting: WaitingLines | None = None
        self._desk = RequestDesk()
        self._asking: AnswerDialog | None = None
        self._lost: AgentLost | None = None
        self._loss: LostDialog | None = None
        self._notifier = Notifier(self._to_terminal, os.environ)

    def _to_terminal(self, data: str) -> None:
        if self._driver is not None:
            self._driver.write(data)

    def started(self, pipeline: PipelineControls) -> None:
        super().started(pipeline)
        if not pipeline.conversing:
            return
        self._facts = replace(self._facts, conversing=True, agent=AgentState.WAITING)
        history = History(self._settings.history_file, self._settings.history)
        self._composer, self._waiting = Composer(history), WaitingLines()
        default = self.screen_stack[0]
        default.mount(self._waiting, self._composer, before=default.query_one(Meter))
        self.call_after_refresh(self._composer.area.focus)

    def leave(self) -> None:
        super().leave()
        if self.area is not None:
            self.area.leaving = self.leaving

    @property
    def area(self) -> MessageArea | None:
        """Where the user writes; None outside a conversation."""
        return self._composer.area if self._composer is not None else None

    def on_unmount(self) -> None:
        self._notifier.close()

    # --- events ----------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        super().apply(event)
        match event:
            case AgentChanged(AgentState.STARTING) if self._facts.conversing:
                # It says nothing until it is told something.
                self._facts = replace(self._facts, agent=AgentState.WAITING, detail="")
            case MessageQueued(number, text) if self._waiting is not None:
                self._waiting.queue(number, text)
            case MessageTaken(number, dropped=dropped) if self._waiting is not None:
                text = self._waiting.take(number)
                if dropped and text:
                    back = "Up calls it back." if self._settings.history else one_line(text)
                    self.notify(f"A queued message was not sent. {back}", timeout=6, markup=False)
            case PermissionAsked(request):
                self._desk.add(request)
                self._ask_next()
            case PermissionSettled(id):
                self._settle(id)
            case AgentLost():
                self._lose(event)
            case Alert():
                self._call(event)
            case Ended():
                self._over()
            case _:
                pass

    def show_frame(self) -> None:
        super().show_frame()
        self._notifier.reap()

    def _call(self, alert: Alert) -> None:
        if self._settings.bell:
            self.bell()
        if self._settings.desktop:
            self._notifier.show(alert.english)

    def _over(self) -> None:
        """The agent has gone for good: nobody is left to write to, or to answer."""
        self._desk.clear()
        self._facts = replace(self._facts, conversing=False, asked=False)
        for dialog in (self._asking, self._loss):
            if dialog is not None:
                dialog.call_off()
        if self._composer is not None and self._waiting is not None:
            self._composer.remove()
            self._waiting.remove()
            self._composer = self._waiting = None
            self.transcript.focus()

    # --- requests --------------------------------------------------------------------------------

    def _ask_next(self) -> None:
        """Open a window for the oldest request, unless one is open."""
        request = self._desk.next
        self._show_open()
        if request is None or self._asking is not None:
            return
        kind = QuestionDialog if request.questions else PermissionDialog
        dialog = kind(request, self._clock, self._type)
        self._asking = dialog

        def decided(answer: Answer | None) -> None:
            self._asking = None
            if answer is None:
                self._desk.put_aside(request.id)
            elif self._pipeline is not None:
                self._desk.settle(request.id)
                self._pipeline.answer(request.id, answer)
            self._ask_next()

        self.push_screen(dialog, decided)

    def _settle(self, request_id: str) -> None:
        self._desk.settle(request_id)
        if self._asking is not None and self._asking.request.id == request_id:
            self._asking.call_off()
        self._show_open()

    def _show_open(self) -> None:
        words = self._desk.words
        if self._lost is not None and self._loss is None:
            words = "The agent has ended, ctrl+o opens"
        if self._waiting is not None:
            self._waiting.show_open(words)
        self._facts = replace(self._facts, asked=len(self._desk) > 0)

    def action_open_requests(self) -> None:
        if self._lost is not None and self._loss is None:
            self._lose(self._lost)
            return
        self._desk.take_up()
        self._ask_next()

    def _type(self, text: str) -> None:
        """Put what was typed while a window appeared where it was meant to go.

        With another window between, it was meant for that one, and is no part of a message.
        """
        behind = self.screen_stack[-2:-1]
        if self.area is not None and self.area.has_focus and behind == self.screen_stack[:1]:
            self.area.insert(text)

    # --- losing the agent ------------------------------------------------------------------------

    def _lose(self, lost: AgentLost) -> None:
        self._lost = lost
        self._desk.clear()
        if self._asking is not None:
            self._asking.call_off()
        if self._loss is None and not self.leaving:
            self._loss = LostDialog(lost, self._clock, self._type)
            self.push_screen(self._loss, self._after_loss)
        self._show_open()

    def _after_loss(self, choice: AfterLoss | None) -> None:
        self._loss = None
        if choice is AfterLoss.RESUME:
            self._resume()
        elif choice is AfterLoss.QUIT:
            self.leave()
        self._show_open()

    def _resume(self) -> None:
        self._lost = None
        self._show_open()
        if self._pipeline is not None:
            self._pipeline.resume()

    # --- writing ---------------------------------------------------------------------------------

    def on_message_area_sent(self, message: MessageArea.Sent) -> None:
        if self._pipeline is None:
            return
        if message.text in _LEAVE:
            self.leave()
            return
        if self._lost is not None:
            self._resume()
        self._pipeline.send(message.text)
        self.transcript.follow()
