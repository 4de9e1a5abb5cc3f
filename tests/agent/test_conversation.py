"""Conversations with a process that speaks claude's protocol."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.agent.talking import PATIENCE, Talking
from voicestream_tui.agent.conversation import Conversation
from voicestream_tui.agent.conversation_command import ConversationCommand
from voicestream_tui.agent.conversation_messages import Messages
from voicestream_tui.agent.message_feed import MessageFeed
from voicestream_tui.agent.said import Activity, UserMessage
from voicestream_tui.agent.sources import TextSource
from voicestream_tui.errors import AgentError, UsageError
from voicestream_tui.model import (
    AgentLost,
    AgentState,
    Answer,
    Failed,
    MessageQueued,
    MessageTaken,
    PermissionSettled,
)

STREAMING = [
    "-p",
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--verbose",
    "--include-partial-messages",
    "--replay-user-messages",
    "--permission-prompt-tool",
    "stdio",
]


def shown(talking: Talking) -> list[str]:
    """What there is to see, in order: > a message's row, + queued, - taken, and the answers."""
    lines: list[str] = []
    texts: dict[int, str] = {}
    for event in list(talking.events):
        match event:
            case UserMessage(text):
                lines.append(f"> {text}")
            case MessageQueued(number, text):
                texts[number] = text
                lines.append(f"+ {text}")
            case MessageTaken(number, _, dropped):
                lines.append(f"- {texts[number]}{' (dropped)' if dropped else ''}")
            case str():
                lines.append(event)
    return lines


# --- messages -----------------------------------------------------------------------------------


