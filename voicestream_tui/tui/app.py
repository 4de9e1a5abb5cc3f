"""The application: keys, windows and the command palette on top of a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from voicestream_tui.model import Voice
from voicestream_tui.tui.controls import SPEED_RANGE, VOLUME_RANGE, UiOptions
from voicestream_tui.tui.dialogs import Choice, Picker, TextDialog, help_texts, problem_text
from voicestream_tui.tui.keys import KEYS, bindings
from voicestream_tui.tui.session import SessionApp
from voicestream_tui.tui.themes import borrowed_variables
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
    try:
        app.run()
    finally:
        app.close_pipeline()
    if app.failure is not None:
        raise app.failure
    if app.signal is not None:
        return 128 + app.signal
    return app.exit_code


class VoicestreamApp(SessionApp):
    """Shows one session and obeys the keys."""

    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    async def action_quit(self) -> None:
        self.leave()

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

    def action_deselect(self) -> None:
        self.screen.clear_selection()
        self.transcript.select(None)

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

    def action_voices(self) -> None:
        if self._pipeline is None:
            return
        voices = {voice.key: voice for voice in self._pipeline.voices()}
        choices = [
            Choice(voice.key, voice.name, voice.engine, f"Licence: {voice.licence or 'not stated'}")
            for voice in voices.values()
        ]

        def chosen(key: str | None) -> None:
            if key is not None and self._pipeline is not None:
                self._pipeline.set_voice(voices[key])

        current = self._pipeline.voice
        self.push_screen(Picker("Voices", choices, current.key if current else ""), chosen)

    def action_themes(self) -> None:
        before = self.theme
        others = [name for name in sorted(self.available_themes) if name not in self._themes]
        choices = [Choice(name, name) for name in (*self._themes, *others)]

        def chosen(name: str | None) -> None:
            self.theme = name or before

        def preview(name: str) -> None:
            self.theme = name

        self.push_screen(Picker("Themes", choices, before, preview), chosen)

    def action_problems(self) -> None:
        if self._problems:
            self.push_screen(TextDialog("Problems", [problem_text(self._problems)]))

    def action_help(self) -> None:
        self.push_screen(TextDialog("Keys", help_texts(self.theme_variables["vs-accent"])))

    # --- Textual's own hooks -----------------------------------------------------------------

    def watch_theme(self, name: str) -> None:
        """Give unfolded code colours that suit the theme."""
        ours = self._themes.get(name)
        dark = self.available_themes[name].dark
        style = ours.syntax if ours else "github-dark" if dark else "xcode"
        for transcript in self.screen_stack[0].query(Transcript):
            transcript.use_syntax_style(style)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return borrowed_variables(self.current_theme)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The command palette: every key's command, every voice, every theme of ours."""
        for entry in KEYS:
            if entry.action != "command_palette":
                yield SystemCommand(entry.title, f"key: {entry.shown}", self._runner(entry.action))
        for voice in self._pipeline.voices() if self._pipeline is not None else ():
            yield SystemCommand(f"Voice: {voice.name}", voice.engine, self._voice_setter(voice))
        for name in self._themes:
            yield SystemCommand(f"Theme: {name}", "", self._theme_setter(name))

    def _runner(self, action: str) -> Callable[[], Any]:
        return lambda: self.call_later(self.run_action, f"app.{action}")

    def _voice_setter(self, voice: Voice) -> Callable[[], None]:
        return lambda: self._pipeline.set_voice(voice) if self._pipeline is not None else None

    def _theme_setter(self, name: str) -> Callable[[], None]:
        return lambda: setattr(self, "theme", name)

    # --- rows chosen with the mouse ------------------------------------------------------------

    def on_transcript_row_chosen(self, message: Transcript.RowChosen) -> None:
        self._speak_from(message.segment_id)

    def _speak_from(self, segment_id: int) -> None:
        if self._pipeline is not None:
            self._pipeline.speak_from(segment_id)
            self.transcript.follow()
