"""A "not" that got lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.test_translate import Scripted, segment
from voicestream_tui.translate.choice import least_lost
from voicestream_tui.translate.negation import loses_negation
from voicestream_tui.translate.segments import translate_segments

PAIRS = Path(__file__).parents[2] / "scripts" / "train-starter" / "pairs"


@pytest.mark.parametrize(
    ("english", "japanese", "lost"),
    [
        ("It doesn't treat <c0> as an error.", "<c0>をエラーとして扱います。", True),
        ("It doesn't treat <c0> as an error.", "<c0>をエラーとして扱いません。", False),
        ("Not covered: files on other disks", "対象：ほかのディスクのファイル", True),
        ("Not covered: files on other disks", "対象外：ほかのディスクのファイル", False),
        ("Never keep it in a float.", "浮動小数点数で保持してください。", True),
        ("I haven’t started.", "始めました。", True),
        ("I haven’t started.", "未着手です。", False),
        ("Why don't we begin?", "始めましょう。", False),
        ("It wasn't so much the price as the colour.", "値段というより色でした。", False),
        ("It didn't stop until noon.", "正午になって止まりました。", False),
        ("Nice, isn't it?", "すてきですね。", False),
        ("It is a note.", "メモです。", False),
        ("I added a NOT NULL constraint.", "NOT NULL制約を追加しました。", False),
        ("The server answers 404 Not Found.", "サーバーは404 Not Foundを返します。", False),
        ("Do not restart the server first.", "まず、サーバーを再起動してください。", True),
        ("The test should not pass.", "テストは合格するはずです。", True),
        ("Do not delete the log, the cache etc.", "ログやキャッシュなどを削除します。", True),
        ("You don't have to restart it.", "再起動しなければなりません。", True),
        ("You don't have to restart it.", "再起動する必要はありません。", False),
        ("It didn't move and didn't answer.", "動かず、応答もせずにいました。", False),
    ],
)
def test_a_lost_negation_is_seen(english: str, japanese: str, *, lost: bool) -> None:
    assert loses_negation(english, japanese) is lost


def test_hardly_any_translation_by_hand_is_suspected() -> None:
    lines = [
        line.split("\t")
        for name in ("contrasts", "causes", "reasoning", "phrasal")
        for line in (PAIRS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    ]
    pairs = [(english, japanese) for english, japanese in lines if "`" not in english]
    suspected = [pair for pair in pairs if loses_negation(*pair)]
    assert len(pairs) > 10_000
    assert len(suspected) < 0.004 * len(pairs), suspected[:20]


def test_a_candidate_that_keeps_the_negation_is_taken() -> None:
    candidates = ["エラーとして扱います。", "エラーとして扱いません。"]
    assert least_lost("It isn't treated as an error.", candidates) == candidates[1]


def test_what_stays_without_its_negation_is_marked() -> None:
    asked: list[str] = []

    def answer(english: str) -> str:
        asked.append(english)
        return "エラーとして扱います。"

    (done,) = translate_segments(Scripted(answer), [segment("It isn't treated as an error.")])
    assert len(asked) == 2
    assert (done.ok, done.sure) == (True, False)
