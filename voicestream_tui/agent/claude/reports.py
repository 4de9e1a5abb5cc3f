"""What the program around the model reports → notices for the user, each worth hearing once."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude import wording
from voicestream_tui.agent.claude.outlet import Outlet
from voicestream_tui.agent.claude.recent import Recent
from voicestream_tui.agent.said import Activity
from voicestream_tui.model import AgentState
from voicestream_tui.text import agent_events as events
from voicestream_tui.text import agent_reports as phrases
from voicestream_tui.text.agent_notices import denied_phrase

_LONG_WAIT = 10.0
"""Seconds of waiting that are told even if it is not the first time."""
_STOPPED = "safeguards stopped"


class Reports:
    """Tells what happens around the agent.

    The status line shows more than is told: every retry, running hooks, how long a tool takes.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._retrying = False
        self._limit: tuple[str, str, float, bool] | None = None
        """The last limit told: status, kind, when it begins anew, whether paid for apart."""
        self._compacting = False
        self._compacted = False
        self._token_limit = False
        """A message hit its token limit, and nothing has gone on yet."""
        self._refusal: m.Refusal | None = None
        self._failed_hooks: set[str] = set()
        self._before_hook: Activity | None = None
        self._remarks: set[str] = set()
        self._denied: Recent[None] = Recent()

    def message_begins(self) -> None:
        """The model answers: a series of retries is over, and a reply that was too long goes on."""
        self._retrying = False
        if self._token_limit:
            self.token_limit_noted()

    def message_came(self) -> None:
        """The model has answered."""
        self._retrying = False

    def stop_reason(self, reason: str) -> None:
        """The model gave its reason to stop."""
        self._token_limit = reason == "max_tokens"

    def token_limit_noted(self) -> None:
        """A reply that was too long goes on."""
        self._token_limit = False
        self._outlet.notify(events.note_phrase("limit"))

    def note(self, name: str) -> None:
        """A reply is taken up again: cut, empty."""
        self._outlet.notify(events.note_phrase(name))

    def failed(self) -> None:
        """An error was told; what led to it need not be."""
        self._refusal = None

    def turn_ended(self) -> None:
        """Tell what nothing else told, and forget the turn."""
        if self._refusal is not None:
            self._outlet.notify(phrases.refusal_phrase(self._refusal.text))
        self._refusal = None
        self._retrying = self._token_limit = self._compacted = False
        self._remarks.clear()

    def command_output(self, text: str) -> None:
        """A slash command printed something; a compaction has been told already."""
        if text and not self._compacted and text not in self._remarks:
            self._remarks.add(text)
            self._outlet.notify(events.command_phrase(text))

    def denied(self, denied: m.PermissionDenied, agent: str) -> None:
        """A tool was refused without a question; several lines may tell it."""
        if denied.tool_use_id in self._denied:
            return
        if denied.tool_use_id:
            self._denied.note(denied.tool_use_id, None)
        self._outlet.mention(f"permission denied: {denied.tool}".rstrip(": "))
        self._outlet.notify(denied_phrase(denied.tool), agent)

    def take(self, message: m.Message) -> None:
        """Take one report; others mean nothing here."""
        match message:
            case m.Status():
                self._status(message)
            case m.ApiRetry(attempt, attempts, wait, error):
                self._outlet.show(AgentState.RETRYING, wording.retry(message))
                if not self._retrying or wait >= _LONG_WAIT:
                    self._outlet.notify(phrases.retry_phrase(error, wait, attempt, attempts))
                self._retrying = True
            case m.RateLimit():
                self._rate_limit(message)
            case m.ModelFallback(_, fallback, text, trigger):
                self._outlet.show(AgentState.REQUESTING, wording.fallback(message))
                self._outlet.notify(phrases.fallback_phrase(fallback, trigger, text))
            case m.Compacted(_, before, after):
                self._compaction_over(phrases.compacted_phrase(before, after))
            case m.Refusal(text):
                self._refusal = message
                self._outlet.mention(text)
            case m.Notice():
                self._remark(message)
            case m.Hook():
                self._hook(message)
            case m.ToolProgress(tool, seconds) if tool:
                if self._outlet.activity.state is AgentState.TOOL:
                    self._outlet.show(AgentState.TOOL, f"{tool} {seconds:.0f} s")
            case m.AuthStatus(running, error):
                if error:
                    self._outlet.notify(events.login_failed_phrase(error), urgent=True)
                elif running:
                    self._outlet.show(AgentState.WAITING, "login")
            case m.SessionState("requires_action"):
                if self._outlet.activity.state is not AgentState.WAITING:
                    self._outlet.show(AgentState.WAITING)
            case m.Trouble(kind, detail):
                lost = kind == "session_writes_lost"
                self._outlet.notify(events.trouble_phrase(kind, detail), urgent=lost)
            case m.Elicitation(server, text):
                self._outlet.notify(events.elicitation_phrase(server, text), urgent=True)

    def _status(self, status: m.Status) -> None:
        if status.status == "requesting":
            self._outlet.show(AgentState.REQUESTING)
        elif status.status == "compacting":
            self._outlet.show(AgentState.WAITING, "compacting the conversation")
            if not self._compacting:
                self._outlet.notify(phrases.compacting_phrase())
            self._compacting, self._compacted = True, False
        if status.compact_result == "failed" or status.compact_error:
            phrase = phrases.compaction_failed_phrase(status.compact_error)
            self._compaction_over(phrase, "the conversation could not be compacted")
        elif status.compact_result and self._compacting:
            self._compaction_over(phrases.compacted_phrase(0, 0))

    def _compaction_over(self, phrase: tuple[str, str], news: str = "") -> None:
        """Several lines tell it; the first one counts."""
        if not self._compacted:
            self._outlet.mention(news or "the conversation was compacted")
            self._outlet.notify(phrase)
        self._compacting, self._compacted = False, True

    def _rate_limit(self, limit: m.RateLimit) -> None:
        self._outlet.mention(wording.rate_limit(limit))
        told = (limit.status, limit.kind, limit.resets_at, limit.overage)
        before, self._limit = self._limit, told
        if limit.overage and not (before and before[-1]):
            self._outlet.notify(phrases.overage_phrase())
        if limit.status not in ("", "allowed") and told != before:
            reached = limit.status == "rejected"
            phrase = phrases.limit_phrase(limit.kind, limit.utilization, limit.resets_at, reached)
            self._outlet.notify(phrase)

    def _remark(self, remark: m.Notice) -> None:
        self._outlet.mention(remark.text)
        if remark.level in ("low", "medium"):
            return
        if remark.text.strip() and remark.text not in self._remarks:
            self._remarks.add(remark.text)
            _, japanese = events.note_phrase("refused")
            known = japanese if _STOPPED in remark.text else ""
            self._outlet.notify((remark.text, known), urgent=remark.level == "immediate")

    def _hook(self, hook: m.Hook) -> None:
        detail = f"hook {hook.name}"
        if not hook.finished:
            if not self._outlet.activity.detail.startswith("hook "):
                self._before_hook = self._outlet.activity
            self._outlet.mention(detail)
            return
        if self._before_hook is not None and self._outlet.activity.detail == detail:
            self._outlet.show(self._before_hook.state, self._before_hook.detail)
        self._before_hook = None
        if hook.outcome in ("", "success", "cancelled"):
            self._failed_hooks.discard(hook.name)
        elif hook.name not in self._failed_hooks:
            self._failed_hooks = {*list(self._failed_hooks)[-_HOOKS_KEPT:], hook.name}
            self._outlet.notify(events.hook_failed_phrase(hook.event, hook.name, hook.output))


_HOOKS_KEPT = 64
