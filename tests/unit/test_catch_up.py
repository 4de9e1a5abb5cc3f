"""Speech hurries while much of it waits, and not by turns."""

from __future__ import annotations

from voicestream_tui.stages.catch_up import CatchUp


def test_a_hurry_goes_on_until_half_is_caught_up() -> None:
    hurry = CatchUp(1.5, after=10.0)
    lags = [9.0, 10.0, 10.1, 9.0, 6.0, 5.1, 5.0, 9.9, 10.5]
    assert [hurry.speed(1.0, lag) for lag in lags] == [
        *(1.0, 1.0, 1.5, 1.5, 1.5, 1.5, 1.0, 1.0, 1.5)
    ]


def test_who_listens_faster_than_that_is_not_slowed_down() -> None:
    hurry = CatchUp(1.5, after=10.0)
    assert hurry.speed(2.0, 60.0) == 2.0
    assert hurry.speed(1.0, 60.0) == 1.5


def test_without_a_speed_for_it_there_is_no_hurry() -> None:
    assert CatchUp(1.0, after=10.0).speed(0.8, 60.0) == 0.8
