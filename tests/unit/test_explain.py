"""`say --explain`: every step from a text to its phonemes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voicestream_tui.cli import main
from voicestream_tui.explain import Explainer
from voicestream_tui.stages.playlist import Entry
from voicestream_tui.text.glossary import Glossary, Term


class Scripted:
    """Answers with what is given, one after the other, and then with the last."""

    name = "scripted"

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    def warm_up(self) -> None: ...

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [
            self._answers.pop(0) if len(self._answers) > 1 else self._answers[0] for _ in sentences
        ]

    def close(self) -> None: ...


def spoken(entry: Entry) -> str:
    return f"<{entry.translation.japanese}>"


def explained(text: str, *answers: str, glossary: Glossary | None = None) -> list[str]:
    explainer = Explainer(
        Scripted(*answers), spoken, lambda said: [str(len(said))], glossary or Glossary()
    )
    return [" ".join(line.split()) for line in explainer.explain(text)]


def test_each_step_of_a_sentence_is_a_line() -> None:
    assert explained("- Run `make` now.", "<c0>を実行します。") == [
        "1",
        "block item, depth 1, mark •, code 'make'",
        "source - Run `make` now.",
        "sentence Run make now.",
        "slots <c0> make",
        "translate Run <c0> now.",
        "-> <c0>を実行します。",
        "shown makeを実行します。",
        "spoken <makeを実行します。>",
        "phonemes 13",
        "",
    ]


def test_a_second_attempt_says_why() -> None:
    lines = explained("It is port 8080.", "ポート80です。", "ポート<c0>です。")
    assert lines[3:8] == [
        "sentence It is port 8080.",
        "translate It is port 8080.",
        "-> ポート80です。",
        "again wrong figures",
        "translate It is port <c0>.",
    ]
    assert "shown ポート8080です。" in lines


def test_what_is_given_up_says_why_and_stays_english() -> None:
    lines = explained("Run it now.", "")
    assert "given up empty" in lines
    assert "shown Run it now." in lines


def test_a_doubt_is_told() -> None:
    translator = Scripted("実行します。")
    translator.doubts = lambda sentence, translation: True  # type: ignore[attr-defined]
    lines = [" ".join(line.split()) for line in Explainer(translator, spoken).explain("Run it.")]
    assert "not sure this of scripted may be wrong" in lines


def test_a_block_needs_no_translator() -> None:
    lines = explained("```py\nx = 1\n```", "nothing")
    assert "block code, Python code, 1 line" in lines
    assert "shown Pythonのコード、1行" in lines
    assert not any(line.startswith("translate") for line in lines)


def test_the_users_terms_are_slots() -> None:
    glossary = Glossary((Term("deploy", "配備"),))
    lines = explained("We deploy it.", "<c0>します。", glossary=glossary)
    assert "slots <c0> 配備" in lines
    assert "shown 配備します。" in lines


def test_the_inside_of_a_block_is_translated_where_it_is_said() -> None:
    explainer = Explainer(Scripted("速い", "遅い"), spoken, inside=True)
    lines = [" ".join(line.split()) for line in explainer.explain("|Fast|3|\n|-|-|\n|Slow|9|\n")]
    inside = [line for line in lines if line.startswith("inside")]
    assert inside == [
        "inside Fast -> 速い",
        "inside 3 -> 3",
        "inside Slow -> 遅い",
        "inside 9 -> 9",
    ]


def test_no_control_character_reaches_the_terminal() -> None:
    lines = explained("A \x1b[31mred\x1b[0m word.", "赤い\x07語です。")
    assert not any(character < " " for line in lines for character in line)


def test_a_very_long_block_is_cut() -> None:
    lines = explained("```\n" + "x = 1\n" * 1000 + "```", "")
    assert max(map(len, lines)) < 500


def test_the_command_prints_all_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "--explain", "The tests pass in `src/app.py`."]) == 0
    printed = capsys.readouterr().out
    steps = [line.split()[0] for line in printed.splitlines() if line.strip()]
    assert steps == [
        "1", "block", "source", "sentence", "slots", "translate", "->", "shown", "spoken",
        "phonemes",
    ]  # fmt: skip
    assert "src/app.py" in printed
    assert "テスト" in printed
    assert "t e s U t o" in printed


def test_plain_text_is_read_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "--explain", "--format", "text", "# Not a heading"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[1:4] == ["block prose", "source # Not a heading", "sentence # Not a heading"]


def test_of_an_agents_stream_its_text_is_explained() -> None:
    explainer = Explainer(Scripted("はい。"), spoken)
    said = '{"type":"assistant","message":{"content":[{"type":"text","text":"# It works."}]}}'
    lines = [" ".join(line.split()) for line in explainer.explain(said, "claude")]
    assert lines[1:4] == ["block heading", "source # It works.", "sentence It works."]
