"""The nouns of the program: frozen values without logic, known to every floor.

Times are seconds of `time.monotonic()`; sample arrays are float32, mono, in [-1, 1].
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono sound, shape (n,), float32, nominally within [-1, 1]."""


class Kind(StrEnum):
    """What a row is."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    TOOL = "tool"
    ERROR = "error"
    NOTICE = "notice"
    SUBAGENT = "subagent"
    THINKING = "thinking"
    USER = "user"
    """What the user told the agent; never translated, never spoken."""


class SpanStyle(StrEnum):
    """How a stretch of text was marked up."""

    CODE = "code"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    STRIKE = "strike"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Span:
    """A marked-up stretch `text[start:end]` of a row's text."""

    start: int
    end: int
    style: SpanStyle
    target: str = ""
    """The address of a link."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What the segmenter cut out of a text: a row before it has a number.

    The `source` slices of all pieces of a text, in order, join to exactly that text.
    """

    kind: Kind
    english: str
    """The text to show, Markdown marks removed. For code and tables the whole content."""
    source: str
    """The exact slice of the received text, marks and blank space included."""
    start: int
    """Offset of `source` in the text fed so far."""
    spans: tuple[Span, ...] = ()
    marker: str = ""
    """An item's mark as shown, "•" or "3.", or a quote's ">"; empty on later sentences."""
    depth: int = 0
    """Nesting of lists and quotes, 0 at the top."""
    label: str = ""
    """A short English phrase that stands for the content ("Python code, 12 lines")."""
    japanese: str = ""
    """Japanese written by hand; such a piece needs no translation."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One row of the screen, in the order received. Fields as in `Piece`."""

    id: int
    turn: int
    kind: Kind
    english: str
    source: str = ""
    spans: tuple[Span, ...] = ()
    marker: str = ""
    depth: int = 0
    label: str = ""
    japanese: str = ""
    block: int = 0
    """Number of the agent's text block it belongs to; what is withdrawn, is by block."""
    speakable: bool = True
    """False: shown, never queued for the voice by itself."""
    urgent: bool = False
    """Spoken before everything that waits: the user is needed, or something failed."""
    agent: str = ""
    """Empty for the main agent, else the sub-agent's description."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A segment's Japanese as shown."""

    japanese: str
    spans: tuple[Span, ...] = ()
    engine: str = ""
    """The engine's name; "notice" for hand-written text, "none" for text left as it was."""
    ok: bool = True
    """False: the engine gave nothing usable, `japanese` is the English."""
    problem: str = ""
    """Why not ok, in a few words."""
    sure: bool = True
    """False: it may be wrong: its engine doubts it, or a number, a name or a "not" seems lost."""
    contents: tuple[str, ...] = ()
    """Japanese of what is inside a block (see `text.verbosity.contents_of`), where it is said."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice that an engine can speak with."""

    engine: str
    id: str
    """Unique with `engine`; what settings name ("mei", "tohoku-f01-happy")."""
    name: str
    path: Path | None = None
    language: str = "ja"
    licence: str = ""
    problem: str = ""
    """What is wrong with its files; "" if nothing is known to be."""

    @property
    def key(self) -> str:
        return f"{self.engine}:{self.id}"


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """A part of an utterance as an engine made it."""

    samples: Samples
    sample_rate: int
    """Hz."""
    start: float
    end: float
    """Which part of the text it speaks, as fractions in [0, 1]."""


@dataclass(slots=True, eq=False)
class Utterance:
    """One act of speaking a segment; a replay is a new one.

    `cancel()` may be called from any thread; the audio callback is the only consumer
    of the flag, so that nothing cancelled can sound afterwards.
    """

    segment: Segment
    text: str
    """The spoken form."""
    japanese: str = ""
    """The shown form, for the moving highlight."""
    voice: Voice | None = None
    """Who speaks it; known once sound is made."""
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Samples of an utterance at the player's rate."""

    utterance: Utterance
    samples: Samples
    start: float
    end: float
    """Which part of the text, as fractions in [0, 1]."""
    original: Samples | None = None
    """The same sound at speed 1, so that a queued clip can change its speed."""


@dataclass(slots=True)
class Timeline:
    """When each thing happened to a segment (monotonic seconds; None = not yet)."""

    first_character: float | None = None
    last_word: float | None = None
    """Arrival of the first character of the last word: where latency is measured from."""
    complete: float | None = None
    translated: float | None = None
    synthesis_began: float | None = None
    first_samples: float | None = None
    voice_free: float | None = None
    """When the voice had finished all that was due before; None if it was idle."""
    first_sound: float | None = None
    """First sample handed to the device."""
    spoken: float | None = None


class AgentState(StrEnum):
    """What the agent is doing, for the status line."""

    STARTING = "starting"
    REQUESTING = "requesting"
    THINKING = "thinking"
    WRITING = "writing"
    TOOL = "tool"
    RETRYING = "retrying"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


