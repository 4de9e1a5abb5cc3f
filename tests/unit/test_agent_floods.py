"""Lines of enormous length and streams without end: all is told, in bounded memory."""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from gc import get_referents
from itertools import count, islice
from types import FunctionType, ModuleType

import pytest
from hypothesis import settings

from tests.agent.lines import (
    Line,
    assistant,
    block,
    delta,
    event,
    init,
    reason,
    result,
    start,
    stop,
    stop_block,
    system,
    tool,
    tool_result,
    user,
    whole,
)
from tests.unit.claude_streams import written
from tests.unit.damage import DEEP, nested
from tests.unit.said_rules import keeps_the_rules, main_text
from voicestream_tui.agent.formats import AutoDecoder, ClaudeDecoder
from voicestream_tui.agent.framing import Framer
from voicestream_tui.agent.said import Said, ToolResult, Unreadable
from voicestream_tui.model import AgentState, Segment, Timeline
from voicestream_tui.stages.hearing import Hearing

MEGABYTES = 10
CHUNK = 65536

SENTENCE = "Ten megabytes are a lot of text for one line. "
LONG = SENTENCE * (MEGABYTES * 1_000_000 // len(SENTENCE))


def decode(*lines: Line) -> list[Said]:
    """What is said, the bytes arriving as from a pipe."""
    data = b"".join(written(line) + b"\n" for line in lines)
    framer, decoder = Framer(), AutoDecoder()
    said: list[Said] = []
    for begin in range(0, len(data), CHUNK):
        for line in framer.feed(data[begin : begin + CHUNK]):
            said += decoder.feed(line)
    said += decoder.close()
    keeps_the_rules(said)
    return said


def test_a_delta_of_ten_megabytes_is_heard_once() -> None:
    said = decode(init(), start("m"), block(), delta(LONG), assistant("m", LONG), result(LONG))
    assert main_text(said) == LONG


def test_a_line_of_ten_megabytes_without_deltas_is_heard_once() -> None:
    assert main_text(decode(init(), assistant("m", LONG), result(LONG))) == LONG


def test_a_result_of_ten_megabytes_alone_is_heard() -> None:
    assert main_text(decode(init(), result(LONG))) == LONG


def test_a_tool_result_of_ten_megabytes_is_not_told() -> None:
    answer = tool_result("t1")
    answer["message"]["content"][0]["content"] = LONG
    answer["tool_use_result"] = {"stdout": LONG}
    said = decode(
        init(), assistant("m", tool("t1", "Bash", command="cat")), answer, result("Done.")
    )
    assert ToolResult("t1") in said
    assert main_text(said) == "Done."
    assert len(repr(said)) < 5000


def test_a_tool_input_of_ten_megabytes_leaves_one_short_line() -> None:
    uses = (tool("t1", "Write", file_path="a.py", content=LONG), tool("t2", "Bash", command=LONG))
    assert len(repr(decode(init(), assistant("m", *uses), result("Done.")))) < 5000


def test_ten_megabytes_that_are_no_json_are_named_and_shortened() -> None:
    decoder = ClaudeDecoder()
    (said,) = decoder.feed(LONG.encode())
    assert isinstance(said, Unreadable)
    assert len(said.text) < 5000
    assert said.text.startswith(SENTENCE)


def test_a_line_without_end_is_cut_where_memory_would_run_out() -> None:
    framer = Framer(max_line=1_000_000)
    lines = [line for _ in range(200) for line in framer.feed(b"x" * CHUNK)]
    assert [len(line) for line in lines] == [1_000_000]
    assert framer.truncated == 1


@pytest.mark.parametrize("depth", DEEP)
@pytest.mark.parametrize(
    "line",
    [
        '{"type":"assistant","message":{"id":"m","content":[%s]}}',
        '{"type":"assistant","message":{"id":"m","content":[{"type":"tool_use","id":"t",'
        '"name":"Bash","input":{"command":%s}}]}}',
        '{"type":"assistant","message":{"id":"m","content":[{"type":"tool_use","id":"t",'
        '"name":"AskUserQuestion","input":{"questions":%s}}]}}',
        '{"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool",'
        '"tool_name":"Bash","input":{"command":%s},"permission_suggestions":[%s]}}',
        '{"type":"result","subtype":"success","is_error":false,"structured_output":%s}',
        '{"type":"user","message":{"content":%s}}',
        "[%s]",
        "%s",
    ],
)
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")], ids=["lists", "maps"])
def test_nesting_of_any_depth_does_no_harm(
    line: str, depth: int, brackets: tuple[str, str]
) -> None:
    deep = line.replace("%s", nested(depth, *brackets)).encode()
    for decoder in (ClaudeDecoder(), AutoDecoder()):
        said = decoder.feed(deep) + decoder.feed(written(assistant("n", "Still here.")))
        said += decoder.close()
        keeps_the_rules(said)
        if isinstance(decoder, ClaudeDecoder):
            assert main_text(said).endswith("Still here.")


# --- streams without end --------------------------------------------------------------------------


def turns() -> Iterator[Line]:
    for number in count():
        message, name = f"m{number}", f"t{number}"
        yield init()
        yield from [start(message), block(), delta(f"Text {number}. "), delta("And more.")]
        yield assistant(message, f"Text {number}. And more.")
        yield stop_block()
        yield assistant(message, tool(name, "Bash", command=f"ls {number}"))
        yield from [reason("tool_use"), stop(), tool_result(name)]
        yield assistant(f"s{number}", f"Sub-agent {number}.", parent=f"p{number}")
        yield result(f"Text {number}. And more.")


def one_turn() -> Iterator[Line]:
    yield init()
    for number in count():
        message, name = f"m{number}", f"t{number}"
        yield from whole(message, f"Text {number}.")
        yield assistant(message, tool(name, "Bash", command=f"ls {number}"))
        yield tool_result(name)


def one_turn_without_deltas() -> Iterator[Line]:
    yield init()
    for number in count():
        yield assistant(f"m{number}", f"Text {number}.")


def unanswered() -> Iterator[Line]:
    """Tool uses without results, requests without answers, messages without ends."""
    yield init()
    for number in count():
        yield from [start(f"m{number}"), block(), delta(f"Text {number} breaks")]
        yield assistant(f"n{number}", tool(f"t{number}", "Agent", description=f"Part {number}"))
        request = {"subtype": "can_use_tool", "tool_name": "Bash", "input": {"command": "ls"}}
        yield {"type": "control_request", "request_id": f"r{number}", "request": request}
        yield system("task_started", task_id=f"k{number}", tool_use_id=f"t{number}")


def only_inits() -> Iterator[Line]:
    for _ in count():
        yield init()


def only_results() -> Iterator[Line]:
    for number in count():
        yield result(f"Result {number}.")


def only_results_never_asked() -> Iterator[Line]:
    for number in count():
        yield tool_result(f"t{number}")


def only_retries() -> Iterator[Line]:
    for number in count():
        yield system("api_retry", attempt=number, retry_delay_ms=500, error_status=529)


def tool_inputs() -> Iterator[Line]:
    yield from [init(), start("m")]
    for number in count():
        yield block(number, "tool_use", id=f"t{number}", name="Write", input={"path": "a"})
        for _ in range(5):
            part = {"type": "input_json_delta", "partial_json": "x" * 40}
            yield event("content_block_delta", index=number, delta=part)


def thoughts() -> Iterator[Line]:
    yield init()
    for number in count():
        message, thought = f"m{number}", f"I think so, {number}. "
        yield from [start(message), block(0, "thinking")]
        part = {"type": "thinking_delta", "thinking": thought}
        yield event("content_block_delta", index=0, delta=part)
        yield assistant(message, {"type": "thinking", "thinking": thought})
        yield from [stop_block(), reason(), stop()]


def replays() -> Iterator[Line]:
    yield init()
    for number in count():
        yield user(f"Message {number}", isReplay=True)


STREAMS = [
    turns,
    one_turn,
    one_turn_without_deltas,
    unanswered,
    only_inits,
    only_results,
    only_results_never_asked,
    only_retries,
    tool_inputs,
    thoughts,
    replays,
]


def held(root: object) -> int:
    """Bytes of everything that can be reached from an object, code left out."""
    known: set[int] = set()
    waiting = [root]
    size = 0
    while waiting:
        one = waiting.pop()
        if id(one) in known or isinstance(one, type | ModuleType):
            continue
        known.add(id(one))
        size += sys.getsizeof(one)
        waiting += one.__closure__ or () if isinstance(one, FunctionType) else get_referents(one)
    return size


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.__name__)
def test_a_stream_without_end_needs_no_more_memory(stream: Callable[[], Iterator[Line]]) -> None:
    decoder = AutoDecoder()
    lines = (written({**line, "uuid": f"{n:036}"}) for n, line in enumerate(stream()))
    sizes = []
    for _ in range(2):
        for line in islice(lines, FLOOD // 2):
            decoder.feed(line)
        sizes.append(held(decoder))
    assert sizes[1] - sizes[0] < GROWTH, f"{sizes[1] - sizes[0]:,} bytes more than {sizes[0]:,}"


def test_memory_that_is_held_is_found() -> None:
    class Keeper:
        def __init__(self) -> None:
            texts: list[str] = []
            self.keep: Callable[[str], None] = texts.append

    keeper = Keeper()
    before = held(keeper)
    keeper.keep("x" * 100_000)
    assert held(keeper) - before > 100_000


FLOOD = 200_000 if settings.get_current_profile_name() == "nightly" else 9000
"""Lines; half of them are more than the lines that a decoder recognises."""
GROWTH = 200_000
"""Bytes: tables of a fixed number of entries grow and shrink by as much."""


@pytest.mark.skipif(FLOOD < 100_000, reason="minutes; with HYPOTHESIS_PROFILE=nightly")
def test_many_turns_leave_nothing_behind_up_to_the_rows() -> None:
    """Python's own count, over the decoder and the first stage."""
    lines = (written({**line, "uuid": f"{n:036}"}) for n, line in enumerate(turns()))
    counts = []

    def given() -> Iterator[bytes]:
        for number in range(FLOOD):
            if number in (FLOOD // 2, FLOOD - 1):
                gc.collect()
                counts.append(tracemalloc.get_traced_memory()[0])
            yield next(lines)

    tracemalloc.start()
    try:
        listener = _Nobody()
        Hearing(_Lines(given()), AutoDecoder(), listener, clock=time.monotonic).run()
    finally:
        tracemalloc.stop()
    assert listener.rows > FLOOD // 10
    assert counts[1] - counts[0] < 10 * GROWTH, counts


class _Lines:
    name = "flood"
    exit_code: int | None = 0

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def lines(self) -> Iterator[bytes]:
        return self._lines

    def close(self) -> None: ...


class _Nobody:
    """Listens, counts, and keeps nothing."""

    def __init__(self) -> None:
        self.rows = 0

    def on_segment(self, segment: Segment, timeline: Timeline) -> None:
        self.rows += 1

    def on_retract(self, segment_id: int) -> None: ...

    def on_activity(self, state: AgentState, detail: str) -> None: ...

    def on_tool_finished(self, segment_id: int, ok: bool, seconds: float) -> None: ...

    def on_said(self, said: Said) -> None: ...
