"""Engines as the settings name them, changed while the program runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pipeline.fakes import EventLog, ListSource
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.assembly import Assembly, Input, Job
from voicestream_tui.config import load_settings
from voicestream_tui.model import Failed, SegmentTranslated, Translation
from voicestream_tui.pipeline import Pipeline


class Run:
    """A run of the program without sound, with models of the test."""

    def __init__(self, pipeline: Pipeline, log: EventLog, source: ListSource) -> None:
        self.pipeline = pipeline
        self.log = log
        self._source = source

    def say(self, line: str) -> Translation:
        before = len(self.log.of(SegmentTranslated))
        self._source.push(line)
        self._source.push("")
        self.log.wait_for(lambda: len(self.log.of(SegmentTranslated)) > before)
        return self.log.of(SegmentTranslated)[-1].translation


@contextmanager
def run(engine: str, models_dir: Path) -> Iterator[Run]:
    settings = load_settings(
        overrides={"translation.engine": engine, "models.folder": str(models_dir)}
    )
    log, source = EventLog(), ListSource(end=False)
    assembly = Assembly(settings, Job(lambda: Input(source, TextDecoder()), audio=False))
    pipeline = assembly.make_pipeline(log)
    pipeline.start()
    try:
        yield Run(pipeline, log, source)
    finally:
        pipeline.close()
        assembly.close()


def test_engines_are_changed_to_and_fro(models: Path) -> None:
    with run("starter", models) as r:
        assert r.say("The tests pass.").engine == "starter"
        assert list(r.pipeline.translators())[:3] == ["starter", "opus-mt", "nllb"]
        for name in ("opus-mt", "nllb", "onnx", "starter", "onnx", "opus-mt"):
            r.pipeline.set_translator(name)
            done = r.say("The tests pass.")
            assert (done.engine, done.ok) == (name, True)
        assert done.japanese == "そのテスト合格。"
        assert r.log.of(Failed) == []


def test_without_its_model_a_chain_begins_with_its_next_engine(tmp_path: Path) -> None:
    with run("opus-mt, starter", tmp_path) as r:
        assert r.say("The tests pass.").engine == "starter"
        (failed,) = r.log.of(Failed)
        assert failed.stage == "translation"
        assert "opus-mt" in failed.message
        assert "models pull" in failed.hint
        assert r.pipeline.translators()[0] == "opus-mt, starter"


def test_an_engine_without_its_model_leaves_the_present_one(tmp_path: Path) -> None:
    with run("starter", tmp_path) as r:
        r.pipeline.set_translator("nllb")
        r.log.wait_for(lambda: bool(r.log.of(Failed)))
        assert r.say("The tests pass.").engine == "starter"
        assert "nllb" in r.log.of(Failed)[0].message