# --- what an agent asks of its user -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a question offers."""

    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    header: str = ""
    """One or two words that name the question."""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    """Several options may be chosen."""


@dataclass(frozen=True, slots=True)
class PermissionRequest:
    """The agent waits until somebody allows or denies the use of a tool."""

    id: str
    tool: str
    input: Mapping[str, Any]
    argument: str = ""
    """The tool's main argument, one short line."""
    description: str = ""
    """What the tool use is for, in the agent's words; may be empty."""
    reason: str = ""
    """Why it asks: a blocked path, a rule; may be empty."""
    agent: str = ""
    """The sub-agent that asks; empty for the main agent."""
    questions: tuple[Question, ...] = ()
    """Not empty: allowing means answering these."""
    plan: str = ""
    """Not empty: allowing means approving this plan (Markdown)."""
    suggestions: tuple[Mapping[str, Any], ...] = ()
    """Rules that the agent proposes to remember if the answer is "always"; opaque."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user decided on a `PermissionRequest`."""

    allow: bool
    message: str = ""
    """Why not, for the agent; may be empty."""
    always: bool = False
    """Adopt the request's suggestions too."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Of each question's text, the chosen labels joined by ", " or a text of the user's own."""


class AlertReason(StrEnum):
    """Why the user's attention is wanted."""

    FINISHED = "finished"
    FAILED = "failed"
    NEEDS_YOU = "needs you"


# --- events: what a front end is told, by one function `emit(event)` -------------------------


@dataclass(frozen=True, slots=True)
class SegmentAdded:
    segment: Segment
    t: float


@dataclass(frozen=True, slots=True)
class SegmentTranslated:
    id: int
    translation: Translation
    t: float


@dataclass(frozen=True, slots=True)
class SpeakingStarted:
    id: int
    t: float
    voice: str = ""
    """The key of the voice that speaks ("openjtalk:mei")."""


@dataclass(frozen=True, slots=True)
class Spoken:
    id: int
    t: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """An utterance ended before its time, or its turn was passed over."""

    id: int
    t: float


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The agent took this segment back (its message was cut off and replaced)."""

    id: int
    heard: bool
    t: float


@dataclass(frozen=True, slots=True)
class AgentChanged:
    state: AgentState
    detail: str
    t: float


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """The tool use that a row tells of is over."""

    id: int
    """The row's."""
    ok: bool
    seconds: float
    t: float


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """What the user wrote waits until the agent takes it."""

    number: int
    text: str
    t: float


@dataclass(frozen=True, slots=True)
class MessageTaken:
    """A queued message has reached the agent (its row follows), or was dropped."""

    number: int
    t: float
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    request: PermissionRequest
    t: float


@dataclass(frozen=True, slots=True)
class PermissionSettled:
    """A request was answered, or needs no answer any more (`allowed` is None)."""

    id: str
    allowed: bool | None
    t: float


@dataclass(frozen=True, slots=True)
class AgentLost:
    """The agent's process of a conversation ended by itself; `resume()` starts it again."""

    exit_code: int
    message: str
    hint: str
    t: float


@dataclass(frozen=True, slots=True)
class Alert:
    """The user should look; what is said of it is a row of its own."""

    reason: AlertReason
    english: str
    japanese: str
    t: float


@dataclass(frozen=True, slots=True)
class VoiceHeld:
    """Another program of ours speaks, and this one waits for it; "" = it waits no more."""

    by: str
    t: float


@dataclass(frozen=True, slots=True)
class VoiceChanged:
    voice: Voice
    t: float


@dataclass(frozen=True, slots=True)
class Failed:
    """Something broke and the program goes on; said once per cause."""

    stage: str
    message: str
    hint: str
    t: float


@dataclass(frozen=True, slots=True)
class Ended:
    """All input has been read and all speech that was due is over."""

    exit_code: int
    statistics: Mapping[str, Any]
    t: float


Event = (
    SegmentAdded
    | SegmentTranslated
    | SpeakingStarted
    | Spoken
    | Skipped
    | Withdrawn
    | AgentChanged
    | ToolFinished
    | MessageQueued
    | MessageTaken
    | PermissionAsked
    | PermissionSettled
    | AgentLost
    | Alert
    | VoiceHeld
    | VoiceChanged
    | Failed
    | Ended
)


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What the meter shows, read about 15 times a second."""

    segment_id: int | None = None
    """The row that sounds now."""
    position: float = 0.0
    """Seconds of the utterance played."""
    duration: float = 0.0
    """Seconds of the utterance known so far."""
    fraction: tuple[float, float] = (0.0, 0.0)
    """The part of its text that sounds now, as fractions."""
    queued: float = 0.0
    """Seconds of sound waiting, the rest of the current one included."""
    level: float = 0.0
    """RMS of the last block, linear [0, 1]."""
    peak: float = 0.0
    """Decaying peak, linear [0, 1]."""
    paused: bool = False
    muted: bool = False
    volume: float = 1.0
    starved: int = 0
    """Times the voice ran dry in the middle of an utterance."""
