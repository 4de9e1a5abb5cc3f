"""`voicestream-tui bench latency`: a recording at its own pace through the real engines.

The sound goes into a silent output that keeps time like a device. All latency figures come
from `stages.timelines`; the definition of "text to sound" stands there.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from voicestream_tui.agent.formats import AutoDecoder
from voicestream_tui.agent.sources import RecordingSource
from voicestream_tui.assembly import Assembly, Input, Job
from voicestream_tui.config import Settings
from voicestream_tui.demo import demo_path
from voicestream_tui.errors import UsageError
from voicestream_tui.model import Event, Failed, Samples, SegmentAdded, VoiceChanged
from voicestream_tui.stages.timelines import (
    STAGES,
    Spread,
    late,
    text_to_sound,
    text_to_sound_from_silence,
)


class _Watch:
    """Notes when the program was ready, and what failed."""

    def __init__(self) -> None:
        self.first_row: float | None = None
        self.voice_ready: float | None = None
        self.failures: list[str] = []

    def emit(self, event: Event) -> None:
        match event:
            case SegmentAdded(t=t):
                self.first_row = self.first_row or t
            case VoiceChanged(t=t):
                self.voice_ready = self.voice_ready or t
            case Failed(message=message):
                self.failures.append(message)
            case _:
                pass


def run_latency(
    settings: Settings, recording: Path | None, *, as_json: bool, process_start: float
) -> int:
    """Replay, measure and print.

    Args:
        recording: a .jsonl file; None takes the demo.
        process_start: monotonic time at which the program began.

    Raises:
        UsageError: the recording can't be read.
    """
    path = recording or demo_path()
    if not path.is_file():
        raise UsageError(f"{path} is not a recording.", "Name a .jsonl file.")
    figures = measure_latency(settings, path, process_start=process_start)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        _print_table(path, figures)
    return 1 if figures["failures"] else 0


def measure_latency(settings: Settings, path: Path, *, process_start: float) -> dict[str, Any]:
    """Run one recording through the pipeline in real time; figures in ms, s and MB."""
    watch = _Watch()
    output_cpu = [0.0]

    def note_cpu(block: Samples) -> None:
        output_cpu[0] = time.thread_time()

    assembly = Assembly(
        _paced_and_silent(settings),
        Job(lambda: Input(RecordingSource(path, speed=1.0), AutoDecoder()), on_block=note_cpu),
    )
    pipeline = assembly.make_pipeline(watch.emit)
    began, main_cpu = time.monotonic(), time.thread_time()
    pipeline.start()
    pipeline.drain()
    wall = time.monotonic() - began
    pipeline.close()
    assembly.close()
    coordination = (
        sum(pipeline.stage_cpu(name) for name in ("hearing", "playback"))
        + output_cpu[0]
        + time.thread_time()
        - main_cpu
    )
    lines = pipeline.timelines
    statistics = pipeline.statistics()
    return {
        "text_to_sound_ms": _spread(lines.spread(text_to_sound)),
        "text_to_sound_from_silence_ms": _spread(lines.spread(text_to_sound_from_silence)),
        "late_ms": _spread(lines.spread(late)),
        "stages_ms": {name: _spread(lines.spread(measure)) for name, measure in STAGES.items()},
        "startup_s": round((watch.voice_ready or began) - process_start, 3),
        "first_row_s": round((watch.first_row or began) - process_start, 3),
        "rtf": round(lines.synthesis_time / lines.sound_made, 4) if lines.sound_made else None,
        "rss_mb": round(_peak_rss_mb(), 1),
        "coordination_core_share": round(coordination / wall, 4),
        "underflows": statistics["underflows"],
        "starved": statistics["starved"],
        "sentences": statistics["segments"],
        "speech_s": round(lines.sound_made, 1),
        "wall_s": round(wall, 1),
        "threads_left": [
            thread.name for thread in threading.enumerate() if thread.name.startswith("voicestream")
        ],
        "failures": watch.failures,
    }


def _paced_and_silent(settings: Settings) -> Settings:
    """The user's settings, but nothing is heard and speech never hurries."""
    return settings.model_copy(
        update={
            "audio": settings.audio.model_copy(update={"device": "none"}),
            "tts": settings.tts.model_copy(update={"catch_up_speed": 1.0}),
        }
    )


def _spread(spread: Spread | None) -> dict[str, float | int | None]:
    return asdict(spread) if spread else {"p50": None, "p95": None, "max": None, "n": 0}


def _peak_rss_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _print_table(path: Path, figures: dict[str, Any]) -> None:
    print(f"{path.name}: {figures['sentences']} rows, {figures['speech_s']} s of speech\n")
    print(f"{'ms':32}{'p50':>9}{'p95':>9}{'max':>9}{'n':>6}")
    rows = {
        "text to first sound": figures["text_to_sound_ms"],
        "  of those from silence": figures["text_to_sound_from_silence_ms"],
        "late beyond the gap, as heard": figures["late_ms"],
        **{f"  {name.replace('_', ' ')}": row for name, row in figures["stages_ms"].items()},
    }
    for name, row in rows.items():
        cells = "".join(f"{'–' if row[k] is None else row[k]:>9}" for k in ("p50", "p95", "max"))
        print(f"{name:32}{cells}{row['n']:>6}")
    print(
        f"\nready to speak after {figures['startup_s']} s, first row after "
        f"{figures['first_row_s']} s; real-time factor of speech {figures['rtf']}\n"
        f"memory (peak) {figures['rss_mb']} MB; coordination "
        f"{100 * figures['coordination_core_share']:.1f} % of one core; "
        f"underflows {figures['underflows']}; ran dry in mid-sentence {figures['starved']}"
    )
    for failure in figures["failures"]:
        print(f"failed: {failure}")
