"""Everything at once, in any order: nothing hangs, nothing is lost unnoticed, nothing remains."""

from __future__ import annotations

import contextlib
import random
import threading
from pathlib import Path

import psutil
import pytest

from tests.agent.talking import PATIENCE, Talking
from voicestream_tui.agent.said import UserMessage
from voicestream_tui.errors import UsageError
from voicestream_tui.model import AgentLost, Answer, MessageQueued, MessageTaken, PermissionSettled

MESSAGES = ["hello", "late", "nothing", "hold", "go", "ask Write Bash", "crash 3", "unknown"]


class Somebody:
    """A thread that does one thing after another, by chance, and notes what goes wrong."""

    def __init__(self, talking: Talking, seed: int) -> None:
        self._talking = talking
        self._chance = random.Random(seed)
        self._rest = threading.Event()
        self.sent = 0
        self.problem: BaseException | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            for _ in range(25):
                self._do()
                self._rest.wait(self._chance.random() * 0.03)  # so that claude gets a word in
        except BaseException as problem:
            self.problem = problem

    def _do(self) -> None:
        conversation = self._talking.conversation
        match self._chance.choice(("send", "send", "interrupt", "answer", "resume", "kill")):
            case "send":
                conversation.send(self._chance.choice(MESSAGES))
                self.sent += 1
            case "interrupt":
                conversation.interrupt()
            case "answer":
                conversation.answer(self._chance.choice(("Write", "Bash")), Answer(True))
            case "resume":
                conversation.resume()
            case "kill" if self._chance.random() < 0.2:
                for process in psutil.Process().children():
                    with contextlib.suppress(psutil.NoSuchProcess):  # it may end by itself, too
                        process.kill()


@pytest.mark.parametrize("seed", range(6))
def test_a_conversation_survives_everybody(tmp_path: Path, seed: int) -> None:
    with Talking(tmp_path, manner={"interrupt_grace": 1.0}) as talking:
        crowd = [Somebody(talking, 10 * seed + number) for number in range(3)]
        for somebody in crowd:
            somebody.thread.start()
        for somebody in crowd:
            somebody.thread.join(PATIENCE)
            assert not somebody.thread.is_alive()
            assert somebody.problem is None
        ending = threading.Thread(
            target=talking.conversation.finish if seed % 2 else talking.conversation.close
        )
        ending.start()
        ending.join(PATIENCE)
        if seed % 2:
            talking.conversation.close()
        talking.join()
        with pytest.raises(UsageError):
            talking.conversation.send("too late")
    sent = sum(somebody.sent for somebody in crowd)
    queued = [event.number for event in talking.of(MessageQueued)]
    taken = talking.of(MessageTaken)
    assert sorted(event.number for event in taken) == queued
    dropped = sum(event.dropped for event in taken)
    assert len(talking.of(UserMessage)) + dropped == sent
    settled = [event.id for event in talking.of(PermissionSettled)]
    assert len(settled) == sum(1 for event in talking.events if str(event).startswith("[asks"))
    assert all(event.exit_code for event in talking.of(AgentLost))
