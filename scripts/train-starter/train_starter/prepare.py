"""Cleans, filters, deduplicates and masks pairs, and tells what was left out and why."""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from train_starter.cleaning import fault_of, key_of, one_style
from train_starter.masking import mask_pair
from train_starter.numbers import varied
from train_starter.pairs import Pair, read_pairs, set_name, write_pairs
from voicestream_tui.translate.gate import problem_of

MOST_TRANSLATIONS = 2
"""So many Japanese texts of the same English are kept."""


def main(arguments: Sequence[str]) -> int:
    """`prepare --pairs docs.tsv.xz agent=FILE … --held-out agent-dev.tsv … --out FOLDER`."""
    parser = argparse.ArgumentParser(prog="train_starter prepare", description=__doc__)
    parser.add_argument(
        "--pairs",
        nargs="+",
        required=True,
        metavar="[SET=]FILE",
        help="a set is named after its file, or gathers several files",
    )
    parser.add_argument(
        "--held-out",
        type=Path,
        nargs="*",
        default=[],
        metavar="FILE",
        help="development and test sets: what is in them is not trained on",
    )
    parser.add_argument(
        "--leave-out", nargs="*", default=[], metavar="SOURCE", help="collections (third column)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="pairs of a file")
    parser.add_argument(
        "--vary-numbers",
        type=float,
        default=0.3,
        metavar="SHARE",
        help="of the pairs with figures, so many come a second time with other figures",
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    known = held_out_keys(options.held_out)
    seen: Counter[str] = Counter()
    report = {}
    for name, paths in sets_of(options.pairs).items():
        counts: Counter[str] = Counter()
        all_of = chain.from_iterable(islice(read_pairs(path), options.limit) for path in paths)
        read = (pair for pair in all_of if pair.source not in options.leave_out)
        kept = list(prepared(read, known, seen, counts))
        more = list(with_other_numbers(kept, options.vary_numbers, f"{options.seed} {name}"))
        write_pairs(options.out / f"{name}.tsv.xz", kept + more)
        report[name] = {**dict(sorted(counts.items())), "added with other figures": len(more)}
        print(f"{name}: {len(kept):,} kept, {len(more):,} added with other figures", flush=True)
        for reason, count in counts.most_common():
            print(f"  {count:9,} {reason}", flush=True)
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (options.out / "report.json").write_text(text + "\n", encoding="utf-8")
    return 0


def sets_of(given: Sequence[str]) -> dict[str, list[Path]]:
    """The files of each set, from FILE and SET=FILE."""
    sets: dict[str, list[Path]] = {}
    for entry in given:
        name, equals, path = entry.partition("=")
        file = Path(path if equals else entry)
        sets.setdefault(name if equals else set_name(file), []).append(file)
    return sets


def prepared(
    pairs: Iterable[Pair], held_out: frozenset[str], seen: Counter[str], counts: Counter[str]
) -> Iterator[Pair]:
    """Yield what is good for training, masked.

    Args:
        pairs: as read.
        held_out: keys of texts that must not be learnt.
        seen: keys of pairs and of English texts so far; grows.
        counts: what became of the pairs, by reason; grows.
    """
    for pair in pairs:
        pair = Pair(pair.english.strip(), one_style(pair.japanese), pair.source)
        fault = _fault(pair, held_out, seen)
        masked = None if fault else mask_pair(pair)
        if not fault and masked is None:
            fault = "code on one side"
        if masked is not None:
            fault = problem_of(masked.english, masked.japanese)
        counts[fault or "kept"] += 1
        if not fault and masked is not None:
            yield masked


def _fault(pair: Pair, held_out: frozenset[str], seen: Counter[str]) -> str:
    fault = fault_of(pair.english, pair.japanese, pair.source)
    if fault:
        return fault
    english, japanese = key_of(pair.english), key_of(pair.japanese)
    if english in held_out or japanese in held_out:
        return "held out"
    both = f"{english}\t{japanese}"
    if seen[both] or seen[english] >= MOST_TRANSLATIONS:
        return "seen before"
    seen[both] += 1
    seen[english] += 1
    return ""


def held_out_keys(paths: Iterable[Path]) -> frozenset[str]:
    """The keys of both sides of .tsv files, and of the lines of other files.

    Short texts ("Yes.") are left out: everybody may know them.
    """
    keys: set[str] = set()
    for path in paths:
        if path.name.endswith((".tsv", ".tsv.xz")):
            texts = [text for pair in read_pairs(path) for text in pair[:2]]
        else:
            texts = path.read_text(encoding="utf-8").splitlines()
        keys.update(key for text in texts if len(key := key_of(text)) >= 12)
    return frozenset(keys)


def with_other_numbers(pairs: Iterable[Pair], share: float, seed: str) -> Iterator[Pair]:
    """Yield a share of the pairs that have figures with others in their place."""
    chance = random.Random(seed)
    for pair in pairs:
        changed = varied(pair.english, pair.japanese, chance)
        if changed and chance.random() < share:
            yield Pair(*changed, pair.source)
