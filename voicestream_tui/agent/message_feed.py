"""Messages for a conversation that come from a stream: its lines, or all of it as one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from voicestream_tui.agent.control_lines import LONGEST_MESSAGE
from voicestream_tui.agent.sources import Source
from voicestream_tui.errors import VoicestreamError

_log = logging.getLogger(__name__)


class MessageFeed:
    """Reads a source in a thread of its own and sends what it holds.

    Args:
        source: What is read; it is closed with the feed.
        whole: Everything up to the end is one message. Else every line that is not blank is.
        before: Put in front of the whole.
        patience: Seconds to wait for the first line when there is something in front: a stream
            that stays silent then does not hold it up.
    """

    def __init__(
        self, source: Source, *, whole: bool, before: str = "", patience: float = 3.0
    ) -> None:
        self.whole = whole
        self._source = source
        self._before = before
        self._patience = patience
        self._thread: threading.Thread | None = None

    def start(
        self,
        send: Callable[[str], None],
        ended: Callable[[], None],
        refused: Callable[[VoicestreamError], None],
    ) -> None:
        """Begin to read.

        Args:
            send: gets each message.
            ended: called when nothing more will come.
            refused: gets what `send` raised; the rest is still sent.
        """

        def run() -> None:
            for text in self._whole() if self.whole else self._lines():
                if text.strip():
                    try:
                        send(text)
                    except VoicestreamError as error:
                        _log.warning("a message was not sent: %s", error.message)
                        refused(error)
            ended()

        self._thread = threading.Thread(target=run, name="messages", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading; the thread has ended afterwards."""
        self._source.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _lines(self) -> Iterator[str]:
        for line in self._source.lines():
            yield line.decode("utf-8", "replace")

    def _whole(self) -> Iterator[str]:
        silence = threading.Timer(self._patience, self._source.close)
        silence.daemon = True
        if self._before:
            silence.start()
        kept: list[str] = []
        size = 0
        for line in self._lines():
            silence.cancel()
            if size <= LONGEST_MESSAGE:  # one too many, so that it is refused and not cut
                kept.append(line)
                size += len(line)
        silence.cancel()
        yield "\n\n".join(part for part in (self._before, "\n".join(kept).strip("\n")) if part)
