"""How models and voices read as rows of a list, and what is told of the one that is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from voicestream_tui.model import Voice
from voicestream_tui.model_room import RoomState
from voicestream_tui.models.downloads import Download, Phase
from voicestream_tui.models.pull import in_words
from voicestream_tui.shelf import STATES, Item
from voicestream_tui.tui.rows import printable

SIZE, LICENCE, STATE = 9, 16, 19
_BAR = 8
_GAP = 2


@dataclass(frozen=True, slots=True)
class InUse:
    """What translates and speaks now."""

    voice: Voice | None = None
    translator: str = ""
    """The name by which it was chosen, such as "nllb:nllb-200-600m"."""
    previewing: Voice | None = None

    def has(self, item: Item) -> bool:
        """Whether an item is in use."""
        if item.kind == "voice":
            return item.voice is not None and item.voice == self.voice
        if not item.here:
            return False
        return self.translator == choice(item) or (
            item.default
            and self.translator.partition(":")[0] == item.engine
            and ":" not in self.translator
        )


def choice(item: Item) -> str:
    """What a translator is called towards the pipeline."""
    return f"{item.engine}:{item.id}" if item.id != item.engine else item.engine


def download_of(item: Item, state: RoomState) -> Download | None:
    """The download of an item's model, if there was one."""
    return state.downloads.get(item.model.name) if item.model is not None else None


def row(item: Item, state: RoomState, in_use: InUse, width: int, styles: Mapping[str, str]) -> Text:
    """One line of the list.

    Args:
        width: Cells of the line.
        styles: Rich styles by what they are for: muted, accent, error, success.
    """
    used = in_use.has(item)
    with_size, with_licence = width >= 60, width >= 90
    beside = STATE + _GAP + with_size * (SIZE + _GAP) + with_licence * (LICENCE + _GAP)
    title = width - 2 - beside
    line = Text(no_wrap=True, overflow="ellipsis", end="")
    line.append("\u203a " if used else "  ", styles["accent"])
    line.append(_fit(printable(item.title), title), "" if item.here else styles["muted"])
    if with_licence:
        line.append(" " * _GAP + _fit(_short(item.licence), LICENCE), styles["muted"])
    if with_size:
        line.append(" " * _GAP + _size(item).rjust(SIZE), styles["muted"])
    line.append(" " * _GAP)
    line.append_text(_state(item, download_of(item, state), in_use, used, styles))
    return line


def about(item: Item, state: RoomState, styles: Mapping[str, str]) -> Text:
    """What is told of an item under the list; troubles come first, as the rest may be cut off."""
    rate = f"{item.sample_rate / 1000:g} kHz" if item.sample_rate else ""
    what = "voice of" if item.kind == "voice" else "translator"
    title = item.title if item.title == item.engine else f"{item.title}: {what} {item.engine}"
    key = item.key if item.key not in (item.title, item.engine) else ""
    text = Text(printable(", ".join(filter(None, (title, item.language, rate, key)))))
    if item.problem:
        text.append(f"\n{printable(item.problem)}", styles["error"])
    download = download_of(item, state)
    if download is not None and download.note and not item.here:
        failed = download.phase is Phase.FAILED
        told = " ".join(filter(None, (download.note, download.hint)))
        text.append(f"\n{printable(told)}", styles["error" if failed else "muted"])
    elif item.here and item.engine in state.notes:
        text.append(f"\n{printable(state.notes[item.engine])}")
    url = item.model.licence_url if item.model is not None else ""
    licence = " ".join(filter(None, (item.licence, url)))
    if licence:
        text.append(f"\nLicence: {printable(licence)}")
    if item.terms:
        text.append(f"\n{printable(item.terms)}", styles["warning"])
    if item.credit:
        text.append(f"\nCredit: {printable(item.credit)}")
    return text


def _state(
    item: Item,
    download: Download | None,
    in_use: InUse,
    used: bool,
    styles: Mapping[str, str],
) -> Text:
    if download is not None and download.active:
        return _progress(download, styles)
    if download is not None and download.phase is Phase.FAILED and not item.here:
        return Text("failed, try again", styles["error"])
    if item.problem:
        return Text("broken" if item.here else "of no use here", styles["error"])
    if item.voice is not None and item.voice == in_use.previewing:
        return Text("is being loaded", styles["accent"])
    if used:
        return Text("in use, default" if item.default else "in use", styles["success"])
    if item.default and item.here:
        return Text("default", styles["success"])
    if download is not None and download.phase is Phase.STOPPED and not item.here:
        return Text(f"stopped at {_percent(download)}", styles["muted"])
    return Text(STATES[item.state], "" if item.here else styles["muted"])


def _progress(download: Download, styles: Mapping[str, str]) -> Text:
    if download.phase is Phase.STOPPING:
        return Text("stopping …", styles["muted"])
    filled = round(_BAR * download.have / download.size) if download.size else 0
    text = Text("━" * filled, styles["accent"])
    text.append("━" * (_BAR - filled), styles["track"])
    text.append(f" {_percent(download)}")
    if download.phase is Phase.WAITING:
        text.append(" waits", styles["warning"])
    return text


def _percent(download: Download) -> str:
    if not download.size:
        return in_words(download.have)
    return f"{100 * download.have // download.size} %"


def _size(item: Item) -> str:
    if item.model is None:
        return ""
    return ("" if item.model.exact else "~") + in_words(item.model.size).replace(" bytes", " B")


def _short(licence: str) -> str:
    """A licence without what is said of it."""
    return printable(licence.partition(" (")[0].partition(",")[0])


def _fit(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, max(width - 1, 0)).rstrip() + "…", width)
