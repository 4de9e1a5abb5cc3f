"""The translation engines by name; third parties add theirs as entry points."""

from __future__ import annotations

from voicestream_tui.registry import Registry
from voicestream_tui.translate.base import Translator

translators: Registry[Translator] = Registry(
    "translation engine",
    "voicestream.translators",
    {"starter": "voicestream_tui.translate.starter:StarterTranslator"},
)
