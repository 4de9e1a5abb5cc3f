"""What a Wyoming server says of its voices (the event "info")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicestream_tui.model import Voice

ENGINE = "wyoming"
_MARK = "#"
"""Between the name of a voice and its speaker."""


@dataclass(frozen=True, slots=True)
class ServerVoice:
    """A voice of a server, and what to ask for."""

    voice: Voice
    name: str = ""
    """What the server calls it; "" = whatever it speaks with."""
    speaker: str = ""
    installed: bool = True


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What matters of the first speech program of a server."""

    voices: tuple[ServerVoice, ...]
    """Japanese ones first."""
    streams: bool
    """Takes text in pieces, and speaks while it takes."""

    def find(self, voice_id: str) -> ServerVoice | None:
        """The voice with an id of ours."""
        return next((one for one in self.voices if one.voice.id == voice_id), None)


def read_info(data: Mapping[str, Any]) -> ServerInfo | None:
    """Read the data of an "info"; None if the server has no speech program.

    Missing and odd fields are passed over; each speaker of a voice with several is a voice.
    """
    programs = [program for program in _list(data.get("tts")) if isinstance(program, Mapping)]
    if not programs:
        return None
    program = programs[0]
    found = [
        one
        for entry in _list(program.get("voices"))
        if isinstance(entry, Mapping) and isinstance(entry.get("name"), str)
        for one in _voices(entry, program)
    ]
    if not found:
        name = str(program.get("name") or "default")
        voice = Voice(ENGINE, name, name, licence=_licence(program))
        return ServerInfo((ServerVoice(voice),), streams=_streams(program))
    installed = [one for one in found if one.installed]
    ordered = sorted(found, key=lambda one: (not one.installed, one.voice.language != "ja"))
    shown = [one for one in ordered if one.installed] if installed else ordered
    hidden = [one for one in ordered if one not in shown]
    return ServerInfo((*shown, *hidden), streams=_streams(program))


def _voices(entry: Mapping[str, Any], program: Mapping[str, Any]) -> list[ServerVoice]:
    name = entry["name"]
    title = str(entry.get("description") or name)
    languages = [
        language for language in _list(entry.get("languages")) if isinstance(language, str)
    ]
    codes = [language.replace("-", "_").partition("_")[0].lower() for language in languages]
    language = "ja" if "ja" in codes else (codes[0] if codes else "")
    installed = entry.get("installed", True) is not False
    licence = _licence(entry) or _licence(program)
    speakers = [
        speaker["name"]
        for speaker in _list(entry.get("speakers"))
        if isinstance(speaker, Mapping) and isinstance(speaker.get("name"), str)
    ]
    plain = Voice(ENGINE, name, title, language=language, licence=licence)
    found = [ServerVoice(plain, name, installed=installed)]
    for speaker in speakers if len(speakers) > 1 else ():
        voice_id = f"{name}{_MARK}{speaker}"
        voice = Voice(ENGINE, voice_id, f"{title}, {speaker}", language=language, licence=licence)
        found.append(ServerVoice(voice, name, speaker, installed))
    return found


def _licence(entry: Mapping[str, Any]) -> str:
    """Servers state no licence, but who made a voice."""
    by = entry.get("attribution")
    if not isinstance(by, Mapping):
        return ""
    told = [str(by[key]) for key in ("name", "url") if by.get(key)]
    return f"by {', '.join(told)}" if told else ""


def _streams(program: Mapping[str, Any]) -> bool:
    return program.get("supports_synthesize_streaming") is True


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
