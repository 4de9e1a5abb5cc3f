"""Text comes once and in order: deltas, confirmations, cuts, continuations."""

from __future__ import annotations

import pytest

from tests.agent.lines import (
    CUT_OFF,
    Line,
    abandon,
    assistant,
    block,
    delta,
    event,
    init,
    reason,
    result,
    say,
    spoken,
    start,
    stop,
    stop_block,
    system,
    tool,
    tool_result,
    user,
    whole,
)
from voicestream_tui.agent.said import BlockEnd, Retract, Text

# --- deltas and confirmations -----------------------------------------------------------------


def test_deltas_are_given_at_once_and_the_line_only_confirms() -> None:
    said = say(*whole("m", "Hello there.", "Hel", "lo th", "ere."))
    assert [item.text for item in said if isinstance(item, Text)] == ["Hel", "lo th", "ere."]
    assert said.count(BlockEnd(1)) == 1


def test_a_message_without_deltas_is_given_whole() -> None:
    assert spoken(assistant("m", "Hello.")) == [Text(1, "Hello."), BlockEnd(1)]


def test_several_messages_are_several_blocks() -> None:
    said = spoken(*whole("m", "One."), *whole("n", "Two."))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]


def test_several_lines_of_one_message_are_several_blocks() -> None:
    said = spoken(assistant("m", "One."), assistant("m", "Two."))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]


def test_a_line_that_comes_again_is_not_given_again() -> None:
    assert len(spoken(assistant("m", "One."), assistant("m", "One."))) == 2
    assert len(spoken(*whole("m", "One."), assistant("m", "One."))) == 2
    lines = [assistant("m", "One.", uuid="1"), assistant("m", "Two.", uuid="2")]
    assert len(spoken(*lines, *lines)) == 4


def test_a_line_that_repeats_earlier_blocks_gives_only_the_new_one() -> None:
    said = spoken(assistant("m", "One."), assistant("m", "One.", "Two."))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]


def test_the_same_words_in_two_messages_are_two_texts() -> None:
    said = spoken(*whole("m", "Done."), tool_result("t"), *whole("n", "Done."))
    assert said == [Text(1, "Done."), BlockEnd(1), Text(2, "Done."), BlockEnd(2)]


def test_a_confirmation_with_more_text_gives_the_missing_rest() -> None:
    said = spoken(start("m"), block(), delta("Hello"), assistant("m", "Hello there."), stop())
    assert said == [Text(1, "Hello there."), BlockEnd(1)]


def test_a_confirmation_with_other_text_replaces_what_was_given() -> None:
    said = spoken(start("m"), block(), delta("Hullo"), assistant("m", "Hello."), stop())
    assert said == [Text(1, "Hullo"), Retract(1), Text(2, "Hello."), BlockEnd(2)]


def test_a_confirmation_that_differs_only_in_blanks_at_the_ends_changes_nothing() -> None:
    said = spoken(start("m"), block(), delta("Hello.\n\n"), assistant("m", "Hello."), stop())
    assert said == [Text(1, "Hello.\n\n"), BlockEnd(1)]


def test_blank_space_around_a_text_is_passed_on() -> None:
    said = spoken(*whole("m", "\n\nOne.\r\n", "\n", "\nOne.\r", "\n"))
    assert said == [Text(1, "\n\nOne.\r\n"), BlockEnd(1)]


def test_blank_blocks_are_no_blocks() -> None:
    said = spoken(
        start("m"),
        block(0),
        delta(" \n", 0),
        stop_block(0),
        block(1),
        stop_block(1),
        block(2),
        delta("Text.", 2),
        assistant("m", "Text."),
        stop_block(2),
        reason(),
        stop(),
    )
    assert said == [Text(1, "Text."), BlockEnd(1)]


def test_a_block_start_may_hold_text_already() -> None:
    said = spoken(start("m"), block(text="Hel"), delta("lo."), assistant("m", "Hello."), stop())
    assert said == [Text(1, "Hello."), BlockEnd(1)]


def test_blocks_end_at_the_next_block_even_without_confirmation() -> None:
    lines = [start("m"), block(0), delta("One", 0), stop_block(0), block(1), delta("Two", 1)]
    assert spoken(*lines, close=False) == [Text(1, "One"), BlockEnd(1), Text(2, "Two")]
    late = [*lines, stop_block(1), assistant("m", "One"), assistant("m", "Two"), stop()]
    assert spoken(*late) == [Text(1, "One"), BlockEnd(1), Text(2, "Two"), BlockEnd(2)]


