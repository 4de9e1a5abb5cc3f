"""What checks are told of the computer; tests tell them of others."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from voicestream_tui.doctor.child import Answer, Ran, probe, run_command

if TYPE_CHECKING:
    from voicestream_tui.config import Settings


class Probe(Protocol):
    """Asks a probe in a process of its own; see `child.probe`."""

    def __call__(self, name: str, limit: float, /, **arguments: Any) -> Answer: ...


class Run(Protocol):
    """Runs a command; see `child.run_command`."""

    def __call__(self, argv: Sequence[str], limit: float, /) -> Ran: ...


@dataclass(frozen=True, slots=True)
class SettingsFound:
    """The settings, or what is wrong with them."""

    settings: Settings
    """The defaults if something is wrong."""
    problem: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Machine:
    """A computer with this program on it."""

    load: Callable[[], SettingsFound]
    """Reads the settings."""
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    platform: str = sys.platform
    python: str = sys.executable
    has_pip: bool = field(default_factory=lambda: find_spec("pip") is not None)
    which: Callable[[str], str | None] = shutil.which
    run: Run = run_command
    probe: Probe = probe
    named: Collection[str] = ()
    """The dotted keys that options have set in this run."""
    sound: bool = False
    """Whether a tone is to be heard."""

    @property
    def settings(self) -> Settings:
        """The settings in effect; the defaults if they are wrong."""
        return self.load().settings

    @property
    def effective(self) -> Settings:
        """The settings as a run takes them: files of one's own decide about their engines."""
        from voicestream_tui.errors import EngineError
        from voicestream_tui.own_files import with_own_files

        try:
            return with_own_files(self.settings, self.named)[0]
        except EngineError:
            return self.settings

    def cards(self) -> Answer:
        """What `probe_gpu.driver` says."""
        return self.probe("probe_gpu:driver", 20.0)

    def pip(self, command: str, packages: str) -> str:
        """The command line that installs into this program's environment, or removes from it."""
        if self.has_pip:
            sure = " --yes" if command == "uninstall" else ""
            return f"{self.python} -m pip {command}{sure} {packages}"
        return f"uv pip {command} --python {self.python} {packages}"
