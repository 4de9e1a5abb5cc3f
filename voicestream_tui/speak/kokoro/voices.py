"""The voices of the Kokoro models that are installed, mixtures included. Loads no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.blend import SUFFIX, Blend, find_profiles, is_blend, parse_blend
from voicestream_tui.speak.kokoro.files import (
    Bundle,
    bundle_in,
    fault_of_style,
    find_bundles,
    read_style,
)

ENGINE = "kokoro"
LICENCE = "Apache-2.0"
_LANGUAGES = MappingProxyType(
    {
        "a": ("en", "American English"),
        "b": ("en", "British English"),
        "e": ("es", "Spanish"),
        "f": ("fr", "French"),
        "h": ("hi", "Hindi"),
        "i": ("it", "Italian"),
        "j": ("ja", "Japanese"),
        "p": ("pt", "Portuguese"),
        "z": ("zh", "Chinese"),
    }
)
_SEXES = MappingProxyType({"f": "female", "m": "male"})
_AGAIN = "Put a Kokoro model with these voices into the voices folder, or choose another voice."


@dataclass(frozen=True, slots=True)
class Found:
    """What a voice is made of: a model's folder, and its voices with their shares of 1."""

    bundle: Bundle
    shares: tuple[tuple[str, float], ...]

    def table(self) -> NDArray[np.float32]:
        """The voice's styles, [counts of phonemes, 256].

        Raises:
            EngineError: a file is missing or broken.
        """
        tables = [read_style(self.bundle.styles[name]) for name, _ in self.shares]
        rows = min(map(len, tables))
        mixed = np.zeros_like(tables[0][:rows])
        for table, (_, share) in zip(tables, self.shares, strict=True):
            mixed += table[:rows] * np.float32(share)
        return mixed