def test_lines_that_confirm_after_the_message_has_ended_give_nothing_new() -> None:
    said = spoken(
        start("m"),
        block(0),
        delta("One.", 0),
        stop_block(0),
        block(1),
        delta("Two.", 1),
        stop_block(1),
        reason(),
        stop(),
        assistant("m", "One."),
        assistant("m", "Two."),
    )
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]


def test_a_finished_sentence_ends_its_block_without_waiting_for_the_message() -> None:
    lines = [start("m"), block(), delta("Done."), assistant("m", "Done.")]
    assert spoken(*lines, close=False) == [Text(1, "Done."), BlockEnd(1)]


def test_identical_blocks_of_one_message_are_matched_in_order() -> None:
    said = spoken(
        start("m"),
        block(0),
        delta("Again.", 0),
        assistant("m", "Again.", uuid="1"),
        stop_block(0),
        block(1),
        delta("Again.", 1),
        assistant("m", "Again.", uuid="2"),
        stop_block(1),
        stop(),
    )
    assert said == [Text(1, "Again."), BlockEnd(1), Text(2, "Again."), BlockEnd(2)]


def test_tool_results_between_deltas_do_not_break_the_text() -> None:
    said = spoken(
        start("m"),
        block(0, "tool_use", id="t", name="Bash"),
        assistant("m", tool("t", "Bash", command="ls")),
        stop_block(0),
        block(1),
        delta("One ", 1),
        tool_result("t"),
        system("task_notification", tool_use_id="t"),
        delta("two.", 1),
        assistant("m", "One two."),
        stop_block(1),
        stop(),
    )
    assert said == [Text(1, "One two."), BlockEnd(1)]


def test_thinking_and_text_alternate_each_in_blocks_of_its_own() -> None:
    said = spoken(
        start("m"),
        block(0, "thinking"),
        event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm."}),
        assistant("m", {"type": "thinking", "thinking": "Hm."}),
        stop_block(0),
        block(1),
        delta("Text.", 1),
        assistant("m", "Text."),
        stop_block(1),
        block(2, "thinking"),
        assistant("m", {"type": "thinking", "thinking": "So."}),
        stop_block(2),
        stop(),
    )
    assert said == [
        Text(1, "Hm.", thinking=True),
        BlockEnd(1),
        Text(2, "Text."),
        BlockEnd(2),
        Text(3, "So.", thinking=True),
        BlockEnd(3),
    ]


def test_the_echo_of_a_prompt_in_the_middle_of_deltas_is_not_text() -> None:
    said = spoken(
        start("m"),
        block(),
        delta("Yes."),
        user("A prompt.", isReplay=True),
        assistant("m", "Yes."),
        stop(),
    )
    assert said == [Text(1, "Yes."), BlockEnd(1)]


@pytest.mark.parametrize(
    "line",
    [
        user("A summary of all before.", isSynthetic=True),
        user("<local-command-stdout>Set model.</local-command-stdout>", isReplay=True),
        user("[Request interrupted by user]"),
    ],
)
def test_what_the_harness_says_is_not_text(line: Line) -> None:
    assert spoken(init(), line, result()) == []


def test_deltas_whose_message_start_was_missed_are_text() -> None:
    said = spoken(delta("the rest."), assistant("m", "the rest."), stop_block(), reason(), stop())
    assert said == [Text(1, "the rest."), BlockEnd(1)]


def test_a_pair_of_halves_in_two_deltas_is_one_character() -> None:
    said = spoken(
        start("m"), block(), delta("Yes \ud83d"), delta("\ude00!"), assistant("m", "Yes 😀!")
    )
    assert said == [Text(1, "Yes 😀!"), BlockEnd(1)]


def test_half_a_pair_becomes_the_replacement_character() -> None:
    lines = [start("m"), block(), delta("\ude00 Yes \ud83d"), stop_block(), stop()]
    assert spoken(*lines) == [Text(1, "\ufffd Yes \ufffd"), BlockEnd(1)]
    assert spoken(assistant("m", "\ud83d no")) == [Text(1, "\ufffd no"), BlockEnd(1)]


# --- cuts -------------------------------------------------------------------------------------

