"""What a tool's input asks of the user: questions and plans. Pure, and tolerant of everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.tool_argument import main_argument
from voicestream_tui.agent.surrogates import mend
from voicestream_tui.model import Option, PermissionRequest, Question

QUESTION_TOOL = "AskUserQuestion"
PLAN_TOOL = "ExitPlanMode"


def read_questions(tool: str, arguments: Mapping[str, Any]) -> tuple[Question, ...]:
    """Return the questions in a tool's input, of whatever shape; those without words are left out.

    A question is an object or only its words, and so is an option.
    """
    if tool != QUESTION_TOOL:
        return ()
    asked = arguments.get("questions")
    if not isinstance(asked, list):
        asked = [arguments]
    return tuple(question for item in asked if (question := _question(item)) is not None)


def _question(item: object) -> Question | None:
    if isinstance(item, str):
        item = {"question": item}
    if not isinstance(item, dict) or not (text := _words(item, "question", "text")):
        return None
    options = item.get("options")
    return Question(
        text=text,
        header=_line(_words(item, "header")),
        options=tuple(
            option
            for one in (options if isinstance(options, list) else ())
            if (option := _option(one)) is not None
        ),
        multiple=item.get("multiSelect") is True,
    )


def _option(item: object) -> Option | None:
    if isinstance(item, str):
        item = {"label": item}
    if not isinstance(item, dict) or not (label := _line(_words(item, "label", "value"))):
        return None
    return Option(label, _line(_words(item, "description")))


def _words(item: Mapping[str, Any], *keys: str) -> str:
    """The first of these fields that says anything."""
    for key in keys:
        if isinstance(value := item.get(key), str) and value.strip():
            return mend(value).strip()
    return ""


def _line(text: str) -> str:
    return " ".join(text.split())


def questions_markdown(questions: tuple[Question, ...]) -> str:
    """Write questions as Markdown: the words of each, and its options as a numbered list."""
    return "\n\n".join(_markdown(question) for question in questions)


def _markdown(question: Question) -> str:
    parts = [question.text]
    lines = []
    for number, option in enumerate(question.options, start=1):
        described = f": {option.description}" if option.description else ""
        lines.append(f"{number}. {option.label}{described}")
    if lines:
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def read_plan(tool: str, arguments: Mapping[str, Any]) -> str:
    """Return the plan in a tool's input, as Markdown; "" if there is none."""
    plan = arguments.get("plan") if tool == PLAN_TOOL else None
    return mend(plan).strip() if isinstance(plan, str) else ""


def permission_request(
    asked: m.PermissionAsked, agent: str = "", plan: str = ""
) -> PermissionRequest:
    """Make a request of a line that asks for permission.

    Args:
        asked: The line.
        agent: The sub-agent that asks; empty for the main agent.
        plan: The plan to approve, where the line does not hold it.
    """
    reason = asked.reason
    if not reason and asked.blocked_path:
        reason = f"it reaches {asked.blocked_path}"
    return PermissionRequest(
        id=asked.id,
        tool=asked.tool,
        input=asked.input,
        argument=main_argument(asked.tool, asked.input)
        or _line(plan.lstrip("# ").partition("\n")[0]),
        description=_line(asked.description),
        reason=_line(reason),
        agent=agent,
        questions=read_questions(asked.tool, asked.input),
        plan=read_plan(asked.tool, asked.input) or plan,
        suggestions=_narrowest(asked.suggestions),
    )


def _narrowest(suggestions: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
    """What "always" should mean: rules for this very use of the tool, if there are any.

    Beside them the agent proposes far more: folders, a mode in which every edit is allowed.
    """
    return tuple(one for one in suggestions if one.get("type") == "addRules") or suggestions
