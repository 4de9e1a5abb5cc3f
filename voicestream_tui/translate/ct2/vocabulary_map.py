"""A vocabulary map (CTranslate2's vmap): which pieces may come in a translation.

NLLB weighs 256,000 pieces of 200 languages at every step. A Japanese sentence needs those with
Japanese characters, digits and signs, and of those in Latin letters the ones that names begin
with, and short ones, from which any other can be spelt. Only these are then weighed.

CTranslate2 could also add pieces by what stands in the English sentence, but with 4.8 a
translation then looks among those of an earlier sentence, so the map has no such rules.
"""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from voicestream_tui.translate.tokens.pieces import BLANK

log = logging.getLogger(__name__)

FILE = "vmap.txt"
_JAPANESE = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f]")
_LATIN = re.compile(r"[A-Za-z]{1,3}\Z|[A-Z][A-Za-z]*\Z")
_ADDED = ("<unk>", "<s>", "</s>", "<pad>", "jpn_Jpan")


def map_text(vocabulary: Sequence[str]) -> str:
    """The text of a vocabulary map into Japanese.

    Args:
        vocabulary: the target's pieces; one that has a blank can't be in a map.
    """
    return "\t" + " ".join(p for p in vocabulary if not re.search(r"\s", p) and _needed(p)) + "\n"


def ensure_map(folder: Path, vocabulary: Sequence[str]) -> bool:
    """Write the map into a model's folder unless there is one; False if none can be used.

    Done before the model is loaded, which reads it.
    """
    file = folder / FILE
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if not text:
            text = map_text(vocabulary)
            draft = folder / f".{FILE}.{os.getpid()}"
            draft.write_text(text, encoding="utf-8")
            draft.replace(file)
    except (OSError, UnicodeDecodeError) as error:
        log.warning("%s can't be used, so all words are weighed: %s", file, error)
        return False
    if not text.startswith("\t") or "\n" in text.strip("\n"):
        log.warning("%s has rules, which mislead CTranslate2: all words are weighed", file)
        return False
    count = text.count(" ") + 1
    log.info("%s lets %d of %d pieces through", file, count, len(vocabulary))
    return True


def _needed(piece: str) -> bool:
    """True for what a Japanese sentence may have."""
    bare = piece.replace(BLANK, "")
    if piece in _ADDED or not bare or _JAPANESE.search(bare) or _LATIN.match(bare):
        return True
    return all(map(_is_sign, bare))


def _is_sign(character: str) -> bool:
    if unicodedata.category(character)[0] not in "NPS":
        return False
    return (
        character < "\x80"
        or "\u2010" <= character <= "\u2190"
        or "\u3000" <= character <= "\u303f"
        or character >= "\uff00"
    )
