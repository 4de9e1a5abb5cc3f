"""Which names HTML knows; `<T>` or `<path>` in a text are no tags."""

from __future__ import annotations

from voicestream_tui.text.words import words

BLOCK_TAGS = words("""
    address article aside base basefont blockquote body caption center col colgroup dd details
    dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6
    head header hr html iframe legend li link main menu menuitem nav noframes ol optgroup option p
    param pre search section summary table tbody td textarea tfoot th thead title tr track ul
""")
"""What stands before and after such a tag are different paragraphs."""

HIDDEN_TAGS = frozenset(("script", "style"))
"""What stands inside is not shown."""

INLINE_TAGS = words("""
    a abbr acronym audio b bdi bdo big br button canvas cite code data datalist del dfn em embed
    font i img input ins kbd label map mark meter object output picture progress q rp rt ruby s
    samp select slot small source span strike strong sub sup svg time tt u var video wbr
""")

TAGS = BLOCK_TAGS | HIDDEN_TAGS | INLINE_TAGS

BEHIND_WORDS = words("b br code del em i ins kbd mark small strong sub sup u wbr")
"""What may stand right behind a word; `List<object>` and `Foo<Select>` are types."""


def may_be_tag(name: str) -> bool:
    """Whether HTML knows a name as it is written: `<Button>` and `<Link>` are components."""
    return name.lower() in TAGS and (name.islower() or name.isupper())
