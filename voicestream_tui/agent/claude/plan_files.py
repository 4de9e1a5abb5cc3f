"""Plans that an agent writes to a file before it asks for approval of "the plan"."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from voicestream_tui.agent.surrogates import mend

_PLAN_FILE = re.compile(r"[/\\]plans[/\\][^/\\]+\.md$")
_KEPT = 8


class PlanFiles:
    """Follows what is written to plan files, and knows the newest plan."""

    def __init__(self) -> None:
        self._plans: OrderedDict[str, str] = OrderedDict()

    @property
    def newest(self) -> str:
        """The plan that was written or changed last, as Markdown; "" if there is none."""
        return next(reversed(self._plans.values()), "").strip()

    def tool_used(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Note a tool use that may write a plan."""
        path = arguments.get("file_path")
        if not isinstance(path, str) or not _PLAN_FILE.search(path):
            return
        if name == "Write" and isinstance(content := arguments.get("content"), str):
            self._keep(path, mend(content))
        elif name in ("Edit", "MultiEdit") and path in self._plans:
            text = self._plans[path]
            for old, new, everywhere in _edits(arguments):
                text = text.replace(old, new, -1 if everywhere else 1) if old else text
            self._keep(path, text)

    def _keep(self, path: str, text: str) -> None:
        self._plans[path] = text
        self._plans.move_to_end(path)
        if len(self._plans) > _KEPT:
            self._plans.popitem(last=False)


def _edits(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    several = arguments.get("edits")
    for edit in several if isinstance(several, list) else [arguments]:
        match edit:
            case {"old_string": str(old), "new_string": str(new)}:
                yield mend(old), mend(new), edit.get("replace_all") is True
