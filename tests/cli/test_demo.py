"""The demo's recording: what it says, and that it names no machine."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from voicestream_tui.demo import demo_path

SCRIPT = Path(__file__).parents[2] / "scripts" / "demo" / "demo.md"


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in demo_path().read_bytes().split(b"\n") if line]


def timing() -> list[float]:
    return [float(line) for line in demo_path().with_suffix(".timing").read_text().split()]


def test_every_line_has_a_time_and_the_times_never_go_back() -> None:
    assert len(timing()) == len(lines())
    assert all(earlier <= later for earlier, later in pairwise(timing()))


def test_the_first_words_come_early() -> None:
    deltas = [
        seconds
        for line, seconds in zip(lines(), timing(), strict=True)
        if line.get("event", {}).get("type") == "content_block_delta"
    ]
    assert timing()[0] <= 0.4
    assert deltas[0] <= 0.6
    assert 8.0 <= timing()[-1] <= 20.0


def test_it_says_what_the_script_of_the_demo_holds() -> None:
    said: dict[str, str] = {}
    for line in lines():
        if line["type"] == "assistant":
            (block,) = line["message"]["content"]
            said[line["uuid"]] = block.get("text") or f"[{block['name']} {block['input']}]"
    tool = r"<!-- tool: Read \{\"file_path\": \"(\S+)\"\} -->"
    script = re.sub(tool, r"[Read {'file_path': '\1'}]", SCRIPT.read_text("utf-8"))
    assert "\n\n".join(said.values()) == script.strip()


def test_it_names_no_machine_and_stays_small() -> None:
    text = demo_path().read_text("utf-8")
    assert len(text) < 120_000
    folders = set(re.findall(r"/(?:home|root|tmp|var|opt|mnt|Users)/[\w.-]*", text))
    assert folders == {"/home/user"}
