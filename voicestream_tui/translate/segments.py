"""Segments to translations: slots out, engine, gate, slots back in."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from voicestream_tui.model import Kind, Segment, Span, SpanStyle, Translation
from voicestream_tui.text.amounts import figures_kept
from voicestream_tui.text.protect import Protected, Restored, protect, restore
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.gate import has_words, is_japanese, problem_of

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


def translate_segments(translator: Translator, segments: Sequence[Segment]) -> list[Translation]:
    """Translate segments in one batch, one result each, in order.

    Raises:
        EngineError: the engine is broken as a whole.
    """
    protected = [protect(segment.english, segment.spans) for segment in segments]
    outputs = translator.translate([p.text for p in protected])
    if len(outputs) != len(segments):
        log.error("%s gave %d results for %d", translator.name, len(outputs), len(segments))
        outputs = (list(outputs) + [""] * len(segments))[: len(segments)]
    protected, outputs = _with_right_figures(translator, segments, protected, list(outputs))
    return [
        _finished(translator.name, segment, slots, output)
        for segment, slots, output in zip(segments, protected, outputs, strict=True)
    ]


def _with_right_figures(
    translator: Translator,
    segments: Sequence[Segment],
    protected: list[Protected],
    outputs: list[str],
) -> tuple[list[Protected], list[str]]:
    """Translate once more, figures as slots, where figures came out wrong: 15 ms for 15,000."""
    wrong = [
        i
        for i, (p, output) in enumerate(zip(protected, outputs, strict=True))
        if not figures_kept(p.text, output)
    ]
    again = [protect(segments[i].english, segments[i].spans, figures=True) for i in wrong]
    tried = translator.translate([p.text for p in again]) if again else []
    for i, p, output in zip(wrong, again, tried, strict=False):
        if (
            not problem_of(p.text, output)
            and figures_kept(p.text, output)
            and restore(output, p.slots).complete
        ):
            protected[i], outputs[i] = p, output
    return protected, outputs


def _finished(engine: str, segment: Segment, protected: Protected, output: str) -> Translation:
    problem = problem_of(protected.text, output)
    if problem:
        log.warning("%s: %s: %r -> %r", engine, problem, protected.text, output)
        return untranslated(segment, engine, problem)
    restored = restore(output, protected.slots)
    if not restored.complete:
        log.info("%s lost a slot: %r -> %r", engine, protected.text, output)
        restored = _with_lost_slots(restored, protected.slots)
    return Translation(restored.text, restored.spans, engine=engine)


def _with_lost_slots(restored: Restored, slots: Sequence[str]) -> Restored:
    """Name what the engine lost at the end of the sentence, in brackets: nothing is dropped."""
    text, spans = restored.text.rstrip(), list(restored.spans)
    present = {text[span.start : span.end] for span in spans}
    tail = ""
    while text and text[-1] in "。.!?！？":
        text, tail = text[:-1], text[-1] + tail
    for slot in slots:
        shown = slot.strip("`")
        if shown in present or shown in text:
            continue
        text += "（"
        spans.append(Span(len(text), len(text) + len(shown), SpanStyle.CODE))
        text += shown + "）"
    return Restored(text + tail, tuple(spans), complete=True)
