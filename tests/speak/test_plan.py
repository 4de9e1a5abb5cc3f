"""Which labels are synthesised when: exact in samples, whatever the voice."""

from __future__ import annotations

from itertools import pairwise

from voicestream_tui.speak.openjtalk.plan import Piece, phoneme, plan

RATE = 1_000
"""One sample is a millisecond."""


def label(name: str, begins_phrase: bool = False) -> str:
    mora = 1 if begins_phrase else 2
    return f"x^x-{name}+x=x/A:0+{mora}+3/B:xx"


def labels_of(*groups: list[str]) -> list[str]:
    """Groups of phrases such as "ka ta na"; each phrase's first mora begins it."""
    made = [label("sil")]
    for number, group in enumerate(groups):
        if number:
            made.append(label("pau"))
        for phrase in group:
            for mora, sounds in enumerate(phrase.split()):
                made += [label(sound, mora == 0) for sound in sounds]
    return [*made, label("sil")]


def pieces_of(labels: list[str], context: bool = False) -> list[Piece]:
    lengths = [300 if phoneme(x) in ("sil", "pau") else 100 for x in labels]
    return plan(labels, lengths, RATE, context)


SHORT = ["ka ta na"]
LONG = ["ka ta na ma ta", "ma ka na ra ta", "ta ka na ma ra", "na ma ka ra na", "ka ma ta na ra"]


def test_a_short_sentence_is_one_piece() -> None:
    (piece,) = pieces_of(labels_of(SHORT))
    assert (piece.begin, piece.end, piece.join) == (0, 600, 0)


def test_the_first_pause_ends_the_first_piece() -> None:
    first, *_ = pieces_of(labels_of(SHORT, SHORT, SHORT))
    assert (first.end, first.pause, first.join) == (600, 300, 0)


def test_a_long_run_is_joined_at_a_phrase_with_a_voiceless_beginning() -> None:
    labels = labels_of(LONG)
    first, second, *_ = pieces_of(labels)
    assert first.join == 100
    cut = second.first
    while sum(100 for _ in labels[second.first : cut]) < second.begin:
        cut += 1
    assert phoneme(labels[cut]) == "t"
    assert "/A:0+1+" in labels[cut]


def test_pieces_cover_everything_once_and_in_order() -> None:
    for groups in ([SHORT], [LONG], [SHORT, LONG, SHORT], [LONG, LONG]):
        labels = labels_of(*groups)
        for context in (False, True):
            pieces = pieces_of(labels, context)
            sound = sum(piece.end - piece.begin for piece in pieces)
            pauses = sum(piece.pause for piece in pieces[:-1])
            inner = sum(300 if phoneme(x) == "pau" else 100 for x in labels[1:-1])
            assert sound + pauses == inner
            assert pieces[0].start_fraction == 0
            assert pieces[-1].end_fraction == 1
            assert all(a.end_fraction == b.start_fraction for a, b in pairwise(pieces))


def test_context_lengthens_what_is_synthesised_not_what_is_kept() -> None:
    labels = labels_of(SHORT, LONG)
    without, with_context = pieces_of(labels)[0], pieces_of(labels, context=True)[0]
    assert with_context.last > without.last
    assert (with_context.begin, with_context.end) == (without.begin, without.end)


def test_a_sentence_of_silence_has_no_pieces() -> None:
    assert pieces_of([label("sil"), label("pau"), label("sil")]) == []
    assert pieces_of([]) == []
