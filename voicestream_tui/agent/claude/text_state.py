"""What is known of the current turn's messages and text blocks, for `text_blocks`."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicestream_tui.agent.claude.cut import Comparison


class Growing:
    """A text that grows by small pieces without being copied for each."""

    def __init__(self, text: str = "") -> None:
        self._parts = [text]
        self.length = len(text)

    def add(self, piece: str) -> None:
        self._parts.append(piece)
        self.length += len(piece)

    def __str__(self) -> str:
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0]


@dataclass(slots=True, eq=False)
class Block:
    """A block as the listener knows it."""

    number: int
    text: Growing = field(default_factory=Growing)
    open: bool = True
    retracted: bool = False


@dataclass(slots=True, eq=False)
class Stream:
    """A text block of a message as the agent writes it."""

    text: Growing = field(default_factory=Growing)
    given: int = 0
    """How many characters of `text` the listener has."""
    block: Block | None = None
    """Where it is given; None while it is blank or equal to something said before."""
    start: int = 0
    """Where in the block's text it begins."""
    comparison: Comparison | None = None
    half: str = ""
    """The first half of a UTF-16 pair, whose second half comes with the next delta."""
    complete: bool = False
    confirmed: bool = False

    @property
    def blank(self) -> bool:
        return not str(self.text).strip()


@dataclass(slots=True, eq=False)
class Message:
    """A message of the main agent."""

    id: str
    live: bool
    """Its deltas are still coming."""
    whole: bool = False
    """It has no deltas: its blocks come as whole lines, and nothing tells its end."""
    streams: dict[int, Stream] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    """Its finished text blocks."""
    uuids: set[str] = field(default_factory=set)
    """Ids of the lines that confirmed its blocks."""
    stopped: bool = False
    """The model gave its reason to stop: what follows is no cut."""

    def unconfirmed(self) -> Stream | None:
        """The text block that breaks off: the listener has some of it, and nothing confirmed it."""
        for stream in reversed(self.streams.values()):
            if not stream.complete and stream.block is not None and stream.block.open:
                return stream
        return None

    def matching(self, text: str) -> Stream | None:
        """The text block that a line confirms: an equal one, else the first that is open.

        A block that has no words yet counts too: its deltas come late, and will be ignored.
        """
        waiting = [s for s in self.streams.values() if not s.confirmed]
        for stream in waiting:
            if not stream.blank and str(stream.text) == text:
                return stream
        begun = [stream for stream in waiting if not stream.complete]
        return next((s for s in begun if not s.blank), begun[0] if begun else None)

    def repeats(self, uuid: str, text: str, sole: bool) -> bool:
        """Whether a line that confirms no open block says what this message has said already."""
        if uuid and sole and (self.whole or uuid in self.uuids):
            return uuid in self.uuids
        if self.texts and self.texts[-1] == text:
            return True
        return not sole and text in self.texts


class Messages:
    """The messages of a turn that a line may still be about."""

    def __init__(self) -> None:
        self._by_id: dict[str, Message] = {}
        self.current: Message | None = None

    @property
    def writing(self) -> bool:
        """Whether a message's deltas are still coming."""
        return self.current is not None and self.current.live

    def all(self) -> list[Message]:
        """All that are known, oldest first."""
        return list(self._by_id.values())

    def find(self, message_id: str) -> Message | None:
        """The message of a line, which need not name it.

        A message whose beginning was missed takes the first id that it hears.
        """
        current = self.current
        if current is not None and current.live:
            if not message_id:
                return current
            if not current.id and message_id not in self._by_id:
                current.id = message_id
                self._by_id[message_id] = self._by_id.pop("", current)
        return self._by_id.get(message_id)

    def confirmed(self, message_id: str, text: str) -> Message | None:
        """The message of a line that confirms a text.

        If the end of a message and the beginning of the next were lost, or came the wrong way
        round, deltas without an id were taken for those of another message than the line
        names. So the message that is writing exactly this text goes before one that is not.
        """
        message, current = self.find(message_id), self.current
        if (message is None or message.matching(text) is None) and current and current.live:
            stream = current.unconfirmed()
            if stream is not None and str(stream.text) == text:
                self._by_id[message_id] = current
                return current
        return message

    def add(self, message: Message) -> Message:
        """Make a message the current one; the oldest one is forgotten."""
        self._by_id.pop(message.id, None)
        self.current = self._by_id[message.id] = message
        for old in list(self._by_id)[:-_MESSAGES_KEPT]:
            del self._by_id[old]
        return message

    def clear(self) -> None:
        """Forget them all."""
        self._by_id.clear()
        self.current = None


_MESSAGES_KEPT = 32
"""So many messages back a line may still confirm a block."""
