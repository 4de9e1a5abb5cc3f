"""The first stage: an agent's lines become segments.

line → decoder (`agent.formats`) → text of a block → segmenter (`text.segmenter`) → `Segment`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from voicestream_tui.agent.formats import Decoder
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    BlockEnd,
    Retract,
    Said,
    Text,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
)
from voicestream_tui.agent.sources import Source
from voicestream_tui.model import AgentState, Kind, Piece, Segment, Timeline
from voicestream_tui.text.notices import error_notice, tool_notice
from voicestream_tui.text.segmenter import Segmenter


@dataclass(slots=True)
class _Block:
    """A block of the agent's text that is still being written, and when its parts arrived."""

    agent: str
    open: bool = True
    segmenter: Segmenter = field(default_factory=Segmenter)
    segments: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def feed(self, text: str, now: float) -> list[Piece]:
        self.open = True
        self.ends.append((self.ends[-1] if self.ends else 0) + len(text))
        self.times.append(now)
        return self.segmenter.feed(text)

    def arrival(self, offset: int) -> float:
        """When the character at this offset of the block arrived."""
        return self.times[min(bisect_right(self.ends, offset), len(self.times) - 1)]

    def forget(self, offset: int) -> None:
        """What came before this offset won't be asked for any more; a block can be endless."""
        if len(self.ends) > _ARRIVALS_KEPT:
            gone = min(bisect_right(self.ends, offset), len(self.ends) - 1)
            del self.ends[:gone], self.times[:gone]


@dataclass(frozen=True, slots=True)
class Speakable:
    """Which kinds are spoken by themselves."""

    code: bool = True
    tools: bool = False
    errors: bool = True
    subagents: bool = False

    def allows(self, kind: Kind) -> bool:
        match kind:
            case Kind.CODE | Kind.TABLE:
                return self.code
            case Kind.TOOL:
                return self.tools
            case Kind.ERROR:
                return self.errors
            case Kind.SUBAGENT:
                return self.subagents
            case Kind.NOTICE | Kind.THINKING | Kind.USER:
                return False
            case Kind.PROSE | Kind.HEADING | Kind.ITEM | Kind.QUOTE:
                return True


class Hearing:
    """Reads a source to its end and hands on what is to be shown."""

    def __init__(
        self,
        source: Source,
        decoder: Decoder,
        *,
        clock: Callable[[], float],
        on_segment: Callable[[Segment, Timeline], None],
        on_retract: Callable[[int], None],
        on_activity: Callable[[AgentState, str], None],
        keep_raw: Callable[[bytes], None] = lambda line: None,
        voice_idle: Callable[[], bool] = lambda: False,
        speakable: Speakable | None = None,
    ) -> None:
        """Wire the stage; `run()` does the work in the calling thread.

        Args:
            on_segment: gets each segment, in order, with its times so far.
            on_retract: gets the id of each segment that the agent took back.
            keep_raw: gets every line as it was received.
            voice_idle: tells whether the listener waits in silence; then the first sentence of
                a turn may be cut at a clause.
        """
        self._source = source
        self._decoder = decoder
        self._clock = clock
        self._on_segment = on_segment
        self._on_retract = on_retract
        self._on_activity = on_activity
        self._keep_raw = keep_raw
        self._voice_idle = voice_idle
        self._speakable = speakable or Speakable()
        self._blocks: dict[int, _Block] = {}
        self._next_id = 1
        self._turn = 0
        self._heard_in_turn = False
        self.unreadable = 0
        self.failed = False

    def run(self) -> None:
        """Read lines until the source ends."""
        try:
            for line in self._source.lines():
                self._keep_raw(line)
                self._hear_all(self._decoder.feed(line))
        finally:
            self._hear_all(self._decoder.close())
            for number in list(self._blocks):
                self._end(number)

    def _hear_all(self, said: list[Said]) -> None:
        now = self._clock()
        for one in said:
            self._hear(one, now)

    def _hear(self, said: Said, now: float) -> None:
        match said:
            case Text(number, text, agent):
                self._text(number, text, agent, now)
            case BlockEnd(number):
                self._end(number)
            case Retract(number):
                self._retract(number)
            case ToolUse(name, argument, agent):
                label, japanese = tool_notice(name, argument)
                english = f"{agent}: {label}" if agent else label
                self._notice(Kind.TOOL, english, japanese, now)
            case AgentFailure(message, code):
                self.failed = True
                label, japanese = error_notice(code, message)
                self._notice(Kind.ERROR, message or label, japanese, now, label)
            case Unreadable(text):
                self.unreadable += 1
                self._notice(Kind.NOTICE, text, "", now)
            case Activity(state, detail):
                self._on_activity(state, detail)
            case TurnStarted():
                self._turn += 1
                self._heard_in_turn = False
            case TurnEnd():
                pass  # the decoder tells the state that follows as an `Activity`

    def _text(self, number: int, text: str, agent: str, now: float) -> None:
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = _Block(agent)
        pieces = block.feed(text, now)
        if not pieces and not agent and not self._heard_in_turn and self._voice_idle():
            pieces = block.segmenter.cut_clause()
        for piece in pieces:
            self._emit(number, block, piece, now)
        if pieces:
            block.forget(pieces[-1].start + len(pieces[-1].source))

    def _end(self, number: int) -> None:
        block = self._blocks.get(number)
        if block is None:
            return
        now = self._clock()
        for piece in block.segmenter.close():
            self._emit(number, block, piece, now)
        # Kept small, not forgotten: what has ended can still be taken back.
        block.open = False
        block.segmenter = Segmenter()
        block.ends, block.times = [0], [now]
        ended = [number for number, block in self._blocks.items() if not block.open]
        for old in ended[:-_BLOCKS_KEPT]:
            del self._blocks[old]

    def _retract(self, number: int) -> None:
        block = self._blocks.pop(number, None)
        for segment_id in block.segments if block else ():
            self._on_retract(segment_id)

    def _emit(self, number: int, block: _Block, piece: Piece, now: float) -> None:
        if not piece.english:
            return  # blank lines, a rule, a comment: nothing to show
        kind = Kind.SUBAGENT if block.agent else piece.kind
        stripped = piece.source.rstrip()
        last_word = max(stripped.rfind(" "), stripped.rfind("\n")) + 1
        timeline = Timeline(
            first_character=block.arrival(piece.start),
            last_word=block.arrival(piece.start + last_word),
            complete=now,
        )
        segment = Segment(
            id=self._next_id,
            turn=max(1, self._turn),
            kind=kind,
            english=piece.english,
            source=piece.source,
            spans=piece.spans,
            marker=piece.marker,
            depth=piece.depth,
            label=piece.label or block.agent,
            japanese=piece.japanese,
            block=number,
            speakable=self._speakable.allows(kind),
        )
        block.segments.append(segment.id)
        self._heard_in_turn = self._heard_in_turn or not block.agent
        self._send(segment, timeline)

    def _notice(self, kind: Kind, english: str, japanese: str, now: float, label: str = "") -> None:
        segment = Segment(
            id=self._next_id,
            turn=max(1, self._turn),
            kind=kind,
            english=english,
            label=label or english,
            japanese=japanese,
            speakable=self._speakable.allows(kind),
        )
        self._send(segment, Timeline(first_character=now, last_word=now, complete=now))

    def _send(self, segment: Segment, timeline: Timeline) -> None:
        self._next_id += 1
        self._on_segment(segment, timeline)


_ARRIVALS_KEPT = 1024
_BLOCKS_KEPT = 64
"""So many blocks back the agent can take back what it said; memory stays bounded."""
