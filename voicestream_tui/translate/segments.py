"""Segments to translations: slots out, engine, gate, a second attempt, slots back in."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from voicestream_tui.model import Kind, Segment, Span, SpanStyle, Translation
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.text.protect import Restored, protect, restore
from voicestream_tui.translate.attempts import Attempt, attempt, second_attempts
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.gate import has_words, is_japanese
from voicestream_tui.translate.tally import Tally

log = logging.getLogger(__name__)


def ready_made(segment: Segment) -> Translation | None:
    """The translation of a segment that no engine has to see, if it is such a one."""
    if segment.japanese:
        return Translation(segment.japanese, engine="notice")
    if (
        segment.kind is Kind.NOTICE
        or is_japanese(segment.english)
        or not has_words(segment.english)
    ):
        return Translation(segment.english, segment.spans, engine="none")
    return None


def untranslated(segment: Segment, engine: str, problem: str) -> Translation:
    """The English itself, marked as not translated."""
    return Translation(segment.english, segment.spans, engine=engine, ok=False, problem=problem)


def translate_segments(
    translator: Translator,
    segments: Sequence[Segment],
    *,
    glossary: Glossary | None = None,
    tally: Tally | None = None,
) -> list[Translation]:
    """Translate segments in one batch, one result each, in order.

    What the gate refuses is translated once more, in another way; what is no good then is shown
    in English, marked as not translated.

    Args:
        glossary: the user's own terms.
        tally: counts second attempts and what became of them.

    Raises:
        EngineError: the engine is broken as a whole.
    """
    tally = tally if tally is not None else Tally()
    protected = [protect(s.english, s.spans, glossary=glossary) for s in segments]
    outputs = list(translator.translate([p.text for p in protected]))
    if len(outputs) != len(segments):
        log.error("%s gave %d results for %d", translator.name, len(outputs), len(segments))
        outputs = (outputs + [""] * len(segments))[: len(segments)]
    attempts = [
        attempt(translator, p, output) for p, output in zip(protected, outputs, strict=True)
    ]
    wrong = [i for i, first in enumerate(attempts) if first.problem]
    seconds = second_attempts(
        translator, [segments[i] for i in wrong], [attempts[i] for i in wrong], glossary
    )
    for i, second in zip(wrong, seconds, strict=True):
        first = attempts[i]
        tally.retried[first.problem] += 1
        if second.badness < first.badness:
            tally.mended[first.problem] += 1
            attempts[i] = second
    return [
        _finished(segment, best, tally) for segment, best in zip(segments, attempts, strict=True)
    ]


def _finished(segment: Segment, best: Attempt, tally: Tally) -> Translation:
    engine, slots = best.engine, best.protected.slots
    if best.badness > 1:
        tally.fell_back[best.problem] += 1
        log.warning("%s: %s: %r -> %r", engine, best.problem, best.protected.text, best.output)
        return untranslated(segment, engine, best.problem)
    restored = restore(best.output, slots)
    if not restored.complete:
        tally.repaired[best.problem] += 1
        log.info("%s lost a slot: %r -> %r", engine, best.protected.text, best.output)
        restored = _with_lost_slots(restored, slots)
    sure = not (best.problem or best.doubted)
    return Translation(restored.text, restored.spans, engine=engine, sure=sure)


def _with_lost_slots(restored: Restored, slots: Sequence[str]) -> Restored:
    """Name what the engine lost at the end of the sentence, in brackets: nothing is dropped."""
    text, spans = restored.text.rstrip(), list(restored.spans)
    present = {text[span.start : span.end] for span in spans}
    plain: frozenset[str] = getattr(slots, "plain", frozenset())
    tail = ""
    while text and text[-1] in "。.!?！？":
        text, tail = text[:-1], text[-1] + tail
    for slot in dict.fromkeys(slots):
        shown = slot.strip("`")
        if shown in present or shown in text:
            continue
        text += "（"
        if slot not in plain:
            spans.append(Span(len(text), len(text) + len(shown), SpanStyle.CODE))
        text += shown + "）"
    return Restored(text + tail, tuple(spans), complete=True)
