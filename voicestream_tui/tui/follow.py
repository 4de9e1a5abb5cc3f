"""Where the view belongs: what a follower sees, what an anchored reader sees."""

from __future__ import annotations

from voicestream_tui.tui.row_book import RowBook

_CALM_ZONE = 0.7
"""The spoken row may wander down to here before the view moves."""
_REST = 3
"""When the view moves, the spoken row comes to rest at 1/_REST of the height."""


def followed_top(book: RowBook, index: int | None, top: int, view: int) -> int:
    """The first line to show so that a row is in sight, the newest ones too if they fit.

    Args:
        book: The rows.
        index: The row to keep in sight; None for the newest.
        top: The first line shown now; it stays if it can, for a calm picture.
        view: Lines of the view.
    """
    book.settle_end(view)
    if index is not None:
        book.layout(index)
        book.settle(book.offset(index), view)
    last_top = max(book.total - view, 0)
    if index is None or book.offset(index) >= last_top:
        return last_top
    begin, height = book.offset(index), book.height(index)
    if top <= begin and begin + height <= top + view * _CALM_ZONE:
        return min(top, last_top)
    above = min(view // _REST, max(view - height, 0))
    return max(min(begin - above, last_top), 0)


def revealing_top(book: RowBook, index: int, top: int, view: int) -> int:
    """The first line to show so that a row is in sight, moving as little as possible."""
    height, begin = book.layout(index).height, book.offset(index)
    if begin < top or height >= view:
        return begin
    return max(begin + height - view, top)


def anchored_top(book: RowBook, anchor: tuple[int, int] | None, top: int) -> int:
    """The first line to show so that it is the one it was before heights changed.

    Args:
        book: The rows with their new heights.
        anchor: The row and its line that stood at the top; None if there was none.
        top: The first line shown now.
    """
    if anchor is None:
        return top
    index, line = anchor
    height = book.layout(index).height
    return book.offset(index) + min(line, height - 1)
