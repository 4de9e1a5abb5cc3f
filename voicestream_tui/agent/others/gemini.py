"""What `gemini --output-format stream-json` (or `json`) writes → what was said. Pure.

docs/formats.md tells which version this was made for, and what becomes of each event.
"""

from __future__ import annotations

from voicestream_tui.agent.json_fields import Json, map_of, text_of
from voicestream_tui.agent.others.gemini_words import error_of, tool_of
from voicestream_tui.agent.others.json_line import read_object
from voicestream_tui.agent.others.narration import Narration
from voicestream_tui.agent.others.restarts import Restarts
from voicestream_tui.agent.said import Said, Unreadable
from voicestream_tui.agent.surrogates import mend, split_tail
from voicestream_tui.text.format_notices import warning_notice

_LONGEST_OBJECT = 16 << 20
"""Bytes of an object over several lines."""


class GeminiDecoder:
    """Decodes the events of gemini, and the one object of `--output-format json`.

    Args:
        first_block: The number of the first block.
    """

    def __init__(self, first_block: int = 1) -> None:
        self.unreadable = 0
        self._says = Narration(first_block)
        self._text = Restarts()
        self._half = ""
        """First half of a character whose second half comes with the next delta."""
        self._object: list[bytes] = []
        """Lines of an object that is written over several."""
        self._size = 0

    def feed(self, line: bytes) -> list[Said]:
        """Take one line, without its line feed."""
        if self._object or line.strip() == b"{":
            self._gather(line)
        else:
            self._read(line)
        return self._says.take()

    def close(self) -> list[Said]:
        """The input has ended: settle what is open."""
        self._give_up()
        self._settle_text()
        self._says.break_off()
        return self._says.take()

    # --- lines ---------------------------------------------------------------------------

    def _read(self, line: bytes) -> None:
        match read_object(line):
            case None:
                return
            case Unreadable() as said:
                self.unreadable += 1
                self._says.unreadable(said)
            case event:
                self._take(event)

    def _gather(self, line: bytes) -> None:
        """Collect the lines of an object that ends with a brace at a line's beginning."""
        if line.startswith(b'{"type"'):
            self._give_up()
            self._read(line)
            return
        self._object.append(line)
        self._size += len(line) + 1
        if line.rstrip() == b"}":
            whole, self._object, self._size = b"\n".join(self._object), [], 0
            self._read(whole)
        elif self._size > _LONGEST_OBJECT:
            self._give_up()

    def _give_up(self) -> None:
        """What looked like an object over several lines is none, or was cut off."""
        lines, self._object, self._size = self._object, [], 0
        if lines:
            self._read(b"\n".join(lines))

    # --- events ---------------------------------------------------------------------------

    def _take(self, event: Json) -> None:
        match text_of(event, "type"):
            case "init":
                self._settle_text()
                self._says.begin_turn(text_of(event, "model"), text_of(event, "session_id"))
            case "message" if text_of(event, "role") == "assistant":
                self._take_message(event)
            case "tool_use":
                self._settle_text()
                self._says.use_tool(text_of(event, "tool_id"), *tool_of(event))
            case "tool_result":
                self._settle_text()
                self._says.tool_result(
                    text_of(event, "tool_id"), text_of(event, "status") != "error"
                )
            case "error":
                self._take_error(event)
            case "result":
                self._take_result(event)
            case "" if "response" in event or "error" in event:
                self._take_whole(event)

    def _take_message(self, event: Json) -> None:
        raw = event.get("content")
        content = raw if isinstance(raw, str) else ""
        if event.get("delta") is True:
            text, self._half = split_tail(self._half + content)
            self._says.write(self._text.feed(mend(text)))
            return
        text = mend(content)
        repeated = bool(text) and text == self._text.whole
        self._settle_text()
        if not repeated:
            self._says.write(text)
            self._says.end_block()

    def _settle_text(self) -> None:
        """No more of the open text will come."""
        self._says.write(self._text.close() + mend(self._half))
        self._half = ""
        self._says.end_block()

    def _take_error(self, event: Json) -> None:
        self._settle_text()
        message, code = error_of(event)
        if text_of(event, "severity") == "warning":
            self._says.notice(*warning_notice(message))
        else:
            self._says.fail(message, code)

    def _take_result(self, event: Json) -> None:
        self._settle_text()
        error = map_of(event, "error")
        if text_of(event, "status") != "error" and not error:
            self._says.end_turn(not self._says.has_failed)
        elif "Cancel" in text_of(error, "type"):
            self._says.end_turn(False, "interrupted")
        else:
            if error or not self._says.has_failed:
                self._says.fail(*error_of(error))
            self._says.end_turn(False)

    def _take_whole(self, event: Json) -> None:
        """The one object of `--output-format json`."""
        self._settle_text()
        error = map_of(event, "error")
        self._says.begin_turn(session_id=text_of(event, "session_id"))
        self._says.write(text_of(event, "response"))
        if error:
            self._says.fail(*error_of(error))
        self._says.end_turn(not error)
