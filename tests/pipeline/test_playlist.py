"""The cursor over what is to be spoken."""

from __future__ import annotations

import threading

import pytest

from voicestream_tui.model import Kind, Segment, Translation, Utterance
from voicestream_tui.stages.playlist import Entry, Playlist


def filled(count: int, silent: tuple[int, ...] = ()) -> Playlist:
    playlist = Playlist(lambda entry: entry.translation.japanese)
    for number in range(1, count + 1):
        segment = Segment(number, 1, Kind.PROSE, f"S{number}")
        playlist.add(Entry(segment, Translation(f"文{number}"), number not in silent))
    return playlist


def take(playlist: Playlist) -> Utterance:
    utterance = playlist.take()
    assert utterance is not None
    return utterance


def taken(playlist: Playlist, count: int) -> list[int]:
    return [take(playlist).segment.id for _ in range(count)]


def test_entries_are_taken_in_order_with_their_spoken_form() -> None:
    playlist = filled(2)
    first = take(playlist)
    assert (first.segment.id, first.text) == (1, "文1")
    assert taken(playlist, 1) == [2]


def test_entries_that_do_not_speak_by_themselves_are_passed_over() -> None:
    assert taken(filled(3, silent=(2,)), 2) == [1, 3]


def test_a_silent_entry_speaks_when_the_user_points_at_it() -> None:
    playlist = filled(3, silent=(2,))
    playlist.speak_from(2)
    assert taken(playlist, 2) == [2, 3]


def test_skip_cancels_what_sounds_and_leaves_what_follows() -> None:
    playlist = filled(3)
    one, two = take(playlist), take(playlist)
    playlist.began(one)
    assert playlist.skip() == [1]
    assert one.cancelled
    assert not two.cancelled


def test_skip_before_anything_was_taken_passes_over_the_next() -> None:
    playlist = filled(2)
    assert playlist.skip() == [1]
    assert taken(playlist, 1) == [2]


def test_skip_at_the_end_does_nothing() -> None:
    assert filled(0).skip() == []


def test_back_goes_several_steps_when_pressed_several_times() -> None:
    playlist = filled(5)
    for _ in range(4):
        playlist.over(take(playlist))
    fifth = take(playlist)
    playlist.began(fifth)
    assert playlist.back() == [5]
    assert fifth.cancelled
    playlist.back()
    playlist.back()
    assert taken(playlist, 2) == [2, 3]


def test_back_at_the_start_stays_at_the_start() -> None:
    playlist = filled(2)
    playlist.began(take(playlist))
    playlist.back(7)
    assert taken(playlist, 1) == [1]


def test_replay_speaks_the_current_entry_again_and_goes_on() -> None:
    playlist = filled(3)
    playlist.over(take(playlist))
    playlist.began(take(playlist))
    assert playlist.replay() == [2]
    assert taken(playlist, 2) == [2, 3]


def test_replay_after_the_end_speaks_the_last_entry() -> None:
    playlist = filled(2)
    for _ in range(2):
        playlist.over(take(playlist))
    playlist.replay()
    assert taken(playlist, 1) == [2]


def test_jump_to_live_passes_over_everything_due() -> None:
    playlist = filled(5)
    one, two = take(playlist), take(playlist)
    playlist.began(one)
    assert playlist.jump_to_live() == [1, 2, 3, 4, 5]
    assert one.cancelled
    assert two.cancelled
    playlist.add(Entry(Segment(6, 1, Kind.PROSE, "S6"), Translation("文6")))
    assert taken(playlist, 1) == [6]


def test_withdrawn_segments_are_never_spoken() -> None:
    playlist = filled(3)
    one = take(playlist)
    playlist.began(one)
    assert playlist.withdraw(1) is True
    assert playlist.withdraw(2) is False
    assert one.cancelled
    assert taken(playlist, 1) == [3]
    assert playlist.speak_from(2) == []


