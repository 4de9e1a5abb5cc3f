"""`.htsvoice` files: is a file whole, and how long will each phoneme of it sound?

HTS Engine trusts its input: a truncated file can end the process. So a file is checked here
before the engine sees it. The duration model is read as well: the engine chooses the length
of each phoneme from its label alone, so that the exact time of every phoneme is known before
anything is synthesised.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from voicestream_tui.errors import EngineError

_HEADER_LIMIT = 65_536
_DATA_MARK = b"[DATA]\n"
_POSITION = re.compile(r"^([A-Z_]+)(?:\[([A-Z0-9]+)\])?:(.*)$")
_QUESTION = re.compile(r"QS\s+(\S+)\s*\{(.*?)\}", re.DOTALL)
_TREE = re.compile(r"\{\*\}\[\d+\]\s*(?:\{(.*?)\}|(\S+))", re.DOTALL)
_REMEDY = "Download the file again or remove it, or choose another voice."


class _UnusableError(Exception):
    """What is wrong with a file, as the end of a sentence about it."""


@dataclass(frozen=True, slots=True)
class _Node:
    question: tuple[re.Pattern[str] | str, ...]
    no: int
    yes: int

    def next(self, label: str) -> int:
        """Number of the next node for a label; zero and below are nodes, above it leaves."""
        for pattern in self.question:
            if pattern in label if isinstance(pattern, str) else pattern.fullmatch(label):
                return self.yes
        return self.no


@dataclass(frozen=True, slots=True)
class HtsVoice:
    """What is known of a voice from its file alone."""

    path: Path
    sample_rate: int
    """Hz."""
    frame_period: int
    """Samples of one frame."""
    global_variance: bool
    """Whether the engine stretches pitch and spectrum to the variance of whole sentences."""
    _nodes: dict[int, _Node]
    _frames: tuple[int, ...]
    """Frames of each leaf of the duration tree, leaf 1 first."""

    def frames(self, label: str) -> int:
        """How many frames the engine gives to a full-context label at speed 1.

        Raises:
            EngineError: the duration model goes round in circles.
        """
        node = 0 if self._nodes else 1
        for _ in self._nodes:
            if node > 0:
                break
            node = self._nodes[node].next(label)
        if node <= 0:
            raise EngineError(f"The voice file {self.path} can't be used: it is damaged.", _REMEDY)
        return self._frames[node - 1]

    def samples(self, label: str) -> int:
        """How many samples the engine gives to a full-context label at speed 1."""
        return self.frames(label) * self.frame_period


@lru_cache(maxsize=16)
def _load(path: Path, size: int, changed: int) -> HtsVoice:
    content = path.read_bytes()
    end = content.find(_DATA_MARK, 0, _HEADER_LIMIT)
    if not content.startswith(b"[GLOBAL]") or end < 0:
        raise _UnusableError("it does not begin like an HTS voice")
    fields = _header(content[:end].decode("ascii"))
    data = memoryview(content)[end + len(_DATA_MARK) :]
    parts: dict[str, bytes] = {}
    for key, value in fields.items():
        for span in re.findall(r"\b(\d+)-(\d+)\b", value) if _is_position(key) else ():
            first, last = int(span[0]), int(span[1])
            if first > last or last >= len(data):
                raise _UnusableError("it is cut off")
            parts.setdefault(key, bytes(data[first : last + 1]))
    _check_trees(parts)
    states = int(fields["NUM_STATES"])
    nodes = _tree(parts["DURATION_TREE"].decode("ascii"))
    frames = _durations(parts["DURATION_PDF"], states)
    leaves = max((max(n.no, n.yes) for n in nodes.values()), default=1)
    inner = {target for node in nodes.values() for target in (node.no, node.yes) if target <= 0}
    if leaves > len(frames) or not inner <= nodes.keys():
        raise _UnusableError("its duration model is damaged")
    rate, period = int(fields["SAMPLING_FREQUENCY"]), int(fields["FRAME_PERIOD"])
    if not (8_000 <= rate <= 192_000 and 0 < period <= rate and 0 < states < 100):
        raise _UnusableError("its header has impossible values")
    return HtsVoice(path, rate, period, _uses_global_variance(fields), nodes, frames)


def load_htsvoice(path: Path) -> HtsVoice:
    """Read and check a voice file; cached as long as the file does not change.

    Raises:
        EngineError: the file is missing, unreadable, cut off or not an HTS voice.
    """
    try:
        status = path.stat()
        return _load(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EngineError(f"The voice file {path} can't be read: {reason}.", _REMEDY) from error
    except _UnusableError as error:
        raise EngineError(f"The voice file {path} can't be used: {error}.", _REMEDY) from error
    except (ValueError, KeyError, IndexError, struct.error) as error:
        raise EngineError(
            f"The voice file {path} can't be used: it is damaged.", _REMEDY
        ) from error


def _header(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if match := _POSITION.match(line):
            name, stream, value = match.groups()
            fields[f"{name}[{stream}]" if stream else name] = value
    return fields


def _is_position(key: str) -> bool:
    return key.startswith(("DURATION_", "STREAM_WIN", "STREAM_PDF", "STREAM_TREE", "GV_"))


def _uses_global_variance(fields: dict[str, str]) -> bool:
    return any(key.startswith("USE_GV[") and value == "1" for key, value in fields.items())


def _check_trees(parts: dict[str, bytes]) -> None:
    for key, part in parts.items():
        if "TREE" in key and (not part.isascii() or part.count(b"{") != part.count(b"}")):
            raise _UnusableError("its decision trees are damaged")


def _tree(text: str) -> dict[int, _Node]:
    questions = {name: _patterns(body) for name, body in _QUESTION.findall(text)}
    found = _TREE.search(text)
    if found is None:
        raise _UnusableError("its duration model is damaged")
    nodes: dict[int, _Node] = {}
    for line in (found[1] or "").strip().splitlines():
        number, question, no, yes = line.split()
        nodes[int(number)] = _Node(questions[question], _target(no), _target(yes))
    return nodes


def _target(token: str) -> int:
    """A node's number (zero and below), or the number at the end of a leaf's name."""
    if token.startswith('"'):
        return int(token.strip('"').rpartition("_")[2])
    return int(token)


def _patterns(body: str) -> tuple[re.Pattern[str] | str, ...]:
    return tuple(_pattern(item.strip().strip('"')) for item in body.split(","))


def _pattern(glob: str) -> re.Pattern[str] | str:
    """A question's pattern; the usual `*literal*` is a plain search."""
    inner = glob[1:-1]
    if glob.startswith("*") and glob.endswith("*") and not set(inner) & {"*", "?"}:
        return inner
    escaped = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob)
    return re.compile(escaped)


def _durations(pdf: bytes, states: int) -> tuple[int, ...]:
    (count,) = struct.unpack_from("<I", pdf)
    if len(pdf) != 4 + count * states * 8:
        raise _UnusableError("its duration model is damaged")
    frames: list[int] = []
    for leaf in range(count):
        means = struct.unpack_from(f"<{states}f", pdf, 4 + leaf * states * 8)
        frames.append(sum(max(1, int(mean + 0.5)) for mean in means))
    return tuple(frames)
