"""What settings say to the engine vits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VitsOptions:
    """How voices are spoken.

    Attributes:
        device: "auto", "cpu", "cuda" or "cuda:N".
        speaker: Name or number of the speaker of a voice with several; "" is the first.
        language: Name or number of the language; "" is Japanese or the first.
        length_scale: Above 1 is slower; 0 is the voice's own.
        noise_scale: How lively the tone is; -1 is the voice's own.
        noise_w: How uneven the rhythm is; -1 is the voice's own.
        sample_rate: Hz, of voices whose files do not say it; 0 guesses.
    """

    device: str = "auto"
    speaker: str = ""
    language: str = ""
    length_scale: float = 0.0
    noise_scale: float = -1.0
    noise_w: float = -1.0
    sample_rate: int = 0
