"""Greedy and beam search over the scores of a model, in numpy.

The search is that of CTranslate2, so that a model gives the same translation on either: of twice
as many continuations as beams the best are taken, one that ends is set aside and the next best
goes on in its place, and a sentence is done when as many have ended as there are beams. The
ended ones are compared by their score for each token, the end counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.translate.tokens.model import Search

Scores = NDArray[np.float32]
"""[rows, vocabulary]: what a model gives each token as the next one, not normalised."""
Rows = NDArray[np.int64]
_BLOCK = 512
_NEVER = np.float32(-np.inf)


class Steps(Protocol):
    """A model at work on a batch of sentences; a row is a beginning of a translation."""

    def begin(self) -> Scores:
        """Scores of the first token of each sentence, one row a sentence."""
        ...

    def step(self, tokens: Rows, rows: Rows) -> Scores:
        """Go on by one token.

        Args:
            tokens: The new token of each new row.
            rows: Which row of the last step each new row continues.

        Returns:
            Scores of the token after it, for each new row.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What may stand in a translation."""

    ends: frozenset[int]
    """Tokens that end it."""
    banned: NDArray[np.int64]
    """Tokens that never come."""
    prefix: tuple[int, ...] = ()
    """Tokens that every translation begins with; they count as said."""


@dataclass(slots=True)
class _Beam:
    tokens: list[int]
    score: float


@dataclass(slots=True)
class _Sentence:
    number: int
    beams: list[_Beam] = field(default_factory=lambda: [_Beam([], 0.0)])
    ended: list[tuple[float, list[int]]] = field(default_factory=list)


def search(
    steps: Steps, sentences: int, how: Search, rules: Rules, most: int
) -> list[list[list[int]]]:
    """Find the best translations of each sentence of a batch.

    Args:
        steps: The model.
        sentences: How many there are.
        how: Beam size, penalties.
        rules: What may come.
        most: Tokens of a translation, at most, what it begins with counted; never none.

    Returns:
        The translations of each, the best first, no more than beams: tokens without what they
        began with and without their end.

    Raises:
        ValueError: the scores are no numbers, as where a model runs in too small a type.
    """
    done: list[list[list[int]]] = [[] for _ in range(sentences)]
    active = [_Sentence(number) for number in range(sentences)]
    scores = steps.begin()
    longest = max(1, most - len(rules.prefix))
    for length in range(1, longest + 1):
        _adjust(scores, [beam for s in active for beam in s.beams], how, rules)
        if length == 1 and not rules.prefix:  # nothing is no translation
            scores[:, list(rules.ends)] = _NEVER
        rows: list[int] = []
        going: list[_Sentence] = []
        first = 0
        for sentence in active:
            count = len(sentence.beams)
            found = _candidates(scores[first : first + count], sentence.beams, how.beam)
            came_from = _advance(sentence, found, how.beam, rules, last=length == longest)
            if came_from:
                rows += [first + row for row in came_from]
                going.append(sentence)
            else:
                done[sentence.number] = _best_ended(sentence, how.beam)
            first += count
        active = going
        if not active:
            break
        tokens = [beam.tokens[-1] for s in active for beam in s.beams]
        scores = steps.step(np.array(tokens, np.int64), np.array(rows, np.int64))
    return done


def _best_ended(sentence: _Sentence, beam: int) -> list[list[int]]:
    if not sentence.ended:
        raise ValueError("its scores are no numbers")
    ranked = sorted(sentence.ended, key=lambda ended: -ended[0])
    return [tokens for _, tokens in ranked[:beam]]


def _advance(
    sentence: _Sentence,
    found: Sequence[tuple[float, int, int]],
    beam: int,
    rules: Rules,
    *,
    last: bool,
) -> list[int]:
    """Let a sentence's beams grow; return which beam each new one continues, none at the end."""
    spare = iter([c for c in found[beam:] if c[2] not in rules.ends])
    beams: list[_Beam] = []
    came_from: list[int] = []
    for rank, (score, row, token) in enumerate(found[:beam]):
        tokens = sentence.beams[row].tokens
        if token in rules.ends or last:
            whole = tokens if token in rules.ends else [*tokens, token]
            length = len(rules.prefix) + len(tokens) + 1
            # An empty translation is none, unless it is by far the best.
            if whole or rank == 0:
                sentence.ended.append((score / length, whole))
            following = next(spare, None)
            if following is None:
                continue
            score, row, token = following
            tokens = sentence.beams[row].tokens
        beams.append(_Beam([*tokens, token], score))
        came_from.append(row)
    if last or len(sentence.ended) >= beam or not beams:
        return []
    sentence.beams = beams
    return came_from


def _candidates(scores: Scores, beams: Sequence[_Beam], beam: int) -> list[tuple[float, int, int]]:
    """The best continuations of a sentence, best first: score of the whole, beam, token."""
    if beam == 1:
        # Alone, a beam is not compared with any other.
        return [(0.0, 0, int(scores[0].argmax()))]
    found: list[tuple[float, int, int]] = []
    for row, (line, before) in enumerate(zip(scores, beams, strict=True)):
        level = line.max()
        total = float(level) + float(np.log(np.exp(line - level).sum(dtype=np.float64)))
        found += [
            (before.score + float(line[token]) - total, row, token)
            for token in _best(line, 2 * beam)
        ]
    found.sort(key=lambda candidate: -candidate[0])
    return found[: 2 * beam]


def _best(line: Scores, count: int) -> list[int]:
    """The tokens with the highest scores, in any order; none that can never come.

    They stand in the blocks with the highest maxima: a fraction of a large vocabulary is sorted.
    """
    starts = np.arange(0, len(line), _BLOCK)
    maxima = np.maximum.reduceat(line, starts)
    blocks = np.argsort(-maxima, kind="stable")[:count]
    places = np.concatenate([np.arange(b, min(b + _BLOCK, len(line))) for b in starts[blocks]])
    order = np.argsort(-line[places], kind="stable")[:count]
    return [int(token) for token in places[order] if line[token] > _NEVER]


def _adjust(scores: Scores, beams: Sequence[_Beam], how: Search, rules: Rules) -> None:
    """Change the scores, in place, by what was said already and by what never may come."""
    for line, beam in zip(scores, beams, strict=True):
        said = [*rules.prefix, *beam.tokens]
        if how.repetition_penalty != 1.0 and said:
            tokens = np.unique(said)
            held = line[tokens]
            factor = np.float32(how.repetition_penalty)
            line[tokens] = np.where(held < 0, held * factor, held / factor)
        if how.no_repeat and len(said) >= how.no_repeat:
            line[_repeating(said, how.no_repeat)] = _NEVER
    scores[:, rules.banned] = _NEVER


def _repeating(said: Sequence[int], size: int) -> list[int]:
    """The tokens that would make a sequence of `size` come a second time."""
    ending = list(said[len(said) - size + 1 :])
    return [
        said[at + size - 1]
        for at in range(len(said) - size + 1)
        if list(said[at : at + size - 1]) == ending
    ]
