"""Halves of UTF-16 pairs in JSON strings: joined where both halves came, replaced where not."""

from __future__ import annotations


def mend(text: str) -> str:
    r"""Return `text` fit for UTF-8: pairs of halves joined, lone halves turned into U+FFFD.

    A JSON string may hold `\ud83d` alone; Python keeps it as a lone surrogate, which no
    stream can write.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def split_tail(text: str) -> tuple[str, str]:
    """Cut off a first half at the end of `text`, whose second half may come with the next text.

    Returns:
        The text before it, and the half itself or "".
    """
    if text and "\ud800" <= text[-1] <= "\udbff":
        return text[:-1], text[-1]
    return text, ""
