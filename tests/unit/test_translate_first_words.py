"""Which words lose their capital at the beginning of a sentence."""

from __future__ import annotations

import pytest

from voicestream_tui.translate.starter.engine import PACKAGED_MODEL, StarterTranslator
from voicestream_tui.translate.starter.first_words import FirstWords

WORDS = FirstWords(frozenset({"money", "a", "it", "don", "re", "node", "well", "the"}))


@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ("Money should be an integer.", "money should be an integer."),
        ("A file. Money! It? The end: Money", "a file. money! it? the end: money"),
        ("Don't. It's here, Money.", "don't. it's here, Money."),
        ("“Money” is a word. (The other, too.)", "“money” is a word. (the other, too.)"),
        ("Re-run it. Well, no.", "re-run it. well, no."),
        ("Node.js and Node 22. Node. It", "Node.js and Node 22. node. it"),
        ("MONEY, MoneyBin, Money2, The_end", "MONEY, MoneyBin, Money2, The_end"),
        ("Paris and Money.", "Paris and Money."),
        ("<c0> is the file: The one of `Money`.", "<c0> is the file: the one of `Money`."),
        ("e.g. Money", "e.g. money"),
        ("", ""),
    ],
)
def test_only_known_words_at_the_beginning_become_small(text: str, lowered: str) -> None:
    assert WORDS.lowered(text) == lowered


def test_the_list_that_comes_with_the_model_has_words_and_no_names() -> None:
    firsts = FirstWords.read(PACKAGED_MODEL / "first_words.txt")
    for word in ("Money", "Passwords", "Reading", "The", "Less"):
        assert firsts.lowered(f"{word} is it.") == f"{word.lower()} is it."
    for name in ("I", "Python", "Paris", "Rust", "Microsoft", "March"):
        assert firsts.lowered(f"{name} is it.") == f"{name} is it."


def test_the_starter_sees_no_difference_between_the_two_spellings() -> None:
    translator = StarterTranslator()
    first, second = translator.translate(["Money is a number.", "money is a number."])
    translator.close()
    assert first == second