def test_two_turns_follow_each_other(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("one")
        talking.wait_for_end(1)
        talking.conversation.send("two")
        talking.wait_for_end(2)
    assert shown(talking) == ["> one", "one", "[end]", "> two", "two", "[end]"]
    assert talking.starts == [STREAMING]


def test_a_message_on_the_command_line_is_the_first(tmp_path: Path) -> None:
    with Talking(tmp_path, "--model", "opus", "fix it") as talking:
        talking.wait_for_end()
    assert shown(talking) == ["> fix it", "fix it", "[end]"]
    assert talking.starts == [[*STREAMING, "--model", "opus"]]


def test_messages_sent_while_claude_works_are_queued_and_keep_their_order(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("hold")
        talking.wait_for_answer("Holding.")
        for text in ("two", "three", "go"):
            talking.conversation.send(text)
        talking.wait_for_end(3)
    assert shown(talking) == [
        *["> hold", "Holding.", "+ two", "+ three", "+ go"],
        *["- go", "> go", "[end]"],  # folded into the turn
        *["- two", "> two", "two", "[end]"],
        *["- three", "> three", "three", "[end]"],
    ]


def test_a_second_message_before_the_first_turn_starts_is_queued(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        claude = psutil.Process(talking.conversation.pid)
        claude.suspend()  # so that it can't have answered before the second one
        talking.conversation.send("one")
        talking.conversation.send("two")
        claude.resume()
        talking.wait_for_end(2)
    assert shown(talking)[:2] == ["> one", "+ two"]
    assert shown(talking)[2:] == ["one", "[end]", "- two", "> two", "two", "[end]"]


def test_the_row_of_a_message_that_is_echoed_late_stands_before_its_answer(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("hold")
        talking.wait_for_answer("Holding.")
        talking.conversation.send("late one")
        talking.conversation.send("go")
        talking.wait_for_end(2)
    assert shown(talking)[-4:] == ["- late one", "> late one", "late one", "[end]"]
    assert shown(talking).count("> late one") == 1


def test_queued_messages_that_share_an_answer_stand_before_it() -> None:
    messages = Messages(lambda: 0.0)
    messages.send("one")
    messages.turn_started()
    two, three, four = (messages.send(text)[0] for text in ("two", "three", "four"))
    messages.turn_ended(answered=True)
    # As claude does it: all but the last are echoed first, and that one in mid-answer.
    taken = [
        *messages.echoed(two.uuid),
        *messages.echoed(three.uuid),
        *messages.turn_started(),
        *messages.echoed(four.uuid),
    ]
    assert [one.text for one in taken if isinstance(one, UserMessage)] == ["two", "three", "four"]
    messages.turn_ended(answered=True)
    assert not messages.busy


def test_a_message_whose_turn_failed_without_an_echo_is_kept_for_the_next_process() -> None:
    messages = Messages(lambda: 0.0)
    messages.send("one")
    messages.turn_started()
    messages.turn_ended(answered=False)
    assert not messages.busy
    messages.agent_gone()
    assert [message.text for message in messages.agent_back()] == ["one"]


def test_after_a_message_without_an_echo_claude_is_idle_again(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("nothing")
        talking.wait_for_end(1)
        talking.conversation.send("two")
        talking.wait_for_end(2)
    assert talking.of(MessageQueued) == []


@pytest.mark.parametrize("text", ["", "  \n\t", "\x00\x1b", "x" * (5 << 20)])
def test_what_can_not_be_sent_is_refused(tmp_path: Path, text: str) -> None:
    with Talking(tmp_path) as talking:
        with pytest.raises(UsageError):
            talking.conversation.send(text)
        talking.conversation.send("one")
        talking.wait_for_end()
    assert talking.messages == ["one"]


def test_odd_characters_arrive_or_are_mended(tmp_path: Path) -> None:
    odd = " \ud83d alone, \u2028 kept,\x00\x07 gone,\r\nnext\rthird \U0001f600\x85 "
    with Talking(tmp_path) as talking:
        talking.conversation.send(odd)
        talking.wait_for_end()
    assert talking.messages == ["\ufffd alone, \u2028 kept, gone,\nnext\nthird \U0001f600"]
    assert talking.of(UserMessage)[0].text == talking.messages[0]


def test_a_full_pipe_holds_up_nobody(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("full")
        talking.wait_for_answer("Full.")

        def send() -> None:
            for _ in range(4):
                talking.conversation.send("x" * 500_000)

        sender = threading.Thread(target=send)
        sender.start()
        sender.join(PATIENCE)
        assert not sender.is_alive()
        assert len(talking.of(MessageQueued)) == 4


def test_a_feed_of_lines_is_a_conversation_that_ends(tmp_path: Path) -> None:
    feed = MessageFeed(TextSource("one\n\n  \ntwo\n"), whole=False)
    with Talking(tmp_path, feed=feed, resumable=False) as talking:
        talking.join()
    assert talking.messages == ["one", "two"]
    assert talking.conversation.exit_code == 0
    with pytest.raises(UsageError, match="over"):
        talking.conversation.send("three")


def test_what_comes_behind_the_end_of_the_agent_is_refused(tmp_path: Path) -> None:
    with Talking(tmp_path, resumable=False) as talking:
        talking.conversation.send("crash 0")
        talking.join()
        with pytest.raises(UsageError, match="over"):
            talking.conversation.send("two")


def test_a_line_that_is_too_long_is_told_and_the_others_are_sent(tmp_path: Path) -> None:
    feed = MessageFeed(TextSource("x" * (5 << 20) + "\ntwo\n"), whole=False)
    with Talking(tmp_path, feed=feed, resumable=False) as talking:
        talking.join()
    assert talking.messages == ["two"]
    assert ["MiB" in failed.message for failed in talking.of(Failed)] == [True]


def test_a_whole_feed_is_one_message_and_the_conversation_goes_on(tmp_path: Path) -> None:
    feed = MessageFeed(TextSource("a\n\nb\n"), whole=True, before="Look:")
    with Talking(tmp_path, feed=feed) as talking:
        talking.wait_for_end(1)
        talking.conversation.send("two")
        talking.wait_for_end(2)
    assert talking.messages == ["Look:\n\na\n\nb", "two"]


class SilentSource:
    """Gives nothing until it is closed."""

    name = "silent"
    exit_code = None

    def __init__(self) -> None:
        self._closed = threading.Event()

    def lines(self) -> Iterator[bytes]:
        self._closed.wait(PATIENCE)
        return iter(())

    def close(self) -> None:
        self._closed.set()


def test_a_silent_feed_does_not_hold_up_the_message_before_it(tmp_path: Path) -> None:
    feed = MessageFeed(SilentSource(), whole=True, before="Look:", patience=0.05)
    with Talking(tmp_path, feed=feed) as talking:
        talking.wait_for_end()
    assert talking.messages == ["Look:"]


# --- interrupts ---------------------------------------------------------------------------------


def test_an_interrupt_ends_the_turn_and_the_conversation_goes_on(tmp_path: Path) -> None:
    with Talking(tmp_path, patience=4 * PATIENCE) as talking:
        talking.conversation.send("hold")
        talking.wait_for_answer("Holding.")
        talking.conversation.send("two")
        talking.conversation.interrupt()
        talking.wait_for_end(2)
        talking.conversation.interrupt()  # idle: nothing happens
        talking.conversation.send("three")
        talking.wait_for_end(3)
    requests = [one for one in talking.received if one.get("type") == "control_request"]
    assert [one["request"] for one in requests] == [{"subtype": "interrupt"}]
    assert "> two" in shown(talking)
    assert talking.of(Failed) == []


def test_an_interrupt_that_is_not_answered_is_sent_again_and_then_told(tmp_path: Path) -> None:
    with Talking(tmp_path, patience=1.0) as talking:
        talking.conversation.send("deaf")
        talking.wait_for_answer("Holding.")
        talking.conversation.interrupt()
        talking.conversation.interrupt()  # one is under way
        [failed] = talking.wait_for_news(Failed)
        talking.conversation.send("go")
        talking.wait_for_end()
    assert "does not answer" in failed.message
    requests = [one for one in talking.received if one.get("type") == "control_request"]
    assert len({one["request_id"] for one in requests}) == 2


# --- permissions --------------------------------------------------------------------------------


def test_several_permissions_are_answered_in_any_order(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("ask Write Bash")
        talking.wait_for_answer("[asks Bash]")
        talking.conversation.answer("Bash", Answer(False, "Not\x00 now."))
        talking.conversation.answer("Write", Answer(True))
        talking.conversation.answer("Write", Answer(False))  # settled already
        talking.conversation.answer("Nobody", Answer(True))
        talking.wait_for_end()
    assert [(n.id, n.allowed) for n in talking.of(PermissionSettled)] == [
        ("Bash", False),
        ("Write", True),
    ]
    answers = [o["response"] for o in talking.received if o.get("type") == "control_response"]
    assert [(answer["request_id"], answer["response"]) for answer in answers] == [
        ("Bash", {"behavior": "deny", "message": "Not now."}),
        ("Write", {"behavior": "allow", "updatedInput": {"name": "Write"}}),
    ]


def test_after_the_last_answer_the_agent_works_again(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("ask Write Bash")
        talking.wait_for_answer("[asks Bash]")
        talking.conversation.answer("Write", Answer(False))
        assert not talking.of(Activity), "the other one still waits for an answer"
        talking.conversation.answer("Bash", Answer(True))
        talking.wait_for_end()
        assert talking.of(Activity) == [Activity(AgentState.TOOL, "Bash")]
        talking.conversation.send("ask Edit")
        talking.wait_for_answer("[asks Edit]")
        talking.conversation.answer("Edit", Answer(False))
        talking.wait_for_end(2)
    assert talking.of(Activity)[1:] == [Activity(AgentState.REQUESTING)]


def test_an_interrupt_settles_what_was_asked(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("ask Write Bash")
        talking.wait_for_answer("[asks Bash]")
        talking.conversation.interrupt()
        talking.wait_for_end()
        talking.conversation.answer("Write", Answer(True))
        talking.conversation.send("two")
        talking.wait_for_end(2)
    assert [n.allowed for n in talking.of(PermissionSettled)] == [None, None]
    assert not [one for one in talking.received if one.get("type") == "control_response"]


def test_a_request_that_nobody_serves_is_refused(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("unknown")
        talking.wait_for_answer("error")


# --- a lost agent -------------------------------------------------------------------------------


def test_a_crash_is_told_and_the_session_is_resumed(tmp_path: Path) -> None:
    with Talking(tmp_path, "--continue", "--model", "opus", "one") as talking:
        talking.wait_for_end()
        talking.conversation.send("crash 7")
        [lost] = talking.wait_for_news(AgentLost)
        talking.conversation.send("three")
        talking.conversation.resume()
        talking.wait_for_end(2)
    assert lost.exit_code == 7
    assert lost.message == "claude ended with code 7: it went wrong"
    assert "goes on" in lost.hint
    resumed = ["--resume", "session-1", *STREAMING, "--model", "opus"]
    assert talking.starts == [[*STREAMING, "--continue", "--model", "opus"], resumed]
    assert talking.messages == ["one", "crash 7", "three"]
    assert shown(talking)[-5:] == ["+ three", "- three", "> three", "three", "[end]"]


def test_messages_that_never_arrived_are_sent_again_after_a_crash(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("hold")
        talking.wait_for_answer("Holding.")
        talking.conversation.send("two")
        talking.conversation.send("three")
        psutil.Process(talking.conversation.pid).kill()
        [lost] = talking.wait_for_news(AgentLost)
        talking.conversation.resume()
        talking.wait_for_end(2)
    assert lost.message == "claude was ended by signal 9."
    assert talking.messages[-2:] == ["two", "three"]
    assert [line for line in shown(talking) if line[0] in "+->"] == [
        *["> hold", "+ two", "+ three"],
        *["- two", "> two", "- three", "> three"],
    ]


def test_a_session_of_which_nothing_was_stored_is_begun_anew(tmp_path: Path) -> None:
    with Talking(tmp_path, "--continue", environment={"FAKE_CLAUDE_FAILS": "1"}) as talking:
        [lost] = talking.wait_for_news(AgentLost)
        talking.conversation.resume()
        talking.wait_for_news(AgentLost, 2)
        talking.conversation.close()
        talking.join()
    assert lost.message.endswith("unknown option '--foo'")
    assert "quit" in lost.hint, "the same command would end the same way"


def test_what_goes_on_with_a_conversation_another_day_is_known_after_its_first_answer(
    tmp_path: Path,
) -> None:
    with Talking(tmp_path, "--continue", "--model", "opus") as talking:
        assert not talking.conversation.later
        talking.conversation.send("one")
        talking.wait_for_end()
        assert talking.conversation.later == (str(tmp_path / "claude"), "--resume", "session-1")


def test_a_request_is_settled_by_the_end_of_claude(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("ask Write")
        talking.wait_for_answer("[asks Write]")
        psutil.Process(talking.conversation.pid).kill()
        talking.wait_for_news(AgentLost)
    assert [n.allowed for n in talking.of(PermissionSettled)] == [None]


def test_a_program_that_is_gone_at_the_resumption_is_told(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("crash 1")
        talking.wait_for_news(AgentLost)
        (tmp_path / "claude").rename(tmp_path / "elsewhere")
        talking.conversation.resume()
        again = talking.wait_for_news(AgentLost, 2)[-1]
        (tmp_path / "elsewhere").rename(tmp_path / "claude")
        talking.conversation.resume()
        talking.conversation.send("two")
        talking.wait_for_answer("two")
    assert "not found" in again.message


def test_finishing_a_lost_conversation_drops_what_waits(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("crash 1")
        talking.wait_for_news(AgentLost)
        talking.conversation.send("two")
        talking.conversation.finish()
        talking.join()
    assert shown(talking)[-2:] == ["+ two", "- two (dropped)"]


# --- the end ------------------------------------------------------------------------------------


def test_finishing_waits_for_what_claude_has_to_do(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("ask Write")
        talking.wait_for_answer("[asks Write]")
        talking.conversation.finish()
        talking.conversation.answer("Write", Answer(True))
        talking.join()
    assert "Write: allow" in talking.events
    assert talking.conversation.exit_code == 0
    assert talking.of(AgentLost) == []


def test_a_single_turn_is_over_after_its_answer(tmp_path: Path) -> None:
    with Talking(tmp_path, "-p", "ask Write", single=True) as talking:
        talking.wait_for_answer("[asks Write]")
        talking.conversation.answer("Write", Answer(True))
        talking.join()
    assert "Write: allow" in talking.events


def test_a_single_turn_without_a_message_ends(tmp_path: Path) -> None:
    feed = MessageFeed(TextSource("\n"), whole=True)
    with Talking(tmp_path, "-p", single=True, feed=feed) as talking:
        talking.join()
    assert talking.messages == []


@pytest.mark.parametrize("message", ["", "hold", "ask Write", "full"])
def test_closing_ends_claude_in_every_phase(tmp_path: Path, message: str) -> None:
    with Talking(tmp_path) as talking:
        if message:
            talking.conversation.send(message)
            talking.wait_for(lambda: len(talking.events) > 1)
        pid = talking.conversation.pid
        talking.conversation.close()
        talking.join()
        talking.conversation.close()
    assert not psutil.pid_exists(pid)
    assert talking.of(AgentLost) == []


def test_closing_ends_the_wait_for_a_resumption(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.conversation.send("crash 1")
        talking.wait_for_news(AgentLost)
    assert talking.over


def test_killing_is_quick_and_leaves_nothing(tmp_path: Path) -> None:
    slow = {"interrupt_grace": PATIENCE, "terminate_grace": PATIENCE}
    with Talking(tmp_path, manner=slow) as talking:
        talking.conversation.send("hold")
        talking.wait_for_answer("Holding.")
        talking.conversation.kill()
        talking.join()
    assert talking.conversation.exit_code == 137
    assert talking.of(AgentLost) == []


def test_a_command_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AgentError):
        Conversation(ConversationCommand((str(tmp_path / "claude"),)))
