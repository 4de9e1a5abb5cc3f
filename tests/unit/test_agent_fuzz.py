"""Nothing that an agent writes, and nothing that happens to it on the way, upsets the decoder.

Made-up streams (`claude_streams`) and recordings of the real program are split, cut, repeated,
thinned out, shuffled and spoilt. How many examples are tried says the Hypothesis profile.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.unit.claude_streams import Stream, streams, tokens
from tests.unit.damage import (
    ODD_VALUES,
    damaged,
    paths,
    torn,
    with_field,
    with_value,
)
from tests.unit.loose_lines import loose_lines
from tests.unit.said_rules import blocks, keeps_the_rules, main_text, writable
from voicestream_tui.agent.formats import AutoDecoder, ClaudeDecoder
from voicestream_tui.agent.framing import Framer
from voicestream_tui.agent.said import Activity, Retract, Said, Text, Unreadable
from voicestream_tui.model import AgentState, Kind, Segment, Timeline
from voicestream_tui.stages.hearing import Hearing

RECORDINGS = sorted(
    (path for path in (Path(__file__).parent.parent / "recordings").glob("2.*/*.jsonl")),
    key=lambda path: path.stat().st_size,
)


EXAMPLES = settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
pytestmark = pytest.mark.timeout(120 if settings.get_current_profile_name() == "ci" else 7200)


OTHERS = sorted(
    path
    for path in (Path(__file__).parent.parent / "recordings").glob("*/*")
    if path.suffix in (".jsonl", ".json", ".txt") and path.parent.name in ("codex", "gemini")
)
"""Recordings of other agents, in their formats."""


@cache
def recorded(path: Path) -> tuple[bytes, ...]:
    return tuple(path.read_bytes().split(b"\n")[:-1])


def decode(lines: Iterable[bytes]) -> list[Said]:
    """What is said until the end of the input, the rules held all along."""
    decoder = AutoDecoder()
    said = [one for line in lines for one in decoder.feed(line)] + decoder.close()
    keeps_the_rules(said)
    assert decoder.unreadable == sum(isinstance(one, Unreadable) for one in said)
    assert decoder.close() == [], "closed twice, said twice"
    return said


def decode_chunks(chunks: Iterable[bytes], max_line: int = 1 << 26) -> list[Said]:
    framer = Framer(max_line)
    return decode(line for c in [*chunks, None] for line in _framed(framer, c))


def _framed(framer: Framer, chunk: bytes | None) -> list[bytes]:
    return framer.close() if chunk is None else framer.feed(chunk)


def never_twice(said: Iterable[Said]) -> None:
    """Fail if a word of a made-up stream stands twice in the end, or was given out twice at once.

    A word that was taken back may come again, but not while the first one still stands.
    """
    standing: Counter[str] = Counter()
    texts: dict[int, str] = {}
    for one in said:
        match one:
            case Text(number, text):
                before = texts.get(number, "")
                texts[number] = before + text
                standing.update(Counter(tokens(before + text)) - Counter(tokens(before)))
                again = [word for word in tokens(text) if standing[word] > 1]
                assert not again, f"{again} stand twice after {one}"
            case Retract(number):
                standing.subtract(tokens(texts.pop(number, "")))


def without_activity(said: Iterable[Said]) -> list[Said]:
    return [one for one in said if not isinstance(one, Activity)]


def sub_text(said: Iterable[Said]) -> str:
    return "".join(text.text for text in blocks(said).values() if text.agent)


def thoughts(said: Iterable[Said]) -> str:
    return "".join(text.text for text in blocks(said).values() if text.thinking)


def plain_streams() -> st.SearchStrategy[Stream]:
    """With deltas and without cuts: every text comes twice."""
    return streams(deltas=True, cuts=False)


def any_lines() -> st.SearchStrategy[tuple[bytes, ...]]:
    """Undamaged: made up or recorded."""
    made_up = streams().map(lambda stream: tuple(stream.lines))
    return st.one_of(made_up, st.sampled_from(RECORDINGS).map(recorded))


# --- whole streams ------------------------------------------------------------------------------


@EXAMPLES
@given(streams())
def test_a_made_up_conversation_is_heard_once_in_order_and_whole(stream: Stream) -> None:
    said = decode(stream.lines)
    never_twice(said)
    assert tokens(main_text(said)) == stream.main
    assert tokens(sub_text(said)) == stream.sub
    if stream.text is not None:
        assert main_text(said) == stream.text
    if not stream.cut:
        assert tokens(thoughts(said)) == stream.thoughts


@EXAMPLES
@given(any_lines(), st.lists(st.integers(1, 5000), max_size=12), st.integers(1, 9000))
def test_splitting_the_bytes_anywhere_changes_nothing(
    lines: tuple[bytes, ...], sizes: list[int], rest: int
) -> None:
    data = b"\n".join(lines) + b"\n"
    chunks = []
    for size in sizes:
        chunks.append(data[:size])
        data = data[size:]
    chunks += [data[start : start + rest] for start in range(0, len(data), rest)]
    assert decode_chunks(chunks) == decode(lines)


@EXAMPLES
@given(any_lines(), st.floats(0, 1))
def test_a_stream_may_end_at_any_byte(lines: tuple[bytes, ...], where: float) -> None:
    data = b"\n".join(lines)
    data = data[: int(len(data) * where)]
    assume(b"\n" in data)  # half a first line does not tell what it is half of
    said = decode_chunks([data])
    *whole, last = data.split(b"\n")
    before = decode_open([*whole, last] if last == lines[len(whole)] else whole)
    assert said[: len(before)] == before, "what had been said was said otherwise"
    after = said[len(before) :]
    assert not any(isinstance(one, Text | Retract) for one in after), "the end changes the text"


def decode_open(lines: Iterable[bytes]) -> list[Said]:
    """What is said as long as the input has not ended."""
    decoder = AutoDecoder()
    return [one for line in lines for one in decoder.feed(line)]


# --- lines that are repeated, lost, or out of order ----------------------------------------------


@EXAMPLES
@given(any_lines(), st.data())
def test_a_line_that_comes_again_adds_nothing(
    lines: tuple[bytes, ...], data: st.DataObject
) -> None:
    assume(lines)
    again = list(lines)
    for _ in range(data.draw(st.integers(1, 4))):
        first = data.draw(st.integers(0, len(again) - 1))
        if b'"uuid"' in again[first]:
            later = data.draw(st.integers(first + 1, min(len(again), first + 60)))
            again.insert(later, again[first])
    assert decode(again) == decode(lines)


@EXAMPLES
@given(any_lines(), st.integers(1, 3))
def test_everything_that_comes_several_times_is_heard_once(
    lines: tuple[bytes, ...], times: int
) -> None:
    again = [line for line in lines for _ in range(times if b'"uuid"' in line else 1)]
    assert decode(again) == decode(lines)


@EXAMPLES
@given(plain_streams(), st.data())
def test_a_line_that_is_lost_costs_no_text(stream: Stream, data: st.DataObject) -> None:
    lines = [line for line in stream.lines if b'parent_tool_use_id": "toolu_agent' not in line]
    gone = data.draw(st.integers(0, len(lines) - 1))
    said = decode(lines[:gone] + lines[gone + 1 :])
    never_twice(said)
    assert tokens(main_text(said)) == stream.main


@EXAMPLES
@given(st.one_of(streams(), plain_streams()), st.data())
def test_many_lost_lines_do_no_harm(stream: Stream, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.integers(0, len(stream.lines) - 1), max_size=20))
    said = decode(line for number, line in enumerate(stream.lines) if number not in gone)
    if not stream.cut:  # the line that told of a cut may be among the lost ones
        never_twice(said)


@EXAMPLES
@given(plain_streams(), st.data())
def test_neighbours_that_change_places_cost_no_text(stream: Stream, data: st.DataObject) -> None:
    lines = list(stream.lines)
    first = data.draw(st.integers(0, len(lines) - 2))
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    said = decode(lines)
    never_twice(said)
    assert sorted(tokens(main_text(said))) == sorted(stream.main)


@EXAMPLES
@given(streams(), st.data())
def test_lines_in_another_order_do_no_harm(stream: Stream, data: st.DataObject) -> None:
    lines = list(stream.lines)
    for _ in range(data.draw(st.integers(1, 8))):
        first = data.draw(st.integers(0, len(lines) - 1))
        second = data.draw(st.integers(0, len(lines) - 1))
        lines[first], lines[second] = lines[second], lines[first]
    decode(lines)


# --- lines of later versions ---------------------------------------------------------------------

UNKNOWN_LINES = (
    b'{"type":"of_a_later_version","text":"w0x","uuid":"n1"}',
    b'{"type":"system","subtype":"of_a_later_version","content":"w0x","uuid":"n2"}',
    b'{"type":"stream_event","event":{"type":"of_a_later_version","text":"w0x"},"uuid":"n3"}',
    b'{"type":"stream_event","event":{"type":"content_block_delta","index":0,'
    b'"delta":{"type":"later_delta","text":"w0x"}},"uuid":"n4"}',
    b'{"type":"control_request","request_id":"r9","request":{"subtype":"later"}}',
    b'{"type":"keep_alive"}',
    b'{"uuid":"n5"}',
    b'{"type":null}',
    b"",
    b"   \r",
)


@EXAMPLES
@given(any_lines(), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(UNKNOWN_LINES))))
def test_unknown_lines_change_nothing(
    lines: tuple[bytes, ...], new: list[tuple[float, bytes]]
) -> None:
    assume(lines)
    more = list(lines)
    for where, line in new:
        more.insert(1 + int(where * (len(more) - 1)), line)
    assert decode(more) == decode(lines)


@EXAMPLES
@given(any_lines(), st.data())
def test_unknown_fields_change_nothing(lines: tuple[bytes, ...], data: st.DataObject) -> None:
    assume(lines)
    more = list(lines)
    for _ in range(data.draw(st.integers(1, 6))):
        number = data.draw(st.integers(0, len(more) - 1))
        places = [()] + [p for p in paths(json.loads(more[number])) if _ours_to_add_to(p)]
        where = places[data.draw(st.integers(0, len(places) - 1))]
        value = data.draw(st.sampled_from([v for v in ODD_VALUES if len(v) < 1000]))
        more[number] = with_field(more[number], where, "of_a_later_version", value)
    assert decode(more) == decode(lines)


def _ours_to_add_to(path: tuple[str | int, ...]) -> bool:
    """Whether a map there belongs to the format: a tool's input may hold what it likes."""
    return not {"input", "structured_output", "abandoned_blocks"} & set(path)


