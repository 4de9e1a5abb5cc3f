"""A stand-in for claude in a conversation: speaks its protocol on standard input and output.

What it does with a message, the message says: `hold` keeps the turn open until a message `go`,
which is folded into it; `ask A B` asks for permission for A and B at once; `crash N` ends the
process; `late` is echoed after the answer, `nothing` not at all; `deaf` holds and takes no
interrupt; `unknown` asks for what nobody serves; `full` reads no more. Everything else is
answered with itself. What it gets is appended to the file that FAKE_CLAUDE_LOG names, line by
line, its arguments first. With FAKE_CLAUDE_FAILS set it complains and ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Claude:
    """One process of a conversation."""

    def __init__(self, arguments: list[str]) -> None:
        self._log = Path(os.environ["FAKE_CLAUDE_LOG"])
        self._session = "session-1"
        if "--resume" in arguments:
            self._session = arguments[arguments.index("--resume") + 1]
        self._queue: list[Json] = []
        self._answers: dict[str, Json] = {}
        self._interrupted = self._deaf = False
        self._note({"argv": arguments})

    def run(self) -> None:
        """Answer one message after the other, until the input ends."""
        while self._wait(lambda: bool(self._queue)):
            self._turn(self._queue.pop(0))

    def _turn(self, message: Json) -> None:
        text = message["message"]["content"]
        word, _, argument = text.partition(" ")
        self._interrupted = False
        self._write(type="init", session_id=self._session)
        if word not in ("late", "nothing"):
            self._echo(message)
        self._do(word, argument, text)
        if word == "late":
            self._echo(message)
        self._write(type="result", ok=not self._interrupted)

    def _do(self, word: str, argument: str, text: str) -> None:
        match word:
            case "hold" | "deaf":
                self._deaf = word == "deaf"
                self._say("Holding.")
                self._wait(lambda: self._interrupted or any(map(_is_go, self._queue)))
                for go in filter(_is_go, self._queue):
                    self._echo(go)
                self._queue = [one for one in self._queue if not _is_go(one)]
            case "ask":
                self._ask(argument.split())
            case "unknown":
                self._write(
                    type="control_request", request_id="u1", request={"subtype": "elicitation"}
                )
                self._wait(lambda: "u1" in self._answers)
                self._say(self._answers["u1"]["subtype"])
            case "crash":
                self._say("Oh.")
                sys.stderr.write("a warning\nit went wrong\n")
                sys.stderr.flush()
                os._exit(int(argument))
            case "full":
                self._say("Full.")
                signal.pause()
            case _:
                self._say(text)

    def _ask(self, names: list[str]) -> None:
        for name in names:
            request = {"subtype": "can_use_tool", "tool_name": name, "input": {"name": name}}
            self._write(type="control_request", request_id=name, request=request)
        for name in names:
            self._wait(lambda: self._interrupted or name in self._answers)  # noqa: B023
            if self._interrupted:
                self._write(type="control_cancel_request", request_id=name)
            else:
                self._say(f"{name}: {self._answers[name]['response']['behavior']}")

    def _wait(self, condition: Callable[[], bool]) -> bool:
        """Read until the condition holds; False: the input has ended."""
        while not condition():
            raw = sys.stdin.buffer.readline()
            if not raw:
                return False
            line = json.loads(raw)
            self._note(line)
            match line["type"]:
                case "user":
                    self._queue.append(line)
                case "control_response":
                    self._answers[line["response"]["request_id"]] = line["response"]
                case "control_request" if not self._deaf:
                    self._interrupted = True
                    self._write(type="control_response", request_id=line["request_id"])
        return True

    def _say(self, text: str) -> None:
        self._write(type="assistant", text=text)

    def _echo(self, message: Json) -> None:
        self._write(type="user", text=message["message"]["content"], uuid=message["uuid"])

    def _write(self, **line: Any) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def _note(self, line: Json) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


def _is_go(message: Json) -> bool:
    return bool(message["message"]["content"] == "go")


def main() -> int:
    if "FAKE_CLAUDE_FAILS" in os.environ:
        sys.stderr.write("error: unknown option '--foo'\n")
        return 1
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    Claude(sys.argv[1:]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
