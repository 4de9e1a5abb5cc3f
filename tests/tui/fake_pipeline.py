"""A pipeline whose every word is scripted: it records commands and lets a test send events."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from voicestream_tui.model import Answer, Event, PlayerState, Voice
from voicestream_tui.text.verbosity import Verbosity

MEI = Voice("openjtalk", "mei", "Mei", licence="CC BY 3.0")
TAKUMI = Voice("openjtalk", "takumi", "Takumi", licence="CC BY 3.0")
AOI = Voice("piper", "aoi", "Aoi", licence="public domain")


@dataclass
class FakePipeline:
    """Stands for the pipeline; `commands` lists what the screen asked for."""

    emit: Callable[[Event], None]
    voice: Voice = MEI
    previewing: Voice | None = None
    translator: str = "starter"
    speed: float = 1.0
    volume: float = 1.0
    verbosity: Verbosity = Verbosity.NORMAL
    player: PlayerState = field(default_factory=PlayerState)
    behind: float = 0.0
    figures: dict[str, Any] = field(default_factory=dict)
    commands: list[tuple[Any, ...]] = field(default_factory=list)
    may_close: threading.Event = field(default_factory=threading.Event)
    closed: bool = False
    all_translated: bool = False
    conversing: bool = False

    def __post_init__(self) -> None:
        self.may_close.set()

    def start(self) -> None:
        self.commands.append(("start",))

    def close(self) -> None:
        self.may_close.wait(60)
        self.closed = True

    def kill_agent(self) -> None:
        self.commands.append(("kill_agent",))

    def toggle_pause(self) -> bool:
        self.commands.append(("pause",))
        self.player = replace(self.player, paused=not self.player.paused)
        return self.player.paused

    def toggle_mute(self) -> bool:
        self.commands.append(("mute",))
        self.player = replace(self.player, muted=not self.player.muted)
        return self.player.muted

    def skip(self) -> None:
        self.commands.append(("skip",))

    def back(self, steps: int = 1) -> None:
        self.commands.append(("back", steps))

    def replay(self) -> None:
        self.commands.append(("replay",))

    def speak_from(self, segment_id: int) -> None:
        self.commands.append(("speak_from", segment_id))

    def jump_to_live(self) -> None:
        self.commands.append(("live",))

    def set_voice(self, voice: Voice) -> bool:
        self.commands.append(("voice", voice.key))
        self.voice = voice
        return True

    def preview(self, voice: Voice | None) -> None:
        self.commands.append(("preview", voice.key if voice is not None else ""))
        self.previewing = voice

    def list_voices_anew(self) -> None:
        self.commands.append(("list anew",))

    def set_translator(self, name: str) -> bool:
        self.commands.append(("translator", name))
        if not self.all_translated:
            self.translator = name
        return not self.all_translated

    def set_verbosity(self, level: Verbosity) -> None:
        self.commands.append(("verbosity", level))
        self.verbosity = level

    def set_speed(self, speed: float) -> None:
        self.commands.append(("speed", speed))
        self.speed = speed

    def set_volume(self, volume: float) -> None:
        self.commands.append(("volume", volume))
        self.volume = volume
        self.player = replace(self.player, volume=volume)

    def send(self, text: str) -> None:
        self.commands.append(("send", text))

    def interrupt(self) -> None:
        self.commands.append(("interrupt",))

    def answer(self, request_id: str, answer: Answer) -> None:
        self.commands.append(("answer", request_id, answer))

    def resume(self) -> None:
        self.commands.append(("resume",))

    def voices(self) -> list[Voice]:
        return [MEI, TAKUMI, AOI]

    def translators(self) -> list[str]:
        return ["starter", "opus-mt"]

    def snapshot(self) -> PlayerState:
        return self.player

    def lag(self) -> float:
        return self.behind

    def statistics(self) -> Mapping[str, Any]:
        return self.figures