# --- lines that are not what they should be ------------------------------------------------------


@EXAMPLES
@given(st.one_of(streams(), plain_streams()), st.data())
def test_fields_of_wrong_types_say_nothing_twice(stream: Stream, data: st.DataObject) -> None:
    lines = list(stream.lines)
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        places = list(paths(json.loads(lines[number])))
        where = places[data.draw(st.integers(0, len(places) - 1))]
        value = data.draw(st.sampled_from(WRONG))
        assume(where[-1] != "index" or not value.isdecimal())  # it would name another block
        lines[number] = with_value(lines[number], where, value)
    said = decode(lines)
    if not stream.cut:
        never_twice(said)


WRONG = ("null", "true", "3", "1.5", "1e999", "NaN", "[]", "{}", '["s"]', '{"a": 1}', "1" * 400)
"""Values that are no strings: no id becomes another one."""


@EXAMPLES
@given(any_lines(), st.data())
def test_anything_in_any_field_does_no_harm(lines: tuple[bytes, ...], data: st.DataObject) -> None:
    assume(lines)
    spoilt = list(lines)
    for _ in range(data.draw(st.integers(1, 8))):
        number = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[number] = data.draw(damaged(spoilt[number]))
    decode(spoilt)


@EXAMPLES
@given(any_lines(), st.data())
def test_torn_lines_do_no_harm(lines: tuple[bytes, ...], data: st.DataObject) -> None:
    assume(lines)
    spoilt = list(lines)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[number] = data.draw(torn(spoilt[number]))
    decode_chunks([b"\n".join(spoilt)], max_line=data.draw(st.sampled_from((200, 1 << 26))))


