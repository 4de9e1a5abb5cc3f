"""Finds the translation in what a language model says, and leaves out what it says besides."""

from __future__ import annotations

import re

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_BEFORE = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"\A```[\w-]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_LABEL = re.compile(
    r"\A\s*(?:\*\*)?(?:(?:日本語)?(?:の)?(?:翻訳|訳文|訳|和訳)(?:結果|文)?|日本語|回答|答え"
    r"|(?:here(?:'s| is) (?:the|your) )?(?:japanese )?translation(?: (?:in|into|to) japanese)?"
    r"|japanese|output|assistant|text)(?:\*\*)?\s*[:：](?:\*\*)?\s*",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\A[^:：\n]{1,40}[:：]")
_PREAMBLE = re.compile(
    r"\A\s*(?:(?:sure|certainly|of course|okay|ok)\b[^\n]*[:：!.]|here(?:'s| is| are)\b[^\n]*[:：]"
    r"|(?:はい、?)?(?:以下|次)(?:に|は|が|の)[^\n]*(?:翻訳|訳)[^\n]*[:：。]|(?:はい|承知しました|わかりました)[、。]"
    r"[^\n]*(?:翻訳|訳)[^\n]*[:：。])\s*\n",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\n\s*(?:[（(※*\-–—]*\s*)?(?:注|注釈|注意|補足|備考|説明|解説|notes?|explanation"
    r"|translation note|romaji|literal(?:ly)?)\s*(?:[)）]\s*)?[:：].*\Z",
    re.DOTALL | re.IGNORECASE,
)
_PAIRS = (("「", "」"), ("『", "』"), ('"', '"'), ("“", "”"), ("'", "'"), ("`", "`"), ("**", "**"))
_MARKS = re.compile(r"<\|[^|<>]{1,40}\|>|</?s>|<(?:start|end)_of_turn>|<eos>|<bos>")
_SLOT_SIGNS = re.compile(r"`(<c\d>)`")
_BLANK_LINE = re.compile(r"\n\s*\n")


def without_thoughts(said: str) -> str:
    """What a model says aloud: all but its thinking, even if that has not ended yet."""
    return _THOUGHT_BEFORE.sub("", _THOUGHT.sub("", said))


def found_translation(said: str, english: str) -> str:
    """The translation in an answer; "" if there is none.

    Quotes, labels, introductions, remarks and thinking are left out. Whether what is left is a
    good translation is for the gate to say.

    Args:
        said: all that the model said.
        english: the sentence, which may have had quotes and a line break itself.
    """
    text = _MARKS.sub("", without_thoughts(said)).strip()
    if fenced := _FENCE.match(text):
        text = fenced[1].strip()
    for _ in range(3):
        shorter = _PREAMBLE.sub("", text + "\n").strip()
        bare = _LABEL.sub("", shorter, count=1).strip()
        # "Answer: yes." has a label itself, whose translation is the last one that is found.
        if not _LABELLED.match(english) or not bare or _LABELLED.match(bare):
            shorter = bare
        if shorter == text:
            break
        text = shorter
    text = _REMARK.sub("", text).strip()
    if "\n\n" not in english:
        text = _BLANK_LINE.split(text)[0]
    text = _unquoted(text, english)
    if "\n" not in english:
        text = " ".join(line.strip() for line in text.split("\n"))
    return _SLOT_SIGNS.sub(r"\1", text).strip()


def is_complete(said: str, english: str) -> bool:
    """True if a model has said a translation and whatever follows will be left out."""
    if "\n\n" in english or not (spoken := without_thoughts(said).lstrip()):
        return False
    if "<think" in said.lower() and "</think" not in said.lower():
        return False
    done, _, _ = spoken.rpartition("\n\n")
    return bool(done) and bool(found_translation(done, english))


def _unquoted(text: str, english: str) -> str:
    """Take quotes off that go around the whole, unless the sentence has such itself."""
    for opens, closes in _PAIRS:
        inside = text[len(opens) : -len(closes)]
        if (
            len(text) > len(opens) + len(closes)
            and text.startswith(opens)
            and text.endswith(closes)
            and opens not in inside
            and closes not in inside
            and english.strip()[:1] not in "\"'“`「『"
        ):
            return inside.strip()
    return text