def test_a_segment_withdrawn_before_it_is_translated_is_never_spoken() -> None:
    playlist = filled(1)
    playlist.withdraw(2)
    playlist.add(Entry(Segment(2, 1, Kind.PROSE, "S2"), Translation("文2")))
    playlist.add(Entry(Segment(3, 1, Kind.PROSE, "S3"), Translation("文3")))
    assert taken(playlist, 2) == [1, 3]


def test_queued_utterances_are_made_again_but_not_what_sounds() -> None:
    playlist = filled(4)
    one, two, three = (take(playlist) for _ in range(3))
    playlist.remake_queued(sounding=1)
    assert [u.cancelled for u in (one, two, three)] == [False, True, True]
    assert taken(playlist, 3) == [2, 3, 4]


def test_rows_that_are_not_spoken_do_not_count_as_due() -> None:
    assert filled(2, silent=(1, 2)).exhausted
    playlist = filled(3, silent=(2, 3))
    playlist.over(take(playlist))
    assert playlist.exhausted


def test_a_row_that_only_lost_its_turn_was_not_heard() -> None:
    playlist = filled(3, silent=(3,))
    playlist.jump_to_live()
    assert playlist.withdraw(1) is False
    assert playlist.withdraw(3) is False


def test_a_row_that_was_heard_and_is_spoken_again_was_heard() -> None:
    playlist = filled(1)
    one = take(playlist)
    playlist.began(one)
    playlist.over(one)
    playlist.replay()
    take(playlist)
    assert playlist.withdraw(1) is True


def test_a_silent_entry_that_sounds_is_spoken_again_on_replay_and_with_a_new_voice() -> None:
    playlist = filled(3, silent=(2,))
    playlist.speak_from(2)
    playlist.began(take(playlist))
    assert playlist.replay() == [2]
    again = take(playlist)
    assert again.segment.id == 2
    playlist.remake_queued(sounding=None)
    assert again.cancelled
    assert taken(playlist, 2) == [2, 3]


def test_going_forward_passes_over_what_lies_between_but_only_once() -> None:
    playlist = filled(5, silent=(3,))
    playlist.began(take(playlist))
    assert playlist.speak_from(5) == [1, 2, 4]
    playlist.speak_from(1)
    assert playlist.speak_from(5) == []


def test_what_waits_is_counted_through_every_move() -> None:
    playlist = filled(6, silent=(4,))  # two characters each
    assert playlist.waiting_characters == 10
    playlist.began(take(playlist))
    take(playlist)
    assert playlist.waiting_characters == 6
    playlist.withdraw(5)
    assert playlist.waiting_characters == 4
    playlist.withdraw(5)
    playlist.speak_from(4)
    assert playlist.waiting_characters == 2
    playlist.back(9)
    assert playlist.waiting_characters == 8
    playlist.jump_to_live()
    assert playlist.waiting_characters == 0
    playlist.add(Entry(Segment(7, 1, Kind.PROSE, "S7"), Translation("文七つ")))
    assert playlist.waiting_characters == 3
    assert playlist.close() == [7]
    assert playlist.waiting_characters == 0


def test_after_closing_everything_that_comes_is_passed_over() -> None:
    playlist = filled(2, silent=(2,))
    assert playlist.close() == [1]
    assert playlist.close() == []
    assert playlist.add(Entry(Segment(3, 1, Kind.PROSE, "S3"), Translation("文3"))) == [3]
    assert playlist.add(Entry(Segment(4, 1, Kind.PROSE, "S4"), Translation("文4"), False)) == []
    assert playlist.speak_from(1) == []
    assert playlist.skip() == []
    assert playlist.exhausted


def test_take_waits_for_an_entry_and_ends_when_closed() -> None:
    playlist = filled(0)
    results: list[Utterance | None] = []
    thread = threading.Thread(target=lambda: results.extend([playlist.take(), playlist.take()]))
    thread.start()
    playlist.add(Entry(Segment(1, 1, Kind.PROSE, "S"), Translation("文")))
    playlist.close()
    thread.join(20)
    assert results[-1] is None


def test_closing_cancels_what_is_under_way_and_nothing_is_due_any_more() -> None:
    playlist = filled(2)
    one = take(playlist)
    assert not playlist.exhausted
    playlist.close()
    assert one.cancelled
    assert playlist.exhausted


