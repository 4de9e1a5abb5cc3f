"""How soon a Piper voice is heard: a sentence of ten seconds in one piece, and in parts.

Without a voice's file it makes a model of the size of Piper's "medium" with random weights; the
time does not depend on what the weights are. Prints milliseconds, the median of several runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from scripts.make_test_models.vits import MEDIUM, piper_model
from voicestream_tui.speak.onnx.session import open_session
from voicestream_tui.speak.piper.model import PiperModel, Scales

RATE = 22_050
T = TypeVar("T")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="scripts/bench-piper", description=__doc__)
    parser.add_argument("--voice", type=Path, metavar="FILE", help="an .onnx file")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.voice or Path(folder) / "medium.onnx"
        if options.voice is None:
            path.write_bytes(piper_model(MEDIUM).SerializeToString())
        measure(path, options.device, options.seconds, options.runs, Path(folder) / "cache")


def measure(path: Path, device: str, seconds: float, runs: int, cache: Path) -> None:
    """Print what a voice takes, in one piece and in parts."""
    load = [timed(partial(PiperModel, path, RATE, device, cache))[0] for _ in range(2)]
    model = PiperModel(path, RATE, device, cache)
    whole = open_session(path, device, of=path)
    ids = np.random.default_rng(1).integers(3, 130, size=round(seconds * 22)).tolist()
    length = sum(len(part) for part, _ in model.sound(ids, Scales(0.0, 1.0, 0.0), 0))
    scales = Scales(0.667, seconds * RATE / length, 0.0)
    fed = {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        "scales": np.array([scales.noise, scales.length, scales.width], np.float32),
        "sid": np.zeros(1, np.int64),
    }
    wanted = {value.name for value in whole.get_inputs()}
    fed = {name: value for name, value in fed.items() if name in wanted}
    made, first, last = [], [], []
    for _ in range(runs + 1):
        taken, sound = timed(partial(whole.run, None, fed))
        made.append(taken)
        pieces = model.sound(ids, scales, 0)
        first.append(timed(partial(next, pieces))[0])
        last.append(first[-1] + timed(partial(list, pieces))[0])
    one, early, all_of_it = (statistics.median(times[1:]) for times in (made, first, last))
    print(f"{model.processor}, {os.cpu_count()} cores, {sound[0].size / RATE:.1f} s of sound")
    print(f"load: {load[0]:.0f} ms, and {load[1]:.0f} ms with the parts kept")
    print(f"in one piece: first sound after {one:.0f} ms")
    print(f"in parts: first sound after {early:.0f} ms, all of it after {all_of_it:.0f} ms")
    print(f"earlier by a factor of {one / early:.1f}")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds that some work takes, and what it gives."""
    began = time.perf_counter()
    made = work()
    return (time.perf_counter() - began) * 1000, made


if __name__ == "__main__":
    main()
