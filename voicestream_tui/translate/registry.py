"""The translation engines by name; third parties add theirs as entry points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from voicestream_tui.registry import Registry
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.chain import ChainTranslator
from voicestream_tui.translate.model_folder import is_foreign

translators: Registry[Translator] = Registry(
    "translation engine",
    "voicestream.translators",
    {
        "starter": "voicestream_tui.translate.starter.engine:StarterTranslator",
        "opus-mt": "voicestream_tui.translate.ct2.opus_mt:OpusMtTranslator",
        "nllb": "voicestream_tui.translate.ct2.nllb:NllbTranslator",
        "firefox": "voicestream_tui.translate.firefox.engine:FirefoxTranslator",
        "llm": "voicestream_tui.translate.llm.engine:LlmTranslator",
        "onnx": "voicestream_tui.translate.onnx.engine:OnnxTranslator",
    },
)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the settings say to translation engines; each takes what its factory knows."""

    threads: int = 0
    beam: int = 0
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
    wanted: str,
    options: EngineOptions,
    tell: Callable[[str, str], None],
    *,
    any_model: bool = False,
    own: Callable[[str], Mapping[str, object]] = lambda name: {},
) -> Translator:
    """Make the engine that a setting names, or a chain if it names several.

    In a chain the model's folder is for the engine that it was made for; the others look for
    their own.

    Args:
        tell: gets message and hint when a chain goes on with another engine; an engine whose
            factory takes it may tell something, too.
        any_model: a single engine, too, may look for a model if the folder is another's.
        own: gives the fields of the settings' table that an engine of this name has for itself.
            They stand above those of `options`; its factory gets what it takes of both.

    Raises:
        EngineError: a name is unknown, or a single engine can't be imported.
    """
    check_engines(wanted)
    names = engine_names(wanted)
    makers = []
    for name in names:
        common = options
        if (any_model or len(names) > 1) and is_foreign(name, options.model, options.models_dir):
            common = replace(options, model="")
        makers.append((name, partial(_make, name, common, own(name), tell)))
    return makers[0][1]() if len(makers) == 1 else ChainTranslator(makers, tell=tell)


def _make(
    name: str,
    options: EngineOptions,
    own: Mapping[str, object],
    tell: Callable[[str, str], None],
) -> Translator:
    return translators.make_fitting(name, **{**asdict(options), "tell": tell, **own})
