"""Asks PortAudio, and plays a tone as speech is played. Runs in a process of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from voicestream_tui.audio.devices import find_device, list_devices, load_portaudio
from voicestream_tui.audio.outputs import open_output
from voicestream_tui.audio.player import Player
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Clip, Kind, Samples, Segment, Utterance

_SECONDS, _RAMP, _LEVEL = 0.9, 0.15, 0.12
_CHORD = (523.25, 659.25, 783.99)
"""Hz: C, E and G."""
_PATIENCE = 8.0


def devices(wanted: str) -> dict[str, Any]:
    """PortAudio's version and devices, and whether the one wanted is among them.

    Raises:
        AudioError: PortAudio is missing or can't start.
    """
    module = load_portaudio()
    found = list_devices()
    problem = hint = ""
    if wanted:
        try:
            find_device(found, wanted)
        except AudioError as error:
            problem, hint = error.message, error.hint
    return {
        "version": str(module.get_portaudio_version()[1]).partition(",")[0],
        "devices": [
            {"name": f"{each.name} ({each.host}, {each.sample_rate} Hz)", "default": each.default}
            for each in found
        ],
        "problem": problem,
        "hint": hint,
    }


def play(device: str, sample_rate: int, latency: str, volume: float) -> dict[str, Any]:
    """Play a short chord through player and output, as speech is.

    Returns:
        "device": its name; "problems": what went wrong, each with a hint; "underflows"; "played":
        whether all of it was taken.

    Raises:
        AudioError: the device that is named is not there.
    """
    problems: list[tuple[str, str]] = []
    player = Player(sample_rate)
    player.set_volume(volume)
    output = open_output(
        device or None, sample_rate, lambda message, hint: problems.append((message, hint)), latency
    )
    utterance = Utterance(Segment(1, 1, Kind.NOTICE, "A tone."), "")
    player.enqueue(Clip(utterance, chord(sample_rate), 0.0, 1.0))
    player.finish(utterance, 0.0)
    output.start(player.render)
    try:
        played = player.wait_until_idle(_PATIENCE)
    finally:
        output.stop()
    return {
        "device": output.name,
        "problems": problems,
        "underflows": output.underflows,
        "played": played,
    }


def chord(sample_rate: int) -> Samples:
    """A soft chord that swells and fades: float32 of shape (n,), at most 0.12."""
    time = np.arange(round(_SECONDS * sample_rate)) / sample_rate
    waves = [np.sin(2 * math.pi * hertz * time) for hertz in _CHORD]
    up = np.clip(time / _RAMP, 0.0, 1.0)
    down = np.clip((_SECONDS - time) / (_SECONDS / 2), 0.0, 1.0)
    shape = np.sin(up * math.pi / 2) * down**2
    samples: Samples = (_LEVEL * shape * np.mean(waves, axis=0)).astype(np.float32)
    return samples
