"""The agent's requests that wait for an answer; for ever, if nobody answers."""

from __future__ import annotations

from collections.abc import Callable

from voicestream_tui.agent.said import Activity
from voicestream_tui.model import AgentState, PermissionRequest, PermissionSettled

News = PermissionSettled | Activity


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

    def settle(self, request_id: str, allowed: bool | None) -> list[News]:
        """A request was answered, or needs no answer any more.

        After the last answer the agent works again, although it may say nothing for long.
        """
        request = self._open.pop(request_id, None)
        if request is None:
            return []
        settled: list[News] = [PermissionSettled(request_id, allowed, self._clock())]
        if allowed is not None and not self._open:
            settled.append(_goes_on(request, allowed))
        return settled

    def turn_ended(self) -> list[News]:
        """The main agent asks for nothing any more; a sub-agent may go on in the background."""
        return self._settle(lambda request: not request.agent)

    def settle_all(self) -> list[News]:
        """Whoever asked is gone."""
        return self._settle(lambda request: True)

    def _settle(self, which: Callable[[PermissionRequest], bool]) -> list[News]:
        ids = [request.id for request in self._open.values() if which(request)]
        return [news for request_id in ids for news in self.settle(request_id, None)]


def _goes_on(request: PermissionRequest, allowed: bool) -> Activity:
    """What the agent does with an answer."""
    if allowed and not request.questions and not request.plan:
        return Activity(AgentState.TOOL, request.tool)
    return Activity(AgentState.REQUESTING)
