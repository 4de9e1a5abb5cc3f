"""Changes to files as text: how many lines were added and removed, and in which files."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@", re.MULTILINE)
_OLD_NAME = re.compile(r"^--- \S", re.MULTILINE)
_NEW_NAME = re.compile(r"^\+\+\+ \S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Diff:
    added: int
    removed: int
    files: tuple[str, ...]
    """The changed files by their new names, in order; empty if the diff does not say."""


def read_diff(content: str, *, named: bool) -> Diff | None:
    """Count the lines of a diff; None if the text is none.

    Args:
        content: a code block's content.
        named: True if the block is called a diff; else only a unified diff counts.
    """
    unified = bool(_HUNK.search(content)) or bool(
        _OLD_NAME.search(content) and _NEW_NAME.search(content)
    )
    if not unified and not named:
        return None
    added = removed = 0
    files: list[str] = []
    previous = ""
    for line in content.split("\n"):
        if line.startswith("+++ ") and previous.startswith("--- "):
            name = line[4:].split("\t")[0].strip().removeprefix("b/")
            removed -= 1  # the old name was taken for a line
            if name and name != "/dev/null":
                files.append(name)
        elif line.startswith("+"):
            added += 1
        elif line.startswith("-"):
            removed += 1
        previous = line
    if not unified and not added and not removed:
        return None
    return Diff(added, removed, tuple(dict.fromkeys(files)))
