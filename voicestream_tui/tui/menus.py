"""Windows and the command palette: voices, themes, problems, the help."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

from voicestream_tui.errors import VoicestreamError
from voicestream_tui.model import Failed, Voice
from voicestream_tui.model_room import ModelRoom
from voicestream_tui.tui.borrowed import borrowed_variables
from voicestream_tui.tui.conversation import ConversationApp
from voicestream_tui.tui.dialogs import Choice, Picker, TextDialog, help_texts, problem_text
from voicestream_tui.tui.keys import KEYS, TALK, KeyEntry
from voicestream_tui.tui.models_screen import ALL_TRANSLATED, ModelsScreen
from voicestream_tui.tui.transcript import Transcript

_NOT_OFFERED = ("command_palette", "give_up")


class MenuApp(ConversationApp):
    """What a session offers to choose from and to read."""

    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self, *arguments: Any, make_models: Callable[[], ModelRoom] | None = None, **options: Any
    ) -> None:
        """As the session; `make_models` makes the room of the window of models and voices."""
        super().__init__(*arguments, **options)
        self._make_models = make_models
        self._models: ModelRoom | None = None

    def close_pipeline(self) -> None:
        super().close_pipeline()
        if self._models is not None:
            self._models.close()

    def action_models(self) -> None:
        if self._pipeline is None or self._make_models is None:
            return
        try:
            self._models = self._models or self._make_models()
        except VoicestreamError as error:
            self.problem(Failed("models", error.message, error.hint, self._clock()))
            return
        self.push_screen(ModelsScreen(self._models, self._pipeline))

    def action_voices(self) -> None:
        if self._pipeline is None:
            return
        voices = {voice.key: voice for voice in self._pipeline.voices()}
        choices = [
            Choice(voice.key, voice.name, voice.engine, _about(voice)) for voice in voices.values()
        ]

        def chosen(key: str | None) -> None:
            if key is not None and self._pipeline is not None:
                self._use_voice(voices[key])

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
        """The command palette: every key's command, voice, translator and theme of ours."""
        for entry in KEYS:
            if entry.bound and self._offers(entry):
                yield self._command(entry.title, entry.shown, entry.action)
        if self.area is not None:
            yield self._command("Stop the agent and the speech", "escape", "stop_all")
        for voice in self._pipeline.voices() if self._pipeline is not None else ():
            yield SystemCommand(f"Voice: {voice.name}", voice.engine, self._voice_setter(voice))
        for name in self._pipeline.translators() if self._pipeline is not None else ():
            setter = self._translator_setter(name)
            yield SystemCommand(f"Translator: {name}", "for what comes next", setter)
        for name in self._themes:
            yield SystemCommand(f"Theme: {name}", "", self._theme_setter(name))

    def _offers(self, entry: KeyEntry) -> bool:
        if entry.action in _NOT_OFFERED:
            return False
        return entry.section != TALK if self.area is None else entry.action != "interrupt"

    def _command(self, title: str, key: str, action: str) -> SystemCommand:
        return SystemCommand(title, f"key: {key}", self._runner(action))

    def _runner(self, action: str) -> Callable[[], Any]:
        return lambda: self.call_later(self.run_action, f"app.{action}")

    def _voice_setter(self, voice: Voice) -> Callable[[], object]:
        return lambda: self._use_voice(voice)

    def _use_voice(self, voice: Voice) -> None:
        if self._pipeline is not None and not self._pipeline.set_voice(voice):
            self.notify(
                f"{voice.name} ({voice.engine}) is being loaded; the present voice speaks on.",
                title="voice",
                markup=False,
            )

    def _translator_setter(self, name: str) -> Callable[[], None]:
        return lambda: self._use_translator(name)

    def _use_translator(self, name: str) -> None:
        if self._pipeline is not None and not self._pipeline.set_translator(name):
            self.notify(ALL_TRANSLATED, title="translator")

    def _theme_setter(self, name: str) -> Callable[[], None]:
        return lambda: setattr(self, "theme", name)


def _about(voice: Voice) -> str:
    if voice.problem:
        return f"Broken: {voice.problem}"
    return f"Licence: {voice.licence or 'not stated'}"
