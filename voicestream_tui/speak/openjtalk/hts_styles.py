"""HTS voices of one person in several moods, as files beside one another: one voice of styles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.styles import Style

AUTO = "auto"
_PLAIN = "neutral"
_MOODS = {
    "neutral": _PLAIN,
    "normal": _PLAIN,
    "happy": "happy",
    "sad": "sad",
    "angry": "angry",
    "bashful": "bashful",
}
"""How files are named ("tohoku-f01-happy", "mei_normal"), and what that means."""
_STEM = re.compile(r"(.+)[-_]([a-z]+)", re.IGNORECASE)
_FOR_STYLE = {
    Style.NEUTRAL: (_PLAIN,),
    Style.HAPPY: ("happy", _PLAIN),
    Style.SERIOUS: ("sad", "angry", _PLAIN),
}


def person_and_mood(stem: str) -> tuple[str, str]:
    """What a file's name says: whose voice it is, and its mood; ("", "") if it says neither."""
    match = _STEM.fullmatch(stem)
    mood = _MOODS.get(match[2].lower(), "") if match else ""
    return (match[1], mood) if match and mood else ("", "")


def with_styles(voices: Iterable[Voice]) -> list[Voice]:
    """The voices, and before the moods of each person one voice that has them all.

    That needs a neutral file and another one in the same folder. Its id is the person
    ("tohoku-f01"), its file the neutral one.
    """
    found = list(voices)
    groups: dict[tuple[Path, str], dict[str, Voice]] = {}
    for voice in found:
        if voice.path is not None and voice.id == voice.path.stem:
            person, mood = person_and_mood(voice.path.stem)
            if person:
                groups.setdefault((voice.path.parent, person), {}).setdefault(mood, voice)
    taken = {voice.id for voice in found}
    for (_, person), moods in groups.items():
        plain = moods.get(_PLAIN)
        if plain is None or len(moods) < 2 or person in taken:
            continue
        taken.add(person)
        name = person.replace("_", " ").replace("-", " ")
        title = f"{name[:1].upper()}{name[1:]} ({', '.join(moods)})"
        first = min(found.index(voice) for voice in moods.values())
        found.insert(first, replace(plain, id=person, name=title))
    return found


def files_of(voice: Voice) -> Mapping[str, Path]:
    """The files of a voice of styles by mood, "neutral" first; empty for any other voice."""
    path = voice.path
    if path is None or person_and_mood(path.stem) != (voice.id, _PLAIN):
        return {}
    files = {_PLAIN: path}
    for other in sorted(path.parent.glob(f"*{path.suffix}")):
        person, mood = person_and_mood(other.stem)
        if person == voice.id:
            files.setdefault(mood, other)
    return files


def file_for(voice: Voice, style: Style, setting: str, serious: str) -> Path | None:
    """The file to speak a sentence with; the voice's own if it has no styles.

    Args:
        voice: any voice.
        style: what suits the sentence.
        setting: "auto" follows the sentence, else the mood for all of them.
        serious: the mood for `Style.SERIOUS`.

    Raises:
        EngineError: the voice has styles, but not the one that was set.
    """
    files = files_of(voice)
    if not files:
        return voice.path
    if setting != AUTO:
        if setting not in files:
            raise EngineError(
                f'openjtalk.style is "{setting}", which the voice "{voice.id}" does not have.',
                f'It has: {", ".join(files)}; "{AUTO}" chooses by the sentence.',
            )
        return files[setting]
    wanted = _FOR_STYLE[style]
    if style is Style.SERIOUS:
        wanted = (serious, *wanted)
    return next(files[mood] for mood in wanted if mood in files)