CUT = [start("m"), block(), delta("The port is "), delta("read in the")]
CUT_SHORT = [abandon("m"), CUT_OFF]


def restart(text: str, *pieces: str) -> list[Line]:
    return whole("n", text, *pieces)


@pytest.mark.parametrize(
    "notice",
    [
        [],
        [stop_block(), abandon("m")],
        [stop_block(), abandon("m"), CUT_OFF],
        [CUT_OFF],
        [stop_block(), abandon("m"), system("api_retry", attempt=1)],
    ],
)
class TestACutMessage:
    def test_told_again_goes_on_in_the_same_block(self, notice: list[Line]) -> None:
        again = restart("The port is read in the file.", "The ", "port is read in", " the file.")
        assert spoken(*CUT, *notice, *again) == [
            Text(1, "The port is read in the file."),
            BlockEnd(1),
        ]

    def test_told_again_says_nothing_while_it_is_equal(self, notice: list[Line]) -> None:
        lines = [*CUT, *notice, start("n"), block(), delta("The port is read in t")]
        said = spoken(*lines, close=False)
        assert said == [Text(1, "The port is read in the")]
        said = spoken(*lines, delta("he file."), close=False)
        assert said == [Text(1, "The port is read in the file.")]

    def test_told_again_in_a_whole_line_goes_on_too(self, notice: list[Line]) -> None:
        said = spoken(*CUT, *notice, assistant("n", "The port is read in the file."))
        assert said == [Text(1, "The port is read in the file."), BlockEnd(1)]

    def test_told_again_up_to_where_it_was_cut_says_nothing_new(self, notice: list[Line]) -> None:
        said = spoken(*CUT, *notice, *restart("The port is read in the"))
        assert said == [Text(1, "The port is read in the"), BlockEnd(1)]

    def test_told_in_other_words_is_taken_back(self, notice: list[Line]) -> None:
        again = restart("The port is set here.", "The port is ", "set ", "here.")
        assert spoken(*CUT, *notice, *again) == [
            Text(1, "The port is read in the"),
            Retract(1),
            Text(2, "The port is set here."),
            BlockEnd(2),
        ]

    def test_told_shorter_is_taken_back(self, notice: list[Line]) -> None:
        assert spoken(*CUT, *notice, *restart("The port is")) == [
            Text(1, "The port is read in the"),
            Retract(1),
            Text(2, "The port is"),
            BlockEnd(2),
        ]

    def test_other_words_are_its_continuation_only_if_one_was_asked_for(
        self, notice: list[Line]
    ) -> None:
        said = spoken(*CUT, *notice, *restart(" file app.py."))
        if CUT_OFF in notice:
            assert said == [Text(1, "The port is read in the file app.py."), BlockEnd(1)]
        else:
            assert said == [
                Text(1, "The port is read in the"),
                Retract(1),
                Text(2, " file app.py."),
                BlockEnd(2),
            ]

    def test_is_kept_when_nothing_takes_its_place(self, notice: list[Line]) -> None:
        said = spoken(*CUT, *notice, result(stop_reason=None))
        assert said == [Text(1, "The port is read in the"), BlockEnd(1)]

    def test_is_kept_when_the_input_ends(self, notice: list[Line]) -> None:
        assert spoken(*CUT, *notice) == [Text(1, "The port is read in the"), BlockEnd(1)]

    def test_is_kept_when_a_tool_follows(self, notice: list[Line]) -> None:
        lines = [assistant("n", tool("t", "Bash", command="ls")), *whole("o", "The port is 80.")]
        assert spoken(*CUT, *notice, *lines) == [
            Text(1, "The port is read in the"),
            BlockEnd(1),
            Text(2, "The port is 80."),
            BlockEnd(2),
        ]

    def test_thinking_before_a_text_goes_on_waits_for_its_end(self, notice: list[Line]) -> None:
        again = [
            start("n"),
            block(0, "thinking"),
            assistant("n", {"type": "thinking", "thinking": "Hm."}),
            stop_block(0),
            block(1),
            delta("The port is read in the file.", 1),
            assistant("n", "The port is read in the file."),
            stop_block(1),
            stop(),
        ]
        assert spoken(*CUT, *notice, *again) == [
            Text(1, "The port is read in the file."),
            BlockEnd(1),
            Text(2, "Hm.", thinking=True),
            BlockEnd(2),
        ]

    def test_may_be_cut_again(self, notice: list[Line]) -> None:
        second = [start("n"), block(), delta("The port is")]
        third = [start("o"), block(), delta("The port is read in the f")]
        last = whole("p", "The port is read in the file.")
        said = spoken(*CUT, *notice, *second, abandon("n"), *third, abandon("o"), *last)
        assert said == [Text(1, "The port is read in the file."), BlockEnd(1)]


