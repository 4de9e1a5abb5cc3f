"""Chains: the first engine that works, the others behind it, and back again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from voicestream_tui.config_check import Layer, check
from voicestream_tui.config_layers import environment_layer, option_layer
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Kind, Segment
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.chain import ChainTranslator
from voicestream_tui.translate.registry import EngineOptions, engine_names, make_engines
from voicestream_tui.translate.segments import translate_segments


class Engine:
    """Translates with its name until the test breaks it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.broken = False
        self.loads = True
        self.loaded = 0
        self.warmed_up = 0
        self.closed = 0

    def make(self) -> Translator:
        self.loaded += 1
        if not self.loads:
            raise EngineError(f"{self.name} can't be loaded.", "Fetch it.")
        return self

    def warm_up(self) -> None:
        self.warmed_up += 1

    def translate(self, sentences: Sequence[str]) -> list[str]:
        if self.broken:
            raise EngineError(f"{self.name} is broken.", "Mend it.")
        return [f"{self.name}の訳です。" for _ in sentences]

    def close(self) -> None:
        self.closed += 1


class Bench:
    """A chain of two engines, a clock, and what was told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.first, self.second = Engine("first"), Engine("second")
        self.told: list[tuple[str, str]] = []
        self.chain = ChainTranslator(
            [("first", self.first.make), ("second", self.second.make)],
            tell=lambda message, hint: self.told.append((message, hint)),
            clock=lambda: self.now,
        )

    def translate(self) -> str:
        return self.chain.translate(["One."])[0]


def test_the_first_that_works_translates_and_the_others_are_not_loaded() -> None:
    bench = Bench()
    bench.chain.warm_up()
    assert bench.translate() == "firstの訳です。"
    assert (bench.chain.name, bench.second.loaded, bench.told) == ("first", 0, [])


def test_the_one_that_translated_is_asked_for_its_doubts() -> None:
    class Doubtful(Engine):
        def doubts(self, sentence: str, translation: str) -> bool:
            return translation == "secondの訳です。"

    bench = Bench()
    bench.second.__class__ = Doubtful
    assert not bench.chain.doubts("One.", bench.translate())
    assert not bench.chain.doubts("One.", "secondの訳です。")
    bench.first.broken = True
    assert bench.chain.doubts("One.", bench.translate())


def test_one_that_fails_at_its_doubts_keeps_its_translation() -> None:
    class Broken(Engine):
        def doubts(self, sentence: str, translation: str) -> bool:
            raise KeyError(sentence)

        def translate(self, sentences: Sequence[str]) -> list[str]:
            return ["訳です。" for _ in sentences]

    bench = Bench()
    bench.first.__class__ = Broken
    (done,) = translate_segments(bench.chain, [Segment(1, 1, Kind.PROSE, "One.")])
    assert (done.engine, done.ok, done.sure) == ("first", True, True)


def test_second_attempts_are_judged_by_the_engine_that_made_them() -> None:
    """A way that only the second engine knows does not make its neighbours' work its own."""

    class Doubtful(Engine):
        def doubts(self, sentence: str, translation: str) -> bool:
            return True

        def translate_again(self, sentences: Sequence[str]) -> list[str]:
            return ["彼は7を見ました。" for _ in sentences]

    class Forgetful(Engine):
        """Loses figures, and needs them as slots."""

        def translate(self, sentences: Sequence[str]) -> list[str]:
            return ["<c0>です。" if "<c0>" in one else "訳です。" for one in sentences]

        def translate_again(self, sentences: Sequence[str]) -> list[str]:
            raise EngineError("It has no other way.")

    bench = Bench()
    bench.first.__class__, bench.second.__class__ = Forgetful, Doubtful
    texts = ("Wait 30 s.", "He saw seven.", "Wait 40 s.")
    segments = [Segment(n, 1, Kind.PROSE, text) for n, text in enumerate(texts)]
    done = translate_segments(bench.chain, segments)
    assert [(one.engine, one.sure) for one in done] == [
        ("first", True),
        ("second", False),
        ("first", True),
    ]


def test_what_another_one_translated_before_is_its_own_and_not_doubted() -> None:
    class Doubtful(Engine):
        def doubts(self, sentence: str, translation: str) -> bool:
            return True

        def translate(self, sentences: Sequence[str]) -> list[str]:
            return ["訳です。" for _ in sentences]

    class Failing(Engine):
        def translate(self, sentences: Sequence[str]) -> list[str]:
            if self.loaded and self.broken:
                raise EngineError("It is broken.")
            self.broken = True
            return ["訳です。" if "One" in one else "" for one in sentences]

    bench = Bench()
    bench.first.__class__, bench.second.__class__ = Failing, Doubtful
    segments = [Segment(n, 1, Kind.PROSE, text) for n, text in enumerate(("One.", "Two."))]
    one, two = translate_segments(bench.chain, segments)
    assert (one.engine, one.sure) == ("first", True)
    assert (two.engine, two.sure) == ("second", False)


def test_one_that_is_made_while_all_ends_is_closed_and_none_takes_over() -> None:
    bench = Bench()

    def make() -> Translator:
        bench.chain.interrupt()
        return bench.first.make()

    bench.chain = ChainTranslator(
        [("first", make), ("second", bench.second.make)], tell=lambda message, hint: None
    )
    assert bench.translate() == ""
    assert (bench.first.warmed_up, bench.first.closed, bench.second.loaded) == (0, 1, 0)


