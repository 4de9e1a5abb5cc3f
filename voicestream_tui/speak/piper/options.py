"""What settings say to the engine piper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PiperOptions:
    """How voices are spoken.

    Attributes:
        device: "auto", "cpu", "cuda" or "cuda:N".
        speaker: Name or number of the speaker of a voice with several; "" is the voice's own.
        length_scale: Above 1 is slower; 0 is the voice's own.
        noise_scale: How lively the tone is; -1 is the voice's own.
        noise_w: How uneven the rhythm is; -1 is the voice's own.
    """

    device: str = "auto"
    speaker: str = ""
    length_scale: float = 0.0
    noise_scale: float = -1.0
    noise_w: float = -1.0
