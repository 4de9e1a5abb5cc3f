"""Which keys matter now."""

from __future__ import annotations

from voicestream_tui.model import PlayerState
from voicestream_tui.tui.key_bar import KeyHint
from voicestream_tui.tui.transcript import Transcript


def key_hints(player: PlayerState, transcript: Transcript) -> list[KeyHint]:
    """The line of keys for what sounds and what is selected."""
    hints = [
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
