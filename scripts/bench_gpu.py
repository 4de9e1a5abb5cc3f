"""How fast translators and voices are on this computer's graphics card, or on its processor.

Models of random weights take the time of trained ones. "full" are the shapes of NLLB-200 distilled
600M, FuguMT, Piper's "medium" and Kokoro-82M; "small" are those of the tests. Each engine runs in
a process of its own, so that memory is its own. What it really runs on is read from the engine.

A sentence has 24 pieces, about 18 English words, and so has its translation; a spoken one is about
four seconds long. "alone" is how long one sentence takes, of a voice its first sound; "under load"
are 32 sentences translated at once, or spoken one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

PIECES, WORDS, BATCH = 24, 18, 32
ENGINES = ("nllb", "onnx", "piper", "kokoro")
_ONES = tuple(f"piece{number}" for number in range(1000))


@dataclass(frozen=True)
class Result:
    """What was measured of one engine."""

    engine: str
    runs_on: str
    alone_ms: float
    """One sentence; of a voice its first sound."""
    load: str
    """Words a minute, or seconds of sound a second."""
    utilisation: float | None
    """Of the card while under load, in percent; None without nvidia-smi."""
    card_mib: float | None
    """Memory used on the card, other programs' too."""
    memory_mib: float
    """Most memory of the process."""
    processor: float
    """Cores used while under load."""


@dataclass(frozen=True)
class Job:
    """An engine that is loaded."""

    runs_on: str
    alone: Callable[[], Any]
    loaded: Callable[[], float]
    """Works once under load; gives words or seconds of sound."""
    unit: str


