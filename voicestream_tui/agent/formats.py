"""The formats that can be chosen by name: what turns an agent's lines into what it said."""

from __future__ import annotations

from voicestream_tui.agent.auto import AutoDecoder
from voicestream_tui.agent.claude.decoder import ClaudeDecoder
from voicestream_tui.agent.decoder import Decoder
from voicestream_tui.agent.not_text import TextOnly
from voicestream_tui.agent.text_lines import PlainDecoder, TextDecoder
from voicestream_tui.errors import EngineError, UsageError
from voicestream_tui.registry import Registry

__all__ = [
    "FORMATS",
    "AutoDecoder",
    "ClaudeDecoder",
    "Decoder",
    "PlainDecoder",
    "TextDecoder",
    "check_format",
    "make_decoder",
]

FORMATS: Registry[Decoder] = Registry(
    what="format",
    group="voicestream.formats",
    builtin={
        "auto": "voicestream_tui.agent.auto:AutoDecoder",
        "claude": "voicestream_tui.agent.claude.decoder:ClaudeDecoder",
        "text": "voicestream_tui.agent.text_lines:PlainDecoder",
        "markdown": "voicestream_tui.agent.text_lines:TextDecoder",
        "codex": "voicestream_tui.agent.others.codex:CodexDecoder",
        "gemini": "voicestream_tui.agent.others.gemini:GeminiDecoder",
    },
)


def check_format(name: str) -> None:
    """Tell early that a format's name is wrong.

    Raises:
        UsageError: the name is unknown; its hint lists the names.
    """
    try:
        FORMATS.check(name)
    except EngineError as error:
        raise UsageError(error.message, error.hint) from None


def make_decoder(name: str) -> Decoder:
    """Make a format's decoder; what is no text at all never reaches it.

    Raises:
        UsageError: the name is unknown.
        EngineError: the package that offers the format is broken.
    """
    check_format(name)
    return TextOnly(FORMATS.make(name))
