"""Channels and the threads that iterate them."""

from __future__ import annotations

import threading

from voicestream_tui.stages.stage import Channel, Stage


def test_a_channel_gives_items_in_order_and_ends_when_closed() -> None:
    channel: Channel[int] = Channel()
    for number in range(3):
        channel.put(number)
    channel.close()
    assert list(channel) == [0, 1, 2]


def test_a_closed_channel_takes_nothing_more() -> None:
    channel: Channel[int] = Channel()
    channel.close()
    channel.put(1)
    assert list(channel) == []


def test_closing_with_discard_drops_what_waits() -> None:
    channel: Channel[int] = Channel()
    channel.put(1)
    channel.close(discard=True)
    assert list(channel) == []


def test_batches_hold_what_has_come_up_to_the_limit() -> None:
    channel: Channel[int] = Channel()
    for number in range(5):
        channel.put(number)
    channel.close()
    assert list(channel.batches(3)) == [[0, 1, 2], [3, 4]]


def test_an_iterating_thread_ends_when_the_channel_closes() -> None:
    channel: Channel[int] = Channel()
    seen: list[int] = []
    stage = Stage("test", lambda: seen.extend(channel), lambda name, error: None)
    stage.start()
    channel.put(7)
    channel.close()
    assert stage.join(20)
    assert seen == [7]


def test_a_crash_is_reported_with_the_name_of_the_stage() -> None:
    crashes: list[tuple[str, BaseException]] = []
    reported = threading.Event()

    def work() -> None:
        raise ValueError("broken")

    def on_crash(name: str, error: BaseException) -> None:
        crashes.append((name, error))
        reported.set()

    stage = Stage("test", work, on_crash)
    stage.start()
    assert reported.wait(20)
    assert stage.join(20)
    assert crashes[0][0] == "test"
    assert str(crashes[0][1]) == "broken"


def test_a_stage_that_was_never_started_joins_at_once() -> None:
    assert Stage("test", lambda: None, lambda name, error: None).join(0)


def test_a_stage_that_does_not_end_is_told() -> None:
    release = threading.Event()

    def work() -> None:
        release.wait(10)

    stage = Stage("test", work, lambda name, error: None)
    stage.start()
    assert not stage.join(0.01)
    release.set()
    assert stage.join(20)


def test_who_waits_can_be_woken_without_an_item() -> None:
    channel: Channel[int] = Channel()
    channel.wake()
    channel.wake()
    batches = channel.batches(4)
    assert next(batches) == []
    channel.put(1)
    assert next(batches) == [1]
    channel.wake()
    channel.close()
    assert list(batches) == []
