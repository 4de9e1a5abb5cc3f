"""What the agent wants from its user: plans to approve, questions to answer, permissions."""

from __future__ import annotations

from collections.abc import Callable

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.outlet import Outlet
from voicestream_tui.agent.claude.plan_files import PlanFiles
from voicestream_tui.agent.claude.recent import Recent
from voicestream_tui.agent.claude.requests import (
    PLAN_TOOL,
    permission_request,
    questions_markdown,
    read_plan,
    read_questions,
)
from voicestream_tui.agent.said import Asked, AskWithdrawn
from voicestream_tui.model import AgentState, PermissionRequest
from voicestream_tui.text.agent_notices import plan_phrase, question_phrase


class Asking:
    """Tells plans and questions as text, each once, and hands on requests for permission.

    Args:
        outlet: Where to say it.
        make_room: Ends the text that is open.
    """

    def __init__(self, outlet: Outlet, make_room: Callable[[], None]) -> None:
        self._outlet = outlet
        self._make_room = make_room
        self._plan_files = PlanFiles()
        self._plans: Recent[str] = Recent()
        """The plans told, by the id of the tool use; empty where none was found yet."""
        self._questions: Recent[None] = Recent()
        self._requests: Recent[str] = Recent()
        """Ids of requests that were handed on, with the tool use that each is about."""
        self._waiting: Recent[str] = Recent()
        """Those of them that may still need an answer."""

    def about(self, tool_use_id: str) -> bool:
        """Whether the user was asked about this tool use."""
        return any(asked == tool_use_id for _, asked in self._requests.items())

    def announces(self, tool: m.ToolContent) -> bool:
        """Whether `tool_used` will tell a notice that can stand for this tool use."""
        if not tool.id or tool.id in self._questions or self._plans.get(tool.id):
            return False
        if tool.name == PLAN_TOOL:
            return bool(read_plan(tool.name, tool.input) or self._plan_files.newest)
        return bool(read_questions(tool.name, tool.input))

    def tool_used(self, tool: m.ToolContent, agent: str = "") -> None:
        """Look for a plan or for questions in a tool's input."""
        row = tool.id if self.announces(tool) else ""
        self._plan_files.tool_used(tool.name, tool.input)
        if tool.name == PLAN_TOOL:
            self._tell_plan(tool.id, read_plan(tool.name, tool.input), agent, row)
        self._tell_questions(tool.id, tool.name, tool, agent, row)

    def told_late(self, tool_use_id: str, plan: str) -> None:
        """A tool's result may hold the plan that nothing held before."""
        if plan.strip() and self._plans.get(tool_use_id) == "":
            self._tell_plan(tool_use_id, plan.strip(), "")

    def tool_ended(self, tool_use_id: str) -> None:
        """A tool use is over, so nobody needs to allow it."""
        self._withdraw(lambda asked: asked == tool_use_id)

    def asked(self, request: m.PermissionAsked, agent: str) -> None:
        """Hand on a request for permission."""
        plan = ""
        if request.tool == PLAN_TOOL:
            self._tell_plan(request.tool_use_id, read_plan(request.tool, request.input), agent)
            plan = self._plans.get(request.tool_use_id) or ""
        self._tell_questions(request.tool_use_id, request.tool, request, agent)
        asked = permission_request(request, agent, plan)
        self._outlet.show(AgentState.WAITING, _wanted(asked))
        if request.id and request.id not in self._requests:
            self._requests.note(request.id, request.tool_use_id)
            self._waiting.note(request.id, request.tool_use_id)
            self._outlet.say(Asked(asked))

    def withdrawn(self, request_id: str) -> None:
        """A request needs no answer any more."""
        if self._waiting.pop(request_id) is not None:
            self._outlet.say(AskWithdrawn(request_id))

    def ended(self, running: Callable[[str], bool] = lambda tool_use_id: False) -> None:
        """Nobody waits for an answer any more, except about tools that are `running`."""
        self._withdraw(lambda asked: not running(asked))

    def _withdraw(self, wanted: Callable[[str], bool]) -> None:
        for request_id, asked in self._waiting.items():
            if wanted(asked):
                self.withdrawn(request_id)

    def _tell_plan(self, tool_use_id: str, plan: str, agent: str, row: str = "") -> None:
        told = self._plans.get(tool_use_id)
        plan = plan or (self._plan_files.newest if not told else "")
        if not plan:
            if told is None:
                self._plans.note(tool_use_id, "")
            return
        if plan != told:
            self._plans.note(tool_use_id, plan)
            self._tell(plan_phrase(), plan, agent, row, urgent=False)

    def _tell_questions(
        self,
        tool_use_id: str,
        name: str,
        tool: m.ToolContent | m.PermissionAsked,
        agent: str,
        row: str = "",
    ) -> None:
        questions = read_questions(name, tool.input)
        text = questions_markdown(questions)
        if questions and (tool_use_id or text) not in self._questions:
            self._questions.note(tool_use_id or text, None)
            several = any(question.multiple for question in questions)
            phrase = question_phrase(len(questions), several)
            self._tell(phrase, text, agent, row, urgent=True)

    def _tell(
        self, phrase: tuple[str, str], text: str, agent: str, row: str, *, urgent: bool
    ) -> None:
        if not agent:
            self._make_room()
        self._outlet.open_turn()
        self._outlet.notify(phrase, agent, urgent=True, tool=row)
        self._outlet.say_whole(text, agent, urgent=urgent)


def _wanted(asked: PermissionRequest) -> str:
    """What the user should decide, for the status line."""
    if asked.questions:
        return f"question: {asked.argument}"
    if asked.plan:
        return "a plan to approve"
    return f"permission: {asked.tool} {asked.argument}".strip()
