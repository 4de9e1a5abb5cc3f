"""One process of a conversation, together with the way to its standard input."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicestream_tui.agent.framing import LONGEST_LINE
from voicestream_tui.agent.line_writer import LineWriter
from voicestream_tui.agent.process import ProcessSource

_LONGEST_REASON = 300
"""Characters of the process's last words."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How processes are run; each as in `ProcessSource`."""

    interrupt_grace: float = 3.0
    terminate_grace: float = 2.0
    max_line: int = LONGEST_LINE
    cwd: Path | None = None
    env: Mapping[str, str] | None = None


class TalkingProcess:
    """A process whose standard input stays open.

    Args:
        argv: The command and its arguments.
        manner: How it is run.

    Raises:
        UsageError: there is no command.
        AgentError: the command can't be started.
    """

    def __init__(self, argv: Sequence[str], manner: Manner) -> None:
        theirs, ours = os.pipe()
        try:
            self.source = ProcessSource(
                argv,
                theirs,
                interrupt_grace=manner.interrupt_grace,
                terminate_grace=manner.terminate_grace,
                max_line=manner.max_line,
                cwd=manner.cwd,
                env=manner.env,
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self._writer = LineWriter(ours, f"stdin of {self.source.name}")

    def write(self, line: bytes) -> None:
        """Have a line written; as in `LineWriter`."""
        self._writer.write(line)

    def finish(self) -> None:
        """Close the input when everything is written."""
        self._writer.finish()

    def close(self) -> None:
        """Close the input and stop the process; as in `ProcessSource`."""
        self._writer.stop()
        self.source.close()

    @property
    def ending(self) -> str:
        """How the process ended, with its last words; one line."""
        code = self.source.exit_code or 0
        end = f"was ended by signal {code - 128}" if code > 128 else f"ended with code {code}"
        complaint = self.source.stderr_tail.strip().split("\n")[-1].strip()[:_LONGEST_REASON]
        return f"{self.source.name} {end}" + (f": {complaint}" if complaint else ".")
