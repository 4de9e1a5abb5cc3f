"""A long request: all of it can be scrolled to, and only what is in sight is painted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.strip import Strip

from tests.tui.conftest import MakeStage
from tests.tui.conversation_scene import bash_request, write_request
from tests.tui.test_requests import ask
from voicestream_tui.tui.long_text import LongText


async def test_only_what_is_in_sight_is_painted(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: set[int] = set()
    render = LongText.render_line

    def note(self: LongText, y: int) -> Strip:
        painted.add(y)
        return render(self, y)

    monkeypatch.setattr(LongText, "render_line", note)
    content = "".join(f"line {n}\n" for n in range(900))
    async with stage((80, 24), conversing=True) as s:
        await ask(s, replace(write_request("/nonexistent"), input=_write(content)))
        assert "+ line 5" in s.text()
        assert 0 < len(painted) < 40
        await s.press("end")
        assert "+ line 899" in s.text()
        assert len(painted) < 80


async def test_a_new_width_breaks_the_lines_anew(stage: MakeStage) -> None:
    words = " ".join(f"word{n}" for n in range(40)) + "\n  設定を読み込む順番を調べます。\nend"
    async with stage((120, 40), conversing=True) as s:
        await ask(s, replace(bash_request(), input={"command": words}))
        wide = " ".join(s.text().split())
        await s.pilot.resize_terminal(60, 40)
        await s.pilot.until(lambda: all(len(line) <= 60 for line in s.lines()))
        await s.show()
        for shown in (wide, " ".join(s.text().split())):
            assert words.split("\n")[0] in shown
            assert "設定を読み込む順番を調べます。 end" in shown


def _write(content: str) -> dict[str, str]:
    return {"file_path": "/nonexistent", "content": content}
