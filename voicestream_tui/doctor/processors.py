"""The graphics card, and what CTranslate2 and ONNX Runtime can use of this computer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.doctor.wishes import cuda_wishes, in_words

_LIMIT = 20.0
_CUDA = "CUDAExecutionProvider"
_USED = ("CPUExecutionProvider", _CUDA)
"""Those that this program's engines choose."""
_MISSING = re.compile(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file")


def graphics_card(machine: Machine) -> list[Finding]:
    """NVIDIA's driver and cards."""
    return [judge_cards(machine.cards(), cuda_wishes(machine.settings))]


def judge_cards(answer: Answer, wishes: dict[str, str]) -> Finding:
    """Whether there are the cards that the settings ask for."""
    if answer.problem:
        said: Mapping[str, Any] = {"cuda": "", "cards": [], "problem": answer.problem}
    else:
        said = answer.value
    cards: Sequence[Mapping[str, Any]] = said["cards"]
    details = {"cards": list(cards), "driver_cuda": said["cuda"], "wished": wishes}
    last = max((int(device.partition(":")[2] or 0) for device in wishes.values()), default=0)
    instead = f'or set {" and ".join(wishes)} to "auto" or "cpu".'
    if cards and last >= len(cards):
        message = f"{in_words(wishes)}, but there are only {len(cards)} cards, counted from 0."
        return fail("graphics card", message, f"Name one of these, {instead}", **details)
    if cards:
        shown = ", ".join(f"{card['name']} ({_gigabytes(card['memory'])})" for card in cards)
        return ok("graphics card", f"{shown}, driver for CUDA {said['cuda']}", **details)
    why = f" ({said['problem']})" if said["problem"] else ""
    if wishes:
        message = f"{in_words(wishes)}, but no NVIDIA card was found{why}."
        return fail("graphics card", message, f"Install the card's driver, {instead}", **details)
    if why:
        message = f"NVIDIA's driver is installed but does not work{why}; the processor is used."
        return warn("graphics card", message, "Restart the computer, or update it.", **details)
    return ok("graphics card", "no NVIDIA card: the processor does all the work", **details)


def ctranslate2(machine: Machine) -> list[Finding]:
    """What translation models run on."""
    answer = machine.probe("probe_runtimes:ctranslate2", _LIMIT)
    wanted = machine.settings.translation
    return [judge_ctranslate2(answer, wanted.device, wanted.compute_type)]


def judge_ctranslate2(answer: Answer, device: str, compute_type: str) -> Finding:
    """Whether CTranslate2 loads and can what the settings ask for."""
    if answer.problem:
        return _does_not_load("CTranslate2", answer)
    said = answer.value
    cuda = said["cards"] > 0 and device != "cpu"
    types: list[str] = said["cuda"] if cuda else said["cpu"]
    place = f"{said['cards']} CUDA devices" if said["cards"] else "processor only"
    if compute_type not in ("default", "auto", *types):
        return warn(
            "CTranslate2",
            f'translation.compute_type = "{compute_type}", which this computer can\'t do well.',
            f"Choose one of: default, {', '.join(types)}.",
            **said,
        )
    if device.startswith("cuda") and not said["cards"]:
        return fail(
            "CTranslate2",
            f'translation.device = "{device}", but CTranslate2 {said["version"]} sees no card.',
            'Set translation.device to "auto" or "cpu", or mend the driver.',
            **said,
        )
    return ok("CTranslate2", f"{said['version']}, {place}; computes in {', '.join(types)}", **said)


def onnx_providers(machine: Machine) -> list[Finding]:
    """Each execution provider of ONNX Runtime, tried with a model."""
    answer = machine.probe("probe_runtimes:onnx_providers", _LIMIT)
    if answer.problem:
        if answer.problem == "The package onnxruntime is missing.":
            return []
        return [_does_not_load("ONNX Runtime", answer)]
    findings = []
    device = machine.settings.tts.device
    cards = machine.cards()
    card = bool(cards.problem or cards.value["cards"])
    for provider in sorted(answer.value["providers"], key=lambda name: name not in _USED):
        tried = machine.probe("probe_runtimes:onnx_session", _LIMIT, provider=provider)
        findings.append(judge_provider(provider, tried, device, card=card))
    if device.startswith("cuda") and _CUDA not in answer.value["providers"]:
        version = answer.value["version"]
        findings.append(
            fail(
                _short(_CUDA),
                f'tts.device = "{device}", but the installed ONNX Runtime '
                f"{version} is built without CUDA.",
                f"{machine.pip('uninstall', 'onnxruntime')}\n"
                f"then: {machine.pip('install', 'onnxruntime-gpu')}\n"
                'or set tts.device to "auto" or "cpu".',
            )
        )
    return findings


def judge_provider(provider: str, tried: Answer, device: str, *, card: bool) -> Finding:
    """What became of a model on a provider.

    Args:
        provider: Its name in ONNX Runtime.
        tried: What `probe_runtimes.onnx_session` answered.
        device: The setting tts.device.
        card: Whether there may be an NVIDIA card.
    """
    name = _short(provider)
    missing = sorted(set(_MISSING.findall(f"{tried.noise} {tried.problem}")))
    details = {"provider": provider, "missing": missing}
    if not tried.problem and tried.value["used"] == provider and tried.value["right"]:
        return ok(name, "loads and computes", **details)
    if tried.problem:
        why = tried.problem
    elif tried.value["used"] != provider:
        why = "It can't be started"
        why += f": {', '.join(missing)} is not found." if missing else "."
    else:
        why = "It computes wrongly."
    if provider not in _USED:
        return ok(name, f"{why} Nothing here uses it.", **details)
    remedy = "Install what is missing so that it is found (LD_LIBRARY_PATH), or use the processor: "
    remedy += 'tts.device = "cpu".'
    if provider != _CUDA:
        return fail(name, why, "Install onnxruntime again.", **details)
    if device.startswith("cuda"):
        return fail(name, f'tts.device = "{device}". {why}', remedy, **details)
    if not card:
        return ok(name, f"{why} There is no card for it.", **details)
    if device == "cpu":
        return ok(name, f'{why} tts.device = "cpu" does not need it.', **details)
    return warn(name, f"{why} Voices run on the processor.", remedy, **details)


def _short(provider: str) -> str:
    return f"ONNX {provider.removesuffix('ExecutionProvider')}"


def _does_not_load(name: str, answer: Answer) -> Finding:
    return fail(
        name,
        f"It does not load: {answer.problem}",
        answer.hint or "Install it again; on a computer without AVX, no build may be for it.",
        noise=answer.noise,
    )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.0f} GB"
