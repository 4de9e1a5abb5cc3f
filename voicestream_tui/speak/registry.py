"""The speech engines that can be chosen by name."""

from __future__ import annotations

from voicestream_tui.registry import Registry
from voicestream_tui.speak.base import Speaker

speakers: Registry[Speaker] = Registry(
    what="speech engine",
    group="voicestream.speakers",
    builtin={
        "openjtalk": "voicestream_tui.speak.openjtalk.engine:OpenJTalkSpeaker",
        "piper": "voicestream_tui.speak.piper.engine:PiperSpeaker",
        "kokoro": "voicestream_tui.speak.kokoro.engine:KokoroSpeaker",
        "vits": "voicestream_tui.speak.vits.engine:VitsSpeaker",
        "wyoming": "voicestream_tui.speak.wyoming.engine:WyomingSpeaker",
        "say": "voicestream_tui.speak.macos_say:SaySpeaker",
    },
)
