"""Every latency figure on screen, in logs and in the benchmark comes from here.

*Text to sound* of a segment is the time from the arrival of the first character of its last
word to its first sample handed to the device, when the voice was free. A sentence that had to
queue behind earlier speech counts with the time that the program itself took for it (cutting
and translating, then making its first sound), without the time it queued on purpose.
"""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from voicestream_tui.model import Timeline


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in milliseconds."""

    p50: float
    p95: float
    max: float
    n: int

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spread | None:
        """Nearest-rank percentiles of durations in seconds; None of nothing."""
        return cls.of_sorted(sorted(seconds))

    @classmethod
    def of_sorted(cls, seconds: Sequence[float]) -> Spread | None:
        """The same of durations in rising order; takes no longer for more of them."""
        n = len(seconds)
        if not n:
            return None
        ranks = (-(-n * 50 // 100) - 1, -(-n * 95 // 100) - 1, n - 1)
        p50, p95, highest = (round(1000 * seconds[rank], 1) for rank in ranks)
        return cls(p50, p95, highest, n)


class Timelines:
    """The timelines of all segments; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lines: dict[int, Timeline] = {}
        self._lock = threading.Lock()
        self._last: float | None = None
        self._latencies: list[float] = []
        self.sound_made = 0.0
        self.synthesis_time = 0.0

    def begin(self, segment_id: int, timeline: Timeline) -> None:
        with self._lock:
            self._lines[segment_id] = timeline

    def translated(self, segment_id: int, t: float) -> None:
        with self._lock:
            self._lines[segment_id].translated = t

    def synthesised(self, segment_id: int, began: float, ended: float, duration: float) -> None:
        """Note a chunk: when its synthesis began and ended, and its seconds of sound."""
        with self._lock:
            line = self._lines[segment_id]
            if line.first_samples is None:
                line.synthesis_began = began
                line.first_samples = ended
            self.sound_made += duration
            self.synthesis_time += ended - began

    def sounded(self, segment_id: int, t: float, voice_free: float | None) -> None:
        """Note the first sample of a segment; replays do not count."""
        with self._lock:
            line = self._lines[segment_id]
            if line.first_sound is None:
                line.first_sound = t
                line.voice_free = voice_free
                self._last = text_to_sound(line)
                if self._last is not None:
                    insort(self._latencies, self._last)

    def spoken(self, segment_id: int, t: float) -> None:
        with self._lock:
            line = self._lines[segment_id]
            line.spoken = line.spoken or t

    @property
    def last_text_to_sound(self) -> float | None:
        """Seconds, of the sentence that began to sound last."""
        return self._last

    @property
    def text_to_sound(self) -> Spread | None:
        """The distribution so far, kept ready: a screen asks for it several times a second."""
        with self._lock:
            return Spread.of_sorted(self._latencies)

    def spread(self, measure: Callable[[Timeline], float | None]) -> Spread | None:
        """The distribution of a measure over all segments that have it."""
        with self._lock:
            values = [measure(line) for line in self._lines.values()]
        return Spread.of(value for value in values if value is not None)


def text_to_sound(line: Timeline) -> float | None:
    """Seconds from a segment's last word to its first sound; see the module's docstring."""
    if line.first_sound is None:
        return None
    heard_at_once = text_to_sound_from_silence(line)
    if heard_at_once is not None:
        return heard_at_once
    words, sound = _between(line.last_word, line.translated), first_synthesis(line)
    return None if words is None or sound is None else words + sound


def text_to_sound_from_silence(line: Timeline) -> float | None:
    """The same, only for segments whose last word came while the voice was silent and free."""
    if line.last_word is None or (line.voice_free or 0.0) > line.last_word:
        return None
    return _between(line.last_word, line.first_sound)


def late(line: Timeline) -> float | None:
    """Seconds of silence beyond the intended gap that were heard before this segment."""
    if line.first_sound is None or line.last_word is None:
        return None
    due = max(line.last_word, line.voice_free or line.last_word)
    # Blocks have a length: a sentence can begin up to one block before the gap's end by the clock.
    return max(0.0, line.first_sound - due)


def segmentation(line: Timeline) -> float | None:
    """From the last word's arrival to the sentence cut out of the stream."""
    return _between(line.last_word, line.complete)


def translation(line: Timeline) -> float | None:
    """From the sentence to its Japanese."""
    return _between(line.complete, line.translated)


def first_synthesis(line: Timeline) -> float | None:
    """The making of the first chunk of sound."""
    return _between(line.synthesis_began, line.first_samples)


def playback_start(line: Timeline) -> float | None:
    """From the first samples to the first sound, for what could sound at once."""
    if line.first_samples is None or (line.voice_free or 0.0) > line.first_samples:
        return None
    return _between(line.first_samples, line.first_sound)


def _between(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else end - start


STAGES: dict[str, Callable[[Timeline], float | None]] = {
    "segmentation": segmentation,
    "translation": translation,
    "first_synthesis": first_synthesis,
    "playback_start": playback_start,
}
"""The measured stages by name, in the order a sentence passes them."""
