"""What has been read of a paragraph while some of its marks may still find their partner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.text.emphasis import Mark, Run, match_runs
from voicestream_tui.text.plain import Plain


@dataclass(slots=True)
class Node:
    """A stretch of text; places are positions in the paragraph as written."""

    text: str
    start: int
    end: int
    style: SpanStyle | None = None
    target: str = ""
    border: bool = False
    """No sentence goes across its end."""
    run: Run | None = None
    """Set for marks; those that are not used up are shown."""


@dataclass(slots=True)
class Bracket:
    """An open `[` or `![`."""

    node: int
    text_start: int
    runs: int
    image: bool
    active: bool = True
    """False inside a link's text: there is no link in a link."""


class InlineNodes:
    """Nodes in order. Those that nothing can change any more move on to `plain`."""

    def __init__(self, plain: Plain, source: Callable[[int], int]) -> None:
        """Begin a paragraph.

        Args:
            plain: takes the settled text.
            source: gives the place in the received text of a position in the paragraph.
        """
        self.brackets: list[Bracket] = []
        """The open ones, the innermost last."""
        self._plain = plain
        self._source = source
        self._nodes: list[Node] = []
        self._first = 0  # number of nodes[0]
        self._runs: list[Run] = []
        self._marks: list[Mark] = []

    @property
    def start(self) -> int | None:
        """Position of the first node that waits."""
        return self._nodes[0].start if self._nodes else None

    @property
    def _next(self) -> int:
        return self._first + len(self._nodes)

    def add(
        self,
        text: str,
        start: int,
        end: int,
        style: SpanStyle | None = None,
        target: str = "",
        border: bool = False,
    ) -> None:
        """Add text that was written at [start, end); the rest as in `Node`."""
        if self._nodes:
            self._nodes.append(Node(text, start, end, style, target, border))
            return
        plain = self._plain  # nothing waits, so it is settled
        begin = len(plain.text)
        if text:
            plain.append(text, self._source(start), self._source(end - 1) + 1)
        if border:
            plain.add_border()
        if style is not None:
            plain.style(Span(begin, len(plain.text), style, target))

    def add_run(self, mark: str, start: int, end: int, flanks: tuple[bool, bool]) -> None:
        """Add a run of marks; `flanks` tells whether it may open and may close."""
        run = Run(mark, self._next, end - start, end - start, *flanks)
        self._nodes.append(Node("", start, end, run=run))
        self._runs.append(run)
        if run.closes and not self.brackets:
            match_runs(self._runs, 0, self._marks)

    def open_bracket(self, written: str, start: int, end: int) -> None:
        """Add a `[` or `![`."""
        image = written.startswith("!")
        self.brackets.append(Bracket(self._next, end, len(self._runs), image))
        self._nodes.append(Node(written, start, end))

    def close_bracket(self) -> None:
        """The innermost bracket is text."""
        self.brackets.pop()
        self._match()

    def link(self, start: int, end: int, target: str) -> None:
        """The innermost bracket is a link; its tail is at [start, end)."""
        bracket = self.brackets.pop()
        match_runs(self._runs, bracket.runs, self._marks)
        del self._runs[bracket.runs :]
        self._nodes[bracket.node - self._first].text = ""
        self._marks.append(Mark(bracket.node, self._next, SpanStyle.LINK, target))
        self._nodes.append(Node("", start, end))
        if not bracket.image:
            for outer in self.brackets:
                outer.active = outer.active and outer.image
        self._match()

    def footnote(self, written: str, end: int) -> None:
        """The innermost bracket is a footnote's mark, shown as written."""
        bracket = self.brackets.pop()
        opening = bracket.node - self._first
        start = self._nodes[opening].start
        del self._runs[bracket.runs :], self._nodes[opening:]
        self._nodes.append(Node(written, start, end, SpanStyle.LINK, written[1:-1]))
        self._match()

    def _match(self) -> None:
        if not self.brackets:
            match_runs(self._runs, 0, self._marks)

    def settle(self, final: bool) -> None:
        """Move on what nothing can change any more; everything if `final`."""
        if not self._nodes:
            return
        if final:
            self.brackets.clear()
            self._match()
            self._runs.clear()
        limit = self._next
        if self._runs:
            limit = self._runs[0].node
        if self.brackets:
            limit = min(limit, self.brackets[0].node)
        if limit > self._first:
            self._show(limit - self._first)

    def _show(self, count: int) -> None:
        plain, source = self._plain, self._source
        begins, ends = [], []
        for node in self._nodes[:count]:
            if node.run is not None:
                node.text = node.run.mark * node.run.count
            begins.append(plain.end)
            if node.text:
                plain.append(node.text, source(node.start), source(node.end - 1) + 1)
            ends.append(plain.end)
            if node.border:
                plain.add_border()
            if node.style is not None:
                plain.style(Span(begins[-1], ends[-1], node.style, node.target))
        begins.append(plain.end)  # a closer that is not used up may be the first that waits
        settled = self._first + count
        for mark in self._marks:
            if mark.closer <= settled:
                start, end = ends[mark.opener - self._first], begins[mark.closer - self._first]
                plain.style(Span(start, end, mark.style, mark.target))
        self._marks = [mark for mark in self._marks if mark.closer > settled]
        del self._nodes[:count]
        self._first = settled
