"""Plain text that grows at its end and is cut off at its front, with styles and source places."""

from __future__ import annotations

from dataclasses import dataclass

from voicestream_tui.model import Span, SpanStyle

_GUARDED = (SpanStyle.CODE, SpanStyle.LINK)


@dataclass(slots=True)
class _Fragment:
    """From `begin` on, the text comes from source[start:end]."""

    begin: int
    start: int
    end: int


class Plain:
    """A paragraph's text without its marks; positions count from the last `cut`."""

    def __init__(self) -> None:
        self.text = ""
        self.borders: list[int] = []
        """Positions that no sentence goes across, ascending."""
        self.guards: list[Span] = []
        """The code spans and links, inside which no sentence ends."""
        self._spans: list[Span] = []
        self._fragments: list[_Fragment] = []

    @property
    def end(self) -> int:
        """Length of the text."""
        return len(self.text)

    def append(self, text: str, start: int, end: int) -> None:
        """Add text that was made of source[start:end]."""
        if not text:
            return
        begin = len(self.text)
        last = self._fragments[-1] if self._fragments else None
        if (
            last is not None
            and last.end == start
            and end - start == len(text)  # written so
            and start - last.start == begin - last.begin
        ):
            last.end = end
        else:
            self._fragments.append(_Fragment(begin, start, end))
        self.text += text

    def add_border(self) -> None:
        """No sentence goes across the present end."""
        self.borders.append(len(self.text))

    def style(self, span: Span) -> None:
        """Style a stretch of the text."""
        if span.end > span.start:
            self._spans.append(span)
            if span.style in _GUARDED:
                self.guards.append(span)

    def slice(self, begin: int, end: int) -> tuple[str, tuple[Span, ...]]:
        """Return text[begin:end] without the blanks around it, and the styles within."""
        text = self.text[begin:end]
        shown = text.strip()
        if not self._spans:
            return shown, ()
        begin += len(text) - len(text.lstrip())
        end = begin + len(shown)
        spans = [
            Span(max(s.start, begin) - begin, min(s.end, end) - begin, s.style, s.target)
            for s in self._spans
            if s.start < end and s.end > begin
        ]
        spans.sort(key=lambda s: (s.start, -s.end))
        return shown, tuple(spans)

    def source_end(self, position: int) -> int:
        """Return the place in the source right behind what text[position - 1] was made of."""
        for index in range(len(self._fragments) - 1, -1, -1):
            fragment = self._fragments[index]
            if fragment.begin < position:
                last = index + 1 == len(self._fragments)
                stop = self.end if last else self._fragments[index + 1].begin
                if position == stop:
                    return fragment.end
                return fragment.start + position - fragment.begin
        raise ValueError("nothing stands before this position")

    def cut(self, position: int) -> None:
        """Forget text[:position]."""
        if not position:
            return
        if position == len(self.text):
            self.text = ""
            for rest in (self.borders, self.guards, self._spans, self._fragments):
                rest.clear()
            return
        self.text = self.text[position:]
        self.borders = [border - position for border in self.borders if border > position]
        self.guards = _shifted(self.guards, position)
        self._spans = _shifted(self._spans, position)
        kept = [f for f in self._fragments if f.begin >= position]
        passed = len(self._fragments) - len(kept)
        if passed and (not kept or kept[0].begin > position) and self.text:
            split = self._fragments[passed - 1]
            kept.insert(0, _Fragment(position, split.start + position - split.begin, split.end))
        self._fragments = [_Fragment(f.begin - position, f.start, f.end) for f in kept]


def _shifted(spans: list[Span], by: int) -> list[Span]:
    return [Span(max(s.start - by, 0), s.end - by, s.style, s.target) for s in spans if s.end > by]
