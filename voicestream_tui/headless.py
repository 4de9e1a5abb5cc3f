"""The plain front end: a line a sentence, or a JSON object an event. Loads no screen."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO

from voicestream_tui.model import (
    AgentChanged,
    Ended,
    Event,
    Failed,
    Kind,
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    Spoken,
    VoiceChanged,
    Withdrawn,
)
from voicestream_tui.pipeline import Pipeline

SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields and events may come without."""


def as_json(event: Event, start: float) -> dict[str, Any]:
    """One event as a JSON object; the documented schema.

    Args:
        event: any event of the pipeline.
        start: the monotonic time that `t` counts from, in seconds.
    """
    fields: dict[str, Any]
    match event:
        case SegmentAdded(segment):
            fields = {"event": "segment", **_segment(segment)}
        case SegmentTranslated(number, translation):
            fields = {
                "event": "translated",
                "id": number,
                "japanese": translation.japanese,
                "engine": translation.engine,
                "ok": translation.ok,
            }
            if translation.problem:
                fields["problem"] = translation.problem
        case SpeakingStarted(number):
            fields = {"event": "speaking", "id": number}
        case Spoken(number):
            fields = {"event": "spoken", "id": number}
        case Skipped(number):
            fields = {"event": "skipped", "id": number}
        case Withdrawn(number, heard):
            fields = {"event": "withdrawn", "id": number, "heard": heard}
        case AgentChanged(state, detail):
            fields = {"event": "agent", "state": str(state), "detail": detail}
        case VoiceChanged(voice):
            fields = {"event": "voice", "engine": voice.engine, "voice": voice.id}
        case Failed(stage, message, hint):
            fields = {"event": "failed", "stage": stage, "message": message, "hint": hint}
        case Ended(exit_code, statistics):
            fields = {"event": "end", "exit_code": exit_code, "statistics": dict(statistics)}
            fields["schema"] = SCHEMA_VERSION
    return fields | {"t": round(event.t - start, 4)}


def _segment(segment: Segment) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": segment.id,
        "turn": segment.turn,
        "kind": str(segment.kind),
        "english": segment.english,
    }
    optional = {
        "label": segment.label,
        "marker": segment.marker,
        "depth": segment.depth,
        "block": segment.block,
        "source": segment.source,
    }
    return fields | {name: value for name, value in optional.items() if value}


class Printer:
    """Writes events as they come, from any thread, whole lines only."""

    def __init__(self, out: TextIO, err: TextIO, *, json_lines: bool, start: float) -> None:
        self._out = out
        self._err = err
        self._json = json_lines
        self._start = start
        self._lock = threading.Lock()
        self._segments: dict[int, Segment] = {}
        self.broken = threading.Event()
        """Set when nobody reads the output any more."""
        self.ended: Ended | None = None

    def emit(self, event: Event) -> None:
        """Print one event; the last one waits for `end()`."""
        if isinstance(event, Ended):
            self.ended = event
            return
        line = self._json_line(event) if self._json else self._plain_line(event)
        if line:
            self._write(self._out, line)
        if isinstance(event, Failed) and not self._json:
            self._write(self._err, f"voicestream-tui: {event.message} {event.hint}".rstrip())

    def end(self, exit_code: int, statistics: dict[str, Any]) -> None:
        """Print the last event."""
        if self._json:
            self._write(self._out, self._json_line(Ended(exit_code, statistics, time.monotonic())))

    def _write(self, stream: TextIO, line: str) -> None:
        with self._lock:
            try:
                stream.write(line + "\n")
                stream.flush()
            except BrokenPipeError:
                self.broken.set()
            except ValueError:  # the stream was closed under us
                self.broken.set()

    def _json_line(self, event: Event) -> str:
        return json.dumps(as_json(event, self._start), ensure_ascii=False)

    def _plain_line(self, event: Event) -> str:
        match event:
            case SegmentAdded(segment):
                self._segments[segment.id] = segment
                return f"EN  {_shown(segment)}"
            case SegmentTranslated(number, translation):
                segment = self._segments.pop(number)
                mark = "" if translation.ok else "[untranslated] "
                return f"JA  {_indent(segment)}{mark}{' '.join(translation.japanese.split())}"
            case Withdrawn(number):
                return f"--  withdrawn by the agent: {number}"
            case _:
                return ""


def _indent(segment: Segment) -> str:
    return "  " * segment.depth + (f"{segment.marker} " if segment.marker else "")


def _shown(segment: Segment) -> str:
    if segment.kind in (Kind.CODE, Kind.TABLE):
        return f"{_indent(segment)}[{segment.label}]"
    text = " ".join(segment.english.split())
    if segment.kind is Kind.SUBAGENT:
        return f"[{segment.label}] {text}"
    return _indent(segment) + text


def run_headless(
    make_pipeline: Callable[[Callable[[Event], None]], Pipeline],
    out: TextIO,
    err: TextIO,
    *,
    json_lines: bool,
    start: float,
) -> int:
    """Run a pipeline to its end and print what happens.

    The first SIGINT or SIGTERM stops the agent and the voice, keeps what was received, and
    gives 130 or 143; a second one ends at once.

    Returns:
        The agent's exit code, 128 + signal if we were stopped, 141 if the reader went away.
    """
    printer = Printer(out, err, json_lines=json_lines, start=start)
    pipeline = make_pipeline(printer.emit)
    with _signals() as received:
        try:
            pipeline.start()
            stopping = False
            while not pipeline.drain(0.05):
                if printer.broken.is_set() or len(received) > 1:
                    break
                if received and not stopping:
                    stopping = True
                    pipeline.stop_agent()
        finally:
            pipeline.close()
        if printer.broken.is_set():
            return 128 + signal.SIGPIPE
        code = 128 + received[0] if received else _exit_code(printer.ended)
        printer.end(code, pipeline.statistics())
        return code


def _exit_code(ended: Ended | None) -> int:
    return ended.exit_code if ended is not None else 1


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collect SIGINT, SIGTERM and SIGHUP instead of dying of them."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
