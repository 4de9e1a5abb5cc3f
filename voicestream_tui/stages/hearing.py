"""The first stage: an agent's lines become segments.

line → decoder (`agent.formats`) → text of a block → segmenter (`text.segmenter`) → `Segment`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from voicestream_tui.agent.formats import Decoder
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    Asked,
    BlockEnd,
    Notice,
    Retract,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
    UserMessage,
)
from voicestream_tui.agent.sources import Source
from voicestream_tui.agent.talk import Resumable
from voicestream_tui.model import AgentState, Kind, PermissionRequest, Piece, Segment, Timeline
from voicestream_tui.stages.speakable import Speakable
from voicestream_tui.stages.text_block import TextBlock
from voicestream_tui.text.agent_notices import interrupted_phrase, permission_phrase
from voicestream_tui.text.notices import error_notice, tool_notice

__all__ = ["Hearing", "Listener", "Speakable"]

_BLOCKS_KEPT = 64
"""So many blocks back the agent can take back what it said; memory stays bounded."""
_TOOLS_KEPT = 1024
"""So many tool uses may be without a result at a time."""


class Listener(Protocol):
    """Who gets what was heard; called in order, by one thread at a time."""

    def on_segment(self, segment: Segment, timeline: Timeline) -> None:
        """A row, with its times so far."""
        ...

    def on_retract(self, segment_id: int) -> None:
        """The agent took a row back."""
        ...

    def on_activity(self, state: AgentState, detail: str) -> None:
        """What the agent is busy with."""
        ...

    def on_tool_finished(self, segment_id: int, ok: bool, seconds: float) -> None:
        """The tool use that a row tells of is over."""
        ...

    def on_said(self, said: Said) -> None:
        """Everything the agent said, after the rows that came of it."""
        ...


class Hearing:
    """Reads a source to its end and hands on what is to be shown."""

    def __init__(
        self,
        source: Source,
        decoder: Decoder,
        listener: Listener,
        *,
        clock: Callable[[], float],
        keep_raw: Callable[[bytes], None] = lambda line: None,
        voice_idle: Callable[[], bool] = lambda: False,
        speakable: Speakable | None = None,
        echoes: bool = True,
        abbreviations: Collection[str] = (),
    ) -> None:
        """Wire the stage; `run()` does the work in the calling thread.

        Args:
            keep_raw: gets every line as it was received.
            voice_idle: tells whether the listener waits in silence; then the first sentence of
                a turn may be cut at a clause.
            echoes: the user's messages become rows as the agent repeats them; False if
                somebody else hands them to `tell()`.
            abbreviations: the user's own, whose dot ends no sentence.
        """
        self._source = source
        self._decoder = decoder
        self._listener = listener
        self._clock = clock
        self._keep_raw = keep_raw
        self._voice_idle = voice_idle
        self._speakable = speakable or Speakable()
        self._echoes = echoes
        self._abbreviations = abbreviations
        self._order = threading.RLock()
        """Held for one line, or for what others tell: each leaves its rows in one piece."""
        self._blocks: dict[int, TextBlock] = {}
        self._tools: dict[str, tuple[int | None, float]] = {}
        """Row and beginning of each tool use that has no result yet, by its id."""
        self._next_id = 1
        self._heard_in_turn = False
        self._in_turn = False
        self.turn = 0
        """Number of the turn that began last."""
        self.unreadable = 0
        self.failed = False
        """The last thing that the agent told of itself was a failure."""

    def run(self) -> None:
        """Read lines until the source ends for good."""
        more = True
        while more:
            try:
                for line in self._source.lines():
                    self._keep_raw(line)
                    self._hear_all(self._decoder.feed(line))
            finally:
                self._hear_all(self._decoder.close())
                with self._order:
                    for number in list(self._blocks):
                        self._end(number)
            more = isinstance(self._source, Resumable) and self._source.wait_for_more()

    def tell(self, said: Said) -> None:
        """Put something between the agent's lines; from any thread."""
        with self._order:
            self._hear(said, self._clock())

    def _hear_all(self, said: Iterable[Said]) -> None:
        now = self._clock()
        with self._order:
            for one in said:
                if self._echoes or not isinstance(one, UserMessage):
                    self._hear(one, now)
                self._listener.on_said(one)

    def _hear(self, said: Said, now: float) -> None:
        match said:
            case Text():
                self._text(said, now)
            case BlockEnd(number):
                self._end(number)
            case Retract(number):
                self._retract(number)
            case ToolUse():
                self._tool(said, now)
            case ToolResult(name, ok):
                self._tool_result(name, ok, now)
            case Notice():
                self._notice(said, now)
            case UserMessage(text):
                self._row(Kind.USER, text, "", now)
            case Asked(request):
                self._asked(request, now)
            case AgentFailure(message, code):
                self.failed = True
                label, japanese = error_notice(code, message)
                self._row(Kind.ERROR, message or label, japanese, now, label=label, urgent=True)
            case Unreadable(text):
                self.unreadable += 1
                self._row(Kind.NOTICE, text, "", now, silent=True)
            case Activity(state, detail):
                self._listener.on_activity(state, detail)
            case TurnStarted():
                self.turn += 1
                self.failed = False
                self._heard_in_turn = False
                self._in_turn = True
            case TurnEnd(reason=reason):
                if reason == "interrupted":
                    # Why the text before it ends where it does; who interrupted wants silence.
                    self._row(Kind.NOTICE, *interrupted_phrase(), now, silent=True)
                self._in_turn = False

    # --- text -----------------------------------------------------------------------------------

    def _text(self, said: Text, now: float) -> None:
        block = self._blocks.get(said.block)
        if block is None:
            block = TextBlock(
                said.agent, said.thinking, said.urgent, said.plain, self._abbreviations
            )
            self._blocks[said.block] = block
        pieces = block.feed(said.text, now)
        aside = block.agent or block.thinking
        if not pieces and not aside and not self._heard_in_turn and self._voice_idle():
            pieces = block.cut_clause()
        for piece in pieces:
            self._piece(said.block, block, piece, now)
        if pieces:
            block.forget(pieces[-1].start + len(pieces[-1].source))

    def _end(self, number: int) -> None:
        block = self._blocks.get(number)
        if block is None:
            return
        now = self._clock()
        for piece in block.close():
            self._piece(number, block, piece, now)
        block.settle(now)
        ended = [number for number, block in self._blocks.items() if not block.open]
        for old in ended[:-_BLOCKS_KEPT]:
            del self._blocks[old]

    def _retract(self, number: int) -> None:
        block = self._blocks.pop(number, None)
        for segment_id in block.segments if block else ():
            self._listener.on_retract(segment_id)

    def _piece(self, number: int, block: TextBlock, piece: Piece, now: float) -> None:
        if not piece.english:
            return  # blank lines, a rule, a comment: nothing to show
        kind = Kind.SUBAGENT if block.agent else piece.kind
        kind = Kind.THINKING if block.thinking else kind
        segment = Segment(
            id=self._next_id,
            turn=max(1, self.turn),
            kind=kind,
            english=piece.english,
            source=piece.source,
            spans=piece.spans,
            marker=piece.marker,
            depth=piece.depth,
            label=piece.label or block.agent,
            japanese=piece.japanese,
            block=number,
            speakable=self._speakable.allows(kind, agent=block.agent),
            urgent=block.urgent and self._speakable.alerts,
            agent=block.agent,
        )
        block.segments.append(segment.id)
        if not block.agent and not block.thinking:
            self._heard_in_turn = True
        self._send(segment, block.times(piece, now))

    # --- rows of one value ------------------------------------------------------------------------

    def _notice(self, notice: Notice, now: float) -> None:
        segment_id = self._row(
            Kind.NOTICE,
            notice.english,
            notice.japanese,
            now,
            urgent=notice.urgent,
            agent=notice.agent,
        )
        if notice.tool in self._tools:
            _, began = self._tools[notice.tool]
            self._tools[notice.tool] = (segment_id, began)

    def _tool(self, tool: ToolUse, now: float) -> None:
        segment_id: int | None = None
        if not tool.announced:
            label, japanese = tool_notice(tool.name, tool.argument)
            segment_id = self._row(Kind.TOOL, label, japanese, now, agent=tool.agent)
        if tool.id:
            self._tools[tool.id] = (segment_id, now)
            for forgotten in list(self._tools)[:-_TOOLS_KEPT]:
                del self._tools[forgotten]

    def _tool_result(self, name: str, ok: bool, now: float) -> None:
        row = self._tools.pop(name, None)
        segment_id, began = row or (None, now)
        if segment_id is not None:
            self._listener.on_tool_finished(segment_id, ok, now - began)

    def _asked(self, request: PermissionRequest, now: float) -> None:
        if request.questions or request.plan:
            return  # the decoder tells them as text
        english, japanese = permission_phrase(request.tool, request.argument)
        self._row(Kind.NOTICE, english, japanese, now, urgent=True, agent=request.agent)

    def _row(
        self,
        kind: Kind,
        english: str,
        japanese: str,
        now: float,
        *,
        label: str = "",
        urgent: bool = False,
        agent: str = "",
        silent: bool = False,
    ) -> int:
        segment = Segment(
            id=self._next_id,
            # What the user says between two turns belongs to the one it begins.
            turn=max(1, self.turn + (kind is Kind.USER and not self._in_turn)),
            kind=kind,
            english=english,
            label=label or english,
            japanese=japanese,
            speakable=not silent and self._speakable.allows(kind, urgent=urgent, agent=agent),
            urgent=urgent and self._speakable.alerts,
            agent=agent,
        )
        self._send(segment, Timeline(first_character=now, last_word=now, complete=now))
        return segment.id

    def _send(self, segment: Segment, timeline: Timeline) -> None:
        self._next_id += 1
        self._listener.on_segment(segment, timeline)