class KokoroVoices:
    """Looks for voices in some folders.

    Args:
        voices_dir: Has voice profiles, too.
        models_dir: Another folder.
        model: A part of a model's name; of several folders those that have it come first.
    """

    def __init__(self, voices_dir: Path | None, models_dir: Path | None, model: str = "") -> None:
        self._roots = (voices_dir, models_dir)
        self._model = model

    def all(self) -> list[Voice]:
        """Japanese voices first, then mixtures with a name, then other languages, broken last."""
        bundles = self._bundles()
        voices: dict[str, Voice] = {}
        for bundle in bundles:
            for name in bundle.styles:
                voices.setdefault(name, _voice(bundle, name))
            if not bundle.styles:
                voices.setdefault(bundle.folder.name, _without_voices(bundle))
        for profile in find_profiles(self._roots[0], ENGINE):
            problem = profile.problem
            if profile.blend is not None and not problem:
                problem = _problem_of(bundles, profile.blend)
            voices.setdefault(
                profile.name,
                Voice(
                    engine=ENGINE,
                    id=profile.name,
                    name=f"{profile.name} ({profile.blend.id if profile.blend else 'mixture'})",
                    path=profile.path,
                    licence=LICENCE,
                    problem=problem,
                ),
            )
        return sorted(voices.values(), key=lambda voice: (bool(voice.problem), _rank(voice)))

    def _bundles(self) -> list[Bundle]:
        found = find_bundles(*self._roots)
        return sorted(
            found, key=lambda bundle: not any(self._model in path.stem for path in bundle.models)
        )

    def mixed(self, wanted: str) -> Voice:
        """A voice for a mixture of voices that are there.

        Raises:
            EngineError: it is no mixture, or a voice of it is missing.
        """
        blend = parse_blend(wanted)
        if problem := _problem_of(self._bundles(), blend):
            raise EngineError(f"{problem}.", self._there())
        shown = " + ".join(f"{name} {share:.0%}" for name, share in blend.shares)
        return Voice(ENGINE, blend.id, shown, licence=LICENCE)

    def in_file(self, path: Path) -> Voice:
        """The voice of a file, or the first one of a folder or a model.

        Raises:
            EngineError: it is missing, broken, or not one of Kokoro's.
        """
        if path.name.endswith(SUFFIX):
            profile = next((p for p in find_profiles(path.parent, ENGINE) if p.path == path), None)
            if profile is None or profile.problem:
                problem = profile.problem if profile else f"there is no voice profile {path}"
                raise EngineError(f"{problem}.", "Mend the file, or choose another voice.")
            return Voice(ENGINE, profile.name, profile.name, path, licence=LICENCE)
        folders = [path] if path.is_dir() else [path.parent, path.parent.parent]
        bundle = next((found for folder in folders if (found := bundle_in(folder))), None)
        if bundle is None:
            raise EngineError(f"{path} has no Kokoro model and no voices of one.", _AGAIN)
        voices = [_voice(bundle, name) for name in bundle.styles]
        voices.sort(key=lambda voice: (bool(voice.problem), _rank(voice)))
        if path.suffix == ".bin":
            voices = [voice for voice in voices if voice.path == path]
        problem = bundle.problem or (voices[0].problem if voices else f"{path} is missing")
        if problem:
            raise EngineError(f"{problem}.", _AGAIN)
        return voices[0]

    def made_of(self, voice: Voice) -> Found:
        """What a voice is made of.

        Raises:
            EngineError: its files are missing or broken.
        """
        blend = self._blend_of(voice)
        if blend is None:
            bundle = self._bundle_of(voice)
            if voice.id not in bundle.styles:
                raise EngineError(f'There is no voice "{voice.id}" in {bundle.folder}.', _AGAIN)
            return Found(bundle, ((voice.id, 1.0),))
        for bundle in self._bundles():
            if all(name in bundle.styles for name, _ in blend.parts):
                return Found(bundle, blend.shares)
        raise EngineError(f"{_problem_of(self._bundles(), blend)}.", self._there())

    def _blend_of(self, voice: Voice) -> Blend | None:
        if is_blend(voice.id):
            return parse_blend(voice.id)
        if voice.path is None or not voice.path.name.endswith(SUFFIX):
            return None
        for profile in find_profiles(voice.path.parent, ENGINE):
            if profile.path == voice.path and profile.blend is not None:
                return profile.blend
        raise EngineError(f"The voice profile {voice.path} is missing or broken.", _AGAIN)

    def _bundle_of(self, voice: Voice) -> Bundle:
        if voice.path is not None:
            for folder in (voice.path.parent, voice.path.parent.parent):
                if (bundle := bundle_in(folder)) is not None:
                    return bundle
        raise EngineError(f'The files of the voice "{voice.id}" are missing.', _AGAIN)

    def _there(self) -> str:
        names = [name for bundle in self._bundles() for name in bundle.styles]
        return f"Voices that are there: {', '.join(names[:40]) or 'none'}."


def _voice(bundle: Bundle, name: str) -> Voice:
    code, about = _LANGUAGES.get(name[:1], ("", ""))
    sex = _SEXES.get(name[1:2], "")
    usual = len(name) > 3 and name[2] == "_" and about and sex
    shown = name[3:].replace("_", " ").capitalize() if usual else name
    if usual:
        accent = "" if code == "ja" else f", {about} accent"
        shown += f" ({sex}{accent})"
    style = bundle.styles[name]
    fault = fault_of_style(style)
    return Voice(
        engine=ENGINE,
        id=name,
        name=shown,
        path=style.path,
        language=code if usual else "ja",
        licence=LICENCE if usual else "",
        problem=bundle.problem or (f"{style.path}: {fault}" if fault else ""),
    )


def _without_voices(bundle: Bundle) -> Voice:
    return Voice(ENGINE, bundle.folder.name, "Kokoro", bundle.folder, problem=bundle.problem)


def _problem_of(bundles: Sequence[Bundle], blend: Blend) -> str:
    names = [name for name, _ in blend.parts]
    if any(all(name in bundle.styles for name in names) for bundle in bundles):
        return ""
    there = {name for bundle in bundles for name in bundle.styles}
    missing = [name for name in names if name not in there]
    if missing:
        return f"{blend.id} is mixed of {', '.join(missing)}, which is not installed"
    return f"the voices of {blend.id} belong to different models"


def _rank(voice: Voice) -> int:
    if voice.path is not None and voice.path.name.endswith(SUFFIX):
        return 1
    return 0 if voice.language == "ja" else 2
