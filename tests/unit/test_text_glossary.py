"""A user's own terms: found in a sentence, kept through its translation, known to the reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.markdown_texts import segment
from voicestream_tui.errors import ConfigError
from voicestream_tui.model import Segment
from voicestream_tui.text.glossary import Glossary, Term, load_glossary
from voicestream_tui.text.protect import protect, restore
from voicestream_tui.translate.segments import translate_segments
from voicestream_tui.translate.starter.engine import StarterTranslator

FILE = """
abbreviations = ["obs.", "SN"]

[terms]
"pull request" = "プルリク"
"request" = "依頼"
deploy = { japanese = "配備", reading = "ハイビ" }
nginx = { reading = "エンジンエックス" }
"C++" = "シープラ"
"Node.js" = "ノード"
staging = "ステージング環境"

[exact]
IT = "情報技術"
Rust = { reading = "ラスト" }
"""


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    path = tmp_path / "glossary.toml"
    path.write_text(FILE, "utf-8")
    return load_glossary(path)


def kept(glossary: Glossary, english: str) -> tuple[str, tuple[str, ...]]:
    (piece,) = segment(english)
    found = protect(piece.english, piece.spans, glossary=glossary)
    return found.text, tuple(found.slots)


@pytest.mark.parametrize(
    ("english", "text", "slots"),
    [
        ("Open a pull request.", "Open a <c0>.", ("プルリク",)),
        ("Open two Pull Requests.", "Open two <c0>.", ("プルリク",)),
        ("Open a pull\nrequest.", "Open a <c0>.", ("プルリク",)),
        ("The request is a pull request.", "The <c0> is a <c1>.", ("依頼", "プルリク")),
        ("We deploy, and deploys fail.", "We <c0>, and <c0> fail.", ("配備", "配備")),
        (
            "We redeploy, deployed and deploy_all.",
            "We redeploy, deployed and <c0>.",
            ("deploy_all",),
        ),
        ("NGINX is up.", "<c0> is up.", ("NGINX",)),
        ("It works in IT.", "It works in <c0>.", ("情報技術",)),
        ("Rust never sleeps, rust does.", "<c0> never sleeps, rust does.", ("Rust",)),
        ("Written in C++.", "Written in <c0>.", ("シープラ",)),
        ("C++17 is another.", "C++17 is another.", ()),
        ("Node.js is up.", "<c0> is up.", ("ノード",)),
        ("Call `deploy` now.", "Call <c0> now.", ("deploy",)),
        ("See deploy.py there.", "See <c0> there.", ("deploy.py",)),
        ("See https://a.b/deploy now.", "See <c0> now.", ("https://a.b/deploy",)),
        ("Nothing here.", "Nothing here.", ()),
    ],
)
def test_terms_leave_as_slots(
    glossary: Glossary, english: str, text: str, slots: tuple[str, ...]
) -> None:
    assert kept(glossary, english) == (text, slots)


def test_a_term_is_no_code(glossary: Glossary) -> None:
    found = protect("We deploy app.py.", glossary=glossary)
    back = restore("<c1>を<c0>します。", found.slots)
    assert back.text == "app.pyを配備します。"
    assert [back.text[span.start : span.end] for span in back.spans] == ["app.py"]


def test_readings_are_for_the_lexicon(glossary: Glossary) -> None:
    words, exact = glossary.readings()
    assert words == {"配備": "ハイビ", "nginx": "エンジンエックス"}
    assert exact == {"Rust": "ラスト"}


def test_abbreviations_are_for_the_segmenter(glossary: Glossary) -> None:
    assert glossary.abbreviations == {"obs", "sn"}


def test_without_a_file_there_are_no_terms() -> None:
    assert load_glossary(None) == Glossary()
    assert kept(load_glossary(None), "Open a pull request.") == ("Open a pull request.", ())


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("[terms]\ndeploy = 3", "line 2", "japanese = "),
        ("[terms]\n\ndeploy = {}", "line 3", "japanese = "),
        ("[terms]\n'deploy' = { japanese = '' }", "line 2", "japanese = "),
        ("[terms]\ndeploy = { yomi = 'ハイビ' }", 'the key "yomi"', "japanese = "),
        ("[terms]\ndeploy = { reading = 'deploy' }", "has Latin letters", "japanese = "),
        ("[words]\ndeploy = '配備'", "line 1", "[terms]"),
        ("terms = 3", "line 1", "[terms]"),
        ("abbreviations = 'obs'", "line 1", "abbreviations = ["),
        ("[terms]\npull request = 'プルリク'", "line 2", "in quotes"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, place: str, hint: str) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_glossary(path)
    assert str(path) in caught.value.message
    assert place in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load_glossary(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_glossary(tmp_path / "odd.toml")


def test_many_terms_are_found_in_a_long_text() -> None:
    glossary = Glossary(tuple(Term(f"term {n}", f"語{n}") for n in range(1000)))
    text = "There is a term 7 and a term 999. " * 100
    found = glossary.find(text, 0, len(text))
    assert [japanese for _, _, japanese in found[:2]] == ["語7", "語999"]
    assert len(found) == 200


def test_the_starter_brings_a_term_as_asked(glossary: Glossary) -> None:
    sentences = [
        "Open a pull request and wait for the review.",
        "The deploy failed because the staging server is down.",
    ]
    segments = [Segment(n, 1, segment(s)[0].kind, s) for n, s in enumerate(sentences)]
    done = translate_segments(StarterTranslator(), segments, glossary=glossary)
    assert "プルリク" in done[0].japanese
    assert "配備" in done[1].japanese
    assert "ステージング環境" in done[1].japanese
