"""What `codex exec --json` writes → what was said. Pure.

docs/formats.md tells which version this was made for, and what becomes of each event.
"""

from __future__ import annotations

import json
import re

from voicestream_tui.agent.json_fields import Json, map_of, text_of
from voicestream_tui.agent.others.codex_items import todo_line, tool_of, went_well
from voicestream_tui.agent.others.error_codes import error_code
from voicestream_tui.agent.others.json_line import read_object
from voicestream_tui.agent.others.narration import Narration
from voicestream_tui.agent.said import Said, Unreadable
from voicestream_tui.agent.surrogates import mend, split_tail
from voicestream_tui.model import AgentState
from voicestream_tui.text.format_notices import retry_notice, warning_notice

_RECONNECTING = re.compile(r"\s*Reconnecting\W*(\d+/\d+)?\s*(?:\((.*)\))?\s*", re.DOTALL)
_UNKNOWN_ERROR = "Codex stopped because of an error that it did not explain."


class CodexDecoder:
    """Decodes the events of codex.

    Args:
        first_block: The number of the first block.
    """

    def __init__(self, first_block: int = 1) -> None:
        self.unreadable = 0
        self._says = Narration(first_block)
        self._session = ""
        self._items = _Texts()
        self._todo = ""
        self._reconnecting = False

    def feed(self, line: bytes) -> list[Said]:
        """Take one line, without its line feed."""
        match read_object(line):
            case None:
                return []
            case Unreadable() as said:
                self.unreadable += 1
                self._says.unreadable(said)
            case event:
                self._take(event)
        return self._says.take()

    def close(self) -> list[Said]:
        """The input has ended: settle what is open."""
        self._says.break_off()
        return self._says.take()

    def _take(self, event: Json) -> None:
        match text_of(event, "type"):
            case "thread.started":
                # Another process, whose items are counted from the beginning again.
                self._says.break_off()
                self._forget()
                self._session = text_of(event, "thread_id")
                self._says.show(AgentState.STARTING)
            case "turn.started":
                self._forget()
                self._says.begin_turn(session_id=self._session)
            case "turn.completed":
                self._says.end_turn()
            case "turn.failed":
                self._fail(text_of(map_of(event, "error"), "message"))
                self._says.end_turn(False)
            case "item.started" | "item.updated":
                self._take_item(map_of(event, "item"), completed=False)
            case "item.completed":
                self._take_item(map_of(event, "item"), completed=True)
            case "error":
                self._take_error(text_of(event, "message"))

    def _forget(self) -> None:
        self._items = _Texts()
        self._todo = ""
        self._reconnecting = False

    # --- errors ---------------------------------------------------------------------------

    def _take_error(self, message: str) -> None:
        """An error ends the turn, unless codex tries again."""
        match = _RECONNECTING.fullmatch(message)
        if match is None:
            self._fail(message)
            return
        count, reason = match[1] or "", match[2] or ""
        self._says.show(AgentState.RETRYING, ": ".join(filter(None, (count, reason))))
        if not self._reconnecting:
            self._reconnecting = True
            self._says.notice(*retry_notice(reason, error_code(reason)))

    def _fail(self, message: str) -> None:
        if message or not self._says.has_failed:
            self._says.fail(message or _UNKNOWN_ERROR, error_code(message))

    # --- items ---------------------------------------------------------------------------

    def _take_item(self, item: Json, *, completed: bool) -> None:
        item_id = text_of(item, "id")
        match text_of(item, "type"):
            case "agent_message" | "reasoning" as kind:
                self._reconnecting = False
                self._take_text(item_id, item, kind == "reasoning", completed)
            case "todo_list":
                line = todo_line(item)
                if line and line != self._todo:
                    self._todo = line
                    self._says.use_tool("", "TodoWrite", line)
            case "error":
                message = text_of(item, "message")
                if message and self._items.is_new(item_id):
                    self._items.done(item_id)
                    self._says.notice(*warning_notice(message))
            case _:
                self._take_tool(item_id, item, completed)

    def _take_tool(self, item_id: str, item: Json, completed: bool) -> None:
        tool = tool_of(item)
        if tool is None or not (completed or tool[1]):
            return  # a search tells only at its end what it looked for
        self._reconnecting = False
        self._says.use_tool(item_id, *tool)
        if completed:
            self._says.tool_result(item_id, went_well(item))

    def _take_text(self, item_id: str, item: Json, thinking: bool, completed: bool) -> None:
        raw = item.get("text")
        text = raw if isinstance(raw, str) else ""
        if not self._items.is_new(item_id) or not (item_id or completed):
            return
        if not completed:
            text, _ = split_tail(text)
            self._say_grown(item_id, mend(text), thinking)
            return
        fresh = not (thinking or self._items.growing(item_id))
        self._say_grown(item_id, _readable(mend(text)) if fresh else mend(text), thinking)
        self._items.done(item_id)
        self._says.end_block()

    def _say_grown(self, item_id: str, text: str, thinking: bool) -> None:
        """Say what is new of a text that comes whole each time."""
        if self._items.open_id != item_id:
            self._says.end_block()
        known = self._items.growing(item_id)
        if not text.startswith(known):
            self._says.retract_block()
            known = ""
        self._items.grow(item_id, text)
        self._says.write(text[len(known) :], thinking=thinking)


class _Texts:
    """How far each text of the turn was said."""

    def __init__(self) -> None:
        self.open_id = ""
        self._said: dict[str, str] = {}
        self._done: set[str] = set()

    def is_new(self, item_id: str) -> bool:
        """Whether the item is not complete yet; one without an id is always new."""
        return item_id not in self._done

    def growing(self, item_id: str) -> str:
        """What was said of the item so far."""
        return self._said.get(item_id, "")

    def grow(self, item_id: str, text: str) -> None:
        """The item has this text by now."""
        self.open_id = item_id
        self._said[item_id] = text

    def done(self, item_id: str) -> None:
        """The item is complete; its text is not kept."""
        self.open_id = ""
        self._said.pop(item_id, None)
        if item_id:
            self._done.add(item_id)


def _readable(text: str) -> str:
    """An answer in the format of `--output-schema` is JSON: not prose, but code."""
    if text.lstrip().startswith("{"):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return text
        return f"```json\n{text.strip()}\n```"
    return text
