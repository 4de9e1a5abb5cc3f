"""When the user should be called: a turn is over, something failed, the agent asks."""

from __future__ import annotations

from collections.abc import Callable

from voicestream_tui.agent.said import Activity, AgentFailure, Asked, Said, TurnEnd, TurnStarted
from voicestream_tui.model import Alert, AlertReason
from voicestream_tui.text.agent_notices import finished_phrase, permission_phrase
from voicestream_tui.text.notices import error_notice

_INTERRUPTED = "interrupted"


class Attention:
    """Follows what the agent says; gives the alerts that come of it.

    Turns overlap where background work begins one of its own: the agent has finished when all
    have ended. The time that the user takes for an answer is not the agent's.

    Args:
        clock: Monotonic seconds.
        finished_after: Seconds that the agent must have been busy for its end to be told.
    """

    def __init__(self, clock: Callable[[], float], finished_after: float) -> None:
        self._clock = clock
        self._finished_after = finished_after
        self._open = 0
        self._began = 0.0
        self._asked: float | None = None
        self._user_took = 0.0
        self._failure = ""

    @property
    def busy(self) -> bool:
        """A turn is open."""
        return self._open > 0

    def heard(self, said: Said) -> Alert | None:
        """Take the next value; tell whether the user should look."""
        now = self._clock()
        if self._asked is not None and not isinstance(said, Asked | Activity):
            self._user_took += now - self._asked
            self._asked = None
        match said:
            case TurnStarted():
                if not self._open:
                    self._began = now
                    self._user_took = 0.0
                    self._failure = ""
                self._open += 1
            case AgentFailure(message, code):
                self._failure = message
                return Alert(AlertReason.FAILED, *_failed(message, code), now)
            case Asked(request):
                self._asked = self._asked or now
                english, japanese = permission_phrase(request.tool, request.argument)
                return Alert(AlertReason.NEEDS_YOU, english, japanese, now)
            case TurnEnd():
                self._open = max(0, self._open - 1)
                return self._end(said, now)
        return None

    def _end(self, end: TurnEnd, now: float) -> Alert | None:
        if self._open or end.reason == _INTERRUPTED:
            return None
        if not end.ok:
            # A failure with words of its own was told already.
            silent = Alert(AlertReason.FAILED, *_failed(end.reason, end.reason), now)
            return None if self._failure else silent
        seconds = now - self._began - self._user_took
        if seconds < self._finished_after:
            return None
        return Alert(AlertReason.FINISHED, *finished_phrase(seconds), now)


def _failed(message: str, code: str) -> tuple[str, str]:
    label, japanese = error_notice(code, message)
    return f"{label}.", japanese
