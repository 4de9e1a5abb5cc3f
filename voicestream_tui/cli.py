"""Commands and options; makes a pipeline and hands it to a front end."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from voicestream_tui import __version__
from voicestream_tui.arguments import Parser
from voicestream_tui.errors import UsageError, VoicestreamError
from voicestream_tui.home import expand_home

if TYPE_CHECKING:
    from voicestream_tui.config import Settings

_START = time.monotonic()

_EPILOG = """\
examples:
  voicestream-tui -- claude
  voicestream-tui -- claude -p "Explain this repository"
  claude -p "…" --output-format stream-json --verbose | voicestream-tui
  voicestream-tui demo
  voicestream-tui say "The tests pass now."
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. The agent's command behind `--` is split off before."""
    parser = Parser(
        prog="voicestream-tui",
        description="Hear your coding agent in Japanese while you read it.",
        usage="voicestream-tui [options] -- COMMAND …\n"
        "       voicestream-tui [options] "
        "{replay,demo,say,voices,models,devices,doctor,config,bench} …",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"voicestream-tui {__version__}")
    _add_options(parser)
    # Without `prog` each command's help would begin with both lines of the usage above.
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", prog="voicestream-tui"
    )

    def command(name: str, help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        _add_options(sub)
        return sub

    replay = command("replay", "Play a recording of an agent's stream, with its own timing.")
    replay.add_argument("file", type=expand_home, metavar="FILE")
    _add_pace(replay)
    _add_pace(command("demo", "Play the recording that comes with the program."))
    say = command("say", "Translate and speak plain text or Markdown.")
    say.add_argument("text", nargs="*", metavar="TEXT")
    say.add_argument("--file", type=expand_home, metavar="FILE", help="read the text from a file")
    say.add_argument("--explain", action="store_true", help="print every step, speak nothing")
    voices = command("voices", "List the voices; fetch, hear and choose one.")
    voices.add_argument(
        "action", nargs="?", choices=("list", "pull", "preview", "default", "mix"), default="list"
    )
    voices.add_argument(
        "words", nargs="*", metavar="NAME", help="and for preview a text, for mix the mixture"
    )
    _add_accept(voices)
    models = command("models", "List, fetch, check and remove translation models and voices.")
    models.add_argument(
        "action",
        nargs="?",
        choices=("list", "pull", "remove", "path", "verify"),
        default="list",
    )
    models.add_argument("names", nargs="*", metavar="NAME")
    _add_accept(models)
    command("devices", "List the sound devices.")
    doctor = command("doctor", "Tell what works here, what does not, and what to do about it.")
    doctor.add_argument("--sound", action="store_true", help="play a tone, too")
    config = command("config", "Show where the settings are, what they are, or make the file.")
    config.add_argument("action", choices=("path", "show", "init"))
    bench = command("bench", "Measure the program on this computer.")
    bench.add_argument("what", choices=("latency", "translation"))
    bench.add_argument("recording", nargs="?", type=expand_home, metavar="RECORDING")
    bench.add_argument(
        "--dev", type=expand_home, metavar="FOLDER", help="sentences with references, to score by"
    )
    bench.add_argument(
        "--sentences", type=int, default=200, metavar="N", help="of a set at most; 0 takes all"
    )
    return parser


def _add_accept(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept-licence",
        action="store_true",
        help="accept the terms of a model that restricts its use, without being asked",
    )


def _add_pace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        metavar="N",
        help="pace of the recording: 2 is twice as fast, 0 as fast as possible",
    )


def _add_options(parser: argparse.ArgumentParser) -> None:
    """Options are accepted before and after the command's name."""

    def add(*names: str, **how: Any) -> None:
        parser.add_argument(*names, default=argparse.SUPPRESS, **how)

    add("--headless", action="store_true", help="no screen: print EN and JA lines")
    add("--json", action="store_true", help="no screen: print one JSON object an event")
    add(
        "--chat",
        nargs="?",
        const="",
        metavar="MESSAGE",
        help="talk with claude, without a screen too; MESSAGE is said first",
    )
    add(
        "--ask-permissions",
        action="store_const",
        const="always",
        help="claude asks here for its permissions, with -p too",
    )
    add("--follow", type=expand_home, metavar="LOG", help="read a file that another process writes")
    add(
        "--format",
        metavar="NAME",
        help="what is read: auto, claude, text, markdown, codex or gemini",
    )
    add("--no-audio", action="store_true", help="text only: nothing is spoken")
    add("--device", metavar="NAME", help='sound device by name or number; "none" is silent')
    add(
        "--record",
        type=expand_home,
        metavar="FILE.wav",
        help="write exactly what is played to a file",
    )
    add("--voice", metavar="ID", help="the voice (see: voicestream-tui voices), or its file")
    add("--rate", type=float, metavar="N", help="speed of speech, 0.5 to 3, pitch kept")
    add("--volume", type=float, metavar="N", help="loudness, 0 to 1.5")
    add("--voice-priority", type=int, metavar="N", help="who speaks first of several, -10 to 10")
    add("--translator", metavar="NAME", help="the translation engine, or several: opus-mt,starter")
    add("--translator-model", metavar="DIR", help="folder of its model, or the model's name")
    add("--speaker", metavar="NAME", help="the speech engine")
    add("--theme", metavar="NAME", help="the screen's theme")
    add("--config", type=expand_home, metavar="FILE", help="the settings file")
    add("--preset", metavar="NAME", help="a set of settings: low-latency or high-quality")
    add("--keep-raw", type=expand_home, metavar="FILE", help="keep the agent's lines as received")
    add("--log-level", metavar="LEVEL", help="debug, info, warning or error")


