"""Lines that are lost, late, or say less than they should: found by trying at random."""

from __future__ import annotations

import pytest

from tests.agent.lines import (
    Line,
    assistant,
    block,
    delta,
    init,
    reason,
    result,
    spoken,
    start,
    stop,
    stop_block,
    whole,
)
from voicestream_tui.agent.said import BlockEnd, Text

WHOLE = [Text(1, "One. Two."), BlockEnd(1)]


@pytest.mark.parametrize("missing", [{"text": ""}, {"text": " \n"}, {"text": None}, {}])
def test_a_confirmation_without_its_text_takes_nothing_back(missing: Line) -> None:
    confirmation = assistant("m", {"type": "text", **missing})
    lines = [start("m"), block(), delta("One. Two."), confirmation, stop_block(), reason(), stop()]
    assert spoken(init(), *lines, result("One. Two.")) == WHOLE


def test_an_empty_confirmation_leaves_room_for_the_deltas_after_it() -> None:
    empty = assistant("m", {"type": "text", "text": ""})
    lines = [start("m"), block(), empty, delta("One. Two."), stop_block(), reason(), stop()]
    assert spoken(init(), *lines, result("One. Two.")) == WHOLE


def test_text_is_said_once_though_the_border_between_two_messages_was_lost() -> None:
    first, second = whole("m", "One."), whole("n", "Two.")
    said = spoken(init(), *first[:-1], *second[1:], result("Two."))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]


def test_text_is_said_once_though_a_message_begins_before_the_last_one_has_ended() -> None:
    first, second = whole("m", "One."), whole("n", "Two.")
    said = spoken(init(), *first[:-1], second[0], first[-1], *second[1:], result("Two."))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]


@pytest.mark.parametrize("index", [None, "1", 1.0, True, [], -1])
def test_a_delta_without_an_index_belongs_to_the_block_that_began_last(index: object) -> None:
    odd = delta("Two ")
    odd["event"]["index"] = index
    lines = [start("m"), block(0, "thinking"), block(1), delta("One. ", 1), odd, delta("three.", 1)]
    said = spoken(init(), *lines, assistant("m", "One. Two three."), result())
    assert said == [Text(1, "One. Two three."), BlockEnd(1)]


def test_a_block_without_an_index_is_the_next_one() -> None:
    second = block()
    del second["event"]["index"]
    lines = [*whole("m", "One.")[:-2], second, delta("Two.", 1), assistant("m", "Two.")]
    said = spoken(init(), *lines, stop_block(1), reason(), stop(), result("Two."))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]


def test_a_result_whose_turn_was_never_announced_does_not_repeat_the_end_of_a_joined_block() -> (
    None
):
    cut = [start("n"), block(), delta("Two th"), assistant("n", "Two th"), stop_block()]
    lines = [*whole("m", "One."), *cut, reason("max_tokens"), stop(), *whole("o", "ree four.")]
    said = spoken(init(), *lines, result("One."), result("ree four."))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two three four."), BlockEnd(2)]
