"""Conversations with the real Claude Code CLI, without a screen; the API is scripted."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.headless_run import JsonEvent, Run, named, until
from tests.standin_api import StandinApi
from tests.standin_messages import ApiError, Block, Reply, Say, UseTool

pytestmark = pytest.mark.timeout(180)

SILENT = ("--device", "none")
TEXT = ("--no-audio",)


def chat(
    home: Path, api: StandinApi, claude: Path, *arguments: str, audio: tuple[str, ...] = TEXT
) -> Run:
    return Run(home, api, claude, *audio, "--chat", "--", "claude", *arguments, talk=True)


def answer(*blocks: Block | str) -> Reply:
    return Reply([Say(block) if isinstance(block, str) else block for block in blocks])


def is_row(kind: str, text: str = "") -> Callable[[JsonEvent], bool]:
    return lambda event: (
        event["event"] == "segment" and event["kind"] == kind and text in event["english"]
    )


def wait_for_turn(run: Run) -> None:
    """Read on to the end of a turn that has not begun yet."""
    run.wait_for(lambda event: event.get("state") == "requesting", "the beginning of the turn")
    run.wait_for(lambda event: event.get("state") in ("done", "failed"), "the end of the turn")


def rows(run: Run) -> list[tuple[str, str]]:
    """Kind and text of every row that stands, in order."""
    withdrawn = {event["id"] for event in run.of("withdrawn")}
    return [(row["kind"], row["english"]) for row in run.segments() if row["id"] not in withdrawn]


def test_two_turns_are_one_conversation(claude: Path, home: Path) -> None:
    replies = [answer("The port is 8080."), answer("Then use a socket.")]
    with StandinApi(replies) as api, chat(home, api, claude, audio=SILENT) as run:
        run.say("Which port?")
        wait_for_turn(run)
        run.say("And without a port?")
        wait_for_turn(run)
        run.hang_up()
        assert run.finish() == 0
    assert api.prompts == ["Which port?", "And without a port?"]
    assert "The port is 8080." in str(api.requests[1].body["messages"])
    assert rows(run) == [
        ("user", "Which port?"),
        ("prose", "The port is 8080."),
        ("user", "And without a port?"),
        ("prose", "Then use a socket."),
    ]
    prose = [row["id"] for row in run.segments("prose")]
    assert [event["id"] for event in run.of("spoken")] == prose
    assert run.of("queued") == []


def test_the_words_on_the_command_line_are_the_first_message(claude: Path, home: Path) -> None:
    flags = ("--model", "claude-haiku-4-5", "--allowedTools", "Read", "--", "Which port?")
    with StandinApi([answer("8080.")]) as api, chat(home, api, claude, *flags) as run:
        run.hang_up()
        assert run.finish() == 0
    assert api.prompts == ["Which port?"]
    assert api.requests[0].body["model"] == "claude-haiku-4-5"


def test_messages_that_are_piped_in_are_all_answered_before_the_end(
    claude: Path, home: Path
) -> None:
    replies = [answer(f"Answer {number}.") for number in range(3)]
    with StandinApi(replies) as api, chat(home, api, claude) as run:
        for message in ("One.", "", "Two.", "Three."):
            run.say(message)
        run.hang_up()
        assert run.finish() == 0
    assert [text for kind, text in rows(run) if kind == "user"] == ["One.", "Two.", "Three."]
    assert "\n".join(api.prompts) == "One.\nTwo.\nThree."  # the CLI may put several into one turn
    assert rows(run)[-1][0] == "prose"


def test_an_earlier_conversation_is_continued(claude: Path, home: Path) -> None:
    replies = [answer("Noted: the port is 8080."), answer("You said 8080.")]
    with StandinApi(replies) as api:
        with chat(home, api, claude, "Remember 8080.") as run:
            run.hang_up()
            assert run.finish() == 0
        with chat(home, api, claude, "--continue", "Which port?") as run:
            run.hang_up()
            assert run.finish() == 0
    assert "Noted: the port is 8080." in str(api.requests[1].body["messages"])


def test_a_message_queued_while_a_tool_runs_reaches_the_same_turn(claude: Path, home: Path) -> None:
    go, started = home / "go", home / "started"
    command = f"touch {started}; while [ ! -e {go} ]; do sleep 0.05; done"
    tool = UseTool("Bash", {"command": command, "description": "Wait"})
    replies = [answer("I'll wait.", tool), answer("Done, and I hurried.")]
    with (
        StandinApi(replies) as api,
        chat(home, api, claude, "--allowedTools", "Bash") as run,
    ):
        run.say("Wait for the build.")
        until(started.exists, "the start of the tool")
        run.say("Please hurry.")
        queued = run.wait_for(lambda event: event["event"] == "queued", "the queue")
        go.touch()
        taken = run.wait_for(lambda event: event["event"] == "taken", "the end of the queue")
        run.hang_up()
        assert run.finish() == 0
    assert (taken["message"], taken["dropped"]) == (queued["message"], False)
    assert "Please hurry." in str(api.requests[1].body["messages"])
    assert [row for row in rows(run) if row[0] != "tool"] == [
        ("user", "Wait for the build."),
        ("prose", "I'll wait."),
        ("user", "Please hurry."),
        ("prose", "Done, and I hurried."),
    ]


def test_an_api_error_is_told_once_and_the_conversation_goes_on(claude: Path, home: Path) -> None:
    error = ApiError(403, "permission_error", "The prompt is made of cheese.")
    with StandinApi([error, answer("Better.")]) as api, chat(home, api, claude) as run:
        run.say("Cheese.")
        wait_for_turn(run)
        run.say("Bread.")
        run.wait_for(is_row("prose", "Better."), "the answer")
        run.hang_up()
        assert run.finish() == 0
    assert [kind for kind, _ in rows(run)] == ["user", "error", "user", "prose"]


CUT = "The first answer breaks off. Nobody hears how it would have gone on from here."


@pytest.mark.parametrize("before", [(), ("A beginning.",)], ids=["first block", "later block"])
def test_a_connection_cut_in_mid_answer_does_not_end_the_conversation(
    claude: Path, home: Path, before: tuple[str, ...]
) -> None:
    cut = Reply([Say(block) for block in (*before, CUT)], cut_after=9)
    again = answer("Here is all of it." if before else CUT)
    with (
        StandinApi([cut, again, answer("The last.")]) as api,
        chat(home, api, claude) as run,
    ):
        run.say("Hi")
        wait_for_turn(run)
        run.say("Go on")
        wait_for_turn(run)
        run.hang_up()
        run.finish()
    said = [text for kind, text in rows(run) if kind == "prose"]
    assert said.count("The first answer breaks off.") == 1
    assert said[-1] in ("The last.", "Here is all of it.")  # by the version of the CLI
    assert [text for kind, text in rows(run) if kind == "user"] == ["Hi", "Go on"]


def interrupted(run: Run, number: signal.Signals = signal.SIGINT) -> None:
    """Send a signal to our program; nothing may be left over (`finish` looks)."""
    assert named(run.home, "claude")
    run.process.send_signal(number)
    assert run.finish() == 128 + number


def test_a_signal_while_claude_starts_ends_it(claude: Path, home: Path) -> None:
    with StandinApi([]) as api, chat(home, api, claude, "Hi") as run:
        run.wait_for(lambda event: event["event"] == "agent", "the start")
        interrupted(run)


def test_a_signal_while_nothing_was_said_ends_claude(claude: Path, home: Path) -> None:
    with StandinApi([]) as api, chat(home, api, claude) as run:
        run.wait_for(lambda event: event["event"] == "agent", "the start")
        interrupted(run)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_mid_answer_ends_claude(
    claude: Path, home: Path, number: signal.Signals
) -> None:
    text = "The first sentence is complete. " + "The rest never comes. " * 20
    reply = Reply([Say(text)], hold_after=8)
    with StandinApi([reply]) as api, chat(home, api, claude, "Hi", audio=SILENT) as run:
        run.wait_for(is_row("prose"), "the first sentence")
        interrupted(run, number)
    assert rows(run)[1] == ("prose", "The first sentence is complete.")


def test_a_signal_while_a_tool_runs_ends_claude_and_the_tool(claude: Path, home: Path) -> None:
    started = home / "started"
    command = f"touch {started} && sleep 3600"
    tool = UseTool("Bash", {"command": command, "description": "Wait", "timeout": 600000})
    with (
        StandinApi([answer("I'll wait.", tool)]) as api,
        chat(home, api, claude, "--allowedTools", "Bash") as run,
    ):
        run.say("Wait")
        until(started.exists, "the start of the tool")
        until(lambda: bool(named(home, "sleep")), "the tool's second command")
        interrupted(run)


def test_a_signal_between_two_turns_ends_claude(claude: Path, home: Path) -> None:
    with StandinApi([answer("Hello.")]) as api, chat(home, api, claude, "Hi") as run:
        wait_for_turn(run)
        interrupted(run)


def test_a_second_signal_does_not_wait_for_claude(claude: Path, home: Path) -> None:
    with StandinApi([answer("Hello.")]) as api, chat(home, api, claude, "Hi") as run:
        wait_for_turn(run)
        (process,) = named(run.home, claude.name)
        process.suspend()  # deaf to everything but SIGKILL
        run.process.send_signal(signal.SIGINT)
        run.process.send_signal(signal.SIGTERM)
        assert run.finish() == 128 + signal.SIGINT


def test_a_claude_that_dies_ends_a_conversation_without_a_screen(claude: Path, home: Path) -> None:
    with StandinApi([answer("Hello.")]) as api, chat(home, api, claude, "Hi") as run:
        wait_for_turn(run)
        (process,) = named(run.home, claude.name)
        process.kill()
        assert run.finish() == 128 + signal.SIGKILL
    assert "ended by signal 9" in run.of("failed")[0]["message"]
