from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicestream_tui.agent.framing import Framer


def frame(framer: Framer, *chunks: bytes) -> list[bytes]:
    lines = [line for chunk in chunks for line in framer.feed(chunk)]
    return lines + framer.close()


def test_splits_at_line_feeds_alone() -> None:
    text = "NEL \u0085, LS \u2028, form feed \f, CR \r here\n".encode()
    assert frame(Framer(), text) == [text[:-1]]


def test_a_line_may_come_in_many_pieces_and_a_piece_may_hold_many_lines() -> None:
    assert frame(Framer(), b"on", b"e\ntwo\nthr", b"ee\n") == [b"one", b"two", b"three"]


def test_blank_lines_are_lines() -> None:
    assert frame(Framer(), b"\n\na\n") == [b"", b"", b"a"]


def test_the_end_of_the_input_ends_a_line() -> None:
    assert frame(Framer(), b"one\ntwo") == [b"one", b"two"]
    assert frame(Framer(), b"one\n") == [b"one"]


def test_a_line_that_is_too_long_is_cut_and_counted() -> None:
    framer = Framer(max_line=4)
    assert frame(framer, b"abcd\nabcdefgh\nij\n") == [b"abcd", b"abcd", b"ij"]
    assert framer.truncated == 1


def test_an_endless_line_takes_no_memory() -> None:
    framer = Framer(max_line=1000)
    lines = [line for _ in range(5000) for line in framer.feed(b"x" * 999)]
    assert lines == [b"x" * 1000]
    assert framer.truncated == 1
    assert framer.feed(b"x\nnext\n") == [b"next"]


@given(st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"b", b"\n"))))
def test_pieces_make_no_difference(chunks: list[bytes]) -> None:
    data = b"".join(chunks)
    expected = data.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert frame(Framer(), *chunks) == expected


@given(st.lists(st.binary(max_size=9)), st.integers(1, 8))
def test_pieces_make_no_difference_to_lines_that_are_too_long(
    chunks: list[bytes], longest: int
) -> None:
    chunks = [chunk.replace(b"\x00", b"\n") for chunk in chunks]
    assert frame(Framer(longest), *chunks) == frame(Framer(longest), b"".join(chunks))
