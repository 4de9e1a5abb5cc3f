"""All steps of the recipe with a small sample, in half a minute, on one core.

The model that comes out knows its sample by heart and nothing else. It shows that the steps fit
together and that the program can load the result.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from train_starter import evaluate, export, prepare, train, vocabulary, words


def main(arguments: Sequence[str]) -> int:
    """`tiny --pairs FILE --out FOLDER`; the model is in FOLDER/model."""
    parser = argparse.ArgumentParser(prog="train_starter tiny", description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, metavar="FILE.tsv")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, default=300)
    options = parser.parse_args(arguments)
    out = options.out
    name = options.pairs.name.split(".")[0]
    files = [str(options.pairs)]
    spm, npz = str(out / "prepared" / vocabulary.MODEL), str(out / "run" / train.WEIGHTS)
    steps = (
        (prepare, ["--pairs", *files, "--vary-numbers", "0", "--out", f"{out}/prepared"]),
        (vocabulary, ["--prepared", f"{out}/prepared", "--size", "1000", "--repeat"]),
        (
            train,
            [
                *("--prepared", f"{out}/prepared", "--out", f"{out}/run", "--sets", name),
                *("--steps", str(options.steps), "--width", "128", "--encoder", "2"),
                *("--decoder", "1", "--batch", "700", "--warm-up", "40", "--rate", "3e-3"),
                *("--smoothing", "0", "--precision", "float32", "--threads", "1"),
            ],
        ),
        (export, ["--weights", npz, "--vocabulary", spm, "--out", f"{out}/model"]),
        (
            words,
            ["--prepared", f"{out}/prepared", "--model", f"{out}/model", "--sets", name],
        ),
        (evaluate, ["--model", f"{out}/model", *files, "--sample", "3"]),
    )
    for command, given in steps:
        code = int(command.main(given))
        if code:
            return code
    return 0
