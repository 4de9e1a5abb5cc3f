"""The user's own files: settings, theme, terms and readings."""

from __future__ import annotations

from collections import Counter

from voicestream_tui.config import beside_settings, config_path
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.errors import ConfigError, EngineError


def settings(machine: Machine) -> list[Finding]:
    """Whether all settings make sense, and where they come from."""
    found = machine.load()
    if found.problem:
        hint = f"{found.hint}\n" if found.hint else ""
        return [
            fail(
                "settings",
                f"{found.problem}",
                f"{hint}Until then the program does not start; what follows is checked with the "
                "defaults.",
            )
        ]
    origins = found.settings.origins
    counts = Counter("the environment" if "_" in o and o.isupper() else o for o in origins.values())
    shown = ", ".join(f"{count} from {origin}" for origin, count in counts.items())
    path = found.settings.file or config_path(machine.environ)
    where = f"{path} is not there, which is fine" if not path.is_file() else str(path)
    if str(path) not in counts:
        shown = f"{shown or 'all defaults'} ({where})"
    return [ok("settings", shown, origins=dict(origins))]


def own_files(machine: Machine) -> list[Finding]:
    """A voice or a model that the settings name by its file."""
    from voicestream_tui.own_files import with_own_files

    try:
        _, told = with_own_files(machine.settings, machine.named)
    except EngineError as error:
        return [fail("own files", error.message, error.hint)]
    return [ok("own files", sentence) for sentence in told]


def theme(machine: Machine) -> list[Finding]:
    """Whether the theme exists, and the user's own ones are right."""
    from textual.theme import BUILTIN_THEMES

    from voicestream_tui.tui.borrowed import has_own_colours
    from voicestream_tui.tui.themes import load_themes

    wanted = machine.settings.ui.theme
    themes, broken = load_themes(beside_settings(machine.settings, "themes"))
    findings = [
        warn("theme", problem.message, problem.hint or "Correct the file, or remove it.")
        for problem in broken
    ]
    others = {name for name, other in BUILTIN_THEMES.items() if has_own_colours(other)}
    if wanted in themes or wanted in others:
        return [ok("theme", wanted, themes=sorted(themes)), *findings]
    message = f'ui.theme = "{wanted}", and there is no such theme.'
    remedy = f"Choose one of: {', '.join(themes)}."
    return [fail("theme", message, remedy, themes=sorted(themes)), *findings]


def terms(machine: Machine) -> list[Finding]:
    """The user's glossary and lexicon."""
    from voicestream_tui.assembly import make_spoken_form, user_glossary

    findings = []
    try:
        glossary = user_glossary(machine.settings)
    except ConfigError as error:
        return [fail("glossary", error.message, error.hint or "Correct the file.")]
    findings.append(
        ok("glossary", f"{len(glossary.terms)} terms of your own", terms=len(glossary.terms))
    )
    try:
        make_spoken_form(machine.settings)
    except ConfigError as error:
        return [*findings, fail("lexicon", error.message, error.hint or "Correct the file.")]
    return [*findings, ok("lexicon", "the readings are in order")]
