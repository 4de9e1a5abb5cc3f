"""A conversation with the stand-in for claude, read and heard as the program does it."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from voicestream_tui.agent.conversation import Conversation
from voicestream_tui.agent.conversation_command import conversation_command
from voicestream_tui.agent.conversation_process import Manner
from voicestream_tui.agent.said import (
    Asked,
    AskWithdrawn,
    BlockEnd,
    ControlAnswered,
    Said,
    TurnEnd,
    TurnStarted,
    UserMessage,
)
from voicestream_tui.agent.talk import TalkNews
from voicestream_tui.model import PermissionRequest

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds after which a test gives up."""
FAKE = Path(__file__).parent.parent / "fake_claude.py"


class Talking:
    """Reads a conversation in a thread of its own; keeps what was said and reported.

    Args:
        folder: Where the stand-in and its log are put.
        arguments: Claude's, as the user gives them.
        environment: More for the stand-in's environment.
        manner: How it is run.
        settings: Of the `Conversation`.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        environment: dict[str, str] | None = None,
        single: bool = False,
        manner: dict[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        program = folder / "claude"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n')
        program.chmod(0o755)
        self._log = folder / "log"
        command = conversation_command(
            [str(program), *arguments], chat=not single, single=single, ask=True
        )
        assert command is not None
        env = {**os.environ, "FAKE_CLAUDE_LOG": str(self._log), **(environment or {})}
        self.events: list[TalkNews | str] = []
        """News, and between them what claude said."""
        self._changed = threading.Condition()
        self.conversation = Conversation(
            command, manner=Manner(env=env, **(manner or {})), **settings
        )
        self.conversation.listen(self._keep)
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Talking:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.conversation.close()
        self.join()

    def join(self) -> None:
        """Wait until the conversation is over."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), self.events

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def _read(self) -> None:
        more = True
        while more:
            for line in self.conversation.lines():
                for said in _decode(json.loads(line)):
                    if isinstance(said, str):
                        self._keep(said)
                    else:
                        self.conversation.heard(said)
            self.conversation.heard(TurnEnd(False, "ended without a result"))
            more = self.conversation.wait_for_more()

    def _keep(self, event: TalkNews | str) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def of(self, kind: type[T]) -> list[T]:
        with self._changed:
            return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), self.events

    def wait_for_news(self, kind: type[T], count: int = 1) -> list[T]:
        """Wait until there are so many of a kind."""
        self.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)

    def wait_for_answer(self, text: str) -> None:
        self.wait_for(lambda: text in self.events)

    def wait_for_end(self, turns: int = 1) -> None:
        self.wait_for(lambda: self.events.count("[end]") >= turns)

    @property
    def received(self) -> list[dict[str, Any]]:
        """What the stand-in got."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    @property
    def messages(self) -> list[str]:
        return [str(one["message"]["content"]) for one in self.received if one.get("message")]

    @property
    def starts(self) -> list[list[str]]:
        """The arguments of each process."""
        return [one["argv"] for one in self.received if "argv" in one]


def _decode(line: dict[str, Any]) -> Iterator[Said | str]:
    match line:
        case {"type": "init", "session_id": session}:
            yield TurnStarted("fake", session)
        case {"type": "user", "text": text, "uuid": uuid}:
            yield UserMessage(text, uuid)
        case {"type": "assistant", "text": text}:
            yield text
            yield BlockEnd(1)
        case {"type": "control_request", "request_id": name, "request": request}:
            if request["subtype"] == "can_use_tool":
                yield Asked(PermissionRequest(name, request["tool_name"], request["input"]))
                yield f"[asks {name}]"
        case {"type": "control_cancel_request", "request_id": name}:
            yield AskWithdrawn(name)
        case {"type": "control_response", "request_id": name}:
            yield ControlAnswered(name, True)
        case {"type": "result", "ok": ok}:
            yield TurnEnd(ok, "" if ok else "interrupted")
            yield "[end]"