@EXAMPLES
@given(st.sampled_from(OTHERS).map(recorded), st.data())
def test_odd_lines_of_other_agents_do_no_harm(
    lines: tuple[bytes, ...], data: st.DataObject
) -> None:
    assume(lines)
    spoilt = list(lines)
    for _ in range(data.draw(st.integers(1, 6))):
        number = data.draw(st.integers(0, len(spoilt) - 1))
        line = spoilt[number]
        again = data.draw(st.one_of(damaged(line), torn(line), st.just(line)))
        if data.draw(st.booleans()):
            spoilt[number] = again
        else:
            spoilt.insert(data.draw(st.integers(0, len(spoilt))), again)
    decode(spoilt)


@EXAMPLES
@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from(ODD_VALUES).map(str.encode))))
def test_any_bytes_do_no_harm(lines: list[bytes]) -> None:
    decode_chunks([b"\n".join(lines)])
    decoder = ClaudeDecoder()
    said = [one for line in lines for one in decoder.feed(line)] + decoder.close()
    keeps_the_rules(said)


@EXAMPLES
@given(loose_lines())
def test_known_lines_in_any_order_do_no_harm(lines: list[bytes]) -> None:
    decoder = ClaudeDecoder()
    said = [one for line in lines for one in decoder.feed(line)] + decoder.close()
    keeps_the_rules(said)


