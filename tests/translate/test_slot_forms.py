"""Slots in other forms: written, mangled by a model, read again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicestream_tui.translate.slot_forms import FORMS, SlotForm
from voicestream_tui.translate.slot_probe import order_forms


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.written)
@given(st.lists(st.integers(0, 9), max_size=6))
def test_what_is_put_is_taken_again(form: SlotForm, slots: list[int]) -> None:
    english = "Run " + " and ".join(f"<c{n}>" for n in slots) + "."
    assert form.fits(english)
    assert form.take(form.put(english), english) == english


@pytest.mark.parametrize(
    ("written", "mangled"),
    [
        ("<c{}>", "＜ｃ０＞を開く"),
        ("<c{}>", "< C 0 >を開く"),
        ("%{}", "％１を開く"),
        ("{{{}}}", "｛ 0 ｝を開く"),
        ("[{}]", "［0］を開く"),
        ("X{}X", "x0xを開く"),
        ("X{}X", "Ｘ０Ｘを開く"),
        ("VAR{}", "Var 1を開く"),
    ],
)
def test_what_a_model_made_of_a_slot_is_still_one(written: str, mangled: str) -> None:
    (form,) = (form for form in FORMS if form.written == written)
    assert form.take(mangled, "Open <c0>.") == "<c0>を開く"


def test_a_number_that_is_no_slot_of_the_sentence_is_left_alone() -> None:
    percent = FORMS[1]
    assert percent.take("50%1つと%9", "Half of <c0>.") == "50<c0>つと%9"
    assert not percent.fits("It is %3 of <c0>.")
    assert percent.fits("It is 50% of <c0>.")


def test_the_form_that_survives_best_comes_first() -> None:
    def model(texts: Sequence[str]) -> list[str]:
        return [text.replace("<", "").replace("%", "").replace("{", "") for text in texts]

    forms = order_forms("model", model, lambda text: True)
    assert forms[0].written == "[{}]"
    assert len(forms) == 4


def test_a_form_that_the_model_cannot_spell_is_not_tried() -> None:
    tried: list[str] = []

    def model(texts: Sequence[str]) -> list[str]:
        tried.extend(texts)
        return list(texts)

    forms = order_forms("model", model, lambda text: "<" not in text and "%" not in text)
    assert [form.written for form in forms] == ["{{{}}}"]
    assert not any("<" in text or "%" in text for text in tried)


def test_a_slow_model_is_not_tried_for_long() -> None:
    now = 0.0

    def model(texts: Sequence[str]) -> list[str]:
        nonlocal now
        now += 3.0
        return ["" for _ in texts]

    forms = order_forms("model", model, lambda text: True, clock=lambda: now)
    assert forms == FORMS[:2]


def test_a_model_that_can_spell_none_has_none() -> None:
    assert order_forms("model", lambda texts: list(texts), lambda text: False) == ()
