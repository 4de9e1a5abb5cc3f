"""Open JTalk's analysis: a missing package and a text it can't take are told."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from voicestream_tui.errors import EngineError
from voicestream_tui.speak import frontend


@pytest.mark.parametrize("analyse", [frontend.words, frontend.labels])
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, analyse: object) -> None:
    monkeypatch.setitem(sys.modules, "pyopenjtalk", None)
    assert callable(analyse)
    with pytest.raises(EngineError, match="pyopenjtalk can't be loaded") as caught:
        analyse("雨")
    assert "pyopenjtalk-plus" in caught.value.hint


@pytest.mark.parametrize("analyse", [frontend.words, frontend.labels])
def test_a_text_that_can_not_be_analysed_is_named(
    monkeypatch: pytest.MonkeyPatch, analyse: object
) -> None:
    def fail(text: str) -> object:
        raise RuntimeError("no words")

    broken = ModuleType("pyopenjtalk")
    vars(broken).update(run_frontend=fail, extract_fullcontext=fail)
    monkeypatch.setitem(sys.modules, "pyopenjtalk", broken)
    assert callable(analyse)
    with pytest.raises(EngineError, match="can't analyse the text '雨'"):
        analyse("雨")
