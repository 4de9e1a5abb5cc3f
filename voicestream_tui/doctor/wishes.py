"""What the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicestream_tui.config import Settings


def cuda_wishes(settings: Settings) -> dict[str, str]:
    """The settings that insist on CUDA, by their dotted key: {"tts.device": "cuda:1"}."""
    devices = {"translation.device": settings.translation.device, "tts.device": settings.tts.device}
    return {key: device for key, device in devices.items() if device.startswith("cuda")}


def in_words(wishes: dict[str, str]) -> str:
    """Write settings as they stand in the file."""
    return " and ".join(f'{key} = "{value}"' for key, value in wishes.items())
