"""The agent's open requests: in the order asked, one on the screen at a time."""

from __future__ import annotations

from voicestream_tui.model import PermissionRequest
from voicestream_tui.tui.rows import one_line


class RequestDesk:
    """Knows which requests are open and which of them the user has put aside."""

    def __init__(self) -> None:
        self._open: dict[str, PermissionRequest] = {}
        self._aside: set[str] = set()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, request: PermissionRequest) -> None:
        self._open[request.id] = request

    def settle(self, request_id: str) -> None:
        """A request needs no answer any more; nothing happens if it was unknown."""
        self._open.pop(request_id, None)
        self._aside.discard(request_id)

    def put_aside(self, request_id: str) -> None:
        """The user wants to answer later."""
        if request_id in self._open:
            self._aside.add(request_id)

    def take_up(self) -> None:
        """The user wants to answer what was put aside."""
        self._aside.clear()

    def clear(self) -> None:
        self._open.clear()
        self._aside.clear()

    @property
    def next(self) -> PermissionRequest | None:
        """The oldest request that is not put aside."""
        for request in self._open.values():
            if request.id not in self._aside:
                return request
        return None

    @property
    def words(self) -> str:
        """What is put aside, for the line above the composer; empty if nothing is."""
        aside = [request for id, request in self._open.items() if id in self._aside]
        if not aside:
            return ""
        first = aside[0]
        what = f"{_what(first)} waits for your answer"
        if len(aside) > 1:
            what = f"{len(aside)} requests wait for your answer"
        return f"{what}, ctrl+o opens"


def _what(request: PermissionRequest) -> str:
    if request.questions:
        return "A question"
    if request.plan or request.tool == "ExitPlanMode":
        return "A plan"
    return one_line(f"{request.tool} {request.argument}")
