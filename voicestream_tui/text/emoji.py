"""Emoji, marks and kaomoji: said by name, or passed over where they are only decoration.

A mark that is all there is ("✅" in a table's cell) or that stands against another one
("Linux ✅、Windows ❌") carries the meaning and is always said, whatever the setting.
"""

from __future__ import annotations

import re

MARKS = {
    "✅": "マル",
    "✔": "マル",
    "✓": "マル",
    "☑": "チェック済み",
    "⭕": "マル",
    "○": "マル",
    "◯": "マル",
    "◎": "ニジュウマル",
    "△": "サンカク",
    "❌": "バツ",
    "✖": "バツ",
    "✗": "バツ",
    "✘": "バツ",
    "✕": "バツ",
    "❎": "バツ",
    "☐": "未チェック",
    "⚠": "注意",
    "🚫": "禁止",
    "⛔": "禁止",
    "🔴": "アカ",
    "🟠": "オレンジ",
    "🟡": "キイロ",
    "🟢": "ミドリ",
    "🔵": "アオ",
    "🟣": "ムラサキ",
    "⚪": "シロ",
    "⚫": "クロ",
    "🟥": "アカ",
    "🟨": "キイロ",
    "🟩": "ミドリ",
    "👍": "いいね",
    "👎": "よくないね",
    "❓": "はてな",
    "❔": "はてな",
    "❗": "びっくり",
    "❕": "びっくり",
    "⏳": "待ち",
    "⌛": "待ち",
    "🆗": "オーケー",
    "🆖": "エヌジー",
}
"""Signs that tell one thing from another."""

NAMES = {
    **MARKS,
    "🎉": "クラッカー",
    "🎊": "くす玉",
    "🚀": "ロケット",
    "💡": "ひらめき",
    "📝": "メモ",
    "📌": "ピン",
    "📍": "ピン",
    "🔥": "炎",
    "✨": "きらきら",
    "⭐": "ホシ",
    "🌟": "ホシ",
    "★": "ホシ",
    "☆": "ホシ",
    "💥": "爆発",
    "🐛": "虫",
    "🐞": "てんとう虫",
    "🐍": "ヘビ",
    "🐳": "クジラ",
    "🐧": "ペンギン",
    "🦀": "カニ",
    "🔧": "レンチ",
    "🔨": "ハンマー",
    "🛠": "工具",
    "⚙": "歯車",
    "🔒": "鍵",
    "🔓": "開いた鍵",
    "🔐": "鍵",
    "🔑": "鍵",
    "🔍": "虫眼鏡",
    "🔎": "虫眼鏡",
    "📦": "箱",
    "📁": "フォルダ",
    "📂": "フォルダ",
    "🗂": "フォルダ",
    "📄": "書類",
    "📃": "書類",
    "📋": "クリップボード",
    "📊": "グラフ",
    "📈": "上がるグラフ",
    "📉": "下がるグラフ",
    "📚": "本",
    "📖": "本",
    "🔗": "リンク",
    "🧪": "試験管",
    "🧹": "ほうき",
    "🗑": "ごみ箱",
    "🚧": "工事中",
    "🚨": "警告灯",
    "🛑": "停止",
    "⚡": "稲妻",
    "♻": "リサイクル",
    "⏱": "ストップウォッチ",
    "⏰": "目覚まし時計",
    "🕐": "時計",
    "📅": "カレンダー",
    "📆": "カレンダー",
    "💾": "フロッピー",
    "💻": "パソコン",
    "🖥": "パソコン",
    "📱": "スマートフォン",
    "🌐": "地球",
    "🌍": "地球",
    "🌏": "地球",
    "☁": "雲",
    "🤖": "ロボット",
    "🧠": "脳",
    "👀": "目",
    "👋": "手を振る",
    "🙏": "お願い",
    "👏": "拍手",
    "💪": "力こぶ",
    "🤝": "握手",
    "👉": "右指さし",
    "👈": "左指さし",
    "👇": "下指さし",
    "☝": "上指さし",
    "✋": "手のひら",
    "👌": "オーケー",
    "❤": "ハート",
    "♥": "ハート",
    "💚": "ハート",
    "💙": "ハート",
    "💯": "百点",
    "🎯": "的",
    "🏆": "トロフィー",
    "🥇": "金メダル",
    "🥈": "銀メダル",
    "🥉": "銅メダル",
    "🎨": "パレット",
    "🎵": "音符",
    "🔊": "スピーカー",
    "🔇": "消音",
    "🔔": "ベル",
    "💬": "吹き出し",
    "💭": "考え",
    "📣": "メガホン",
    "📢": "メガホン",
    "✉": "メール",
    "📧": "メール",
    "📨": "メール",
    "✏": "鉛筆",
    "🖊": "ペン",
    "🏷": "タグ",
    "🔖": "しおり",
    "🧩": "パズル",
    "🪲": "虫",
    "💰": "お金",
    "💸": "お金",
    "😀": "笑顔",
    "😃": "笑顔",
    "😄": "笑顔",
    "😁": "笑顔",
    "😊": "笑顔",
    "🙂": "笑顔",
    "😂": "泣き笑い",
    "🤣": "大笑い",
    "😅": "汗笑い",
    "😉": "ウインク",
    "😎": "サングラス",
    "😍": "ハートの目",
    "🤔": "考え中",
    "😢": "泣き顔",
    "😭": "大泣き",
    "😱": "悲鳴",
    "😡": "怒り",
    "😴": "眠り",
    "🤷": "お手上げ",
    "🙌": "バンザイ",
    "🥳": "お祝い",
    "🎁": "プレゼント",
    "☕": "コーヒー",
    "🍺": "ビール",
    "🌱": "芽",
    "🌳": "木",
    "☀": "太陽",
    "🌙": "月",
    "🌈": "虹",
    "☔": "雨",
    "❄": "雪",
    "🇯🇵": "日本の旗",
    "🇺🇸": "アメリカの旗",
}
"""What agents write most, by name."""