# --- up to the rows -----------------------------------------------------------------------------


class _Lines:
    """A source that gives lines and has nothing else to tell."""

    name = "lines"
    exit_code: int | None = 0

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines

    def lines(self) -> Iterator[bytes]:
        yield from self._lines

    def close(self) -> None: ...


class _Overheard:
    """A decoder that keeps what it says."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self._decoder = AutoDecoder()

    @property
    def unreadable(self) -> int:
        return self._decoder.unreadable

    def feed(self, line: bytes) -> list[Said]:
        self.said += (new := self._decoder.feed(line))
        return new

    def close(self) -> list[Said]:
        self.said += (new := self._decoder.close())
        return new


class _Rows:
    """Takes what the first stage hands on."""

    def __init__(self) -> None:
        self.rows: dict[int, Segment] = {}
        self.withdrawn: set[int] = set()
        self.finished: set[int] = set()

    def on_segment(self, segment: Segment, timeline: Timeline) -> None:
        assert segment.id == len(self.rows) + 1
        times = (timeline.first_character, timeline.last_word, timeline.complete)
        first, last, complete = (-1.0 if time is None else time for time in times)
        assert 0.0 <= first <= last <= complete
        writable(segment)
        self.rows[segment.id] = segment

    def on_retract(self, segment_id: int) -> None:
        assert segment_id in self.rows.keys() - self.withdrawn
        self.withdrawn.add(segment_id)

    def on_activity(self, state: AgentState, detail: str) -> None:
        writable(detail)

    def on_tool_finished(self, segment_id: int, ok: bool, seconds: float) -> None:
        assert self.rows[segment_id].kind is Kind.TOOL
        assert segment_id not in self.finished
        self.finished.add(segment_id)

    def on_said(self, said: Said) -> None: ...

    def source(self, block: int) -> str:
        """What stands of a block."""
        return "".join(
            row.source
            for row in self.rows.values()
            if row.block == block and row.id not in self.withdrawn
        )


@EXAMPLES
@given(any_lines(), st.data())
def test_rows_hold_every_character_that_stands(
    lines: tuple[bytes, ...], data: st.DataObject
) -> None:
    heard = list(lines)
    for _ in range(data.draw(st.integers(0, 2)) if lines else 0):
        number = data.draw(st.integers(0, len(heard) - 1))
        heard[number] = data.draw(st.one_of(torn(heard[number]), st.just(b"")))
    ticks = count()
    decoder, rows = _Overheard(), _Rows()
    Hearing(_Lines(heard), decoder, rows, clock=lambda: float(next(ticks))).run()
    for number, block in blocks(decoder.said).items():
        source = rows.source(number)
        assert block.text.startswith(source)
        rest = block.text[len(source) :]
        assert not SHOWN.search(rest), f"block {number} lost {rest!r}"


SHOWN = re.compile(r"\w")
"""What cannot be lost: the end of a block may be blank, or a rule."""
