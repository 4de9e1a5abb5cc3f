"""Readings by term: what is shipped is sound, the user's own wins, mistakes are named."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from voicestream_tui.errors import ConfigError
from voicestream_tui.text.lexicon import load_lexicon

SHIPPED = sorted(
    (f for f in files("voicestream_tui.text").joinpath("lexicon_data").iterdir()),
    key=lambda file: file.name,
)
READING = re.compile(r"[ぁ-ゖァ-ヺー\u4e00-\u9fff0-9、。 ]+")


@pytest.mark.parametrize(
    ("term", "reading"),
    [
        ("pytest", "パイテスト"),
        ("npm", "エヌピーエム"),
        ("JSON", "ジェイソン"),
        ("SQL", "エスキューエル"),
        ("nginx", "エンジンエックス"),
        ("regex", "レジェックス"),
        ("async", "エイシンク"),
        ("stdout", "スタンダードアウト"),
        ("OAuth", "オーオース"),
        ("Kubernetes", "クバネティス"),
        ("GUI", "ジーユーアイ"),
        ("README", "リードミー"),
        ("main", "メイン"),
        ("rebase", "リベース"),
        ("retry", "リトライ"),
        ("cache", "キャッシュ"),
        ("YAML", "ヤムル"),
        ("CORS", "コルス"),
        ("SaaS", "サース"),
        ("C++", "シープラスプラス"),
        ("tuple", "タプル"),
        ("queue", "キュー"),
        ("sudo", "スードゥー"),
        ("GNU", "グヌー"),
        ("Vite", "ヴィート"),
        ("kubectl", "キューブシーティーエル"),
        ("X.509", "エックスゴーマルキュー"),
    ],
)
def test_terms_are_known_whatever_their_capitals(term: str, reading: str) -> None:
    lexicon = load_lexicon()
    assert lexicon.reading(term) == reading
    assert lexicon.reading(term.lower()) == reading
    assert lexicon.reading(term.upper()) == reading


def test_exact_terms_are_known_only_as_written() -> None:
    lexicon = load_lexicon()
    assert lexicon.reading("IT") == "アイティー"
    assert lexicon.reading("it") == "イット"


def test_enough_terms_are_shipped() -> None:
    assert len(load_lexicon().words) >= 3_000


def test_shipped_files_have_readings_only_and_no_term_twice() -> None:
    terms: Counter[str] = Counter()
    for file in SHIPPED:
        text = file.read_text("utf-8")
        assert text.startswith("# "), f"{file.name} says not what it holds"
        for name, table in tomllib.loads(text).items():
            assert name in ("words", "exact")
            for term, reading in table.items():
                assert READING.fullmatch(reading), f"{file.name}: {term}"
                terms[term if name == "exact" else term.casefold()] += 1
    assert [term for term, count in terms.items() if count > 1] == []


def test_phrases_are_found_at_borders_and_the_longest_first() -> None:
    phrases = load_lexicon().phrases
    assert [m[0] for m in phrases.finditer("VS Code, C++ and node.js")] == [
        "VS Code",
        "C++",
        "node.js",
    ]
    assert phrases.search("xC#") is None


def test_the_users_readings_win(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[words]\nJSON = "ジェーエスオーエヌ"\nit = "イット"\n[exact]\nGo = "ゴウ"\n')
    lexicon = load_lexicon(file)
    assert lexicon.reading("json") == "ジェーエスオーエヌ"
    assert lexicon.reading("IT") == "イット"
    assert lexicon.reading("Go") == "ゴウ"
    assert lexicon.reading("pytest") == "パイテスト"


class TestBrokenFiles:
    def error(self, path: Path, content: bytes) -> ConfigError:
        path.write_bytes(content)
        with pytest.raises(ConfigError) as caught:
            load_lexicon(path)
        assert str(path) in caught.value.message
        return caught.value

    def test_invalid_toml_names_the_line(self, tmp_path: Path) -> None:
        error = self.error(tmp_path / "own.toml", b'[words]\na = "x\n')
        assert ", line 2" in error.message

    def test_an_unknown_table_is_answered_with_the_nearest(self, tmp_path: Path) -> None:
        error = self.error(tmp_path / "own.toml", b'# mine\n[word]\na = "x"\n')
        assert 'line 2 has "word"' in error.message
        assert error.hint == "Put terms under [words]."

    def test_terms_outside_a_table(self, tmp_path: Path) -> None:
        assert "line 1" in self.error(tmp_path / "own.toml", b'pytest = "x"\n').message

    def test_a_table_that_is_none(self, tmp_path: Path) -> None:
        assert "is not a table" in self.error(tmp_path / "own.toml", b"words = 3\n").message

    @pytest.mark.parametrize("reading", ["3", "[]", "true"])
    def test_a_reading_that_is_no_text(self, tmp_path: Path, reading: str) -> None:
        content = f"[words]\na = {reading}\n".encode()
        assert 'line 2: "a" has no text' in self.error(tmp_path / "own.toml", content).message

    def test_a_reading_in_latin_letters(self, tmp_path: Path) -> None:
        content = '[words]\nok = "オーケー"\nnginx = "engine x"\n'.encode()
        assert 'line 3: the reading of "nginx"' in self.error(tmp_path / "o.toml", content).message

    def test_not_utf8(self, tmp_path: Path) -> None:
        assert "not UTF-8" in self.error(tmp_path / "own.toml", b'[words]\na = "\xff"\n').message

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="No such file"):
            load_lexicon(tmp_path / "gone.toml")
