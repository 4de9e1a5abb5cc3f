"""A program that stands for macOS's `say`: it lists voices and writes WAVE files."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

LIST = """\
Albert              en_US    # Hello! My name is Albert.
Eddy (Japanese (Japan)) ja_JP    # こんにちは! 私の名前はEddyです。
Fiona               en-scotland # Hello! My name is Fiona.
Kyoko               ja_JP    # こんにちは! 私の名前はKyokoです。
Kyoko (Enhanced)    ja_JP    # こんにちは! 私の名前はKyokoです。
Majed               ar_001   # مرحبًا! اسمي ماجد.
Otoya               ja_JP    # こんにちは! 私の名前はOtoyaです。
nonsense
"""
PROGRAM = """\
import os, pathlib, sys, wave
here = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
if arguments == ["-v", "?"]:
    sys.stdout.buffer.write(here.joinpath("list").read_bytes())
    sys.exit()
text = sys.stdin.buffer.read()
with open(here / "asked", "ab") as asked:
    asked.write(("\\t".join(arguments[:2] + arguments[4:])).encode() + b"\\t" + text + b"\\n")
if arguments[1] == "Broken":
    sys.exit("Voice `Broken' not found.")
path = arguments[arguments.index("-o") + 1]
if arguments[1] == "Odd":
    open(path, "wb").write(b"odd")
    sys.exit()
if arguments[1] == "Mute":
    sys.exit()
with wave.open(path, "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(22050)
    silence = bytes(2 * 2205)
    file.writeframes(silence + b"\\x00\\x40" * 2205 * len(text.decode()) + silence)
"""


def install(folder: Path) -> Path:
    """Put the program into a folder; it notes there what it is asked for."""
    (folder / "list").write_text(LIST, "utf-8")
    (folder / "say.py").write_text(PROGRAM, "utf-8")
    say = folder / "say"
    # Not as the program's first line: a path with a blank in it does not work there.
    interpreter, program = (shlex.quote(str(path)) for path in (sys.executable, folder / "say.py"))
    say.write_text(f'#!/bin/sh\nexec {interpreter} {program} "$@"\n', "utf-8")
    say.chmod(0o755)
    return say
