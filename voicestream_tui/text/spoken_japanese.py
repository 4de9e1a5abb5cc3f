"""Japanese around figures and names, written so that the voice says it right.

Signs between Japanese words (3〜5件, 5件/秒, ≥3件), counters with sound changes that Open JTalk's
dictionary has otherwise, and words that it reads as something else in texts on software. Words
that need no look around themselves stand in `lexicon_data/japanese.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from voicestream_tui.text.amounts import in_japanese
from voicestream_tui.text.spoken_numbers import PER

_NUMBER = r"\d[\d,]{0,20}(?:\.\d{1,9})?"
_JAPANESE_UNIT = (
    r"(?:[ァ-ヺー]{1,12}"
    r"|(?:文字|種類|箇所|時間|日間|週間|年間|分間|秒間|か月|ヶ月|[件個行回人秒分日月年枚本台円倍度点歳列桁語名社頁章節項匹冊]目?))"
)
_UNIT = rf"(?:[A-Za-zµμ°%]{{1,6}}(?:/s)?(?![A-Za-z])|{_JAPANESE_UNIT})"
_COUNTED = (
    r"(?:件|行|人|回|個|円|ドル|トークン|レコード|ユーザ|リクエスト|ダウンロード|スター|語|文字)"
)
_PER = (
    r"(?:秒|分|時間|日|週間?|か月|ヶ月|月(?![額間曜初末別])|年|件|回|人|個|台|行|[ァ-ヺー]{2,12})"
)
_PRICE = rf"[$€£¥₩]\s?{_NUMBER}[kKMB]?"
_EVERY = {"月": "毎月", "か月": "毎月", "ヶ月": "毎月", "週": "毎週", "週間": "毎週"}
"""Of one 月 the voice would say the name of the first month."""
_BEFORE_RANGE = (
    r"[\d%°時分秒日月年回件個章行人枚本台円割歳度点頁号倍階項節名語列桁社版問番ァ-ヺー一-鿿)）」]"
)
_AFTER_RANGE = r"[\dA-Za-z$¥ァ-ヺ一-鿿(（「]"
_COMPARED = {
    ">=": "以上",
    "≥": "以上",
    "≧": "以上",
    "<=": "以下",
    "≤": "以下",
    "≦": "以下",
    ">": "超",
    "<": "未満",
}
_SCALES = {"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9, "G": 10**9}
_LINE_WORDS = (
    r"対象|該当|変更|追加|削除|最終|先頭|末尾|開始|終了|入力|出力|結果|警告|空白|重複|既存|新規|直前|直後"
    r"|前後|文字|全体|見出し|記録|本文|注釈|差分|他の|別の|同じ|どの|新しい|古い|長い|短い|元の"
)
_AFTER_LINE = r"(?![うわいえおっきくけこ為動政事列員楽程使火])"
_NUMBERED = r"フェーズ|ステップ|手順|パート|ページ|ポート|バージョン|コード|ステータス|レベル"
"""Words whose numbers are names: 「フェーズ1/4」 is no quarter."""
_MINUTES = r"(?!の[一-鿿\d]|岐|類|野|析|散|離|解|配|子|母|冊|割|岐)"

_Rule = tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]]
"""What must be there for the rule, the rule, and what is put in place."""


def _scaled(match: re.Match[str]) -> str:
    return in_japanese(match[1], _SCALES[match[2]])


def _per(match: re.Match[str]) -> str:
    return f"{_EVERY.get(match[2]) or f'1{match[2]}あたり'}{match[1]}"


def _in_kanji(match: re.Match[str]) -> str:
    """Behind 番号 the voice would say a small number digit by digit, as of a telephone."""
    number = int(match[2])
    said = ""
    for size, sign in ((100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            said += ("" if digit == 1 and sign else "一二三四五六七八九"[digit - 1]) + sign
    return f"{match[1]}{said}"


def _rules(needed: str, *rules: tuple[str, str | Callable[[re.Match[str]], str]]) -> list[_Rule]:
    """Rules for each of the characters, one of which must be there."""
    compiled = [(re.compile(pattern), replacement) for pattern, replacement in rules]
    return [(sign, pattern, replacement) for sign in needed for pattern, replacement in compiled]


_RANGES = (
    (rf"(?<={_BEFORE_RANGE})\s?[〜~]\s?(?={_AFTER_RANGE})", "から"),
    (r"(?<=[A-Za-z])〜(?=[A-Za-z\d])", "から"),
    (r"(?<=\d)\s?[〜~](?=\s*(?:\Z|[、。）)」]|です|の))", "から"),
    (r"\A\s*[〜~]\s*\Z", "から"),
)
_ALWAYS: tuple[_Rule, ...] = (
    # Ranges: 3〜5件, 9時〜17時, 10時-12時, 100〜
    *_rules("〜~", *_RANGES),
    *_rules("-–—―", (r"(?<=\d[時分日月年章回])\s?[-–—―]\s?(?=\d)", "から")),
    # Amounts: 1.2M件, 5/10件, 5件/秒
    *_rules(
        "kKMB",
        (rf"(?<![A-Za-z0-9_.,])(\d{{1,6}}(?:\.\d{{1,3}})?)\s?([kKMB])(?=\s?{_COUNTED})", _scaled),
    ),
    *_rules(
        "/",
        (
            r"(?<![A-Za-z0-9_./])(\d{1,9})\s?/\s?(\d{1,9})\s?"
            r"(件|個|行|回|人|名|問|ページ|テスト|ファイル|ステップ|タスク|項目|か所|箇所)",
            r"\2\3中\1\3",
        ),
        (rf"({_NUMBERED})\s?(\d{{1,9}})/(\d{{1,9}})(?![\dA-Za-z_/.])", r"\1\2、\3"),
        (
            rf"(?<![A-Za-z0-9_.,/])({_PRICE}|{_NUMBER}\s?{_UNIT})\s?/\s?(?=[^\W\d])({_PER})"
            r"(?![A-Za-z])",
            _per,
        ),
        (
            rf"(?<![A-Za-z0-9_.,/])({_NUMBER}\s?{_JAPANESE_UNIT})\s?/\s?({'|'.join(PER)})"
            r"(?![A-Za-z0-9_/])",
            lambda m: PER[m[2]] + m[1],
        ),
    ),
    # Counters.
    *_rules(
        "8",
        (rf"(?<![\d.])(\d*)(?<=\d)8分{_MINUTES}", r"\g<1>0ハップン"),
        (rf"(?<![\d.,])8分{_MINUTES}", "ハップン"),
        (r"(?<![\d.,])(\d+)8個", r"\g<1>0ハッコ"),
        (r"(?<![\d.,])8個", "ハッコ"),
    ),
    *_rules("所", (r"(?<=[\d一二三四五六七八九十数何])[かカヵヶケ]所", "箇所")),
    *_rules("月", (r"(?<=[\d一二三四五六七八九十数何])[カヵケ]月", "ヶ月")),
    *_rules(
        "組",
        (r"(?<![\d.,])1組(?!織|合|み)", "ヒトクミ"),
        (r"(?<![\d.,])2組(?!織|合|み)", "フタクミ"),
    ),
    *_rules(
        "セ",
        (r"(?<![\d.,])1セット", "ワンセット"),
        (r"(?<![\d.,])2セット", "ニセット"),
    ),
    *_rules("号", (r"(番号[はがをの]?)\s?([1-9]\d{0,2})(?![\d.,:/A-Za-z-])", _in_kanji)),
    # Words that Open JTalk takes for others.
    *_rules(
        "行",
        (r"(?<=を)行(?=っ)|(?<=[一-鿿ァ-ヺー]が)行(?=っ[てた])", "おこな"),
        (rf"(?<=[のァ-ヺー])行{_AFTER_LINE}", "ギョウ"),
        (rf"({_LINE_WORDS}|何[十百千万]{{1,2}})行{_AFTER_LINE}", r"\1ギョウ"),
        (r"(?<![一-鿿々\d])行(?=末|ごと|毎|[をがはもとや、](?!う)|の(?!は)|単位)", "ギョウ"),
    ),
    *_rules("末", (r"ギョウ末", "ギョウマツ")),
    *_rules(
        "何",
        (
            # Not before 日, 本, 百, 千, 章, 重, 階, 通り: ナン would make it ナンビ or ナンホン.
            r"何(?=件|秒|番|文字|個|回|倍|度|行|列|桁|枚|台|種|段|ページ|パーセント|バイト|ビット|ミリ"
            r"|キロ|メガ|ギガ|年|か月|ヶ月|箇所|か所|円|ドル|点|つ目|割|語|らか|十|万)",
            "ナン",
        ),
    ),
    *_rules("空", (r"(?<=[がはも])空(?=\Z|[、。）)かのでだにと])", "カラ")),
    *_rules(
        "十",
        (
            r"(?<![一二三四五六七八九数何百千万\d])十分"
            r"(?!間|後|前|以|ご|待|おき|程|ほど|か[らか])",
            "ジュウブン",
        ),
    ),
    *_rules("偽", (r"偽(?=なら|だ|で|、|。|と[なのし]|\Z|陽性|陰性)", "ギ")),
    *_rules("真", (r"真(?=陽性|陰性)", "シン")),
    *_rules("・", (r"(?<=[ァ-ヺー])・(?=[ァ-ヺー])", " "), (r"・+", "、")),
    *_rules("」』", (r"(?<=[」』])\s?(?=[「『])", "、")),
)
_COMPARISON = (
    r"(?<![<>=!\-\d])(?<!\d )(?:(?<!\A)|(?=[<>]\d|[<>]=|[≤≥≦≧]))"
    rf"(>=|<=|[≥≧≤≦<>])\s?({_NUMBER}(?:\s?{_UNIT})?)(?![\d.]*[A-Za-z<>/=])"
)
_PROSE: tuple[_Rule, ...] = (
    *_rules(":", (r"(?<=[ぁ-んァ-ヺー一-鿿)」]):(?=\d)", ": ")),  # 時刻:14:32
    *_rules(".)", (r"\A\s*(\d{1,3})[.)]\s+(?=\S)", r"\1、")),
    *_rules("<>≥≧≤≦", (_COMPARISON, lambda m: m[2] + _COMPARED[m[1]])),
    *_rules("~", (r"(?<![A-Za-z0-9_)~.=/約^-])~\s?(?=[\d$¥€])", "約")),
)


def help_japanese(text: str, code: bool) -> str:
    """The text with what Open JTalk would misread written out.

    Args:
        text: a stretch in NFKC.
        code: whether it is inline code, where signs stand for themselves.
    """
    for pattern, replacement in _rules_about(frozenset(_ANY_NEEDED.findall(text)), code):
        text = pattern.sub(replacement, text)
    return text


_ALL = _ALWAYS + _PROSE
_ANY_NEEDED = re.compile(f"[{re.escape(''.join({needed for needed, _, _ in _ALL}))}]")


@lru_cache(512)
def _rules_about(
    signs: frozenset[str], code: bool
) -> list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
    """The rules for a text that has these of all the signs that a rule needs."""
    if "号" in signs:
        signs |= {"十"}  # its rule may write one
    return [
        (pattern, replacement)
        for needed, pattern, replacement in (_ALWAYS if code else _ALL)
        if needed in signs
    ]
