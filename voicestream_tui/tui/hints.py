"""Which keys matter now."""

from __future__ import annotations

from voicestream_tui.model import PlayerState
from voicestream_tui.tui.key_bar import KeyHint
from voicestream_tui.tui.transcript import Transcript


def writing_hints(player: PlayerState, *, stoppable: bool) -> list[KeyHint]:
    """The line of keys while the user writes.

    Args:
        player: What sounds.
        stoppable: The agent works, or something is to be heard.
    """
    stop = [KeyHint("escape", "stop", "app.interrupt", 1)] if stoppable else []
    return [
        KeyHint("enter", "send", "app.send", 0),
        *stop,
        KeyHint("ctrl+j", "new line", "app.new_line", 7),
        KeyHint("f2", "resume" if player.paused else "pause", "app.toggle_pause", 2),
        KeyHint("f3", "skip", "app.skip", 4),
        KeyHint("f4", "replay", "app.replay", 9),
        KeyHint("f5", "unmute" if player.muted else "mute", "app.toggle_mute", 6),
        KeyHint("tab", "rows", "app.to_rows", 3),
        KeyHint("f1", "keys", "app.help", 5),
        KeyHint("ctrl+c", "quit", "app.give_up", 8),
    ]


def key_hints(
    player: PlayerState, transcript: Transcript, *, conversing: bool = False
) -> list[KeyHint]:
    """The line of keys for what sounds and what is selected.

    Args:
        player: What sounds.
        transcript: What is selected.
        conversing: There is a composer to go back to.
    """
    write = [KeyHint("i", "write", "app.to_composer", 0)] if conversing else []
    hints = [
        *write,
        KeyHint("space", "resume" if player.paused else "pause", "app.toggle_pause", 0),
        KeyHint("m", "unmute" if player.muted else "mute", "app.toggle_mute", 6),
        KeyHint("n", "skip", "app.skip", 3),
        KeyHint("p", "back", "app.step_back", 4),
        KeyHint("r", "replay", "app.replay", 8),
        KeyHint("l", "live", "app.live", 5),
    ]
    selected = transcript.selected
    if selected is None:
        hints.append(KeyHint("j/k", "select", "app.select(1)", 9))
    else:
        row = transcript.book.rows[selected]
        hints.append(KeyHint("enter", "speak from here", "app.speak_from", 2))
        if row.foldable:
            hints.append(KeyHint("x", "fold" if row.unfolded else "unfold", "app.unfold", 2))
        hints.append(KeyHint("c", "copy", "app.copy", 9))
    return [
        *hints,
        KeyHint("v", "voice", "app.voices", 7),
        KeyHint("t", "theme", "app.themes", 12),
        KeyHint("?", "keys", "app.help", 1),
        KeyHint("q", "quit", "app.quit", 0),
    ]
