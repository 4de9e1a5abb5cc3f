"""`python -m train_starter COMMAND …`: each step of the recipe is a command of its own."""

from __future__ import annotations

import sys
from importlib import import_module

COMMANDS = {
    "prepare": "clean, filter, deduplicate and mask pairs",
    "vocabulary": "make the vocabulary, and token arrays of the pairs",
    "split-digits": "make an old vocabulary spell figures digit by digit",
    "train": "train, or go on from a checkpoint",
    "from-export": "make weights of an exported model, to train on from it",
    "average": "average the weights of two runs, one of which went on from the other",
    "export": "write the model as the program loads it",
    "words": "learn which words belong to which, to weigh what the model proposes",
    "evaluate": "score a model on development sets",
    "teach": "translate English with a larger model, for a smaller one to learn from",
    "parcels": "cut a file into parts that can be carried, or join them",
    "tiny": "all steps with a small sample: does the recipe still work?",
}


def main() -> int:
    """Run one command; gives its exit code."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        print("usage: python -m train_starter COMMAND …\n", file=sys.stderr)
        for command, meaning in COMMANDS.items():
            print(f"  {command:14}{meaning}", file=sys.stderr)
        return 2
    sys.argv[0] = f"train_starter {name}"
    # Each command loads only what it needs: training runs where the program is not installed.
    module = {"from-export": "exported", "split-digits": "digits"}.get(name, name)
    return int(import_module(f"train_starter.{module}").main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
