"""What the settings say to one engine alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from voicestream_tui.assembly import make_translator
from voicestream_tui.config_model import Settings
from voicestream_tui.translate.registry import translators

made: list[dict[str, object]] = []


class Loud:
    """An engine of another package."""

    name = "loud-one"

    def __init__(
        self, *, volume: int = 1, threads: int = 0, tell: Callable[[str, str], None]
    ) -> None:
        made.append({"volume": volume, "threads": threads})
        tell("It is loud.", "")

    def warm_up(self) -> None: ...

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [sentence.upper() for sentence in sentences]

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(translators._addresses, "loud-one", f"{__name__}:Loud")
    made.clear()


@pytest.mark.parametrize("chain", ["loud-one", "loud-one, loud-one,"])
def test_an_engine_gets_its_own_table_beside_the_common_settings(chain: str) -> None:
    settings: dict[str, Any] = {
        "translation": {"engine": chain, "threads": 3},
        "engines": {"loud_one": {"volume": 11}},
    }
    told: list[str] = []
    make_translator(
        Settings.model_validate(settings), tell=lambda message, hint: told.append(message)
    )
    assert made == [{"volume": 11, "threads": 3}]
    assert told == ["It is loud."]


def test_its_own_table_stands_above_the_common_settings() -> None:
    settings: dict[str, Any] = {
        "translation": {"engine": "loud-one", "threads": 3},
        "engines": {"loud-one": {"threads": 1}},
    }
    make_translator(Settings.model_validate(settings))
    assert made == [{"volume": 1, "threads": 1}]
