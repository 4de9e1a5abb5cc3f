"""The way back to the real Claude Code CLI: interrupts, permissions, a lost claude."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.headless_run import PATIENCE, family, until
from tests.pipeline.fakes import RATE, EventLog, FakeSpeaker, FakeTranslator, shown_form
from tests.real_cli import cli_environment
from tests.standin_api import StandinApi
from tests.standin_messages import Block, Reply, Say, UseTool
from voicestream_tui.agent.conversation import Conversation
from voicestream_tui.agent.conversation_command import conversation_command
from voicestream_tui.agent.conversation_process import Manner
from voicestream_tui.agent.formats import ClaudeDecoder
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.silent import SilentOutput
from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    AgentState,
    Answer,
    Failed,
    Kind,
    MessageQueued,
    PermissionAsked,
    PermissionSettled,
    Samples,
    Segment,
    SegmentAdded,
    SpeakingStarted,
)
from voicestream_tui.pipeline import Pipeline, VoiceRoom
from voicestream_tui.speak.chain import SpeakerChoice

pytestmark = pytest.mark.timeout(180)


class Chat:
    """A pipeline on a conversation with the real CLI, its sound played in real time."""

    def __init__(
        self, home: Path, api: StandinApi, claude: Path, *arguments: str, audio: bool = False
    ) -> None:
        command = conversation_command([str(claude), *arguments], chat=True, ask=True)
        assert command is not None
        self.log = EventLog()
        self.heard = 0.0
        """Seconds of blocks that were not silent, handed to the device so far."""
        self.conversation = Conversation(
            command,
            manner=Manner(cwd=home / "project", env=cli_environment(api.url, home, claude)),
            patience=PATIENCE,
        )
        player = Player(RATE)
        room = VoiceRoom(
            SpeakerChoice(("fake",), lambda engine: FakeSpeaker(seconds=20.0, chunks=20)),
            player,
            SilentOutput(RATE),
            shown_form,
            record=self._listen,
        )
        self.pipeline = Pipeline(
            self.conversation,
            ClaudeDecoder(),
            FakeTranslator,
            self.log,
            voice_room=room if audio else None,
            talk=self.conversation,
        )

    def _listen(self, block: Samples) -> None:
        if np.any(block):
            self.heard += len(block) / RATE

    def __enter__(self) -> Chat:
        self.pipeline.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.pipeline.close()

    def wait_for_row(self, kind: Kind, text: str = "") -> Segment:
        self.log.wait_for(lambda: self._row(kind, text) is not None, PATIENCE)
        row = self._row(kind, text)
        assert row is not None
        return row

    def _row(self, kind: Kind, text: str) -> Segment | None:
        for event in self.log.of(SegmentAdded):
            if event.segment.kind is kind and text in event.segment.english:
                return event.segment
        return None

    def wait_for_end(self, turns: int = 1) -> None:
        self.log.wait_for(lambda: self._turns_over() >= turns, PATIENCE)

    def _turns_over(self) -> int:
        began = over = 0
        for event in self.log.of(AgentChanged):
            if event.state is AgentState.REQUESTING:
                began = 1
            elif event.state in (AgentState.DONE, AgentState.FAILED):
                over, began = over + began, 0
        return over

    def wait_for_request(self, count: int = 1) -> PermissionAsked:
        self.log.wait_for(lambda: len(self.log.of(PermissionAsked)) >= count, PATIENCE)
        return self.log.of(PermissionAsked)[count - 1]

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [
            (str(event.segment.kind), event.segment.english)
            for event in self.log.of(SegmentAdded)
            if event.segment.kind in (Kind.USER, Kind.PROSE)
        ]


def answer(*blocks: Block | str) -> Reply:
    return Reply([Say(block) if isinstance(block, str) else block for block in blocks])


def touch(path: Path) -> UseTool:
    return UseTool("Bash", {"command": f"touch {path}", "description": "Touch a file"})


def result_of(api: StandinApi, number: int) -> dict[str, Any]:
    """The tool result that this request brought."""
    [result] = api.requests[number].tool_results
    return result


def stored(home: Path, text: str) -> bool:
    """Whether the CLI has written this down; it does so a moment after it was said."""
    return any(text in file.read_text() for file in home.glob(".claude/projects/*/*.jsonl"))


@pytest.fixture(autouse=True)
def no_orphans(home: Path) -> Iterator[None]:
    yield
    _, alive = psutil.wait_procs(family(home), timeout=PATIENCE)
    assert not alive


# --- interrupts -------------------------------------------------------------------------------


def test_an_interrupt_in_mid_sentence_is_silent_at_once(claude: Path, home: Path) -> None:
    text = "The first sentence is complete. " + "The rest never comes. " * 20
    replies = [Reply([Say(text)], hold_after=8), answer("Something else.")]
    with StandinApi(replies) as api, Chat(home, api, claude, "Talk", audio=True) as chat:
        chat.log.wait_for(lambda: bool(chat.log.of(SpeakingStarted)), PATIENCE)
        until(lambda: chat.heard > 0.0, "the first sound")
        chat.pipeline.interrupt()
        interrupted = chat.heard
        chat.wait_for_end()
        stopped = chat.heard
        chat.pipeline.send("And now?")
        chat.wait_for_row(Kind.PROSE, "Something else.")
        until(lambda: chat.heard > stopped, "the voice of the second turn")
    assert stopped - interrupted < 0.150
    assert chat.rows[0] == ("user", "Talk")
    assert chat.rows[-2:] == [("user", "And now?"), ("prose", "Something else.")]
    assert "The first sentence is complete." in str(api.requests[1].body["messages"])


def test_an_interrupt_at_the_very_beginning_counts(claude: Path, home: Path) -> None:
    slow = Reply([Say("Nobody wants to hear this.")], first_delay=20.0)
    with StandinApi([slow, slow]) as api, Chat(home, api, claude, "Talk") as chat:
        chat.wait_for_row(Kind.USER)
        chat.pipeline.interrupt()
        chat.wait_for_end()
    assert chat.rows == [("user", "Talk")]
    assert chat.log.of(Failed) == []


def test_a_message_that_can_not_be_sent_is_told_and_does_no_harm(claude: Path, home: Path) -> None:
    with StandinApi([answer("Hello.")]) as api, Chat(home, api, claude) as chat:
        chat.pipeline.send("x" * (5 << 20))
        chat.pipeline.send(" \x00 ")
        chat.pipeline.send("Hi \ud83d \x1b[31m\u2028")
        chat.wait_for_row(Kind.PROSE, "Hello.")
    assert ["MiB" in failed.message for failed in chat.log.of(Failed)] == [True, False]
    assert api.prompts == ["Hi \ufffd [31m"]


def test_what_is_queued_comes_after_an_interrupt(claude: Path, home: Path) -> None:
    text = "The first sentence is complete. " + "The rest never comes. " * 20
    replies = [Reply([Say(text)], hold_after=8), answer("Something else.")]
    with StandinApi(replies) as api, Chat(home, api, claude, "Talk") as chat:
        chat.wait_for_row(Kind.PROSE)
        chat.pipeline.send("Enough.")
        chat.log.wait_for(lambda: bool(chat.log.of(MessageQueued)), PATIENCE)
        chat.pipeline.interrupt()
        chat.wait_for_row(Kind.PROSE, "Something else.")
    assert chat.rows[-2:] == [("user", "Enough."), ("prose", "Something else.")]


def test_queued_messages_stand_before_their_answer_though_several_may_share_one(
    claude: Path, home: Path
) -> None:
    text = "The first sentence is complete. And the second one."
    replies = [Reply([Say(text)], hold_after=8), *[answer("Done.")] * 3]
    with StandinApi(replies) as api, Chat(home, api, claude, "Talk") as chat:
        chat.wait_for_row(Kind.PROSE)
        for message in ("One.", "Two.", "Three."):
            chat.pipeline.send(message)
        api.release()
        chat.wait_for_row(Kind.USER, "Three.")
        chat.log.wait_for(lambda: chat.rows[-1] == ("prose", "Done."), PATIENCE)
    after = chat.rows[chat.rows.index(("user", "One.")) :]
    assert [row for kind, row in after if kind == "user"] == ["One.", "Two.", "Three."]
    assert 1 <= after.count(("prose", "Done.")) <= 3


# --- permissions ------------------------------------------------------------------------------


def test_a_permission_is_allowed_and_another_denied(claude: Path, home: Path) -> None:
    first, second = home / "project" / "first", home / "project" / "second"
    replies = [
        answer("I'll make a file.", touch(first)),
        answer("And another.", touch(second)),
        answer("One of two."),
    ]
    with StandinApi(replies) as api, Chat(home, api, claude, "Make files") as chat:
        asked = chat.wait_for_request(1).request
        assert (asked.tool, asked.input["command"]) == ("Bash", f"touch {first}")
        assert not first.exists()  # unanswered means waiting
        chat.pipeline.answer(asked.id, Answer(True))
        asked = chat.wait_for_request(2).request
        chat.pipeline.answer(asked.id, Answer(False, "Only one, please."))
        chat.wait_for_row(Kind.PROSE, "One of two.")
        chat.wait_for_end()
    assert first.exists()
    assert not second.exists()
    assert not result_of(api, 1).get("is_error")
    assert "Only one, please." in str(result_of(api, 2))
    assert [event.allowed for event in chat.log.of(PermissionSettled)] == [True, False]


def test_a_rule_that_is_adopted_holds_for_the_next_use(claude: Path, home: Path) -> None:
    target = home / "project" / "file"
    replies = [answer(touch(target)), answer(touch(target)), answer("Twice.")]
    with StandinApi(replies) as api, Chat(home, api, claude, "Make a file") as chat:
        chat.pipeline.answer(chat.wait_for_request().request.id, Answer(True, always=True))
        chat.wait_for_row(Kind.PROSE, "Twice.")
    assert len(chat.log.of(PermissionAsked)) == 1


def test_a_question_is_answered(claude: Path, home: Path) -> None:
    options = [{"label": "8080", "description": "Usual."}, {"label": "80", "description": "Short."}]
    question = {"question": "Which port?", "header": "Port", "options": options}
    ask = UseTool("AskUserQuestion", {"questions": [{**question, "multiSelect": False}]})
    with (
        StandinApi([answer("One question.", ask), answer("8080 it is.")]) as api,
        Chat(home, api, claude, "Start the service") as chat,
    ):
        asked = chat.wait_for_request().request
        assert [one.text for one in asked.questions] == ["Which port?"]
        chat.pipeline.answer(asked.id, Answer(True, answers={"Which port?": "8080"}))
        chat.wait_for_row(Kind.PROSE, "8080 it is.")
    assert '"Which port?"="8080"' in str(result_of(api, 1))


def test_an_interrupt_settles_a_request_and_a_late_answer_changes_nothing(
    claude: Path, home: Path
) -> None:
    target = home / "project" / "file"
    replies = [answer(touch(target)), answer("Something else.")]
    with StandinApi(replies) as api, Chat(home, api, claude, "Make a file") as chat:
        asked = chat.wait_for_request().request
        chat.pipeline.interrupt()
        chat.wait_for_end()
        chat.pipeline.answer(asked.id, Answer(True))
        chat.pipeline.send("And now?")
        chat.wait_for_row(Kind.PROSE, "Something else.")
    assert not target.exists()
    assert [event.allowed for event in chat.log.of(PermissionSettled)] == [None]


def test_closing_while_claude_waits_for_permission_leaves_nothing(claude: Path, home: Path) -> None:
    with (
        StandinApi([answer(touch(home / "file"))]) as api,
        Chat(home, api, claude, "Make a file") as chat,
    ):
        chat.wait_for_request()
    assert not (home / "file").exists()


# --- a lost claude --------------------------------------------------------------------------------


def test_a_lost_claude_goes_on_where_it_was(claude: Path, home: Path) -> None:
    replies = [answer("Noted: 8080."), answer("You said 8080.")]
    with StandinApi(replies) as api, Chat(home, api, claude, "Remember 8080.") as chat:
        chat.wait_for_end()
        until(lambda: stored(home, "Noted: 8080."), "the session on the disk")
        psutil.Process(chat.conversation.pid).kill()
        chat.log.wait_for(lambda: bool(chat.log.of(AgentLost)), PATIENCE)
        chat.pipeline.resume()
        chat.pipeline.send("Which port?")
        chat.wait_for_row(Kind.PROSE, "You said 8080.")
    [lost] = chat.log.of(AgentLost)
    assert (lost.exit_code, lost.message) == (137, "claude was ended by signal 9.")
    assert "Noted: 8080." in str(api.requests[1].body["messages"])


def test_a_message_that_was_lost_with_claude_is_sent_again(claude: Path, home: Path) -> None:
    silent = Reply([Say("Never said.")], first_delay=3600.0)
    with (
        StandinApi([silent, answer("Here I am.")]) as api,
        Chat(home, api, claude, "Hello?") as chat,
    ):
        until(lambda: bool(api.requests), "the request")
        psutil.Process(chat.conversation.pid).kill()
        chat.log.wait_for(lambda: bool(chat.log.of(AgentLost)), PATIENCE)
        chat.pipeline.resume()
        chat.wait_for_row(Kind.PROSE, "Here I am.")
    assert chat.rows == [("user", "Hello?"), ("prose", "Here I am.")]


def test_a_claude_that_can_not_start_says_why(claude: Path, home: Path) -> None:
    with StandinApi([]) as api, Chat(home, api, claude, "--no-such-flag") as chat:
        chat.log.wait_for(lambda: bool(chat.log.of(AgentLost)), PATIENCE)
    [lost] = chat.log.of(AgentLost)
    assert "unknown option '--no-such-flag'" in lost.message
