"""The application: keys, windows and the command palette on top of a session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import BindingType

from voicestream_tui.signals import noted_signals
from voicestream_tui.text.verbosity import Verbosity
from voicestream_tui.tui.controls import SPEED_RANGE, VOLUME_RANGE, UiOptions
from voicestream_tui.tui.hints import key_hints, writing_hints
from voicestream_tui.tui.job_control import has_job_control, stop_job
from voicestream_tui.tui.key_bar import KeyHint
from voicestream_tui.tui.keys import bindings
from voicestream_tui.tui.leaving import SecondThought
from voicestream_tui.tui.menus import MenuApp
from voicestream_tui.tui.transcript import Transcript

__all__ = ["UiOptions", "VoicestreamApp", "run_screen"]

_VOLUME_STEP, _SPEED_STEP = 0.05, 0.1


def run_screen(app: VoicestreamApp) -> int | None:
    """Run the application to its end and close its pipeline, whatever happened.

    Returns:
        The exit code: 128 + n after signal n, else the agent's own, None if the user left
        before the agent had ended.

    Raises:
        VoicestreamError: The pipeline could not start, or the screen broke.
    """
    with noted_signals(app.note_signal):
        try:
            app.run()
        finally:
            app.close_pipeline()
    if app.failure is not None:
        raise app.failure
    if app.signal is not None:
        return 128 + app.signal
    return app.exit_code


class VoicestreamApp(MenuApp):
    """Shows one session and obeys the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._second_thought = SecondThought()

    # --- leaving -----------------------------------------------------------------------------

    async def action_quit(self) -> None:
        """One letter must not end a conversation: it may have been meant for the composer."""
        if self.area is None or self.leaving or self._confirmed("q"):
            self.leave()

    def action_give_up(self) -> None:
        """Clear the composer, or leave; a conversation only if pressed twice."""
        if self.leaving:
            self.leave()
        elif self.area is not None and self.area.text:
            self.area.clear()
        elif self.area is None or self._confirmed("ctrl+c"):
            self.leave()

    def action_suspend_process(self) -> None:
        """Back to the shell; its `fg` continues all that was going on."""
        if self._driver is None or not self._driver.can_suspend or not has_job_control():
            self.notify("No shell waits here that could bring the program back.", timeout=3)
            return
        with self.suspend():
            stop_job()

    def action_hang_up(self) -> None:
        if self.leaving or not self.agent_busy or self._confirmed("ctrl+d"):
            self.leave()

    def _confirmed(self, key: str) -> bool:
        return self._second_thought.confirmed(key, self._clock())

    def show_frame(self) -> None:
        prompt = self._second_thought.words(self._clock())
        writing = self.area is not None and self.area.has_focus
        self._facts = replace(self._facts, prompt=prompt, writing=writing)
        super().show_frame()

    def hints(self) -> list[KeyHint]:
        if self.area is not None and self.area.has_focus:
            stoppable = self.agent_busy or self.speech_due
            return writing_hints(self._player, stoppable=stoppable)
        return key_hints(self._player, self.transcript, conversing=self.area is not None)

    # --- the conversation --------------------------------------------------------------------

    def action_to_rows(self) -> None:
        self.transcript.focus()

    def action_to_composer(self) -> None:
        if self.area is not None:
            self.area.focus()

    def action_send(self) -> None:
        if self.area is not None:
            self.area.submit()

    def action_new_line(self) -> None:
        if self.area is not None:
            self.area.new_line()

    def action_interrupt(self) -> None:
        """Stop what runs and what sounds; with nothing of both, turn away from the composer."""
        self.screen.clear_selection()
        if self.transcript.selected is not None and self.focused is self.transcript:
            self.transcript.select(None)
        elif self.area is None or self._pipeline is None:
            return
        elif self._to_stop:
            self.action_stop_all()
        elif self.focused is self.area and not self.area.text:
            self.transcript.focus()

    @property
    def _to_stop(self) -> bool:
        return self.agent_busy or self.speech_due

    def action_stop_all(self) -> None:
        """Stop what runs and what sounds, whatever is selected."""
        if self._pipeline is not None and self._to_stop:
            self._pipeline.interrupt()

    # --- listening ---------------------------------------------------------------------------

    def action_toggle_pause(self) -> None:
        if self._pipeline is not None:
            self._pipeline.toggle_pause()
            self._show_player()

    def action_toggle_mute(self) -> None:
        if self._pipeline is not None:
            self._pipeline.toggle_mute()
            self._show_player()

    def action_skip(self) -> None:
        if self._pipeline is not None:
            self._pipeline.skip()

    def action_step_back(self) -> None:
        if self._pipeline is not None:
            self._pipeline.back(1)

    def action_replay(self) -> None:
        if self._pipeline is not None:
            self._pipeline.replay()

    def action_live(self) -> None:
        if self._pipeline is not None:
            self._pipeline.jump_to_live()
            self.transcript.follow()

    def action_speak_from(self) -> None:
        selected = self.transcript.selected
        if selected is not None:
            self._speak_from(self.transcript.book.rows[selected].segment.id)

    def action_select(self, by: int) -> None:
        self.transcript.move_selection(by)

    def action_unfold(self) -> None:
        current = self.transcript.current
        if current is not None:
            self.transcript.toggle_unfolded(current)

    def action_page(self, pages: int) -> None:
        self.transcript.scroll_view(pages=pages)

    def action_home(self) -> None:
        self.transcript.scroll_view(home=True)

    def action_follow(self) -> None:
        self.transcript.follow()

    def action_copy(self) -> None:
        text = self.screen.get_selected_text()
        current = self.transcript.current
        what = "selection"
        if not text and current is not None:
            row = self.transcript.book.rows[current]
            text = "\n".join(part for part in (row.english, row.japanese) if part)
            what = "row"
        if text:
            self.copy_to_clipboard(text)
            self.notify(f"The {what} is in the clipboard.", timeout=2)

    def action_volume(self, steps: int) -> None:
        if self._pipeline is not None:
            low, high = VOLUME_RANGE
            volume = round(self._pipeline.volume + steps * _VOLUME_STEP, 2)
            self._pipeline.set_volume(min(max(volume, low), high))
            self._show_player()

    def action_speed(self, steps: int) -> None:
        if self._pipeline is not None:
            low, high = SPEED_RANGE
            speed = round(self._pipeline.speed + steps * _SPEED_STEP, 2)
            self._pipeline.set_speed(min(max(speed, low), high))
            self._show_player()

    def action_verbosity(self) -> None:
        if self._pipeline is not None:
            levels = list(Verbosity)
            level = levels[(levels.index(self._pipeline.verbosity) + 1) % len(levels)]
            self._pipeline.set_verbosity(level)
            self.notify(f"Code, tables and lists: {level}.", timeout=2)

    # --- rows chosen with the mouse ------------------------------------------------------------

    def on_transcript_row_chosen(self, message: Transcript.RowChosen) -> None:
        self._speak_from(message.segment_id)

    def _speak_from(self, segment_id: int) -> None:
        if self._pipeline is not None:
            self._pipeline.speak_from(segment_id)
            self.transcript.follow()
