"""The plain front end: a line a sentence, or a JSON object an event. Loads no screen."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from voicestream_tui.errors import VoicestreamError
from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    Alert,
    Ended,
    Event,
    Failed,
    Kind,
    MessageQueued,
    MessageTaken,
    PermissionAsked,
    PermissionRequest,
    PermissionSettled,
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    Spoken,
    ToolFinished,
    VoiceChanged,
    VoiceHeld,
    Withdrawn,
)
from voicestream_tui.pipeline import Pipeline

_TRANSLATION_PATIENCE = 2.0
"""Seconds that translation may go on after a signal; the English is shown in any case."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

_NAMES_KEPT = 256
"""Tool uses whose end can still be told by name."""
SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields and events may come without."""
_READER_PATIENCE = 1.0
"""Seconds that the last line waits for a reader that takes nothing."""
_IN_ORDER, _AT_ONCE = 10.0, 1.0
"""Seconds that threads get to end, and after a second signal."""


class OutputError(VoicestreamError):
    """What is printed can't be written."""


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
            if not translation.sure:
                fields["sure"] = False
        case SpeakingStarted(number, _, voice):
            fields = {"event": "speaking", "id": number, "voice": voice}
        case Spoken(number):
            fields = {"event": "spoken", "id": number}
        case Skipped(number):
            fields = {"event": "skipped", "id": number}
        case Withdrawn(number, heard):
            fields = {"event": "withdrawn", "id": number, "heard": heard}
        case AgentChanged(state, detail):
            fields = {"event": "agent", "state": str(state), "detail": detail}
        case ToolFinished(number, ok, seconds):
            fields = {"event": "tool", "id": number, "ok": ok, "seconds": round(seconds, 3)}
        case MessageQueued(number, text):
            fields = {"event": "queued", "message": number, "text": text}
        case MessageTaken(number, _, dropped):
            fields = {"event": "taken", "message": number, "dropped": dropped}
        case PermissionAsked(request):
            fields = {"event": "permission", **_permission(request)}
        case PermissionSettled(name, allowed):
            fields = {"event": "settled", "request": name, "allowed": allowed}
        case AgentLost(exit_code, message, hint):
            fields = {"event": "lost", "exit_code": exit_code, "message": message, "hint": hint}
        case Alert(reason, english, japanese):
            fields = {
                "event": "alert",
                "reason": str(reason),
                "english": english,
                "japanese": japanese,
            }
        case VoiceHeld(by):
            fields = {"event": "waiting", "by": by}
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
        "agent": segment.agent,
    }
    return fields | {name: value for name, value in optional.items() if value}


def _permission(request: PermissionRequest) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "request": request.id,
        "tool": request.tool,
        "input": dict(request.input),
    }
    optional = {
        "description": request.description,
        "reason": request.reason,
        "agent": request.agent,
    }
    return fields | {name: value for name, value in optional.items() if value}


class Printer:
    """Writes events as they come, from any thread, whole lines only."""

    def __init__(
        self, out: TextIO | None, err: TextIO | None, *, json_lines: bool, start: float
    ) -> None:
        """Prepare to print.

        Args:
            out: where events go; None drops them.
            err: where failures go in plain format; None drops them.
            json_lines: an object an event instead of EN and JA lines.
            start: the monotonic time that times count from, in seconds.
        """
        self._out = out
        self._err = err
        self._json = json_lines
        self._start = start
        self._lock = threading.Lock()
        self._segments: dict[int, Segment] = {}
        self._names: dict[int, str] = {}
        """What tool uses, and the notices that stand for them, are called; by row."""
        self._waiting: dict[int, str] = {}
        """Messages that the agent has not taken yet."""
        self.broken = threading.Event()
        """Set when nothing can be written any more."""
        self.problem: OSError | None = None
        """Why not, unless it is only that the reader went away."""
        self.ended: Ended | None = None
        self.unsaid = False
        """A message did not reach the agent."""

    def emit(self, event: Event) -> None:
        """Print one event; the last one waits for `end()`."""
        if isinstance(event, Ended):
            self.ended = event
            return
        if isinstance(event, MessageTaken) and event.dropped:
            self.unsaid = True
        if isinstance(event, Failed) and event.stage == "message":
            self.unsaid = True
        line = self._json_line(event) if self._json else self._plain_line(event)
        if line:
            with self._lock:
                self._print(line)
        if isinstance(event, Failed) and not self._json:
            with self._lock:
                self._complain(f"voicestream-tui: {event.message} {event.hint}".rstrip())

    def end(self, exit_code: int, statistics: dict[str, Any]) -> bool:
        """Print the last event; False if a line before it is still waiting for its reader."""
        if not self._lock.acquire(timeout=_READER_PATIENCE):
            return False
        try:
            if self._json:
                self._print(self._json_line(Ended(exit_code, statistics, time.monotonic())))
        finally:
            self._lock.release()
        return True

    def _print(self, line: str) -> None:
        if self._out is None or self.broken.is_set():
            return
        try:
            try:
                self._out.write(line + "\n")
            except UnicodeEncodeError:
                self._out.write(self._encodable(line, self._out.encoding) + "\n")
            self._out.flush()
        except BrokenPipeError:
            self.broken.set()
        except ValueError:  # the stream was closed under us
            self.broken.set()
        except OSError as error:
            self.problem = error
            self.broken.set()

    def _complain(self, line: str) -> None:
        if self._err is None:
            return
        try:
            shown = _CONTROL.sub(" ", line)
            self._err.write(self._encodable(shown, self._err.encoding) + "\n")
            self._err.flush()
        except (OSError, ValueError):
            return  # nobody listens to complaints: no reason to stop

    def _encodable(self, line: str, encoding: str | None) -> str:
        """The line in what the stream can hold: escaped in JSON, else with question marks."""
        if self._json:
            return json.dumps(json.loads(line))
        encoding = encoding or "utf-8"
        return line.encode(encoding, "replace").decode(encoding)

    def _json_line(self, event: Event) -> str:
        return json.dumps(as_json(event, self._start), ensure_ascii=False)

    def _plain_line(self, event: Event) -> str:
        # What an agent writes must not steer the terminal it is printed on.
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", self._plain_text(event))

    def _plain_text(self, event: Event) -> str:
        match event:
            case SegmentAdded(segment):
                if segment.kind is Kind.USER:
                    return f">>  {' '.join(segment.english.split())}"
                if segment.kind is not Kind.THINKING or segment.speakable:
                    self._segments[segment.id] = segment
                if segment.kind in (Kind.TOOL, Kind.NOTICE):
                    self._names[segment.id] = _shown(segment).strip()
                    for forgotten in list(self._names)[:-_NAMES_KEPT]:
                        del self._names[forgotten]
                return f"EN  {_shown(segment)}"
            case SegmentTranslated(number, translation):
                segment = self._segments.pop(number)
                mark = "" if translation.ok else "[untranslated] "
                mark = mark if translation.sure else "[not sure] "
                return f"JA  {_indent(segment)}{mark}{' '.join(translation.japanese.split())}"
            case Withdrawn(number):
                return f"--  withdrawn by the agent: {number}"
            case ToolFinished(number, False, seconds):
                return f"--  failed after {seconds:.1f} s: {self._names.get(number, number)}"
            case VoiceHeld(by) if by:
                return f"--  waiting for the voice: {by} speaks"
            case AgentLost(_, message, hint):
                return f"--  {message} {hint}".rstrip()
            case MessageQueued(number, text):
                self._waiting[number] = " ".join(text.split())
                return ""
            case MessageTaken(number, _, dropped):
                text = self._waiting.pop(number, str(number))
                return f"--  not taken by the agent: {text}" if dropped else ""
            case _:
                return ""


