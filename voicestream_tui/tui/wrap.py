"""Break a text into lines of a given width in cells, English and Japanese alike."""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size, split_graphemes

Range = tuple[int, int]
"""Start and end of a line in the text; blank space at the break is left out."""

NOT_AT_START = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー」』）］｝〕〉》】’”ぁぃぅぇぉっゃゅょゎ"
    "ァィゥェォッャュョヮヵヶ〜…‥％℃,.:;!?)]}%'\"»"
)
"""Japanese typesetting never begins a line with these."""
NOT_AT_END = frozenset("「『（［｛〔〈《【‘“([{«")
"""…and never ends one with these."""
_SOFT_BREAKS = "/-_.,:&=?"


def wrap(text: str, width: int) -> list[Range]:
    """Cut `text` into lines of at most `width` cells.

    Words stay whole where they fit a line; Japanese breaks between any two characters but
    for the usual prohibitions; a newline always breaks. A word longer than a line is cut,
    after a `/`, `-`, `_` or the like when one is near the end.

    Args:
        text: The text, without control characters other than newline.
        width: Cells; values under 2 count as 2, the width of one Japanese character.

    Returns:
        At least one range; together they hold every character but blank space at breaks.
    """
    width = max(width, 2)
    lines: list[Range] = []
    start = 0
    while True:
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline
        if text.isascii():
            _wrap_ascii(text, start, end, width, lines)
        else:
            _wrap_cells(text, start, end, width, lines)
        if newline < 0:
            return lines
        start = newline + 1


def _wrap_ascii(text: str, start: int, end: int, width: int, lines: list[Range]) -> None:
    while end - start > width:
        cut = text.rfind(" ", start, start + width + 1)
        if cut <= start or text[start:cut].isspace():
            cut = _cut_word(text, start, start + width)
        lines.append((start, _strip_end(text, start, cut)))
        start = _skip_spaces(text, cut, end)
        if start == end:
            return
    lines.append((start, end))


def _cut_word(text: str, start: int, limit: int) -> int:
    """Where to cut a word that no line can hold."""
    earliest = max(start + (limit - start) * 2 // 3, start + 1)
    for position in range(limit, earliest, -1):
        if text[position - 1] in _SOFT_BREAKS:
            return position
    return limit


def _wrap_cells(text: str, start: int, end: int, width: int, lines: list[Range]) -> None:
    widths = _widths(text, start, end)
    used = 0
    last_break = start
    position = start
    while position < end:
        cells = widths[position - start]
        if position > start and _may_break(text, position, widths, position - start):
            last_break = position
        if used + cells > width and text[position] != " ":
            if last_break <= start:
                last_break = _cut_word(text, start, position)
            lines.append((start, _strip_end(text, start, last_break)))
            first = start
            start = _skip_spaces(text, last_break, end)
            widths = widths[start - first :]
            used = sum(widths[: max(position - start, 0)])
            position = max(position, start)
            last_break = start
            if start == end:
                return
            continue
        used += cells
        position += 1
    lines.append((start, _strip_end(text, start, end) if used > width else end))


def _may_break(text: str, position: int, widths: list[int], index: int) -> bool:
    before, after = text[position - 1], text[position]
    if widths[index] == 0 or after == " ":
        return False
    if before == " ":
        return True
    if widths[index - 1] < 2 and widths[index] < 2:
        return False
    return after not in NOT_AT_START and before not in NOT_AT_END


def _widths(text: str, start: int, end: int) -> list[int]:
    """Cells of each character; the later characters of a joined emoji count 0."""
    part = text[start:end]
    if "\u200d" not in part and "\ufe0f" not in part:
        return [get_character_cell_size(character) for character in part]
    widths = [0] * len(part)
    for first, _, cells in split_graphemes(part)[0]:
        widths[first] = cells
    return widths


def _strip_end(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] == " ":
        end -= 1
    return end


def _skip_spaces(text: str, start: int, end: int) -> int:
    while start < end and text[start] == " ":
        start += 1
    return start


def shorten(text: str, width: int) -> str:
    """Cut `text` to `width` cells; what was cut shows as "..."."""
    if cell_len(text) <= width:
        return text
    mark = "..."[: max(width, 0)]
    used = 0
    for position, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width - len(mark):
            return text[:position].rstrip() + mark
    return text
