"""Streams as claude writes them, of either version, made up, with what the listener should hear.

Every word of a made-up text is a *token*, a number between `w` and `x` that comes in no other
place: whether something was said twice, or not at all, shows in the list of tokens. Thoughts have
tokens of their own, between `t` and `x`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import strategies as st

Line = dict[str, Any]

TOKEN = re.compile(r"[wt]\d+x")
_NOISE = r'"session_id":"0b5c",?|"parent_tool_use_id":null,?|"role":"assistant",|"model":"opus",'

_JOINTS = (" ", " ", " ", ", ", ". ", ".\n\n", ".\n- ", " `", "` ", ":\n\n```py\n", "\n```\n\n# ")
"""What may stand between two words."""
_ODD = ("", "", "", "é", "🙂", "\u0085", "\u2028", "\u200b", "\r\n", "\x00", "\ud83d\ude42")
_ENDS = (".", "!", ".\n", "…", "")


def tokens(text: str) -> list[str]:
    """The words of made-up text, in order."""
    return TOKEN.findall(text)


@dataclass
class Stream:
    """Lines, and the tokens that they say in the end."""

    lines: list[bytes]
    main: list[str]
    """Of the main agent."""
    sub: list[str]
    """Of its sub-agents."""
    thoughts: list[str]
    """Of the main agent, where nothing was cut off."""
    text: str | None
    """The main agent's text to the character, where nothing leaves it open."""
    cut: bool
    """Whether something was cut off: some text came once only."""

    def __repr__(self) -> str:
        lines = (re.sub(_NOISE, "", line.decode()) for line in self.lines)
        return "\n".join(["", *lines, f"main={self.main} sub={self.sub} cut={self.cut}"])


def written(line: Any) -> bytes:
    """A line of JSON, as compact as claude's and as raw as JSON allows."""
    try:
        return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a UTF-16 pair, which can only be escaped
        return json.dumps(line, separators=(",", ":")).encode()


@st.composite
def streams(
    draw: st.DrawFn,
    *,
    deltas: bool | None = None,
    cuts: bool = True,
    max_turns: int = 3,
    overlapping: bool = True,
) -> Stream:
    """Conversations of claude.

    Args:
        deltas: Whether texts come as deltas too; both kinds unless told.
        cuts: Whether messages may be cut off.
        max_turns: Turns at most.
        overlapping: Whether a turn may begin before the one before it has ended.
    """
    claude = _Claude(
        draw,
        new=draw(st.booleans()),
        deltas=draw(st.booleans()) if deltas is None else deltas,
        cuts=cuts,
    )
    results: list[Callable[[], None]] = []
    for _ in range(draw(st.integers(1, max_turns))):
        finish = claude.turn()
        results.append(finish)
        if overlapping and draw(st.integers(0, 9)) == 0:
            continue  # a sub-agent in the background: both results come at the end
        for one in results:
            one()
        results.clear()
        if claude.dead:
            break
    for one in results:
        one()
    return claude.stream()