class Card:
    """Watches utilisation and memory of a card in the background, if nvidia-smi is there."""

    def __init__(self) -> None:
        self.readings: list[tuple[float, float]] = []
        self._process: subprocess.Popen[str] | None = None
        if shutil.which("nvidia-smi"):
            query = "--query-gpu=utilization.gpu,memory.used"
            self._process = subprocess.Popen(
                ["nvidia-smi", query, "--format=csv,noheader,nounits", "-lms", "200"],
                stdout=subprocess.PIPE,
                text=True,
            )
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                used, memory = (float(part) for part in line.split(","))
            except ValueError:
                continue
            self.readings.append((used, memory))

    def close(self) -> None:
        """Stop watching."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def main() -> None:
    """Make the models, measure each engine in a process of its own, print a table."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench-gpu",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--shape", choices=("full", "small"), default="full")
    parser.add_argument("--only", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--seconds", type=float, default=10.0, help="under load, each engine")
    parser.add_argument("--folder", type=Path, help="where the models are kept; else dropped")
    parser.add_argument("--one", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        job = _open(options.one, options.folder, options.device)
        print(json.dumps(asdict(_measure(options.one, job, options.seconds))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        print(_about(), flush=True)
        print("engine  runs on                        alone  under load        card  memory  cores")
        for engine in options.only:
            _make(engine, folder / options.shape, full=options.shape == "full")
            print(_line(engine, folder / options.shape, options), flush=True)


def _about() -> str:
    cards = "no NVIDIA card (no nvidia-smi): figures are those of the processor"
    if shutil.which("nvidia-smi"):
        command = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv"]
        cards = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    day = time.strftime("%d %B %Y")
    return f"{day}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()}\n{cards}"


def _line(engine: str, folder: Path, options: argparse.Namespace) -> str:
    command = [sys.executable, "-m", "scripts.bench_gpu", "--one", engine]
    command += ["--device", options.device, "--folder", str(folder)]
    command += ["--seconds", str(options.seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason"])[-1]
        return f"{engine:7} failed: {reason}"
    r = Result(**json.loads(done.stdout.splitlines()[-1]))
    card = "-" if r.utilisation is None else f"{r.utilisation:.0f} % {r.card_mib:.0f} MiB"
    return (
        f"{r.engine:7} {r.runs_on:27} {r.alone_ms:6.0f} ms  {r.load:16}  {card}  "
        f"{r.memory_mib:.0f} MiB  {r.processor:.1f}"
    )


def _measure(engine: str, job: Job, seconds: float) -> Result:
    alone = [_timed(job.alone) for _ in range(6)][1:]
    job.loaded()  # the first one fills the caches
    card = Card()
    begun, cpu = time.perf_counter(), time.process_time()
    made = 0.0
    while time.perf_counter() - begun < seconds:
        made += job.loaded()
    took, worked = time.perf_counter() - begun, time.process_time() - cpu
    card.close()
    read = card.readings
    rate = made / took
    return Result(
        engine,
        job.runs_on,
        1000 * statistics.median(alone),
        f"{60 * rate:.0f} {job.unit}" if job.unit == "words/min" else f"{rate:.1f} {job.unit}",
        statistics.mean(used for used, _ in read) if read else None,
        max(memory for _, memory in read) if read else None,
        _most_memory(),
        worked / took,
    )


def _most_memory() -> float:
    """MiB that this process has used at most."""
    status = Path("/proc/self/status")
    if status.is_file():  # what getrusage tells includes the process that started this one
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)  # macOS: bytes


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


# --- the engines ---------------------------------------------------------------------------------


def _make(engine: str, folder: Path, *, full: bool) -> None:
    """Write an engine's model, unless it is there."""
    if (folder / engine).is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if engine == "nllb":
        from scripts.bench_translators import SHAPES, Shape, make_model

        small = Shape(2, 4, 32, 64, 2000, True, ())
        make_model(folder / engine, SHAPES["nllb-600m"] if full else small)
    elif engine == "onnx":
        from scripts.make_test_models.onnx_translators import random_spec, save_onnx
        from scripts.make_test_models.translators import Kind, marian_kind

        marian_kind(folder / engine)  # its SentencePiece files are read, but not used
        tokens = ["</s>", "<unk>", *(f"piece{n}" for n in range(32_000 if full else 2000))]
        kind = Kind(tokens, tokens, {})
        shape = {"layers": 6, "head_size": 64, "wide": 4} if full else {}
        spec = random_spec(kind, heads=8, **shape)
        spec.decoder.projection.bias[0] = -1e4  # no translation ends early
        save_onnx(folder / engine, kind, spec)
    elif engine == "piper":
        from scripts.make_test_models.vits import MEDIUM, SMALL, piper_model

        (folder / engine).mkdir()
        model = piper_model(MEDIUM if full else SMALL)
        (folder / engine / "voice.onnx").write_bytes(model.SerializeToString())
    else:
        from scripts.make_test_models.kokoro import FULL, TINY
        from scripts.make_test_models.kokoro_files import make_kokoro

        make_kokoro(folder / engine, ["jf_alpha"], size=FULL if full else TINY)


def _open(engine: str, folder: Path, device: str) -> Job:
    opened = {"nllb": _nllb, "onnx": _onnx, "piper": _piper, "kokoro": _kokoro}
    return opened[engine](folder / engine, device)


def _translator(model: Any, runs_on: str, prefix: list[str]) -> Job:
    from voicestream_tui.translate.tokens.model import Search

    dice = np.random.default_rng(2)

    def translate(count: int) -> float:
        rows = dice.integers(0, len(_ONES), (count, PIECES))
        sources = [[*prefix[:1], *(_ONES[n] for n in row), "</s>"] for row in rows]
        model.translate(sources, prefix[1:], Search(2, 1.0), PIECES)
        return float(count * WORDS)

    return Job(runs_on, lambda: translate(1), lambda: translate(BATCH), "words/min")


def _nllb(folder: Path, device: str) -> Job:
    from voicestream_tui.translate.ct2.model import Ct2Model
    from voicestream_tui.translate.placement import Placement, load

    model = load("nllb", folder, Placement(device))
    runs_on = f"{model.device}, {model.compute_type}"
    return _translator(Ct2Model(model), runs_on, ["eng_Latn", "jpn_Jpan"])


def _onnx(folder: Path, device: str) -> Job:
    from voicestream_tui.translate.onnx.engine import OnnxTranslator

    engine = OnnxTranslator(model=str(folder), device=device)
    model = engine.open()[1]
    return _translator(model, engine.runs_on(), [])


def _piper(folder: Path, device: str) -> Job:
    from voicestream_tui.speak.piper.model import PiperModel, Scales

    model = PiperModel(folder / "voice.onnx", 22_050, device, folder / "cache")
    ids = np.random.default_rng(1).integers(3, 130, size=88).tolist()
    scales = Scales(0.667, 1.0, 0.0)

    def speak() -> float:
        return sum(len(part) for part, _ in model.sound(ids, scales, 0)) / 22_050

    return Job(model.processor, lambda: next(model.sound(ids, scales, 0)), speak, "s sound/s")


def _kokoro(folder: Path, device: str) -> Job:
    from voicestream_tui.speak.kokoro.model import KokoroModel

    model = KokoroModel(folder / "onnx" / "model.onnx", device)
    table = np.fromfile(folder / "voices" / "jf_alpha.bin", np.float32).reshape(-1, 256)
    tokens = np.random.default_rng(1).integers(1, 100, size=50).tolist()

    def speak() -> float:
        return len(model.sound(tokens, table, 1.0)) / 24_000

    return Job(model.processor, speak, speak, "s sound/s")


if __name__ == "__main__":
    main()