def test_a_finished_sentence_is_not_joined_with_what_follows_a_cut() -> None:
    said = spoken(start("m"), block(), delta("One sentence."), *CUT_SHORT, *restart("Another."))
    assert said == [Text(1, "One sentence."), BlockEnd(1), Text(2, "Another."), BlockEnd(2)]


def test_code_that_was_cut_is_joined_with_its_rest() -> None:
    said = spoken(
        start("m"), block(), delta("```sh\nls.\n"), *CUT_SHORT, *restart("cd /\n```\nDone.")
    )
    assert said == [Text(1, "```sh\nls.\ncd /\n```\nDone."), BlockEnd(1)]


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("nothing in the", "log tells", "nothing in the log tells"),
        ("nothing in the ", "log tells", "nothing in the log tells"),
        ("nothing in the", " log tells", "nothing in the log tells"),
        ("nothing in the log", ", or so", "nothing in the log, or so"),
        ("in `src/", "app.py` it", "in `src/app.py` it"),
        ("in `app", "_port` it", "in `app_port` it"),
        ("in `app.py`", "`main` is", "in `app.py` `main` is"),
        ("First,", "the file", "First, the file"),
        ("```sh\ncd /ho", "me\n```", "```sh\ncd /home\n```"),
    ],
)
def test_a_continuation_is_joined_as_words_are(before: str, after: str, joined: str) -> None:
    said = spoken(start("m"), block(), delta(before), *CUT_SHORT, *restart(after))
    assert said == [Text(1, joined), BlockEnd(1)]


def test_a_cut_block_ends_when_the_message_after_it_only_repeats_what_stands() -> None:
    said = spoken(*CUT_LATER, *whole("n", FIRST), *whole("o", "The port is 80."))
    assert said[2:] == [
        Text(2, "The port is read"),
        BlockEnd(2),
        Text(3, "The port is 80."),
        BlockEnd(3),
    ]


def test_a_confirmation_unlike_the_deltas_that_were_held_back_is_given() -> None:
    lines = [start("n"), block(), delta("The port"), assistant("n", "Never mind."), stop()]
    said = spoken(*CUT, *CUT_SHORT, *lines)
    assert said == [Text(1, "The port is read in the Never mind."), BlockEnd(1)]


def test_a_message_whose_end_was_missed_is_complete_if_it_gave_its_reason() -> None:
    said = spoken(start("m"), block(), delta("Well"), reason(), *whole("n", "Well, no."))
    assert said == [Text(1, "Well"), BlockEnd(1), Text(2, "Well, no."), BlockEnd(2)]


def test_a_few_letters_in_common_are_no_restart() -> None:
    said = spoken(start("m"), block(), delta("The port"), *CUT_SHORT, *restart("There is more."))
    assert said == [Text(1, "The port There is more."), BlockEnd(1)]


def test_a_short_text_told_again_is_recognised() -> None:
    said = spoken(start("m"), block(), delta("I"), abandon("m"), *restart("I see."))
    assert said == [Text(1, "I see."), BlockEnd(1)]


def test_blank_space_before_the_new_text_does_not_matter() -> None:
    said = spoken(
        *CUT,
        abandon("m"),
        *restart("\n\nThe port is read in the file.", "\n", "\nThe", " port is read in the file."),
    )
    assert said == [Text(1, "The port is read in the file."), BlockEnd(1)]


FIRST = "I'll look at the file first."
CUT_LATER = [
    start("m"),
    block(0),
    delta(FIRST, 0),
    assistant("m", FIRST),
    stop_block(0),
    block(1),
    delta("The port is read", 1),
    stop_block(1),
    abandon("m", 1),
    CUT_OFF,
]


def two_blocks(message: str, first: str, second: str) -> list[Line]:
    return [
        start(message),
        block(0),
        *[delta(letter, 0) for letter in first],
        assistant(message, first),
        stop_block(0),
        block(1),
        *[delta(letter, 1) for letter in second],
        assistant(message, second),
        stop_block(1),
        reason(),
        stop(),
    ]


