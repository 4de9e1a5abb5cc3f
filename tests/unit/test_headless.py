"""The plain front end: its lines and its documented JSON."""

from __future__ import annotations

import errno
import io
import json
from typing import get_args

import pytest

from voicestream_tui.headless import Printer, as_json
from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    AgentState,
    Alert,
    AlertReason,
    Ended,
    Event,
    Failed,
    Kind,
    MessageQueued,
    MessageTaken,
    PermissionAsked,
    PermissionRequest,
    PermissionSettled,
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    Spoken,
    ToolFinished,
    Translation,
    Voice,
    VoiceChanged,
    VoiceHeld,
    Withdrawn,
)

SEGMENT = Segment(3, 1, Kind.PROSE, "It works.", source="It works. ", block=2)
EVENTS: dict[str, Event] = {
    "segment": SegmentAdded(SEGMENT, 10.5),
    "translated": SegmentTranslated(3, Translation("動きます。", engine="starter"), 10.5),
    "speaking": SpeakingStarted(3, 10.5),
    "spoken": Spoken(3, 10.5),
    "skipped": Skipped(3, 10.5),
    "withdrawn": Withdrawn(3, True, 10.5),
    "agent": AgentChanged(AgentState.TOOL, "Read a.py", 10.5),
    "tool": ToolFinished(3, True, 0.25, 10.5),
    "queued": MessageQueued(1, "Go on.", 10.5),
    "taken": MessageTaken(1, 10.5),
    "permission": PermissionAsked(PermissionRequest("r", "Write", {"a": [1]}), 10.5),
    "settled": PermissionSettled("r", False, 10.5),
    "lost": AgentLost(1, "It ended.", "Resume.", 10.5),
    "alert": Alert(AlertReason.FAILED, "Error.", "エラーが起きました。", 10.5),
    "waiting": VoiceHeld("claude", 10.5),
    "voice": VoiceChanged(Voice("openjtalk", "mei", "Mei"), 10.5),
    "failed": Failed("audio", "No device.", "Plug one in.", 10.5),
    "end": Ended(0, {"segments": 1}, 10.5),
}


def test_every_event_has_a_name_and_a_time_since_the_start() -> None:
    assert {type(event) for event in EVENTS.values()} == set(get_args(Event))
    for name, event in EVENTS.items():
        fields = as_json(event, start=10.0)
        assert (fields["event"], fields["t"]) == (name, 0.5)
        json.dumps(fields)


def test_a_segment_says_what_it_is() -> None:
    fields = as_json(EVENTS["segment"], 10.0)
    assert fields == {
        "event": "segment",
        "id": 3,
        "turn": 1,
        "kind": "prose",
        "english": "It works.",
        "block": 2,
        "source": "It works. ",
        "t": 0.5,
    }


def test_a_translation_that_failed_says_why() -> None:
    event = SegmentTranslated(3, Translation("x", engine="starter", ok=False, problem="empty"), 11)
    assert as_json(event, 10.0) == {
        "event": "translated",
        "id": 3,
        "japanese": "x",
        "engine": "starter",
        "ok": False,
        "problem": "empty",
        "t": 1.0,
    }


def printed(*events: Event, json_lines: bool = False) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    printer = Printer(out, err, json_lines=json_lines, start=10.0)
    for event in events:
        printer.emit(event)
    return out.getvalue(), err.getvalue()


def test_plain_lines_are_english_and_japanese() -> None:
    out, err = printed(EVENTS["segment"], EVENTS["translated"], EVENTS["spoken"])
    assert out == "EN  It works.\nJA  動きます。\n"
    assert err == ""


def test_a_tool_that_failed_is_named() -> None:
    use = Segment(4, 1, Kind.TOOL, "Write a.py")
    out, _ = printed(SegmentAdded(use, 10.0), ToolFinished(4, False, 0.25, 10.5))
    assert out.splitlines()[-1] == "--  failed after 0.2 s: Write a.py"


def test_messages_that_the_agent_did_not_take_are_named() -> None:
    queued = [MessageQueued(1, "Go on.", 10.5), MessageQueued(2, "Then\nstop.", 10.5)]
    out, _ = printed(*queued, MessageTaken(1, 10.5), MessageTaken(2, 10.5, dropped=True))
    assert out == "--  not taken by the agent: Then stop.\n"


