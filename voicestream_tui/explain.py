"""What becomes of a text, step by step: `voicestream-tui say --explain TEXT`.

For each row: the block it comes from, the sentence, what leaves it as slots, what the translator
is given and answers, what is shown, what is said, and its phonemes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TextIO

from voicestream_tui.agent.formats import Decoder, make_decoder
from voicestream_tui.agent.said import Retract, Text
from voicestream_tui.agent.sources import TextSource
from voicestream_tui.assembly import (
    make_speaker,
    make_spoken_form,
    make_translator,
    user_glossary,
)
from voicestream_tui.config import Settings
from voicestream_tui.model import Piece, Segment, Translation
from voicestream_tui.speak.base import SaysPhonemes
from voicestream_tui.stages.playlist import Entry
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.text.plain_segmenter import PlainSegmenter
from voicestream_tui.text.protect import protect
from voicestream_tui.text.segmenter import Segmenter
from voicestream_tui.text.verbosity import Verbosity, contents_of
from voicestream_tui.translate.base import Translator, is_doubted, second_search
from voicestream_tui.translate.contents import translate_contents
from voicestream_tui.translate.segments import ready_made, translate_segments
from voicestream_tui.translate.tally import Tally

_WIDTH = 12
_LONGEST = 400
"""Characters of a block that are printed."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Takes a text through all steps but the sound."""

    translator: Translator
    spoken_form: Callable[[Entry], str]
    phonemes: Callable[[str], Sequence[str]] | None = None
    """Gives the phonemes of a spoken form; None if the speech engine can't tell."""
    glossary: Glossary = field(default_factory=Glossary)
    inside: bool = False
    """Whether what stands inside a block is said, too."""

    def explain(self, text: str, format_name: str = "markdown") -> Iterator[str]:
        """Yield lines to print.

        Args:
            text: What is explained.
            format_name: What it is read as, as for `say`.

        Raises:
            EngineError: an engine is broken.
        """
        number = 0
        for piece in self._pieces(text, make_decoder(format_name)):
            if piece.english:
                number += 1
                yield f"{number}"
                yield from self._steps(piece, number)
                yield ""

    def _pieces(self, text: str, decoder: Decoder) -> Iterator[Piece]:
        """What the text is cut into, block by block, once all of it is known."""
        blocks: dict[int, list[Text]] = {}
        said = [one for line in TextSource(text).lines() for one in decoder.feed(line)]
        for one in said + decoder.close():
            match one:
                case Text(block):
                    blocks.setdefault(block, []).append(one)
                case Retract(block):
                    blocks.pop(block, None)
        for parts in blocks.values():
            kind = PlainSegmenter if parts[0].plain else Segmenter
            segmenter = kind(self.glossary.abbreviations)
            yield from segmenter.feed("".join(part.text for part in parts))
            yield from segmenter.close()

    def _steps(self, piece: Piece, number: int) -> Iterator[str]:
        yield _line("block", _block(piece))
        yield _line("source", piece.source.strip("\n"))
        yield _line("sentence", piece.english)
        segment = _segment(piece, number)
        translation = ready_made(segment)
        if translation is None:
            translation = yield from self._translated(segment)
        if self.inside and contents_of(segment):
            contents = translate_contents(self.translator, segment, glossary=self.glossary)
            for english, japanese in zip(contents_of(segment), contents, strict=True):
                yield _line("inside", f"{english} -> {japanese}")
            translation = replace(translation, contents=contents)
        yield _line("shown", translation.japanese)
        spoken = self.spoken_form(Entry(segment, translation))
        yield _line("spoken", spoken or "(nothing)")
        if self.phonemes is not None and spoken:
            yield _line("phonemes", " ".join(self.phonemes(spoken)))

    def _translated(self, segment: Segment) -> Generator[str, None, Translation]:
        asked = _Noting(self.translator)
        tally = Tally()
        (translation,) = translate_segments(asked, [segment], glossary=self.glossary, tally=tally)
        protected = protect(segment.english, segment.spans, glossary=self.glossary)
        texts = list(dict.fromkeys(protected.slots))
        if texts:
            yield _line("slots", "  ".join(f"<c{n}> {text}" for n, text in enumerate(texts)))
        for at, (given, answer) in enumerate(asked.noted):
            if at and tally.retried:
                (reason,) = tally.retried
                yield _line("again", reason)
            yield _line("translate", given)
            yield _line("", f"-> {answer}")
        if not translation.ok:
            yield _line("given up", translation.problem)
        if not translation.sure:
            yield _line("not sure", f"this of {translation.engine} may be wrong")
        return translation


class _Noting:
    """A translator that notes what it is asked and answers."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self.name = translator.name
        self.noted: list[tuple[str, str]] = []

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return self._note(sentences, self._translator.translate)

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        return self._note(sentences, second_search(self._translator))

    def _note(
        self, sentences: Sequence[str], translate: Callable[[Sequence[str]], list[str]]
    ) -> list[str]:
        answers = translate(sentences)
        self.name = self._translator.name  # a chain's may be another one by now
        self.noted += zip(sentences, answers, strict=False)
        return answers

    def doubts(self, sentence: str, translation: str) -> bool:
        return is_doubted(self._translator, sentence, translation)

    def warm_up(self) -> None:
        self._translator.warm_up()

    def close(self) -> None:
        self._translator.close()


def _block(piece: Piece) -> str:
    parts = [str(piece.kind)]
    if piece.depth:
        parts.append(f"depth {piece.depth}")
    if piece.marker:
        parts.append(f"mark {piece.marker}")
    if piece.label:
        parts.append(piece.label)
    parts += [f"{span.style} {piece.english[span.start : span.end]!r}" for span in piece.spans]
    return ", ".join(parts)


def _segment(piece: Piece, number: int) -> Segment:
    return Segment(
        id=number,
        turn=1,
        kind=piece.kind,
        english=piece.english,
        source=piece.source,
        spans=piece.spans,
        marker=piece.marker,
        depth=piece.depth,
        label=piece.label,
        japanese=piece.japanese,
    )


def _line(name: str, text: str) -> str:
    """One step, its further lines indented; control characters are named, not printed."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… ({len(text)} characters)"
    text = "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
    indent = " " * (_WIDTH + 2)
    return f"  {name:<{_WIDTH}}" + text.replace("\n", f"\n{indent}")


def run_explain(text: str, format_name: str, settings: Settings, out: TextIO) -> int:
    """Explain a text with the engines of the settings.

    Returns:
        The exit code.

    Raises:
        ConfigError: the user's lexicon or glossary is broken.
        EngineError: an engine's name is unknown, or an engine is broken.
    """
    translator = make_translator(settings)
    speaker = make_speaker(settings)
    explainer = Explainer(
        translator,
        make_spoken_form(settings),
        speaker.phonemes if isinstance(speaker, SaysPhonemes) else None,
        user_glossary(settings),
        inside=Verbosity(settings.tts.verbosity) is Verbosity.FULL,
    )
    try:
        for line in explainer.explain(text, format_name):
            print(line, file=out)
    finally:
        translator.close()
        speaker.close()
    return 0
