"""What settings and a description say together about how a VITS voice is spoken."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from voicestream_tui.errors import EngineError
from voicestream_tui.speak.vits.config import VitsConfig
from voicestream_tui.speak.vits.model import Manner, VitsModel
from voicestream_tui.speak.vits.options import VitsOptions

log = logging.getLogger(__name__)


def manner_of(config: VitsConfig, model: VitsModel, options: VitsOptions) -> Manner:
    """How a voice is spoken: as settings say, else as it was trained.

    Raises:
        EngineError: settings name a speaker or language that the voice does not have.
    """
    chosen = options.length_scale or options.noise_scale >= 0 or options.noise_w >= 0
    if chosen and not model.has_scales:
        log.warning(
            "%s has its scales built in: vits.length_scale and others do nothing", model.path
        )
    return Manner(
        noise=options.noise_scale if options.noise_scale >= 0 else config.noise,
        length=options.length_scale or config.length,
        width=options.noise_w if options.noise_w >= 0 else config.width,
        speaker=_number(config.speakers, options.speaker, "speaker", config)
        if model.has_speakers
        else 0,
        language=_number(
            config.languages, options.language or _japanese(config), "language", config
        )
        if model.has_languages
        else 0,
    )


def _japanese(config: VitsConfig) -> str:
    """The name of Japanese among a voice's languages; "" if it is not told."""
    return next((name for name in config.languages if name.lower().startswith("ja")), "")


def _number(known: Mapping[str, int], wanted: str, what: str, config: VitsConfig) -> int:
    """The number that a setting means; a name, or a number."""
    if not wanted:
        return min(known.values(), default=0)
    if wanted in known:
        return known[wanted]
    if wanted.isascii() and wanted.isdecimal() and (not known or int(wanted) in known.values()):
        return int(wanted)
    names = ", ".join(list(known)[:20])
    raise EngineError(
        f'vits.{what} is "{wanted}", but {config.path.parent.name} has no such {what}.',
        f"Use one of these names, or its number: {names}." if names else "Use a number, from 0 on.",
    )
