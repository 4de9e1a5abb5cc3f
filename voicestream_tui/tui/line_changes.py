"""What changes from one text to another, line by line, in bounded time.

`difflib` alone takes half a minute for two large files with many lines alike. Here equal beginnings
and ends are cut off first; what is long in between is parted at lines that occur once in either
text; and where even that leaves much, it counts as replaced.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice

Run = tuple[int, int, int]
"""Equal lines: where they begin in the old and in the new text, and how many they are."""
_CONTEXT = 3
_LARGEST = 400
"""Lines of either text that `difflib` gets at most."""
_WORK, _ONE_CALL = 400_000, 400
"""How much it may do altogether, in pairs of lines; what a call costs by itself."""
_MOST_PARTED = 100_000
"""Lines of a text beyond which no lines that occur once are looked for."""


def changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Lines with their sign: "+" comes, "-" goes, " " stays; "@" stands for lines left out."""
    runs = [*_runs(old, new), (len(old), len(new), 0)]
    x = y = 0
    for i, j, count in runs:
        yield from (("-", line) for line in old[x:i])
        yield from (("+", line) for line in new[y:j])
        x, y = i + count, j + count
        after = 0 if i == j == 0 else _CONTEXT
        before = 0 if (x, y) == (len(old), len(new)) else _CONTEXT
        if count <= after + before and after and before:
            yield from ((" ", line) for line in old[i:x])
            continue
        yield from ((" ", line) for line in old[i : min(i + after, x)])
        if after and before and count:
            yield "@", ""
        yield from ((" ", line) for line in old[max(x - before, i) : x])


def _runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """All equal lines that are found, in order; neighbours are one run."""
    joined: list[Run] = []
    for i, j, count in _found(old, new):
        if joined and (i, j) == (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]):
            joined[-1] = (*joined[-1][:2], joined[-1][2] + count)
        elif count:
            joined.append((i, j, count))
    return joined


def _found(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    work = _WORK
    begin, end = _ends(old, new)
    yield 0, 0, begin
    x, y = begin, begin
    stop = (len(old) - end, len(new) - end, end)
    middle = old[begin : stop[0]], new[begin : stop[1]]
    size = max(map(len, middle))
    anchors = _anchors(*middle) if _LARGEST < size <= _MOST_PARTED else []
    for i, j, count in [*((begin + i, begin + j, 1) for i, j in anchors), stop]:
        above, below = _ends(old[x:i], new[y:j])
        yield x, y, above
        x, y, last = x + above, y + above, (i - below, j - below)
        a, b = old[x : last[0]], new[y : last[1]]
        cost = len(a) * len(b) + _ONE_CALL
        if a and b and max(len(a), len(b)) <= _LARGEST and cost <= work:
            work -= cost
            blocks = SequenceMatcher(None, a, b).get_matching_blocks()
            yield from ((x + p, y + q, size) for p, q, size in blocks)
        yield (*last, below)
        yield i, j, count
        x, y = i + count, j + count


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are equal at the beginning, and at the end of the rest."""
    begin = _equal(zip(old, new, strict=False))
    rest = min(len(old), len(new)) - begin
    return begin, _equal(islice(zip(reversed(old), reversed(new), strict=False), rest))


def _equal(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where lines stand that occur once in either text, as many as keep their order."""
    in_old, in_new = Counter(old), Counter(new)
    place = {line: j for j, line in enumerate(new) if in_new[line] == 1}
    pairs = [(i, place[line]) for i, line in enumerate(old) if in_old[line] == 1 and line in place]
    # The longest increasing sequence: of each length the one that ends first, and what it is of.
    least: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(least, j)
        least[length : length + 1] = [j]
        ends[length : length + 1] = [number]
        before.append(ends[length - 1] if length else -1)
    kept: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        kept.append(pairs[number])
        number = before[number]
    return kept[::-1]
