"""For the tests of `text/`: feeding in parts, recorded texts, what markdown-it-py makes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.segmenter import Segmenter

RECORDINGS = Path(__file__).parent.parent / "recordings"

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_FOOTNOTE = re.compile(r"^(\[\^[^\]]+\]): +", re.MULTILINE)
_BOX = re.compile(r"^\[[ xX]\] +(?=\S)")


def cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def segment(*parts: str) -> list[Piece]:
    segmenter = Segmenter()
    pieces = [piece for part in parts for piece in segmenter.feed(part)]
    return pieces + segmenter.close()


def englishes(text: str) -> list[str]:
    return [piece.english for piece in segment(text)]


@cache
def recorded_texts() -> dict[str, str]:
    """Every different text that the assistant says in the recordings: name → text."""
    texts: dict[str, str] = {}
    for path in sorted(RECORDINGS.glob("2.*/*.jsonl")):
        for text in _assistant_texts(path):
            texts.setdefault(text, f"{path.parent.name}/{path.stem}")
    return {f"{name}#{number}": text for number, (text, name) in enumerate(texts.items())}


def _assistant_texts(path: Path) -> Iterable[str]:
    for line in path.read_bytes().split(b"\n"):
        if b'"assistant"' in line:
            item = json.loads(line)
            if item.get("type") == "assistant":
                for block in item["message"]["content"]:
                    if block["type"] == "text" and block["text"].strip():
                        yield block["text"]


def words(text: str) -> str:
    """The text with single blanks, as it is compared."""
    return " ".join(text.split())


def shown(pieces: Iterable[Piece]) -> str:
    """All that the pieces show, in one line."""
    return words(" ".join(piece.english for piece in pieces))


def rendered(text: str) -> str:
    """What markdown-it-py makes of a text, in one line; footnotes' texts stand where written."""
    tokens = _MARKDOWN.parse(_FOOTNOTE.sub("", text))
    return words(" ".join(_token_text(tokens, number) for number in range(len(tokens))))


def rendered_paragraphs(text: str) -> list[str]:
    """What markdown-it-py makes of each paragraph and heading, tables left out."""
    tokens = _MARKDOWN.parse(_FOOTNOTE.sub("", text))
    texts = [
        _token_text(tokens, number)
        for number, token in enumerate(tokens)
        if token.type == "inline" and tokens[number - 1].type in ("paragraph_open", "heading_open")
    ]
    return [words(text) for text in texts if text.strip()]


def rendered_code(text: str) -> list[str]:
    tokens = _MARKDOWN.parse(text)
    return [t.content.removesuffix("\n") for t in tokens if t.type in ("fence", "code_block")]


def shown_code(pieces: Iterable[Piece]) -> list[str]:
    return [piece.english for piece in pieces if piece.kind is Kind.CODE]


def _token_text(tokens: list[Token], number: int) -> str:
    token = tokens[number]
    if token.type in ("fence", "code_block"):
        return token.content
    if token.type != "inline":
        return ""
    text = _inline_text(token.children or [])
    in_item = number > 1 and tokens[number - 2].type == "list_item_open"
    return _BOX.sub("", text) if in_item else text


def _inline_text(children: list[Token]) -> str:
    return "".join(
        " "
        if child.type in ("softbreak", "hardbreak")
        else _inline_text(child.children or [])
        if child.type == "image"
        else child.content
        if child.type in ("text", "code_inline")
        else ""
        for child in children
    )
