"""Asks NVIDIA's driver, and looks for libraries. Runs in a process of its own."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

_DRIVER = "libcuda.so.1"


def driver() -> dict[str, Any]:
    """What the driver says: its CUDA version, and the cards with their memory in bytes.

    Returns:
        "cuda": "12.8" or "" without a driver; "cards": names and memory; "problem": why the
        driver that is there does not work.
    """
    nothing: dict[str, Any] = {"cuda": "", "cards": [], "problem": ""}
    try:
        library = ctypes.CDLL(_DRIVER)
    except OSError:
        return nothing
    version, count = ctypes.c_int(), ctypes.c_int()
    code = library.cuInit(0)
    if code:
        # 100: there is no card.
        return nothing | {"problem": "" if code == 100 else f"cuInit gives error {code}"}
    library.cuDriverGetVersion(ctypes.byref(version))
    library.cuDeviceGetCount(ctypes.byref(count))
    return {
        "cuda": f"{version.value // 1000}.{version.value % 1000 // 10}",
        "cards": [_card(library, number) for number in range(count.value)],
        "problem": "",
    }


def _card(library: ctypes.CDLL, number: int) -> dict[str, Any]:
    device, memory = ctypes.c_int(), ctypes.c_size_t()
    name = ctypes.create_string_buffer(128)
    library.cuDeviceGet(ctypes.byref(device), number)
    library.cuDeviceGetName(name, len(name), device)
    library.cuDeviceTotalMem_v2(ctypes.byref(memory), device)
    return {"name": name.value.decode(errors="replace"), "memory": memory.value}


def load(libraries: Sequence[str]) -> dict[str, str]:
    """Load libraries as an engine would; why each can't be loaded, empty where it can."""
    return {name: _load(name) for name in libraries}


def _load(name: str) -> str:
    try:
        ctypes.CDLL(name)
    except OSError as error:
        return str(error)
    return ""