@pytest.mark.parametrize("json_lines", [False, True])
def test_a_message_that_is_not_taken_or_refused_is_remembered_for_the_exit_code(
    json_lines: bool,
) -> None:
    taken, dropped = MessageTaken(1, 10.5), MessageTaken(2, 10.5, dropped=True)
    for event, unsaid in (
        (taken, False),
        (dropped, True),
        (Failed("audio", "No device.", "", 10.5), False),
        (Failed("message", "Too long.", "", 10.5), True),
    ):
        printer = Printer(None, None, json_lines=json_lines, start=10.0)
        printer.emit(event)
        assert printer.unsaid is unsaid


def test_an_agent_can_not_steer_the_terminal() -> None:
    sly = Segment(4, 1, Kind.PROSE, "Look\x1b]0;title\x07 here\x00.")
    out, _ = printed(SegmentAdded(sly, 11))
    assert out == "EN  Look\ufffd]0;title\ufffd here\ufffd.\n"
    _, err = printed(Failed("agent", "It\x1b[2J ended.", "", 11))
    assert "\x1b" not in err


def test_code_is_one_short_line() -> None:
    code = Segment(4, 1, Kind.CODE, "a = 1\nb = 2", label="Python code, 2 lines", depth=1)
    out, _ = printed(SegmentAdded(code, 11))
    assert out == "EN    [Python code, 2 lines]\n"


def test_list_items_keep_their_marks_in_both_languages() -> None:
    item = Segment(4, 1, Kind.ITEM, "Run it.", marker="2.", depth=0)
    out, _ = printed(SegmentAdded(item, 11), SegmentTranslated(4, Translation("実行します。"), 11))
    assert out == "EN  2. Run it.\nJA  2. 実行します。\n"


def test_an_untranslated_sentence_is_marked() -> None:
    out, _ = printed(
        EVENTS["segment"], SegmentTranslated(3, Translation("It works.", ok=False), 11)
    )
    assert out.endswith("JA  [untranslated] It works.\n")


def test_a_doubted_sentence_is_marked() -> None:
    doubted = SegmentTranslated(3, Translation("訳です。", sure=False), 11)
    out, _ = printed(EVENTS["segment"], doubted)
    assert out.endswith("JA  [not sure] 訳です。\n")
    assert as_json(doubted, 0.0)["sure"] is False
    assert "sure" not in as_json(SegmentTranslated(3, Translation("訳です。"), 11), 0.0)


def test_failures_go_to_the_error_stream_with_their_remedy() -> None:
    out, err = printed(EVENTS["failed"])
    assert (out, err) == ("", "voicestream-tui: No device. Plug one in.\n")


def test_in_json_failures_are_events_and_the_end_waits_for_the_last_word() -> None:
    out, err = printed(EVENTS["failed"], EVENTS["end"], json_lines=True)
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["failed"]
    assert err == ""


@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError("closed file")])
def test_a_reader_that_went_away_is_noticed(error: Exception) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise error

    printer = Printer(Gone(), io.StringIO(), json_lines=True, start=0.0)
    printer.emit(EVENTS["spoken"])
    assert printer.broken.is_set()


def test_a_disk_that_is_full_is_not_a_reader_that_went_away() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    printer = Printer(Full(), io.StringIO(), json_lines=True, start=0.0)
    printer.emit(EVENTS["spoken"])
    assert printer.broken.is_set()
    assert printer.problem is not None
    assert printer.problem.errno == errno.ENOSPC


def test_complaints_that_nobody_reads_do_not_end_the_program() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    printer = Printer(io.StringIO(), Gone(), json_lines=False, start=0.0)
    printer.emit(EVENTS["failed"])
    assert not printer.broken.is_set()


def test_closed_streams_take_nothing() -> None:
    printer = Printer(None, None, json_lines=False, start=0.0)
    printer.emit(EVENTS["segment"])
    printer.emit(EVENTS["failed"])
    assert not printer.broken.is_set()


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_stream_that_knows_no_japanese_gets_what_it_can_hold(json_lines: bool) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="latin-1")
    printer = Printer(out, None, json_lines=json_lines, start=10.0)
    printer.emit(EVENTS["segment"])
    printer.emit(EVENTS["translated"])
    line = raw.getvalue().decode("latin-1").splitlines()[-1]
    if json_lines:
        assert json.loads(line)["japanese"] == "動きます。"
    else:
        assert line == "JA  ?????"
    assert not printer.broken.is_set()


def test_the_last_line_does_not_wait_for_ever_for_a_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("voicestream_tui.headless._READER_PATIENCE", 0.01)
    printer = Printer(io.StringIO(), None, json_lines=True, start=0.0)
    with printer._lock:
        assert not printer.end(0, {})
    assert printer.end(0, {})
