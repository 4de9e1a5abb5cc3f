from __future__ import annotations

from pathlib import Path

import pytest

from tests.doctor.machines import CPU_ONLY, ONE_CARD, machine, settings
from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.cuda_libraries import (
    FOR_CTRANSLATE2,
    cuda_libraries,
    judge_libraries,
    packaged_folders,
)
from voicestream_tui.doctor.finding import Status
from voicestream_tui.doctor.processors import (
    judge_cards,
    judge_ctranslate2,
    judge_provider,
    onnx_providers,
)

CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
CRASHED = Answer(problem="It crashed (SIGSEGV).")


def ct2(cards: int = 0) -> Answer:
    cpu, cuda = ["float32", "int8"], ["float16", "int8_float16"] if cards else []
    return Answer({"version": "4.8", "cards": cards, "cpu": cpu, "cuda": cuda})


def test_no_card_is_fine_unless_the_settings_ask_for_one() -> None:
    assert judge_cards(CPU_ONLY, {}).status is Status.OK
    found = judge_cards(CPU_ONLY, {"translation.device": "cuda", "tts.device": "cuda:1"})
    assert found.status is Status.FAIL
    assert 'translation.device = "cuda" and tts.device = "cuda:1"' in found.message
    assert '"auto" or "cpu"' in found.remedy


def test_a_card_is_named_with_its_memory() -> None:
    found = judge_cards(ONE_CARD, {"tts.device": "cuda"})
    assert found.status is Status.OK
    assert "H200 (150 GB), driver for CUDA 12.8" in found.message


def test_a_second_card_that_is_not_there_fails() -> None:
    found = judge_cards(ONE_CARD, {"tts.device": "cuda:1"})
    assert found.status is Status.FAIL
    assert "cuda:1" in found.message


def test_a_driver_that_does_not_work_is_told() -> None:
    broken = Answer({"cuda": "", "cards": [], "problem": "cuInit gives error 803"})
    assert judge_cards(broken, {}).status is Status.WARN
    assert "803" in judge_cards(broken, {"tts.device": "cuda"}).message
    assert judge_cards(CRASHED, {}).status is Status.WARN


def test_ctranslate2_tells_its_types() -> None:
    assert "float32, int8" in judge_ctranslate2(ct2(), "auto", "default").message
    assert "int8_float16" in judge_ctranslate2(ct2(1), "cuda", "default").message


def test_a_type_that_the_processor_can_t_do_is_named() -> None:
    found = judge_ctranslate2(ct2(), "auto", "float16")
    assert found.status is Status.WARN
    assert "float32, int8" in found.remedy


def test_ctranslate2_without_a_card_fails_where_one_is_wished_for() -> None:
    assert judge_ctranslate2(ct2(), "cuda", "default").status is Status.FAIL
    assert judge_ctranslate2(CRASHED, "auto", "default").status is Status.FAIL


def loaded(used: str, right: bool = True, noise: str = "") -> Answer:
    return Answer({"used": used, "right": right}, noise=noise)


def test_a_provider_that_computes_is_ok() -> None:
    assert judge_provider(CPU, loaded(CPU), "auto", card=False).status is Status.OK
    assert judge_provider(CUDA, loaded(CUDA), "auto", card=True).status is Status.OK


@pytest.mark.parametrize(
    ("device", "card", "status"),
    [
        ("auto", True, Status.WARN),
        ("auto", False, Status.OK),
        ("cpu", True, Status.OK),
        ("cuda", True, Status.FAIL),
        ("cuda:1", False, Status.FAIL),
    ],
)
def test_cuda_that_can_t_be_started_is_as_bad_as_it_is_wished_for(
    device: str, card: bool, status: Status
) -> None:
    noise = "with error: libcublasLt.so.13: cannot open shared object file: No such file"
    found = judge_provider(CUDA, loaded(CPU, noise=noise), device, card=card)
    assert found.status is status
    assert "libcublasLt.so.13" in found.message
    assert found.details["missing"] == ["libcublasLt.so.13"]


def test_a_provider_that_crashes_or_computes_wrongly_is_told() -> None:
    assert "SIGSEGV" in judge_provider(CUDA, CRASHED, "cuda", card=True).message
    found = judge_provider(CPU, loaded(CPU, right=False), "auto", card=False)
    assert found.status is Status.FAIL
    assert judge_provider("Other", CRASHED, "auto", card=True).status is Status.OK


def test_cuda_is_missed_in_a_runtime_that_is_built_without_it() -> None:
    found = onnx_providers(
        machine(
            settings(tts__device="cuda"),
            {
                "probe_runtimes:onnx_providers": Answer(
                    {"version": "1.31", "cuda": "", "providers": [CPU]}
                ),
                f"probe_runtimes:onnx_session {CPU}": loaded(CPU),
                "probe_gpu:driver": ONE_CARD,
            },
        )
    )
    assert [finding.status for finding in found] == [Status.OK, Status.FAIL]
    assert "built without CUDA" in found[1].message
    assert "onnxruntime-gpu" in found[1].remedy


def test_a_runtime_that_is_not_installed_needs_no_line() -> None:
    absent = Answer(problem="The package onnxruntime is missing.")
    answers = {"probe_runtimes:onnx_providers": absent}
    assert onnx_providers(machine(answers=answers)) == []
    assert onnx_providers(machine(answers={"probe_runtimes:onnx_providers": CRASHED}))


def libraries(card: Answer, reasons: dict[str, str], device: str = "auto") -> list[Status]:
    answers = {
        "probe_gpu:driver": card,
        "probe_gpu:load": Answer(reasons),
        "probe_runtimes:onnx_providers": Answer(problem="The package onnxruntime is missing."),
    }
    found = cuda_libraries(machine(settings(translation__device=device), answers))
    return [finding.status for finding in found]


def test_libraries_of_cuda_matter_where_there_is_a_card_or_one_is_wished_for() -> None:
    missing = dict.fromkeys(FOR_CTRANSLATE2, "not found")
    assert libraries(CPU_ONLY, missing) == []
    assert libraries(ONE_CARD, missing) == [Status.WARN]
    assert libraries(ONE_CARD, missing, "cuda") == [Status.FAIL]
    assert libraries(ONE_CARD, dict.fromkeys(FOR_CTRANSLATE2, "")) == [Status.OK]


def test_libraries_in_python_packages_are_found_by_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nvidia/cublas/lib"
    folder.mkdir(parents=True)
    (folder / "libcublas.so.12").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert packaged_folders(["libcublas.so.12", "libcudnn.so.9"]) == [folder]
    reasons = {"libcublas.so.12": "not found"}
    found = judge_libraries("CTranslate2", reasons, [folder], {}, "12")
    assert f'LD_LIBRARY_PATH="{folder}"' in found.remedy


def test_the_missing_library_is_named() -> None:
    reasons = {"libcublas.so.12": "", "libcudnn.so.9": "not found"}
    found = judge_libraries("ONNX Runtime", reasons, [], {"tts.device": "cuda"}, "12")
    assert found.status is Status.FAIL
    assert "libcudnn.so.9 can't be loaded" in found.message
    assert "cuDNN 9" in found.remedy
