"""One line of an agent that writes a JSON object a line."""

from __future__ import annotations

import json

from voicestream_tui.agent.json_fields import Json
from voicestream_tui.agent.said import Unreadable
from voicestream_tui.agent.surrogates import mend

_LONGEST_SHOWN = 2000


def read_object(line: bytes) -> Json | Unreadable | None:
    """Read a line (without its line feed); None for a blank one. Never raises."""
    text = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    if not text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else unreadable(text)


def unreadable(text: str) -> Unreadable:
    """A line that is not of the format, short enough to be shown."""
    if len(text) > _LONGEST_SHOWN:
        text = f"{text[:_LONGEST_SHOWN]}… ({len(text):,} characters)"
    return Unreadable(mend(text))
