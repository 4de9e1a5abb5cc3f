"""From what an agent said to segments: numbering, kinds, withdrawal, times."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    Asked,
    BlockEnd,
    Notice,
    Retract,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
    UserMessage,
)
from voicestream_tui.model import (
    AgentState,
    Kind,
    PermissionRequest,
    Question,
    Segment,
    Timeline,
)
from voicestream_tui.stages.hearing import Hearing, Speakable


class Script:
    """A decoder: each line is the number of a list of things said."""

    unreadable = 0

    def __init__(self, *steps: list[Said]) -> None:
        self._steps = steps

    def feed(self, line: bytes) -> list[Said]:
        return self._steps[int(line)]

    def close(self) -> list[Said]:
        return []


class Numbers:
    """A source of as many lines as a script has steps, one a second."""

    name = "numbers"
    exit_code = 0

    def __init__(self, count: int) -> None:
        self._count = count
        self.now = 0.0

    def lines(self) -> Iterator[bytes]:
        for number in range(self._count):
            self.now = float(number)
            yield str(number).encode()

    def close(self) -> None: ...


class Heard:
    def __init__(self, *steps: list[Said], idle: bool = False, **speakable: bool) -> None:
        self.segments: list[Segment] = []
        self.times: list[Timeline] = []
        self.retracted: list[int] = []
        self.activities: list[tuple[AgentState, str]] = []
        self.raw: list[bytes] = []
        self.finished: list[tuple[int, bool, float]] = []
        self.said: list[Said] = []
        source = Numbers(len(steps))
        hearing = Hearing(
            source,
            Script(*steps),
            self,
            clock=lambda: source.now,
            keep_raw=self.raw.append,
            voice_idle=lambda: idle,
            speakable=Speakable(**speakable),
        )
        hearing.run()
        self.hearing = hearing

    def on_segment(self, segment: Segment, timeline: Timeline) -> None:
        self.segments.append(segment)
        self.times.append(timeline)

    def on_retract(self, segment_id: int) -> None:
        self.retracted.append(segment_id)

    def on_activity(self, state: AgentState, detail: str) -> None:
        self.activities.append((state, detail))

    def on_tool_finished(self, segment_id: int, ok: bool, seconds: float) -> None:
        self.finished.append((segment_id, ok, seconds))

    def on_said(self, said: Said) -> None:
        self.said.append(said)

    @property
    def rows(self) -> list[tuple[int, Kind, str]]:
        return [(s.turn, s.kind, s.english) for s in self.segments]


def test_sentences_are_numbered_in_the_order_received() -> None:
    heard = Heard([Text(1, "One. Two.")], [BlockEnd(1)], [Text(2, "Three."), BlockEnd(2)])
    assert [s.id for s in heard.segments] == [1, 2, 3]
    assert [s.english for s in heard.segments] == ["One.", "Two.", "Three."]
    assert [s.block for s in heard.segments] == [1, 1, 2]


def test_what_an_unfinished_block_holds_comes_at_the_end() -> None:
    assert Heard([Text(1, "One. And tw")]).rows[-1] == (1, Kind.PROSE, "And tw")


def test_the_source_of_all_segments_is_the_text() -> None:
    text = "# Plan\n\nFirst **this**. Then `that`.\n\n- one\n- two\n"
    heard = Heard([Text(1, text[:9])], [Text(1, text[9:]), BlockEnd(1)])
    assert "".join(s.source for s in heard.segments) == text


def test_a_withdrawn_block_names_all_its_segments_even_after_its_end() -> None:
    heard = Heard(
        [Text(1, "Stays."), BlockEnd(1)],
        [Text(2, "Goes. Goes too. And")],
        [Retract(2)],
        [Text(3, "New."), BlockEnd(3), Retract(1)],
    )
    assert [s.english for s in heard.segments] == ["Stays.", "Goes.", "Goes too.", "New."]
    assert heard.retracted == [2, 3, 1]


def test_turns_count_their_starts() -> None:
    heard = Heard(
        [TurnStarted(), Text(1, "One."), BlockEnd(1), TurnEnd()],
        [TurnStarted(), Text(2, "Two."), BlockEnd(2), TurnEnd(ok=False, reason="stopped")],
    )
    assert heard.rows == [(1, Kind.PROSE, "One."), (2, Kind.PROSE, "Two.")]


def test_a_sub_agents_text_is_marked_and_not_spoken_by_itself() -> None:
    steps: list[Said] = [
        Text(1, "Main text"),
        Text(2, "Sub text.", agent="Explore"),
        BlockEnd(2),
        Text(1, " goes on."),
        BlockEnd(1),
    ]
    sub, main = Heard(steps).segments
    assert (sub.kind, sub.label, sub.speakable) == (Kind.SUBAGENT, "Explore", False)
    assert (main.english, main.speakable) == ("Main text goes on.", True)
    assert Heard(steps, subagents=True).segments[0].speakable


def test_tools_are_short_notices_spoken_only_when_asked() -> None:
    step: list[Said] = [ToolUse("Read", "src/app.py")]
    (tool,) = Heard(step).segments
    assert tool.kind is Kind.TOOL
    assert "src/app.py" in tool.english
    assert tool.japanese
    assert not tool.speakable
    assert Heard(step, tools=True).segments[0].speakable


def test_an_error_of_the_agent_is_shown_and_spoken() -> None:
    heard = Heard([AgentFailure("API Error: 529 Overloaded", "overloaded")])
    (error,) = heard.segments
    assert (error.kind, error.english) == (Kind.ERROR, "API Error: 529 Overloaded")
    assert error.japanese
    assert error.speakable
    assert heard.hearing.failed


def test_an_unreadable_line_is_shown_and_counted() -> None:
    heard = Heard([Unreadable("npm WARN odd")])
    assert heard.rows == [(1, Kind.NOTICE, "npm WARN odd")]
    assert heard.hearing.unreadable == 1


def test_activity_is_passed_on() -> None:
    assert Heard([Activity(AgentState.THINKING, "")]).activities == [(AgentState.THINKING, "")]


def test_lines_are_kept_as_received() -> None:
    assert Heard([], []).raw == [b"0", b"1"]


def test_the_time_of_the_last_word_is_when_its_first_character_came() -> None:
    heard = Heard(
        [Text(1, "The tests ")],
        [Text(1, "pa")],
        [Text(1, "ss. And")],
        [Text(1, " more."), BlockEnd(1)],
    )
    first, second = heard.times
    assert (first.first_character, first.last_word, first.complete) == (0.0, 1.0, 2.0)
    assert (second.first_character, second.last_word) == (2.0, 3.0)


LONG = (
    "The nightly job moves about forty thousand files from the old disk to the new one, and "
    "losing all of them to a single bad sector would be a great deal worse than a short list"
)


@pytest.mark.parametrize(("idle", "rows"), [(True, 1), (False, 0)])
def test_a_long_first_sentence_is_cut_at_a_clause_only_while_the_listener_waits(
    idle: bool, rows: int
) -> None:
    heard = Heard([Text(1, LONG)], [TurnStarted()], idle=idle)
    cut_early = [t for t in heard.times if t.complete == 0.0]
    assert len(cut_early) == rows
    assert " ".join(s.english for s in heard.segments).replace("  ", " ") == LONG


def test_a_block_that_is_still_written_is_not_forgotten_for_the_many_that_ended() -> None:
    others: list[Said] = []
    for number in range(2, 200):
        others += [Text(number, f"Sub {number}.", agent="Explore"), BlockEnd(number)]
    heard = Heard([Text(1, "Main text")], others, [Text(1, " goes on."), BlockEnd(1)])
    assert heard.rows[-1] == (1, Kind.PROSE, "Main text goes on.")


def test_times_stay_right_in_a_block_without_an_end() -> None:
    lines: list[list[Said]] = [[Text(1, f"Line {n} of the log.\n")] for n in range(5000)]
    heard = Heard(*lines)
    late = [time for time in heard.times if time.complete and time.complete > 4000]
    assert len(late) > 900
    assert all(time.last_word and time.complete - time.last_word <= 1 for time in late)  # type: ignore[operator]
    (block,) = heard.hearing._blocks.values()
    assert len(block._times) < 3000


def test_thinking_is_rows_of_its_own_and_not_spoken_unless_asked() -> None:
    steps: list[Said] = [
        Text(1, "Let me look. There it is.", thinking=True),
        BlockEnd(1),
        Text(2, "Here."),
        BlockEnd(2),
    ]
    heard = Heard(steps)
    assert heard.rows[:2] == [
        (1, Kind.THINKING, "Let me look."),
        (1, Kind.THINKING, "There it is."),
    ]
    assert [s.speakable for s in heard.segments] == [False, False, True]
    assert [s.speakable for s in Heard(steps, thinking=True).segments] == [True, True, True]


def test_a_sub_agents_thinking_is_spoken_only_where_both_are() -> None:
    step: list[Said] = [Text(1, "Hm.", agent="Explore", thinking=True), BlockEnd(1)]
    assert not Heard(step, thinking=True).segments[0].speakable
    assert Heard(step, thinking=True, subagents=True).segments[0].speakable


def test_a_tools_end_names_its_row_and_how_long_it_took() -> None:
    heard = Heard(
        [ToolUse("Bash", "make", id="a"), ToolUse("Read", "a.py", id="b")],
        [ToolResult("b", ok=False)],
        [ToolResult("a"), ToolResult("a"), ToolResult("unknown")],
    )
    assert heard.finished == [(2, False, 1.0), (1, True, 2.0)]


def test_a_notice_is_a_row_with_its_own_japanese() -> None:
    (row,) = Heard([Notice("Trying again.", "再試行します。")]).segments
    assert (row.kind, row.japanese, row.speakable, row.urgent) == (
        Kind.NOTICE,
        "再試行します。",
        True,
        False,
    )
    step: list[Said] = [Notice("Trying again.", "再試行します。")]
    assert not Heard(step, notices=False).segments[0].speakable


def test_what_the_user_said_is_a_row_that_is_not_spoken() -> None:
    heard = Heard([UserMessage("Go on.")])
    assert heard.rows == [(1, Kind.USER, "Go on.")]
    assert not heard.segments[0].speakable


def test_a_request_for_permission_is_said_before_what_waits() -> None:
    step: list[Said] = [Asked(PermissionRequest("r", "Write", {}, "a.py"))]
    (row,) = Heard(step).segments
    assert "a.py" in row.english
    assert "許可" in row.japanese
    assert row.urgent
    assert row.speakable
    (quiet,) = Heard(step, alerts=False).segments
    assert not quiet.urgent
    assert not quiet.speakable


def test_a_question_is_told_by_its_text_alone() -> None:
    question = PermissionRequest("r", "AskUserQuestion", {}, questions=(Question("Which?"),))
    heard = Heard([Text(1, "Which?", urgent=True), BlockEnd(1), Asked(question)])
    assert heard.rows == [(1, Kind.PROSE, "Which?")]
    assert heard.segments[0].urgent


def test_an_announced_tool_use_has_one_row_which_ends_with_it() -> None:
    heard = Heard(
        [
            ToolUse("AskUserQuestion", "Which?", id="t", announced=True),
            Notice("A question", "質問があります。", urgent=True, tool="t"),
            ToolResult("t"),
        ],
        [ToolUse("ExitPlanMode", "Plan", id="u", announced=True), ToolResult("u")],
    )
    assert heard.rows == [(1, Kind.NOTICE, "A question")]
    assert heard.segments[0].urgent
    assert [end[:2] for end in heard.finished] == [(1, True)]


def test_an_interrupt_is_shown_and_not_spoken() -> None:
    turn: list[Said] = [TurnStarted(), Text(1, "Half a"), BlockEnd(1)]
    heard = Heard([*turn, TurnEnd(ok=False, reason="interrupted")])
    assert heard.rows == [(1, Kind.PROSE, "Half a"), (1, Kind.NOTICE, "Interrupted.")]
    assert not heard.segments[-1].speakable
    assert Heard([*turn, TurnEnd()]).rows == [(1, Kind.PROSE, "Half a")]


def test_what_others_tell_stands_between_the_lines() -> None:
    heard = Heard([Text(1, "One."), BlockEnd(1)])
    heard.hearing.tell(UserMessage("Two?"))
    assert heard.rows[-1] == (1, Kind.USER, "Two?")
    assert [s.id for s in heard.segments] == [1, 2]


def test_what_the_user_says_between_turns_belongs_to_the_next_one() -> None:
    heard = Heard(
        [UserMessage("First?"), TurnStarted(), Text(1, "Yes."), BlockEnd(1)],
        [UserMessage("In between."), TurnEnd()],
        [UserMessage("Second?"), TurnStarted(), Text(2, "No."), BlockEnd(2), TurnEnd()],
    )
    assert [(s.turn, s.english) for s in heard.segments] == [
        (1, "First?"),
        (1, "Yes."),
        (1, "In between."),
        (2, "Second?"),
        (2, "No."),
    ]