def add_urgent(playlist: Playlist, number: int) -> list[int]:
    segment = Segment(number, 1, Kind.NOTICE, f"U{number}", urgent=True)
    return playlist.add(Entry(segment, Translation(f"急{number}")))


def test_what_is_urgent_comes_before_what_waits_and_only_once() -> None:
    playlist = filled(3)
    assert taken(playlist, 1) == [1]
    add_urgent(playlist, 4)
    assert taken(playlist, 3) == [4, 2, 3]
    assert not playlist.waiting_characters


def test_several_urgent_ones_keep_their_order() -> None:
    playlist = filled(1)
    add_urgent(playlist, 2)
    add_urgent(playlist, 3)
    assert taken(playlist, 3) == [2, 3, 1]


def test_an_urgent_one_goes_before_what_was_made_ahead() -> None:
    playlist = filled(3)
    first = take(playlist)
    playlist.began(first)
    made_ahead = take(playlist)
    add_urgent(playlist, 4)
    playlist.remake_queued(1)
    assert made_ahead.cancelled
    assert not first.cancelled
    assert taken(playlist, 3) == [4, 2, 3]


def test_an_urgent_one_that_was_taken_back_is_urgent_again() -> None:
    playlist = filled(2)
    add_urgent(playlist, 3)
    assert take(playlist).segment.id == 3
    playlist.remake_queued(None)
    assert taken(playlist, 2) == [3, 1]


def test_skip_passes_over_an_urgent_one_that_waits() -> None:
    playlist = filled(1)
    add_urgent(playlist, 2)
    assert playlist.skip() == [2]
    assert taken(playlist, 1) == [1]


def test_going_back_keeps_what_is_urgent_and_going_live_drops_it() -> None:
    playlist = filled(2)
    assert taken(playlist, 2) == [1, 2]
    add_urgent(playlist, 3)
    playlist.speak_from(1)
    assert taken(playlist, 2) == [3, 1]
    add_urgent(playlist, 4)
    assert 4 in playlist.jump_to_live()
    assert playlist.exhausted


def test_an_urgent_one_counts_until_it_is_over() -> None:
    playlist = filled(0)
    add_urgent(playlist, 1)
    assert not playlist.exhausted
    utterance = take(playlist)
    assert not playlist.exhausted
    playlist.over(utterance)
    assert playlist.exhausted


def test_what_is_urgent_can_be_withdrawn_and_is_refused_after_the_end() -> None:
    playlist = filled(0)
    add_urgent(playlist, 1)
    assert not playlist.withdraw(1)
    assert playlist.exhausted
    playlist.close()
    assert add_urgent(playlist, 2) == [2]


def question_sounds(waiting: int, silent: tuple[int, ...] = ()) -> tuple[Playlist, int]:
    """Row 1 was heard, others wait, and an urgent row sounds before them."""
    playlist = filled(waiting + 1, silent)
    first = take(playlist)
    playlist.began(first)
    playlist.over(first)
    question = waiting + 2
    add_urgent(playlist, question)
    playlist.began(take(playlist))
    return playlist, question


def test_replaying_an_urgent_one_keeps_what_waits_behind_it() -> None:
    playlist, question = question_sounds(waiting=4)
    made_ahead = take(playlist)
    assert playlist.replay(question) == [question]
    assert made_ahead.cancelled
    assert taken(playlist, 5) == [question, 2, 3, 4, 5]
    assert not playlist.waiting_characters


def test_replaying_an_urgent_one_before_word_came_that_it_sounds_says_it_once_more() -> None:
    playlist = filled(2)
    add_urgent(playlist, 3)
    taken(playlist, 2)
    playlist.replay(sounding=3)
    assert taken(playlist, 3) == [3, 1, 2]


def test_replaying_an_urgent_one_keeps_the_row_that_the_user_asked_for() -> None:
    playlist, question = question_sounds(waiting=4, silent=(3, 5))
    playlist.speak_from(3)
    add_urgent(playlist, question + 1)
    playlist.began(take(playlist))
    playlist.replay(question + 1)
    assert taken(playlist, 3) == [question + 1, 3, 4]


