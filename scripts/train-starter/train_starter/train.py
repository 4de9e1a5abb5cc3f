"""Trains the model for a number of steps or minutes, and goes on where an earlier run ended.

Needs torch and numpy alone, so that it also runs where the program is not installed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from train_starter import weights
from train_starter.batches import Batch, Plan, TokenPairs, batches
from train_starter.growing import grown
from train_starter.learner import Learner
from train_starter.network import Shape
from train_starter.schedule import Schedule

CHECKPOINT, WEIGHTS, LOG = "checkpoint.npz", "weights.npz", "log.jsonl"


def main(arguments: Sequence[str]) -> int:
    """`train --prepared FOLDER --out FOLDER (--steps N | --minutes M)`."""
    options = parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    options.out.mkdir(parents=True, exist_ok=True)
    sets = [TokenPairs(options.prepared / f"{name}.npz") for name in options.sets]
    learner = Learner(
        Shape(
            sets[0].vocabulary,
            options.width,
            options.encoder,
            options.decoder,
            options.inner,
            dropout=options.dropout,
        ),
        device=options.device,
        kind=precision(options.precision, options.device),
        seed=options.seed,
        smoothing=options.smoothing,
    )
    place, earlier = _start(learner, options)
    schedule = Schedule(options.rate, options.warm_up, options.steps, options.minutes, earlier)
    pool = options.pool or (400_000 if options.device == "cuda" else 40_000)
    plan = Plan(options.batch, pool, options.seed, tuple(options.shares))
    _run(learner, schedule, _Place(sets, plan, *place), options)
    return 0


def parser() -> argparse.ArgumentParser:
    """The options, with defaults for a processor."""
    made = argparse.ArgumentParser(prog="train_starter train", description=__doc__)
    add = made.add_argument
    add("--prepared", type=Path, required=True, metavar="FOLDER")
    add("--out", type=Path, required=True, metavar="FOLDER")
    length = made.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int, default=0, help="the same result every time")
    length.add_argument("--minutes", type=float, default=0.0, help="the schedule follows the clock")
    add("--sets", nargs="+", default=["docs", "agent"], help="the main set, and one mixed in")
    add("--shares", nargs="+", type=float, default=[0.10, 0.16, 0.30], help="of the second set")
    add("--width", type=int, default=256)
    add("--encoder", type=int, default=6, help="layers")
    add("--decoder", type=int, default=2, help="layers")
    add("--inner", type=int, default=4, help="width of the feed-forward parts, in widths")
    add("--dropout", type=float, default=0.0)
    add("--rate", type=float, default=2e-3, help="highest learning rate")
    add("--warm-up", type=int, default=400, help="steps")
    add("--batch", type=int, default=5000, help="target tokens a step, padding included")
    add("--pool", type=int, default=0, help="pairs sorted by length together")
    add("--smoothing", type=float, default=0.1)
    add("--device", choices=("cpu", "cuda"), default="cpu")
    add("--precision", choices=("auto", "bf16", "float32"), default="auto")
    add("--threads", type=int, default=2)
    add("--seed", type=int, default=0)
    add("--start-from", type=Path, metavar="WEIGHTS", help="weights of an earlier run")
    add("--save-every", type=float, default=5.0, metavar="MINUTES")
    add("--stop-after", type=int, default=0, metavar="STEP", help="end early; go on another time")
    add("--pause-after", type=float, default=0.0, metavar="MINUTES", help="the same, by the clock")
    return made


def precision(wanted: str, device: str) -> torch.dtype:
    """The type of the weights in use; a processor needs bf16 instructions to gain by it."""
    if wanted == "auto":
        flags = Path("/proc/cpuinfo")
        fast = device == "cuda" or (
            flags.exists() and any(f in flags.read_text() for f in ("amx_bf16", "avx512_bf16"))
        )
        wanted = "bf16" if fast else "float32"
    return torch.bfloat16 if wanted == "bf16" else torch.float32


def _start(learner: Learner, options: argparse.Namespace) -> tuple[tuple[int, int, float], float]:
    """Restore what there is; gives (pool, batches done in it, its progress) and seconds."""
    checkpoint = options.out / CHECKPOINT
    if checkpoint.exists():
        arrays, about = weights.load(checkpoint)
        learner.restore(arrays, about["step"])
        print(f"going on at step {about['step']} of {checkpoint}", flush=True)
        return (about["pool"], about["done"], about["pool_progress"]), about["elapsed"]
    if options.start_from:
        arrays, _ = weights.load(options.start_from)
        units = options.inner * options.width
        learner.start_from(grown(arrays, encoder=options.encoder, units=units, seed=options.seed))
    return (0, 0, 0.0), 0.0


class _Place:
    """Where training is in the pairs."""

    def __init__(
        self, sets: list[TokenPairs], plan: Plan, pool: int, done: int, progress: float
    ) -> None:
        self._sets, self._plan = sets, plan
        self.pool, self.done, self.pool_progress = pool, done, progress

    def batches(self, learner: Learner, schedule: Schedule) -> Iterator[Batch]:
        """Yield batches until training has come to its end."""
        while True:
            for batch in batches(
                self._sets,
                self._plan,
                pool=self.pool,
                skip=self.done,
                progress=self.pool_progress,
            ):
                if schedule.progress(learner.step) >= 1:
                    return
                self.done += 1
                yield batch
            self.pool, self.done = self.pool + 1, 0
            self.pool_progress = schedule.progress(learner.step)


def _run(learner: Learner, schedule: Schedule, place: _Place, options: argparse.Namespace) -> None:
    saved = tick = time.monotonic()
    total = torch.zeros((), device=options.device)
    tokens = 0
    for batch in place.batches(learner, schedule):
        progress = schedule.progress(learner.step)
        loss, count = learner.learn(batch, schedule.learning_rate(learner.step, progress))
        total += loss
        tokens += count
        if learner.step in (5, 20, 50) or learner.step % 100 == 0:
            now = time.monotonic()
            line = {
                "step": learner.step,
                "progress": round(progress, 4),
                "nll": round(float(total) / max(1, tokens), 4),
                "tokens": tokens,
                "tokens_per_s": round(tokens / (now - tick)),
            }
            print(json.dumps(line), flush=True)
            with (options.out / LOG).open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            total.zero_()
            tokens, tick = 0, now
        if time.monotonic() - saved > 60 * options.save_every:
            _save(learner, schedule, place, options.out)
            saved = time.monotonic()
        if options.stop_after and learner.step >= options.stop_after:
            break
        if options.pause_after and schedule.this_run() >= 60 * options.pause_after:
            break
    _save(learner, schedule, place, options.out)


def _save(learner: Learner, schedule: Schedule, place: _Place, out: Path) -> None:
    """Write the weights to export, small, and all that going on needs."""
    weights.save(out / WEIGHTS, weights.rounded(learner.averaged()), learner.about())
    about = {
        "step": learner.step,
        "elapsed": schedule.elapsed(),
        "pool": place.pool,
        "done": place.done,
        "pool_progress": place.pool_progress,
        "shape": learner.about(),
    }
    weights.save(out / CHECKPOINT, learner.state(), about)
