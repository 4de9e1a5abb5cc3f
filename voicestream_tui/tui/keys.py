"""Every key of the screen: the bindings, the help and the command palette come from here."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One command that keys reach."""

    keys: str
    """Textual's names of the keys, separated by commas."""
    shown: str
    """The keys as people know them."""
    action: str
    title: str
    """The command's name in the palette."""
    help: str
    section: str
    bound: bool = True
    """False: a window or the composer reads the key itself."""


SPEECH, ROWS, SOUND, SCREEN = "Speech", "Rows", "Sound", "Screen"
TALK, ASKED = "Conversation", "When the agent asks"
SECTIONS = (SPEECH, ROWS, SOUND, SCREEN, TALK, ASKED)

KEYS: tuple[KeyEntry, ...] = (
    KeyEntry("space,f2", "space f2", "toggle_pause", "Pause or resume", "pause, resume", SPEECH),
    KeyEntry("n,right,f3", "n right f3", "skip", "Skip", "skip this sentence", SPEECH),
    KeyEntry("p,left", "p left", "step_back", "Back", "back, again for more", SPEECH),
    KeyEntry("r,f4", "r f4", "replay", "Replay", "say the sentence again", SPEECH),
    KeyEntry("l", "l", "live", "Jump to live", "jump to the newest", SPEECH),
    KeyEntry("d", "d", "verbosity", "Say more or less", "how much of code is said", SPEECH),
    KeyEntry("enter", "enter", "speak_from", "Speak from here", "speak from this row", SPEECH),
    KeyEntry("up,k", "up k", "select(-1)", "Select the row above", "select the row above", ROWS),
    KeyEntry("down,j", "down j", "select(1)", "Select the row below", "select the row below", ROWS),
    KeyEntry("x", "x", "unfold", "Unfold the row", "unfold code, thinking", ROWS),
    KeyEntry("c", "c", "copy", "Copy the row", "copy row or selection", ROWS),
    KeyEntry("pageup", "page up", "page(-1)", "Scroll up", "a page up", ROWS),
    KeyEntry("pagedown", "page down", "page(1)", "Scroll down", "a page down", ROWS),
    KeyEntry("home", "home", "home", "Scroll to the first row", "the first row", ROWS),
    KeyEntry("end", "end", "follow", "Follow the voice", "follow the voice again", ROWS),
    KeyEntry("escape", "escape", "interrupt", "Select nothing", "select nothing", ROWS),
    KeyEntry("m,f5", "m f5", "toggle_mute", "Mute or unmute", "mute, time goes on", SOUND),
    KeyEntry("plus,equals_sign", "+", "volume(1)", "Louder", "louder", SOUND),
    KeyEntry("minus", "-", "volume(-1)", "Quieter", "quieter", SOUND),
    KeyEntry("right_square_bracket", "]", "speed(1)", "Faster", "faster", SOUND),
    KeyEntry("left_square_bracket", "[", "speed(-1)", "Slower", "slower", SOUND),
    KeyEntry("v", "v", "voices", "Choose a voice", "choose a voice", SOUND),
    KeyEntry("V,f6", "V f6", "models", "Models and voices", "fetch models and voices", SOUND),
    KeyEntry("t", "t", "themes", "Choose a theme", "choose a theme", SCREEN),
    KeyEntry("e", "e", "problems", "Show problems", "what went wrong so far", SCREEN),
    KeyEntry("question_mark,f1", "? f1", "help", "Show all keys", "this help", SCREEN),
    KeyEntry("ctrl+p", "ctrl+p", "command_palette", "Command palette", "all commands", SCREEN),
    KeyEntry("ctrl+z", "ctrl+z", "suspend_process", "Suspend", "to the shell; fg: back", SCREEN),
    KeyEntry("q", "q", "quit", "Quit", "quit", SCREEN),
    KeyEntry("ctrl+c", "ctrl+c", "give_up", "Clear or quit", "clear the text, or quit", SCREEN),
    KeyEntry("enter", "enter", "", "Send", "send the message", TALK, bound=False),
    KeyEntry("ctrl+j", "ctrl+j", "", "New line", "new line, also \\ enter", TALK, bound=False),
    KeyEntry("up,down", "up down", "", "Older, newer", "older, newer messages", TALK, bound=False),
    KeyEntry("escape", "escape", "", "Interrupt", "stop agent and speech", TALK, bound=False),
    KeyEntry("ctrl+z", "ctrl+z", "", "Undo", "undo, or to the shell", TALK, bound=False),
    KeyEntry("ctrl+d", "ctrl+d", "", "Hang up", "end the conversation", TALK, bound=False),
    KeyEntry("tab", "tab", "", "To the rows", "to the rows and keys", TALK, bound=False),
    KeyEntry("i", "i", "to_composer", "Write a message", "back to writing", TALK),
    KeyEntry("ctrl+o", "ctrl+o", "open_requests", "Open requests", "what was put aside", TALK),
    KeyEntry("y", "y", "", "Allow", "allow, approve", ASKED, bound=False),
    KeyEntry("n", "n", "", "Deny", "deny, with a reason", ASKED, bound=False),
    KeyEntry("a", "a", "", "Always", "allow from now on", ASKED, bound=False),
    KeyEntry("1", "1-9", "", "Choose", "choose an answer", ASKED, bound=False),
    KeyEntry("escape", "escape", "", "Later", "put it aside", ASKED, bound=False),
)


def bindings() -> list[Binding]:
    """The keys as Textual wants them."""
    return [
        Binding(entry.keys, entry.action, entry.title, show=False, key_display=entry.shown)
        for entry in KEYS
        if entry.bound and entry.action != "command_palette"
    ]