@dataclass
class _Claude:
    draw: st.DrawFn
    new: bool
    """Version 2.1.330, else 2.1.197."""
    deltas: bool
    cuts: bool
    dead: bool = False
    out: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    sub: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    exact: bool = True
    was_cut: bool = False
    words: Iterator[int] = field(default_factory=lambda: count(1))
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    told: list[str] = field(default_factory=list)
    """The texts of the open turn."""

    def stream(self) -> Stream:
        text = "".join(self.heard)
        return Stream(
            self.out,
            main=tokens(text),
            sub=tokens("".join(self.sub)),
            thoughts=tokens("".join(self.thoughts)),
            text=mend(text) if self.exact else None,
            cut=self.was_cut,
        )

    # --- lines --------------------------------------------------------------------------------

    def line(self, kind: str, **fields: Any) -> None:
        line = {
            "type": kind,
            **fields,
            "session_id": "0b5c",
            "uuid": f"u{next(self.ids)}",
        }
        if self.new and kind == "result":
            line = dict(reversed(line.items()))
        self.out.append(written(line))

    def event(self, name: str, kind: str, **fields: Any) -> None:
        top = {"abandoned_blocks": fields.pop("abandoned")} if "abandoned" in fields else {}
        if self.new:
            top["api_message_id"] = name
        event = {"type": kind, **fields}
        self.line("stream_event", event=event, parent_tool_use_id=None, **top)

    def assistant(self, name: str, content: Line, **fields: Any) -> None:
        fields.setdefault("parent_tool_use_id", None)
        body = {"id": name, "model": "opus", "role": "assistant", "content": [content]}
        self.line("assistant", message=body, **fields)

    def user(self, content: str | list[Line], **fields: Any) -> None:
        fields.setdefault("parent_tool_use_id", None)
        self.line("user", message={"role": "user", "content": content}, **fields)

    def note(self, text: str) -> None:
        """What the program around the model tells the model."""
        self.user([{"type": "text", "text": text}], isSynthetic=True)

    # --- drawing ------------------------------------------------------------------------------

    def chance(self, of: int) -> bool:
        return self.draw(st.integers(1, of)) == 1

    def choose(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def prose(self, longest: int = 6) -> str:
        """A text whose words come nowhere else, well-formed but for a pair of UTF-16 halves."""
        parts = []
        for number in range(self.draw(st.integers(1, longest))):
            if number:
                parts.append(self.choose(*_JOINTS))
            parts.append(f"w{next(self.words)}x{self.choose(*_ODD)}")
        return "".join([*parts, self.choose(*_ENDS)])

    def pieces(self, text: str) -> list[str]:
        """A text in deltas; a cut may fall inside a word or between the halves of a pair."""
        cuts = sorted(self.draw(st.lists(st.integers(0, len(text)), max_size=4)))
        return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    # --- a turn -------------------------------------------------------------------------------

    def turn(self) -> Callable[[], None]:
        """One turn up to its result; the result is written by what is returned."""
        self.told = []
        self.line("system", subtype="init", model="opus", tools=["Bash"])
        for _ in range(self.draw(st.integers(0, 2))):
            self.message("tool_use")
            self.between()
        ending = self.choose("end_turn", "end_turn", "limit", "again", "cut", "stop", "kill")
        if ending == "limit":
            return self.token_limit()
        if ending == "again" and self.cuts:
            return self.told_again()
        if ending == "cut" and self.cuts:
            return self.cut_in_a_later_block()
        if ending == "stop" and self.cuts:
            return self.interrupted()
        if ending == "kill" and self.cuts:
            return self.killed()
        self.message("end_turn")
        return self.result(self.told[-1] if self.told else "")

    def result(self, text: str, **fields: Any) -> Callable[[], None]:
        told = bool(self.told)
        fields = {"subtype": "success", "is_error": False, "stop_reason": "end_turn", **fields}

        def write() -> None:
            if text or not told:
                fields["result"] = text
            self.line("result", num_turns=1, **fields)

        return write

    def between(self) -> None:
        """What may come at any time and says nothing."""
        match self.draw(st.integers(0, 12)):
            case 0:
                self.line("system", subtype="api_retry", attempt=1, retry_delay_ms=512.5)
            case 1:
                self.line("system", subtype="status", status="requesting")
            case 2:
                self.line("system", subtype="thinking_tokens", estimated_tokens=9)
            case 3:
                self.line("rate_limit_event", rate_limit_info={"status": "allowed_warning"})
            case 4:
                self.line("system", subtype="of_a_later_version", content={"a": [1]})
            case 5:
                self.sub_agent()

    def sub_agent(self) -> None:
        text = self.prose(3)
        self.sub.append(text)
        self.assistant(
            f"msg_sub{next(self.ids)}",
            {"type": "text", "text": mend(text)},
            parent_tool_use_id="toolu_agent",
            task_description="Look around",
        )

    # --- messages -----------------------------------------------------------------------------

    def message(self, reason: str, first: str = "") -> str:
        """A whole message that is not cut off; return its last text.

        Args:
            reason: Why the model stops.
            first: Text at the beginning of its first block.
        """
        name = self.begin()
        kinds = [self.choose("text", "text", "thinking") for _ in range(self.count(reason))]
        if first and kinds[:1] != ["text"]:
            kinds.insert(0, "text")
        if reason == "tool_use":
            kinds += ["tool"] * self.draw(st.integers(1, 2))
        tools: list[str] = []
        last = ""
        for index, kind in enumerate(kinds):
            if kind == "text":
                last = (first if index == 0 else "") + self.prose()
                self.text_block(name, index, last)
            elif kind == "thinking":
                self.thinking(name, index)
            else:
                tools.append(self.tool(name, index))
            if tools and self.chance(2):
                self.tool_result(tools.pop(0))
        self.end(name, reason)
        for tool in tools:
            self.tool_result(tool)
        return last

    def count(self, reason: str) -> int:
        return self.draw(st.integers(0 if reason == "tool_use" else 1, 3))

    def begin(self) -> str:
        name = f"msg_{next(self.ids)}"
        if self.deltas:
            self.event(name, "message_start", message={"id": name, "model": "opus"})
        return name

    def end(self, name: str, reason: str) -> None:
        if self.deltas:
            self.event(name, "message_delta", delta={"stop_reason": reason})
            self.event(name, "message_stop")

    def text_block(self, name: str, index: int, text: str) -> None:
        self.write(name, index, text)
        self.confirm(name, text)
        if self.deltas:
            self.event(name, "content_block_stop", index=index)

    def write(self, name: str, index: int, text: str) -> None:
        """The deltas of a text block, if there are deltas."""
        if not self.deltas:
            return
        block = {"type": "text", "text": ""}
        self.event(name, "content_block_start", index=index, content_block=block)
        for piece in self.pieces(text):
            delta = {"type": "text_delta", "text": piece}
            self.event(name, "content_block_delta", index=index, delta=delta)
            if self.chance(6):
                self.between()

    def confirm(self, name: str, text: str) -> None:
        self.assistant(name, {"type": "text", "text": mend(text)})
        self.heard.append(text)
        self.told.append(mend(text))

    def thinking(self, name: str, index: int) -> None:
        thought = f"I think t{next(self.words)}x and t{next(self.words)}x."
        self.thoughts.append(thought)
        if self.deltas:
            block = {"type": "thinking", "thinking": "", "signature": ""}
            self.event(name, "content_block_start", index=index, content_block=block)
            for piece in self.pieces(thought):
                delta = {"type": "thinking_delta", "thinking": piece}
                self.event(name, "content_block_delta", index=index, delta=delta)
        self.assistant(name, {"type": "thinking", "thinking": thought, "signature": "s"})
        if self.deltas:
            self.event(name, "content_block_stop", index=index)

    def tool(self, name: str, index: int) -> str:
        tool = f"toolu_{next(self.ids)}"
        use = {"type": "tool_use", "id": tool, "name": "Bash"}
        if self.deltas:
            self.event(name, "content_block_start", index=index, content_block={**use, "input": {}})
            delta = {"type": "input_json_delta", "partial_json": '{"command": "ls"}'}
            self.event(name, "content_block_delta", index=index, delta=delta)
        self.assistant(name, {**use, "input": {"command": "ls"}})
        if self.deltas:
            self.event(name, "content_block_stop", index=index)
        return tool

    def tool_result(self, tool: str) -> None:
        self.user([{"type": "tool_result", "tool_use_id": tool, "content": "w0x"}])

    # --- odd endings --------------------------------------------------------------------------

    def token_limit(self) -> Callable[[], None]:
        """The model runs out of tokens inside a word and goes on in the next message."""
        text = f"{self.prose()} w{next(self.words)}"
        name = self.begin()
        self.text_block(name, 0, text)
        self.end(name, "max_tokens")
        if self.new or not self.deltas:
            self.note("Output token limit hit. Resume directly.")
        last = self.message("end_turn", first="x ")
        return self.result(mend(last))

    def told_again(self) -> Callable[[], None]:
        """The connection breaks in the first block, and the whole answer is told again."""
        text, told = self.broken_off()
        self.was_cut = True
        thinks = self.draw(st.integers(0, 1))
        if self.deltas:
            name = self.begin()
            if thinks:
                self.thinking(name, 0)
            self.write(name, thinks, told)
            self.abandon(name, thinks)
        if self.new and self.chance(2):
            again = self.begin()
            if thinks:
                self.thinking(again, 0)
            self.text_block(again, thinks, text)
            self.end(again, "end_turn")
        else:
            self.confirm(f"msg_{next(self.ids)}", text)
        return self.result(mend(text))

    def cut_in_a_later_block(self) -> Callable[[], None]:
        """The connection breaks after a block was finished."""
        self.was_cut = True
        first = self.prose()
        text, told = self.broken_off()
        name = self.begin()
        self.text_block(name, 0, first)
        self.write(name, 1, told)
        if not self.new:
            if self.deltas:
                self.heard.append(told)
            return self.result(mend(first), stop_reason=None, terminal_reason="completed")
        if self.deltas:
            self.abandon(name, 1)
        self.note("Your response above was cut off mid-stream. Resume directly.")
        again = self.begin()
        if self.chance(2):
            self.heard.pop()  # the same once more
            self.text_block(again, 0, first)
            self.text_block(again, 1, text)
        elif self.deltas:
            rest = text[len(told) :]
            self.heard.append(told)
            self.exact = False  # a space may part the two
            self.text_block(again, 0, rest)
        else:
            self.text_block(again, 0, text)
        self.end(again, "end_turn")
        return self.result(self.told[-1])

    def interrupted(self) -> Callable[[], None]:
        """The user stops the agent in the middle of a text."""
        self.was_cut = True
        _, told = self.broken_off()
        name = self.begin()
        self.write(name, 0, told)
        aborted = {"aborted": True} if self.new else {}
        self.assistant(name, {"type": "text", "text": mend(told)}, **aborted)
        self.heard.append(told)
        self.user([{"type": "text", "text": "[Request interrupted by user]"}])
        if self.new and self.deltas:
            self.event(name, "content_block_stop", index=0)
            self.event(name, "message_delta", delta={"stop_reason": None})
            self.abandon(name, 1)
        error = {"subtype": "error_during_execution", "is_error": True}
        return self.result("", **error, terminal_reason="aborted_streaming")

    def killed(self) -> Callable[[], None]:
        """The process dies in the middle of a text."""
        self.was_cut = self.dead = True
        _, told = self.broken_off()
        name = self.begin()
        self.write(name, 0, told)
        if self.deltas:
            self.heard.append(told)
        return lambda: None

    def broken_off(self) -> tuple[str, str]:
        """A text of one block and how much of it comes before the break: up to a word's end."""
        before, after = self.prose().rstrip(), self.prose()
        return f"{before} {after}", before

    def abandon(self, name: str, index: int) -> None:
        if self.new:
            self.event(name, "content_block_stop", index=index)
            abandoned = {"api_message_id": name, "from_block_index": index}
            self.event(name, "message_stop", abandoned=abandoned)


def mend(text: str) -> str:
    """The text with pairs of UTF-16 halves joined."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