def test_one_that_cannot_be_loaded_is_told_once_and_tried_again_later() -> None:
    bench = Bench()
    bench.first.loads = False
    bench.chain.warm_up()
    assert (bench.translate(), bench.chain.name) == ("secondの訳です。", "second")
    bench.now = 61
    assert bench.translate() == "secondの訳です。"
    assert bench.first.loaded == 2
    bench.now = 62
    bench.translate()
    assert bench.first.loaded == 2  # the second pause is twice as long
    ((message, hint),) = bench.told
    assert message.startswith('The translation engine "first" is left for now. first can\'t')
    assert hint == "Fetch it. It is tried again in 60 seconds."


def test_a_failing_one_loses_no_sentence_and_is_left_after_three_errors() -> None:
    bench = Bench()
    assert bench.translate() == "firstの訳です。"
    bench.first.broken = True
    for number in range(3):
        assert not bench.told, number
        assert bench.translate() == "secondの訳です。"
    assert len(bench.told) == 1
    assert bench.first.closed == 1
    bench.first.broken = False
    assert bench.translate() == "secondの訳です。"  # it rests


def test_one_that_works_again_is_used_again_and_told() -> None:
    bench = Bench()
    bench.first.broken = True
    for _ in range(3):
        bench.translate()
    bench.first.broken = False
    bench.now = 60
    assert bench.translate() == "firstの訳です。"
    assert bench.told[1:] == [('The translation engine "first" works again.', "")]
    bench.first.broken = True
    for _ in range(3):
        bench.translate()
    assert len(bench.told) == 3


def test_a_good_batch_forgets_the_errors_before_it() -> None:
    bench = Bench()
    for _ in range(3):
        bench.first.broken = True
        bench.translate()
        bench.translate()
        bench.first.broken = False
        bench.translate()
    assert bench.told == []


def test_when_none_works_the_error_names_all_and_their_reasons() -> None:
    bench = Bench()
    bench.first.loads = bench.second.loads = False
    with pytest.raises(EngineError, match=r"\(first, second\)") as caught:
        bench.chain.warm_up()
    assert "first can't be loaded." in caught.value.message
    assert "second can't be loaded." in caught.value.message


def test_a_chain_that_once_worked_never_gives_up() -> None:
    bench = Bench()
    bench.translate()
    bench.first.broken = bench.second.broken = True
    assert [bench.translate() for _ in range(5)] == [""] * 5
    assert len(bench.told) == 2
    bench.second.broken = False
    bench.now = 61
    assert bench.translate() == "secondの訳です。"
    assert [message.split(" is ")[0] for message, _ in bench.told][:2] == [
        'The translation engine "first"',
        'The translation engine "second"',
    ]
    assert bench.told[2] == ('The translation engine "second" works again.', "")


def test_a_translation_names_the_engine_that_did_it() -> None:
    bench = Bench()
    segment = Segment(1, 1, Kind.PROSE, "It works.")
    assert translate_segments(bench.chain, [segment])[0].engine == "first"
    bench.first.broken = True
    assert translate_segments(bench.chain, [segment])[0].engine == "second"


def test_closing_a_chain_closes_what_was_loaded() -> None:
    bench = Bench()
    bench.translate()
    bench.chain.close()
    assert (bench.first.closed, bench.second.closed) == (1, 0)


def test_a_real_chain_goes_from_a_missing_model_to_the_starter(tmp_path: Path) -> None:
    told: list[str] = []
    options = EngineOptions(models_dir=tmp_path, threads=1)
    chain = make_engines("opus-mt, starter", options, lambda message, hint: told.append(message))
    chain.warm_up()
    assert chain.translate(["Yes."])[0]
    assert chain.name == "starter"
    assert len(told) == 1
    chain.close()


def test_the_model_of_the_settings_goes_to_the_engine_it_was_made_for(
    models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = EngineOptions(model=str(models / "nllb"), models_dir=models, threads=1)
    chain = make_engines("opus-mt,nllb", options, lambda message, hint: None)
    with caplog.at_level(logging.INFO):
        chain.warm_up()
    assert (chain.name, chain.translate(["Yes."])) == ("opus-mt", ["はい。"])
    assert f"{models / 'opus-mt'} runs on" in caplog.text
    chain.close()


def test_an_engine_chosen_at_runtime_finds_a_model_of_its_own(models: Path) -> None:
    options = EngineOptions(model=str(models / "nllb"), models_dir=models, threads=1)
    chosen = make_engines("opus-mt", options, lambda message, hint: None, any_model=True)
    assert chosen.translate(["Yes."]) == ["はい。"]
    with pytest.raises(EngineError, match="none of the engine"):
        make_engines("opus-mt", options, lambda message, hint: None).warm_up()


def test_a_wrong_name_in_a_chain_is_named() -> None:
    with pytest.raises(EngineError, match='"opus"') as caught:
        make_engines("starter, opus", EngineOptions(), lambda message, hint: None)
    assert "opus-mt" in caught.value.hint


def test_names_are_separated_by_commas() -> None:
    assert engine_names(" opus-mt,starter , opus-mt,") == ("opus-mt", "starter")


def _engine(layer: Layer) -> Callable[[], str]:
    return lambda: str(check(layer)["translation"]["engine"])


@pytest.mark.parametrize(
    "read",
    [
        _engine(Layer("file", {"translation": {"engine": ["opus-mt", "starter"]}})),
        _engine(Layer("file", {"translation": {"engine": "opus-mt, starter"}})),
        _engine(environment_layer({"VOICESTREAM_TRANSLATION_ENGINE": "opus-mt, starter"})),
        _engine(option_layer({"translation.engine": "opus-mt, starter"})),
    ],
)
def test_every_layer_of_settings_can_name_several(read: Callable[[], str]) -> None:
    assert read() == "opus-mt, starter"
