"""PortAudio, the sound devices, and with --sound a tone."""

from __future__ import annotations

from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine

_LIMIT = 15.0
_SILENT = "none"


def devices(machine: Machine) -> list[Finding]:
    """PortAudio and its devices."""
    wanted = machine.settings.audio.device
    named = "" if wanted == _SILENT else wanted
    return judge_devices(machine.probe("probe_sound:devices", _LIMIT, wanted=named), wanted)


def judge_devices(answer: Answer, wanted: str) -> list[Finding]:
    """Whether something can be heard on the device that the settings name.

    Args:
        answer: What `probe_sound.devices` said.
        wanted: The setting audio.device.
    """
    silent = wanted == _SILENT
    if answer.problem:
        message = f"{answer.problem} Nothing can be heard."
        if silent:
            return [ok("PortAudio", f'{answer.problem} audio.device = "none" does not need it')]
        return [fail("PortAudio", message, answer.hint or "Install it again.", noise=answer.noise)]
    said = answer.value
    names = [device["name"] for device in said["devices"]]
    findings = [ok("PortAudio", said["version"], version=said["version"])]
    details = {"devices": said["devices"], "wanted": wanted}
    default = next((each["name"] for each in said["devices"] if each["default"]), "")
    if silent:
        findings.append(ok("device", 'audio.device = "none": nothing is to be heard', **details))
    elif not names:
        remedy = "Connect one; with PulseAudio or PipeWire install libasound2-plugins or "
        remedy += 'pipewire-alsa. Where there is none: audio.device = "none", or --no-audio.'
        findings.append(fail("device", "There is no sound device.", remedy, **details))
    elif said["problem"]:
        hint = f'{said["hint"]}\nOr set audio.device to "" for the default device.'
        findings.append(fail("device", said["problem"], hint, **details))
    elif not wanted and not default:
        remedy = f"Set audio.device to one of: {'; '.join(names)}"
        findings.append(fail("device", "No sound device is the default.", remedy, **details))
    else:
        shown = wanted or f"{default}, the default"
        message = f"{shown}; {len(names)} in all"
        findings.append(ok("device", message, **details))
    return findings


def tone(machine: Machine) -> list[Finding]:
    """Play a tone, if that was asked for."""
    if not machine.sound:
        return [ok("tone", "not played; with --sound it is")]
    audio = machine.settings.audio
    if audio.device == _SILENT:
        message = 'audio.device = "none": no tone can be heard'
        return [warn("tone", message, "Name a device: --device NAME (voicestream-tui devices).")]
    answer = machine.probe(
        "probe_sound:play",
        _LIMIT,
        device=audio.device,
        sample_rate=audio.sample_rate,
        latency=audio.latency,
        volume=audio.volume,
    )
    return [judge_tone(answer, audio.latency, audio.volume)]


def judge_tone(answer: Answer, latency: str, volume: float) -> Finding:
    """Whether a device took the tone, all of it and in time."""
    if answer.problem:
        message = f"The tone could not be played: {answer.problem}"
        return fail("tone", message, answer.hint or "See what is said of the devices above.")
    said = answer.value
    device = said["device"]
    if said["problems"]:
        message, hint = said["problems"][0]
        hint = hint.replace("Speech keeps its time without being heard. ", "")
        return fail("tone", f"The tone was not heard: {message}", hint, **said)
    if not said["played"]:
        message = f"{device} took only a part of the tone."
        remedy = "Another program may hold the device; choose another one with --device."
        return fail("tone", message, remedy, **said)
    if said["underflows"]:
        message = f"{device} took the tone, but ran dry {said['underflows']} times: it crackles."
        remedy = 'Set audio.latency to "high".'
        if latency == "high":
            remedy = "Something else takes all of the processor; end that."
        return warn("tone", message, remedy, **said)
    if volume == 0.0:
        message = f"{device} took the tone, but audio.volume is 0."
        return warn("tone", message, "Set audio.volume to 1.0.", **said)
    heard = "no underflow. If you heard nothing, look at the system's volume and mute"
    return ok("tone", f"{device} took a tone of a second, {heard}", **said)
