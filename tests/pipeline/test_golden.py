"""What is said in every recording, kept as text that people can read, reviewed when it changes.

`ACCEPT_GOLDEN=1` writes the lists anew instead of comparing them: look at what git then shows.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from tests.unit.said_rules import keeps_the_rules
from voicestream_tui.agent.formats import AutoDecoder
from voicestream_tui.agent.framing import Framer
from voicestream_tui.agent.said import Said, Text

TESTS = Path(__file__).parent.parent
RECORDINGS = TESTS / "recordings"
GOLDEN = TESTS / "golden"
FILES = sorted(p for p in RECORDINGS.glob("2.*/*") if p.suffix in (".jsonl", ".json", ".txt"))
ACCEPT = os.environ.get("ACCEPT_GOLDEN") == "1"

_LONGEST = 160
"""Characters of a text that are shown whole."""


def golden(recording: Path) -> Path:
    return GOLDEN / recording.relative_to(RECORDINGS).with_suffix(".txt")


def said_in(recording: Path) -> list[Said]:
    framer, decoder = Framer(), AutoDecoder()
    lines = framer.feed(recording.read_bytes()) + framer.close()
    return [one for line in lines for one in decoder.feed(line)] + decoder.close()


def joined(said: Iterable[Said]) -> Iterator[Said]:
    """The same with the neighbouring texts of a block as one."""
    last: Said | None = None
    for one in said:
        match last, one:
            case Text(number), Text(same) if number == same:
                last = type(last)(number, last.text + one.text, *_rest(last))
            case _:
                if last is not None:
                    yield last
                last = one
    if last is not None:
        yield last


def _rest(text: Text) -> tuple[Any, ...]:
    return (text.agent, text.thinking, text.urgent, text.plain)


def described(said: Iterable[Said]) -> str:
    """One line for each thing said: its name, then its fields that are not as usual."""
    return "".join(_line(one) + "\n" for one in joined(said))


def _line(value: Any) -> str:
    return " ".join([type(value).__name__, *_fields(value)])


def _fields(value: Any) -> Iterator[str]:
    for field in fields(value):
        content = getattr(value, field.name)
        usual = field.default if field.default is not MISSING else None
        if content != usual:
            named = "" if field.default is MISSING else f"{field.name}="
            yield named + _value(content)


def _value(value: Any) -> str:
    match value:
        case bool() | int() | float():
            return str(value)
        case str():
            return _quoted(value)
        case dict():
            items = (f"{key}: {_value(item)}" for key, item in value.items())
            return "{" + ", ".join(items) + "}"
        case list() | tuple():
            return "[" + ", ".join(_value(item) for item in value) + "]"
        case None:
            return "none"
        case _:
            return f"{type(value).__name__}({' '.join(_fields(value))})"


def _quoted(text: str) -> str:
    """The text on one line, without what cannot be seen; a long one without its middle."""
    note = ""
    if len(text) > _LONGEST:
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        note = f" ({len(text)} characters, {digest})"
        text = f"{text[: _LONGEST // 2]} […] {text[-_LONGEST // 2 :]}"
    shown = "".join(c if c.isprintable() and c != '"' else _escaped(c) for c in text)
    return f'"{shown}"{note}'


def _escaped(character: str) -> str:
    return '\\"' if character == '"' else repr(character)[1:-1]


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.fixture(autouse=True)
def somewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same time zone everywhere: a notice may name a time of day."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("recording", FILES, ids=name)
def test_a_recording_says_what_it_said_when_it_was_reviewed(recording: Path) -> None:
    said = said_in(recording)
    keeps_the_rules(said)
    got, kept = described(said), golden(recording)
    if ACCEPT:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(got, encoding="utf-8")
        return
    assert kept.exists(), f"{kept} is missing; ACCEPT_GOLDEN=1 writes it"
    want = kept.read_text(encoding="utf-8")
    changes = difflib.unified_diff(want.splitlines(), got.splitlines(), "reviewed", "now", n=1)
    assert got == want, "\n".join([*changes, "If that is right: ACCEPT_GOLDEN=1, then review it."])


def test_every_list_has_its_recording() -> None:
    superfluous = set(GOLDEN.glob("*/*")) - {golden(path) for path in FILES}
    if ACCEPT:
        for path in superfluous:
            path.unlink()
        return
    assert not superfluous


def test_a_long_text_is_shown_short_but_not_mistaken() -> None:
    one, other = "a" * 500, "a" * 250 + "b" + "a" * 249
    assert len(_quoted(one)) < 220
    assert _quoted(one) != _quoted(other)
    assert _quoted('A "b"\u2028\n') == '"A \\"b\\"\\u2028\\n"'


def test_texts_of_a_block_are_joined_but_not_across_others() -> None:
    said = [Text(1, "One "), Text(1, "text."), Text(2, "Sub.", "Look"), Text(1, " More.")]
    assert described(said) == ('Text 1 "One text."\nText 2 "Sub." agent="Look"\nText 1 " More."\n')