_OVERRIDES = {
    "device": "audio.device",
    "volume": "audio.volume",
    "voice_priority": "audio.voice_priority",
    "voice": "tts.voice",
    "rate": "tts.speed",
    "speaker": "tts.engine",
    "translator": "translation.engine",
    "translator_model": "translation.model",
    "theme": "ui.theme",
    "log_level": "ui.log_level",
    "ask_permissions": "agent.ask_permissions",
}
"""Options that are settings, by their dotted key."""


def split_command(argv: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """Our own arguments, and the agent's command behind the first `--` (None without one)."""
    arguments = list(argv)
    if "--" not in arguments:
        return arguments, None
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit code and never raises for what the user did."""
    own, agent = split_command(sys.argv[1:] if argv is None else argv)
    try:
        options = build_parser().parse_args(own)
        code = _run(options, agent)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except VoicestreamError as error:
        print(f"voicestream-tui: {error.message}", file=sys.stderr)
        if error.hint:
            print(error.hint, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        _forget_output()
        return 141
    except KeyboardInterrupt:
        return 130
    except ImportError as error:
        logging.getLogger(__name__).debug("ended by a missing package", exc_info=True)
        print(f"voicestream-tui: A package is missing or broken: {error}.", file=sys.stderr)
        print("voicestream-tui doctor tells which, and what helps.", file=sys.stderr)
        return 1
    except OSError as error:
        logging.getLogger(__name__).exception("ended by an error of the system")
        print(f"voicestream-tui: {error}", file=sys.stderr)
        _forget_output()
        return 1


def _forget_output() -> None:
    """Let nothing be written at the interpreter's end to an output that takes nothing."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(options: argparse.Namespace, agent: list[str] | None) -> int:
    overrides = {
        dotted: value
        for name, dotted in _OVERRIDES.items()
        if (value := getattr(options, name, None)) is not None
    }
    given = vars(options)
    if agent is not None and options.command:
        raise UsageError(
            f"Either the command {options.command} or an agent's command behind --, not both."
        )
    if options.command == "doctor":
        from voicestream_tui.doctor import command as doctor

        return doctor.run(
            given.get("config"),
            given.get("preset"),
            overrides,
            as_one_object="json" in given,
            sound=options.sound,
        )
    # Not before the doctor's turn, who tells if a package that they need is missing.
    from voicestream_tui.config import load_settings
    from voicestream_tui.logs import start_logging

    if options.command == "config":
        from voicestream_tui import inspection

        return inspection.config(
            options.action, given.get("config"), given.get("preset"), overrides
        )
    settings = load_settings(given.get("config"), given.get("preset"), overrides=overrides)
    note = start_logging(settings.ui.log_level)
    if note:
        print(f"voicestream-tui: {note}", file=sys.stderr)
    match options.command:
        case "devices":
            from voicestream_tui import inspection

            return inspection.devices()
        case "voices":
            from voicestream_tui import voice_commands

            return voice_commands.run(
                settings,
                options.action,
                options.words,
                config=given.get("config"),
                accept=options.accept_licence,
                as_json="json" in given,
                record=given.get("record"),
            )
        case "models":
            from voicestream_tui import model_commands

            return model_commands.run(
                settings,
                options.action,
                options.names,
                accept=options.accept_licence,
                as_json="json" in given,
            )
        case "bench" if options.what == "translation":
            from voicestream_tui import bench_translation

            if options.recording:
                raise UsageError("bench translation takes no recording.", "Try --dev FOLDER.")
            return bench_translation.run_translation(
                settings,
                options.dev,
                engines=[given["translator"]] if "translator" in given else (),
                sentences=options.sentences,
                as_json="json" in given,
            )
        case "bench":
            from voicestream_tui import bench

            settings = _with_own_files(settings, overrides)
            return bench.run_latency(
                settings, options.recording, as_json="json" in given, process_start=_START
            )
        case _:
            from voicestream_tui import launch

            settings = _with_own_files(settings, overrides)
            return launch.run(options, agent, settings, start=_START)


def _with_own_files(settings: Settings, overrides: Mapping[str, Any]) -> Settings:
    """Take the engines from the voice and the model that the user names by file, and say so."""
    from voicestream_tui.own_files import with_own_files

    settings, told = with_own_files(settings, overrides)
    for sentence in told:
        print(f"voicestream-tui: {sentence}", file=sys.stderr)
    return settings


if __name__ == "__main__":
    sys.exit(main())