def _indent(segment: Segment) -> str:
    return "  " * segment.depth + (f"{segment.marker} " if segment.marker else "")


def _shown(segment: Segment) -> str:
    if segment.kind in (Kind.CODE, Kind.TABLE):
        return f"{_indent(segment)}[{segment.label}]"
    text = " ".join(segment.english.split())
    if segment.kind is Kind.THINKING:
        text = f"(thinking) {text}"
    agent = f"[{segment.agent}] " if segment.agent else ""
    return agent + _indent(segment) + text


def run_headless(
    make_pipeline: Callable[[Callable[[Event], None]], Pipeline],
    out: TextIO | None,
    err: TextIO | None,
    *,
    json_lines: bool,
    start: float,
    received: Sequence[int] = (),
) -> int:
    """Run a pipeline to its end and print what happens.

    The first signal stops the agent and the voice, keeps what was received, and gives 128 + its
    number; a second one kills the agent and waits for nothing else.

    Args:
        make_pipeline: gets the function that takes events.
        out: as for `Printer`, like `err`, `json_lines` and `start`.
        received: the numbers of the signals so far; it grows while this runs. Whoever starts an
            agent must note signals before, or one would end the program and not the agent.

    Returns:
        The agent's exit code, 128 + signal if we were stopped, 141 if the reader went away; 1
        if the agent ended well and had not taken all messages.

    Raises:
        OutputError: what is printed can't be written.
    """
    printer = Printer(out, err, json_lines=json_lines, start=start)
    pipeline = make_pipeline(printer.emit)
    stopping: threading.Thread | None = None
    patience = 0.0
    try:
        pipeline.start()
        while not pipeline.drain(0.05):
            if printer.broken.is_set() or len(received) > 1:
                break
            if received and stopping is None:
                # Not from here: the agent may take its time, and so may the reader.
                stopping = threading.Thread(
                    target=pipeline.stop_agent, name="stop-agent", daemon=True
                )
                stopping.start()
                patience = time.monotonic() + _TRANSLATION_PATIENCE
            if stopping is not None and time.monotonic() > patience:
                pipeline.drop_translations()
    finally:
        if len(received) > 1:
            pipeline.kill_agent()
        pipeline.close(_AT_ONCE if len(received) > 1 else _IN_ORDER)
    if stopping is not None:
        stopping.join(_READER_PATIENCE)
    if printer.problem is not None:
        raise OutputError(
            f"The output can't be written: {printer.problem.strerror or printer.problem}.",
            "Free some space, or send it somewhere else.",
        )
    if printer.broken.is_set():
        return 128 + signal.SIGPIPE
    code = 128 + received[0] if received else _exit_code(printer)
    if not printer.end(code, pipeline.statistics()):
        os._exit(code)  # the thread that waits for the reader would abort an orderly exit
    return code


def _exit_code(printer: Printer) -> int:
    if printer.ended is None:
        return 1
    return printer.ended.exit_code or int(printer.unsaid)
