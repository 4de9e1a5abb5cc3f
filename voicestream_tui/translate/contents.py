"""The Japanese of what stands inside a block, for those who want to hear all of it."""

from __future__ import annotations

from dataclasses import replace

from voicestream_tui.model import Kind, Segment
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.text.verbosity import contents_of
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.segments import ready_made, translate_segments
from voicestream_tui.translate.tally import Tally


def translate_contents(
    translator: Translator,
    segment: Segment,
    *,
    glossary: Glossary | None = None,
    tally: Tally | None = None,
) -> tuple[str, ...]:
    """Translate a table's cells or a code block's first comment, in one batch.

    Returns:
        As many texts as `contents_of(segment)` has, for `spoken_block`: Japanese where that
        succeeded, else the English.

    Raises:
        EngineError: the engine is broken as a whole.
    """
    texts = contents_of(segment)
    parts = [
        replace(segment, kind=Kind.PROSE, english=text, spans=(), japanese="", label="")
        for text in texts
    ]
    done = {i: ready.japanese for i, part in enumerate(parts) if (ready := ready_made(part))}
    waiting = [i for i in range(len(parts)) if i not in done]
    translations = translate_segments(
        translator, [parts[i] for i in waiting], glossary=glossary, tally=tally
    )
    done |= {i: t.japanese for i, t in zip(waiting, translations, strict=True)}
    return tuple(done[i] for i in range(len(parts)))