def test_a_block_that_stands_is_not_given_again_after_a_cut() -> None:
    said = spoken(*CUT_LATER, *two_blocks("n", FIRST, "The port is read here."))
    assert said == [
        Text(1, FIRST),
        BlockEnd(1),
        Text(2, "The port is read here."),
        BlockEnd(2),
    ]


def test_after_a_cut_the_agent_may_go_on_with_the_second_block() -> None:
    said = spoken(*CUT_LATER, *restart("The port is read here."))
    assert said[2:] == [Text(2, "The port is read here."), BlockEnd(2)]


def test_after_a_cut_all_may_be_told_in_one_block() -> None:
    said = spoken(*CUT_LATER, *restart(f"{FIRST} The port is read here."))
    assert said[2:] == [
        Text(2, "The port is read"),
        Retract(2),
        Text(3, " The port is read here."),
        BlockEnd(3),
    ]


def test_after_a_cut_all_may_be_told_in_other_words() -> None:
    said = spoken(*CUT_LATER, *two_blocks("n", "I'll look at app.py.", "The port is read here."))
    assert said[2:] == [
        Text(2, "The port is read"),
        Retract(2),
        Text(3, "I'll look at app.py."),
        BlockEnd(3),
        Text(4, "The port is read here."),
        BlockEnd(4),
    ]


def test_a_block_that_stands_is_recognised_without_deltas() -> None:
    said = spoken(assistant("m", FIRST), CUT_OFF, assistant("n", FIRST), assistant("n", "More."))
    assert said == [Text(1, FIRST), BlockEnd(1), Text(2, "More."), BlockEnd(2)]


def test_a_cut_in_a_tool_use_does_not_repeat_the_text_before_it() -> None:
    said = spoken(
        start("m"),
        block(0),
        delta(FIRST, 0),
        assistant("m", FIRST),
        stop_block(0),
        block(1, "tool_use", id="t", name="Bash"),
        stop_block(1),
        abandon("m", 1),
        *whole("n", FIRST),
    )
    assert said == [Text(1, FIRST), BlockEnd(1)]


def test_the_cut_matters_only_to_the_message_after_it() -> None:
    said = spoken(*CUT_LATER, *restart("The port is read here."), *whole("o", FIRST))
    assert said[4:] == [Text(3, FIRST), BlockEnd(3)]
    said = spoken(
        assistant("m", "Done."), CUT_OFF, assistant("n", tool("t", "Bash")), *whole("o", "Done.")
    )
    assert said == [Text(1, "Done."), BlockEnd(1), Text(2, "Done."), BlockEnd(2)]


def test_a_message_that_starts_anew_under_its_own_id_was_cut() -> None:
    said = spoken(*CUT, *whole("m", "The port is read in the file."))
    assert said == [Text(1, "The port is read in the file."), BlockEnd(1)]


def test_a_turn_after_a_cut_one_is_compared_with_nothing() -> None:
    said = spoken(init(), *CUT, result(), init(), *whole("n", "The port is read in the file."))
    assert said == [
        Text(1, "The port is read in the"),
        BlockEnd(1),
        Text(2, "The port is read in the file."),
        BlockEnd(2),
    ]


# --- continuations and interrupts -------------------------------------------------------------


def truncated(text: str) -> list[Line]:
    return [*whole("m", text)[:-2], reason("max_tokens"), stop()]


def test_after_the_token_limit_the_same_block_goes_on_in_mid_word() -> None:
    said = spoken(
        *truncated("Terminal 3 send"),
        user("Output token limit hit. Resume directly.", isSynthetic=True),
        *whole("n", "s messages.", "s mess", "ages."),
    )
    assert said == [Text(1, "Terminal 3 sends messages."), BlockEnd(1)]


def test_after_the_token_limit_thinking_does_not_break_the_block() -> None:
    said = spoken(
        *truncated("Terminal 3 send"),
        start("n"),
        block(0, "thinking"),
        assistant("n", {"type": "thinking", "thinking": "Hm."}),
        stop_block(0),
        block(1),
        delta("s it.", 1),
        assistant("n", "s it."),
        stop_block(1),
        stop(),
    )
    assert said == [
        Text(1, "Terminal 3 sends it."),
        BlockEnd(1),
        Text(2, "Hm.", thinking=True),
        BlockEnd(2),
    ]


