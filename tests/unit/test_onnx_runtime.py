"""Where ONNX Runtime finds NVIDIA's libraries."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from voicestream_tui.onnx_runtime import CPU, CUDA, Words, load_runtime

WORDS = Words("the device", "model", "Install it.", "")


class Runtime(ModuleType):
    """Stands for the package; says what it loads, as the real one does."""

    def __init__(self, *providers: str) -> None:
        super().__init__("onnxruntime")
        self.providers = list(providers)
        self.loaded = 0

    def set_default_logger_severity(self, level: int) -> None: ...

    def get_available_providers(self) -> list[str]:
        return self.providers

    def preload_dlls(self) -> None:
        self.loaded += 1
        print("Failed to load libcudnn.so.9")
        raise OSError("libcudnn.so.9")


@pytest.mark.parametrize(("providers", "loaded"), [((CUDA, CPU), 1), ((CPU,), 0)])
def test_libraries_of_python_packages_are_loaded_without_a_word(
    providers: tuple[str, ...],
    loaded: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runtime = Runtime(*providers)
    monkeypatch.setitem(sys.modules, "onnxruntime", runtime)
    assert load_runtime(WORDS) is runtime
    assert runtime.loaded == loaded
    assert capsys.readouterr().out == ""