def test_going_back_from_an_urgent_one_counts_from_what_it_came_before() -> None:
    playlist, question = question_sounds(waiting=4)
    take(playlist)
    assert playlist.back(1, question) == [question]
    assert taken(playlist, 5) == [1, 2, 3, 4, 5]


def test_going_back_from_an_urgent_one_before_word_came_that_it_sounds_ends_it() -> None:
    playlist = filled(2)
    playlist.over(take(playlist))
    add_urgent(playlist, 3)
    take(playlist)
    assert playlist.back(1, sounding=3) == [3]
    assert taken(playlist, 2) == [1, 2]


def test_a_command_that_comes_before_word_of_what_sounded_does_not_say_that_again() -> None:
    playlist = filled(3)
    take(playlist)
    take(playlist)
    playlist.replay(sounding=2)
    assert taken(playlist, 2) == [2, 3]


def test_replay_and_back_do_nothing_after_the_end() -> None:
    playlist, question = question_sounds(waiting=1)
    playlist.close()
    assert playlist.replay(question) == []
    assert playlist.back(1, question) == []
    assert playlist.exhausted


def test_replay_after_an_urgent_one_says_that_again_and_leaves_the_cursor() -> None:
    playlist, question = question_sounds(waiting=2)
    playlist.skip(question)
    made_ahead = take(playlist)
    assert playlist.replay() == []
    assert made_ahead.cancelled
    assert taken(playlist, 3) == [question, 2, 3]


def test_replay_after_a_lone_urgent_one_says_that_again() -> None:
    playlist = filled(0)
    add_urgent(playlist, 1)
    only = take(playlist)
    playlist.began(only)
    playlist.over(only)
    playlist.replay()
    assert not playlist.exhausted
    assert taken(playlist, 1) == [1]


def test_replay_says_what_sounded_after_an_urgent_one() -> None:
    playlist, question = question_sounds(waiting=2)
    playlist.skip(question)
    second = take(playlist)
    playlist.began(second)
    playlist.over(second)
    playlist.replay()
    assert taken(playlist, 2) == [2, 3]


def test_an_urgent_one_that_the_user_left_is_not_replayed() -> None:
    playlist, question = question_sounds(waiting=2)
    playlist.back(1, question)
    take(playlist)
    assert playlist.replay() == []
    assert taken(playlist, 2) == [1, 2]


def test_pointing_elsewhere_before_word_came_that_an_urgent_one_sounds_ends_it() -> None:
    playlist = filled(2)
    add_urgent(playlist, 3)
    take(playlist)
    assert playlist.speak_from(2, sounding=3) == [3, 1]
    assert taken(playlist, 1) == [2]


def test_what_sounded_before_going_live_is_known_before_word_of_it_came() -> None:
    playlist = filled(2)
    add_urgent(playlist, 3)
    playlist.began(take(playlist))
    take(playlist)
    assert playlist.jump_to_live(sounding=1) == [3, 1, 2]
    playlist.replay()
    assert taken(playlist, 1) == [2]


def test_replaying_an_urgent_one_that_was_made_and_not_heard_says_it_once() -> None:
    playlist = filled(2)
    add_urgent(playlist, 3)
    taken(playlist, 2)
    assert playlist.replay() == []
    assert taken(playlist, 3) == [3, 1, 2]


def test_an_urgent_one_that_was_withdrawn_is_not_replayed() -> None:
    playlist, question = question_sounds(waiting=1)
    playlist.withdraw(question)
    playlist.replay()
    assert taken(playlist, 1) == [1]


@pytest.mark.parametrize("made_ahead", [False, True])
def test_pointing_at_an_urgent_one_that_waits_says_it_once(made_ahead: bool) -> None:
    playlist = filled(1)
    playlist.began(take(playlist))
    add_urgent(playlist, 2)
    if made_ahead:
        take(playlist)
    assert playlist.speak_from(2) == [1]
    only = take(playlist)
    assert only.segment.id == 2
    playlist.over(only)
    assert playlist.exhausted