_UNNAMED = "絵文字"
_FIRST = r"[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a\u231b\u23e9-\u23f3○◯◎△★☆]"
_ANY = re.compile(_FIRST)
_PICTURE = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|{_FIRST}"
    r"\ufe0f?[\U0001f3fb-\U0001f3ff]?(?:\u200d[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?)*"
)
_WORD = re.compile(r"[^\W_]")
_CROSS = re.compile(r"(?<![A-Za-z0-9)])×|×(?!\s?[A-Za-z0-9(])")

_FACE = re.compile(
    r"[\\ヽヾ٩(<＼＜]{0,2}[m]?[(（](?P<inside>[^()（）\n]{2,14})[)）][m]?[\\/／ノﾉゞ♪♡b]{0,2}"
)
_EYES = re.compile(
    r"\^[_.\-oO~]?\^|[;；:'´｀`][ω∀・д_]|ω|∀|Д|´|｀|ﾟ|°□°|>_<|T_T|;_;|\._\.|¯|益|_ _|≧|￣"
)
_FACE_SIGNS = re.compile(r"[(（:;=8xX<^]")
_SMILE = re.compile(r"(?<!\S)(?:[:;=8]['^o-]?[()DPpO/|]|[xX]D|<3|\^\^;?|orz)(?![^\s。、])")


def without_faces(text: str) -> str:
    """The text without kaomoji and emoticons: (^_^), (´・ω・`), m(_ _)m, :-), orz."""
    if not _FACE_SIGNS.search(text) and "orz" not in text:
        return text
    text = _FACE.sub(lambda match: " " if _EYES.search(match["inside"]) else match[0], text)
    return _SMILE.sub(" ", text)


def telling_marks(text: str) -> bool:
    """Whether the marks of a sentence carry its meaning: nothing else does, or they differ."""
    if not _ANY.search(text):
        return False
    marks = {name for sign in _PICTURE.findall(text) if (name := MARKS.get(sign[0]))}
    if not marks:
        return False
    if _CROSS.search(text):
        marks.add("バツ")
    return len(marks) > 1 or not _WORD.search(text)


def with_emoji_said(text: str, *, named: bool, telling: bool) -> str:
    """The text with emoji and marks said or left out.

    Args:
        text: what is going to be spoken.
        named: whether all of them are said.
        telling: whether at least the marks are said: `telling_marks` of the whole sentence.
    """
    if not _ANY.search(text):
        return text

    def said(match: re.Match[str]) -> str:
        sign = match[0]
        if sign[0] in _PLAIN_SIGNS:
            return sign
        if named or (telling and sign[0] in MARKS):
            return f"、{NAMES.get(sign) or NAMES.get(sign[0]) or _UNNAMED}、"
        return " "

    return _PICTURE.sub(said, text)


_PLAIN_SIGNS = frozenset("➜➔➝➞➡❯❮❱")
"""Arrows and keys, which are read as such."""
