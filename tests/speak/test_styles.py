"""In which mood a sentence is spoken."""

from __future__ import annotations

import pytest

from voicestream_tui.model import Kind
from voicestream_tui.speak.styles import Style, style_of


@pytest.mark.parametrize(
    "text",
    [
        "All 42 tests pass.",
        "The build succeeded.",
        "Done.",
        "The deployment finished successfully.",
        "The bug is fixed.",
        "There are no errors.",
        "The server works again.",
        "Fixed the error in the parser.",
        "The agent has finished.",
    ],
)
def test_what_has_succeeded_is_happy(text: str) -> None:
    assert style_of(Kind.PROSE, text) is Style.HAPPY
    assert style_of(Kind.NOTICE, text) is Style.HAPPY


@pytest.mark.parametrize(
    "text",
    [
        "The build failed with three errors.",
        "The server crashed.",
        "Permission was denied.",
        "I could not find the file.",
        "The request timed out.",
    ],
)
def test_what_has_failed_is_serious(text: str) -> None:
    assert style_of(Kind.PROSE, text) is Style.SERIOUS


@pytest.mark.parametrize(
    "text",
    [
        "Let me check whether the tests pass.",
        "If the build fails, run it again.",
        "The tests do not pass yet.",
        "I will add error handling.",
        "Should I fix the failing test?",
        "This function returns a list.",
        "Once it has succeeded, restart the server.",
        "The parser handles errors.",
        "All tests pass except one, but the build is slow.",
        "The build succeeded. " * 9,
        "",
    ],
)
def test_what_is_wished_asked_or_plain_is_neutral(text: str) -> None:
    assert style_of(Kind.PROSE, text) is Style.NEUTRAL


def test_an_error_is_serious_whatever_it_says() -> None:
    assert style_of(Kind.ERROR, "Fine.") is Style.SERIOUS


@pytest.mark.parametrize("kind", [Kind.HEADING, Kind.CODE, Kind.QUOTE, Kind.TOOL, Kind.THINKING])
def test_other_rows_have_no_mood(kind: Kind) -> None:
    assert style_of(kind, "The build failed.") is Style.NEUTRAL