def test_after_the_token_limit_a_tool_ends_the_block() -> None:
    said = spoken(*truncated("Unfinished"), assistant("n", tool("t", "Bash")), result())
    assert said == [Text(1, "Unfinished"), BlockEnd(1)]


def test_a_block_that_was_continued_is_replaced_as_a_whole() -> None:
    said = spoken(
        *truncated("Terminal 3 send"),
        start("n"),
        block(),
        delta("s messges"),
        assistant("n", "s messages."),
        stop(),
    )
    assert said == [
        Text(1, "Terminal 3 sends messges"),
        Retract(1),
        Text(2, "Terminal 3 sends messages."),
        BlockEnd(2),
    ]


def test_an_interrupt_keeps_what_was_streamed() -> None:
    said = spoken(
        init(),
        start("m"),
        block(),
        delta("I was about"),
        assistant("m", "I was", aborted=True),
        user("[Request interrupted by user]"),
        result(
            subtype="error_during_execution", is_error=True, terminal_reason="aborted_streaming"
        ),
    )
    assert said == [Text(1, "I was about"), BlockEnd(1)]


@pytest.mark.parametrize("stop_reason", ["max_tokens", "model_context_window_exceeded"])
def test_a_full_context_is_a_token_limit_too(stop_reason: str) -> None:
    lines = [*whole("m", "Terminal 3 send")[:-2], reason(stop_reason), stop()]
    said = spoken(*lines, *whole("n", "s messages.", "s mess", "ages."))
    assert said == [Text(1, "Terminal 3 sends messages."), BlockEnd(1)]


TOKEN_LIMIT = user("Output token limit hit. Resume directly.", isSynthetic=True)


@pytest.mark.parametrize("between", [[], [TOKEN_LIMIT]], ids=["nothing", "the CLI's request"])
def test_without_deltas_the_token_limit_is_told_by_what_follows_at_once(
    between: list[Line],
) -> None:
    said = spoken(assistant("m", "Terminal 3 send"), *between, assistant("n", "s messages."))
    assert said == [Text(1, "Terminal 3 sends messages."), BlockEnd(1)]


@pytest.mark.parametrize(
    "between",
    [
        [user("Go on.")],
        [user("[Request interrupted by user]")],
        [assistant("m", tool("t", "Bash", command="ls")), tool_result("t")],
        [result("")],
    ],
    ids=["prompt", "interrupted", "tool", "result"],
)
def test_without_deltas_an_unfinished_text_ends_where_the_other_side_speaks(
    between: list[Line],
) -> None:
    said = spoken(assistant("m", "Let me see"), *between, assistant("n", "Here it is."))
    assert said[:3] == [Text(1, "Let me see"), BlockEnd(1), Text(2, "Here it is.")]


def test_without_deltas_the_blocks_of_one_message_stay_apart() -> None:
    said = spoken(assistant("m", "One"), assistant("m", "Two"), assistant("n", " three."))
    assert said == [Text(1, "One"), BlockEnd(1), Text(2, "Two three."), BlockEnd(2)]


def test_without_deltas_equal_blocks_with_lines_of_their_own_are_both_said() -> None:
    lines = [
        assistant("m", "Done.", uuid="1"),
        assistant("m", tool("t", "Bash", command="ls"), uuid="2"),
        tool_result("t"),
        assistant("m", "Done.", uuid="3"),
        assistant("m", "Done.", uuid="3"),
    ]
    assert [item for item in spoken(*lines) if isinstance(item, Text)] == [
        Text(1, "Done."),
        Text(2, "Done."),
    ]


def test_a_line_of_several_texts_gives_them_all_and_once() -> None:
    line = assistant("m", "One.", "Two.", "Three.", uuid="1")
    texts = [item.text for item in spoken(line, line) if isinstance(item, Text)]
    assert texts == ["One.", "Two.", "Three."]


def test_streamed_messages_without_their_beginnings_are_told_once_each() -> None:
    lines = [*whole("m", "One.", "One."), *whole("n", "Two.", "Two.")]
    starts = [line for line in lines if line.get("event", {}).get("type") == "message_start"]
    said = spoken(*(line for line in lines if line not in starts))
    assert said == [Text(1, "One."), BlockEnd(1), Text(2, "Two."), BlockEnd(2)]
