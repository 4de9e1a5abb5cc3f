"""The translation engines by name; third parties add theirs as entry points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from voicestream_tui.registry import Registry
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.chain import ChainTranslator
from voicestream_tui.translate.model_folder import LAYOUTS

translators: Registry[Translator] = Registry(
    "translation engine",
    "voicestream.translators",
    {
        "starter": "voicestream_tui.translate.starter:StarterTranslator",
        "opus-mt": "voicestream_tui.translate.opus_mt:OpusMtTranslator",
        "nllb": "voicestream_tui.translate.nllb:NllbTranslator",
    },
)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the settings say to translation engines; each takes what its factory knows."""

    threads: int = 0
    beam: int = 2
    model: str = ""
    models_dir: Path = Path("models")
    device: str = "auto"
    compute_type: str = "default"
    source_language: str = "eng_Latn"
    vocabulary_map: bool = False


def engine_names(wanted: str) -> tuple[str, ...]:
    """The engines that a setting such as "opus-mt, starter" names, each once."""
    names = (name.strip() for name in wanted.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def check_engines(wanted: str) -> None:
    """Tell early, without importing anything, that a name is wrong.

    Raises:
        EngineError: a name is unknown, or there is none.
    """
    for name in engine_names(wanted) or (wanted,):
        translators.check(name)


def make_engines(
    wanted: str, options: EngineOptions, tell: Callable[[str, str], None]
) -> Translator:
    """Make the engine that a setting names, or a chain if it names several.

    Args:
        tell: gets message and hint when a chain goes on with another engine.

    Raises:
        EngineError: a name is unknown, or a single engine can't be imported.
    """
    check_engines(wanted)
    names = engine_names(wanted)
    if len(names) == 1:
        return _make(names[0], options)
    chain = [(name, partial(_make, name, _fitting(name, names, options))) for name in names]
    return ChainTranslator(chain, tell=tell)


def _make(name: str, options: EngineOptions) -> Translator:
    return translators.make_fitting(name, **asdict(options))


def _fitting(name: str, names: tuple[str, ...], options: EngineOptions) -> EngineOptions:
    """Options without the model's folder, if that was made for another engine of the chain."""
    folder = Path(options.model)
    layout = LAYOUTS.get(name)
    if not options.model or layout is None or layout.is_in(folder):
        return options
    others = (LAYOUTS[other] for other in names if other in LAYOUTS and other != name)
    return replace(options, model="") if any(x.is_in(folder) for x in others) else options
