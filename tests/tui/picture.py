"""Pictures of the screen, kept as SVG files and compared with what the screen shows now."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

from voicestream_tui.tui.app import VoicestreamApp

PICTURES = Path(__file__).parent / "pictures"
ACCEPT = "ACCEPT_PICTURES"


def take(app: VoicestreamApp) -> str:
    """The screen as SVG, without the numbers that change from run to run."""
    svg = app.export_screenshot(title="voicestream-tui", simplify=True)
    return re.sub(r"terminal-\d+", "terminal", svg)


def compare(app: VoicestreamApp, name: str, folder: Path) -> None:
    """Fail unless the screen looks as in the kept picture; with ACCEPT_PICTURES=1 keep it.

    Args:
        app: The running app.
        name: The picture's name.
        folder: Where the new picture goes if it differs.
    """
    kept, svg = PICTURES / f"{name}.svg", take(app)
    if os.environ.get(ACCEPT):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(svg, encoding="utf-8")
        return
    assert kept.exists(), f"{kept} is missing; {ACCEPT}=1 makes it"
    before = kept.read_text(encoding="utf-8")
    if svg == before:
        return
    now = folder / f"{name}.svg"
    now.write_text(svg, encoding="utf-8")
    changed = [
        re.sub(r"<[^>]*>", "", line)
        for line in difflib.unified_diff(before.splitlines(), svg.splitlines(), n=0, lineterm="")
    ]
    shown = "\n".join(line for line in changed if line.strip("+- @"))[:2000]
    raise AssertionError(
        f"the screen no longer looks like {kept}; it is now {now}.\n"
        f"Look at both; {ACCEPT}=1 keeps the new one.\n{shown}"
    )
