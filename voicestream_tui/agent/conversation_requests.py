"""The agent's requests that wait for an answer; for ever, if nobody answers."""

from __future__ import annotations

from collections.abc import Callable

from voicestream_tui.model import PermissionRequest, PermissionSettled


class Requests:
    """Keeps the open requests, several at once; no method waits, none locks."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, PermissionRequest] = {}

    def asked(self, request: PermissionRequest) -> None:
        self._open[request.id] = request

    def get(self, request_id: str) -> PermissionRequest | None:
        """The request, unless it is settled already."""
        return self._open.get(request_id)

    def settle(self, request_id: str, allowed: bool | None) -> list[PermissionSettled]:
        """A request was answered, or needs no answer any more."""
        if self._open.pop(request_id, None) is None:
            return []
        return [PermissionSettled(request_id, allowed, self._clock())]

    def turn_ended(self) -> list[PermissionSettled]:
        """The main agent asks for nothing any more; a sub-agent may go on in the background."""
        return self._settle(lambda request: not request.agent)

    def settle_all(self) -> list[PermissionSettled]:
        """Whoever asked is gone."""
        return self._settle(lambda request: True)

    def _settle(self, which: Callable[[PermissionRequest], bool]) -> list[PermissionSettled]:
        ids = [request.id for request in self._open.values() if which(request)]
        return [news for request_id in ids for news in self.settle(request_id, None)]
