"""One run: where the text comes from, and which front end shows it."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from voicestream_tui.agent.commands import streaming_arguments
from voicestream_tui.agent.conversation import Conversation
from voicestream_tui.agent.conversation_command import ConversationCommand
from voicestream_tui.agent.formats import ClaudeDecoder, check_format, make_decoder
from voicestream_tui.agent.process import ProcessSource
from voicestream_tui.agent.sources import (
    FollowSource,
    RecordingSource,
    Source,
    StreamSource,
    TextSource,
)
from voicestream_tui.assembly import Assembly, Input, Job
from voicestream_tui.config import Settings
from voicestream_tui.conversing import Wish, planned_conversation, start_conversation
from voicestream_tui.demo import demo_path
from voicestream_tui.errors import UsageError
from voicestream_tui.signals import noted_signals

_STDIN = 0
_SAY = 'For example: voicestream-tui say "Hello."'


def run(
    options: argparse.Namespace, agent: list[str] | None, settings: Settings, *, start: float
) -> int:
    """Run the program's main job to its end.

    Returns:
        The exit code: the agent's own where there is one.

    Raises:
        VoicestreamError: nothing could be started.
    """
    given = vars(options)
    agent = _talked_with(options, agent)
    _check(options, agent)
    if getattr(options, "explain", False):
        return _explain(options, settings)
    shown = sys.stdout is not None and sys.stdout.isatty()
    screen = shown and not ("headless" in given or "json" in given)
    wish = Wish("chat" in given, "ask_permissions" in given, screen, given.get("chat", ""))
    piped = sys.stdin is not None and not sys.stdin.isatty()
    command = planned_conversation(agent, wish, settings, piped=piped)
    if command is not None and given.get("format", "auto") not in ("auto", "claude"):
        raise UsageError(
            f"--format {given['format']} can't be talked with: a conversation is claude's.",
            "Leave --format away, or give claude its prompt with -p.",
        )
    if screen:
        return _run_screen(options, agent, settings, command)
    from voicestream_tui.headless import OutputError, run_headless

    stdin = _STDIN if piped or (command is not None and sys.stdin is not None) else None

    begin = _beginning(options, agent, settings, command, screen=False, stdin=stdin)
    assembly = Assembly(settings, _job(options, settings, begin, conversation=command is not None))
    received: list[int] = []
    with _begun(assembly, agent, received.append):
        try:
            return run_headless(
                assembly.make_pipeline,
                sys.stdout,
                sys.stderr,
                json_lines="json" in given,
                start=start,
                received=received,
            )
        except OutputError:
            _discard_output()
            raise


def _beginning(
    options: argparse.Namespace,
    agent: list[str] | None,
    settings: Settings,
    command: ConversationCommand | None,
    *,
    screen: bool,
    stdin: int | None,
) -> Callable[[], Input]:
    """What makes that which is read: a conversation, or any other input."""

    def begin() -> Input:
        if command is not None:
            return _talk(start_conversation(command, settings, screen=screen, stdin=stdin))
        return _input(options, agent, settings, stdin)

    return begin


@contextlib.contextmanager
def _begun(
    assembly: Assembly, agent: list[str] | None, note: Callable[[int], None]
) -> Iterator[Input]:
    """Make what is read and close it all at the end.

    Signals are noted from before an agent's start to behind its end: one that ended this program
    would leave the agent running.
    """
    with contextlib.ExitStack() as ending:
        if agent is None:
            ending.callback(assembly.close)
            assembly.start()  # may read all of standard input, which a signal has to end
        ending.enter_context(noted_signals(note))
        ending.callback(assembly.close)
        yield assembly.start()


def _talked_with(options: argparse.Namespace, agent: list[str] | None) -> list[str] | None:
    """The agent's command; claude's where `--chat` alone says so."""
    given = vars(options)
    message = given.get("chat", "")
    if agent is not None and message:
        raise UsageError(
            "With a command after --, the message stands there too, not behind --chat.",
            'For example: voicestream-tui --chat -- claude "Hello"',
        )
    if "chat" in given and agent is None and not options.command and "follow" not in given:
        return ["claude"]
    return agent


def _explain(options: argparse.Namespace, settings: Settings) -> int:
    from voicestream_tui.explain import run_explain

    stdin = None if sys.stdin is None or sys.stdin.isatty() else _STDIN
    text = _text(options, stdin)
    if sys.stdout is None:
        raise UsageError("--explain prints, and there is no standard output.")
    return run_explain(text, getattr(options, "format", "markdown"), settings, sys.stdout)


def _discard_output() -> None:
    """Let the interpreter's last flush succeed, or its complaint would follow ours."""
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())


def _run_screen(
    options: argparse.Namespace,
    agent: list[str] | None,
    settings: Settings,
    command: ConversationCommand | None,
) -> int:
    from platformdirs import user_state_path

    from voicestream_tui.config import APP_NAME, beside_settings
    from voicestream_tui.logs import log_path
    from voicestream_tui.stock import make_room
    from voicestream_tui.tui.app import UiOptions, VoicestreamApp, run_screen
    from voicestream_tui.tui.terminal import screen_terminal

    with screen_terminal(log_path()) as stdin:
        begin = _beginning(options, agent, settings, command, screen=True, stdin=stdin)
        job = _job(options, settings, begin, conversation=command is not None)
        assembly = Assembly(settings, job)
        app = VoicestreamApp(
            assembly.make_pipeline,
            settings=UiOptions(
                theme=settings.ui.theme,
                timestamps=settings.ui.timestamps,
                narrow_below=settings.ui.narrow_below,
                user_themes_dir=beside_settings(settings, "themes"),
                history_file=user_state_path(APP_NAME, appauthor=False) / "history.jsonl",
                latin_spacing=settings.ui.latin_spacing,
                history=settings.ui.history,
                bell=settings.alerts.bell,
                desktop=settings.alerts.desktop,
            ),
            title=_title(options, agent),
            make_models=lambda: make_room(settings, vars(options).get("config")),
        )
        with _begun(assembly, agent, app.note_signal) as read:
            code = run_screen(app) or 0
    if isinstance(read.talk, Conversation):
        _tell_how_to_go_on(read.talk)
    return code


def _tell_how_to_go_on(conversation: Conversation) -> None:
    if conversation.later and sys.stdout is not None:
        again = shlex.join(["voicestream-tui", "--", *conversation.later])
        # Past Python's buffer: in that it would break the end of a program without a terminal.
        with contextlib.suppress(OSError):
            os.write(sys.stdout.fileno(), f"To go on with this conversation: {again}\n".encode())


def _title(options: argparse.Namespace, agent: list[str] | None) -> str:
    """What is read, for the window's title."""
    if agent:
        message = vars(options).get("chat")
        return shlex.join([*agent, message] if message else agent)
    follow = vars(options).get("follow")
    return str(follow or getattr(options, "file", None) or options.command or "standard input")


def _check(options: argparse.Namespace, agent: list[str] | None) -> None:
    """Refuse what can't be meant, before anything starts.

    Raises:
        UsageError: there is nothing to read, or too much.
    """
    given = vars(options)
    if agent == []:
        raise UsageError(
            "There is no command after --.", 'For example: voicestream-tui -- claude -p "Hello"'
        )
    if "chat" in given and agent is None:
        raise UsageError(
            "--chat talks with claude; what is read here can't answer.",
            "For example: voicestream-tui --chat -- claude",
        )
    inputs = [agent is not None, bool(options.command), "follow" in given]
    if sum(inputs) > 1:
        raise UsageError("Name one thing to read: a command after --, --follow, or a subcommand.")
    if not any(inputs) and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError(
            "There is nothing to read: no command after --, and no stream on standard input.",
            'For example: voicestream-tui -- claude -p "Hello", or voicestream-tui demo. '
            "--help tells more.",
        )
    check_format(given.get("format", "auto"))
    if "record" in given and "no_audio" in given:
        raise UsageError("--record writes what is spoken, and --no-audio speaks nothing.")
    _check_outputs(options)
    pace = getattr(options, "speed", 1.0)
    if not 0.0 <= pace <= 1000.0:
        raise UsageError(f"--speed {pace} is no pace.", "Give a number from 0 to 1000.")


def _check_outputs(options: argparse.Namespace) -> None:
    """Refuse to write over what is read, or two things into one file."""
    given = vars(options)
    files = {
        "what is read": getattr(options, "file", None) or given.get("follow"),
        "--keep-raw": given.get("keep_raw"),
        "--record": given.get("record"),
    }
    seen: dict[Path, str] = {}
    for what, path in files.items():
        if path is None or (path.exists() and not path.is_file()):
            continue  # a device, /dev/null for one, can be named as often as one likes
        other = seen.setdefault(path.resolve(), what)
        if other != what:
            raise UsageError(f"{path} is {other} and would be overwritten.", "Name another file.")


def _job(
    options: argparse.Namespace,
    settings: Settings,
    begin: Callable[[], Input],
    *,
    conversation: bool,
) -> Job:
    given = vars(options)
    audio = "no_audio" not in given
    silent = settings.audio.device == "none"
    return Job(
        begin=begin,
        conversation=conversation,
        audio=audio,
        record=given.get("record"),
        keep_raw=given.get("keep_raw"),
        hurry=silent and "record" in given and getattr(options, "speed", 1.0) == 0.0,
    )


def _input(
    options: argparse.Namespace, agent: list[str] | None, settings: Settings, stdin: int | None
) -> Input:
    usual = {"say": "markdown", "demo": "claude"}.get(options.command, "auto")
    decoder = make_decoder(getattr(options, "format", usual))
    source = _source(options, agent, settings, stdin)
    return Input(
        source,
        decoder,
        complaint=lambda: source.stderr_tail if isinstance(source, ProcessSource) else "",
    )


def _talk(conversation: Conversation) -> Input:
    return Input(
        conversation,
        ClaudeDecoder(),
        complaint=lambda: conversation.stderr_tail,
        talk=conversation,
    )


def _source(
    options: argparse.Namespace, agent: list[str] | None, settings: Settings, stdin: int | None
) -> Source:
    given = vars(options)
    longest = settings.agent.max_line_mib << 20
    if agent is not None:
        return ProcessSource(
            streaming_arguments(agent),
            stdin=stdin,
            interrupt_grace=settings.agent.interrupt_grace,
            terminate_grace=settings.agent.terminate_grace,
            max_line=longest,
        )
    if "follow" in given:
        return FollowSource(given["follow"], max_line=longest)
    match options.command:
        case "replay":
            return RecordingSource(
                _readable(options.file, "a recording: a .jsonl file"), speed=options.speed
            )
        case "demo":
            return RecordingSource(demo_path(), speed=options.speed)
        case "say":
            return TextSource(_text(options, stdin))
        case _:
            return StreamSource(_STDIN if stdin is None else stdin, max_line=longest)


def _readable(path: Path, what: str) -> Path:
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", f"Name {what}.")
    if not path.exists():
        raise UsageError(f"There is no file {path}.", f"Name {what}.")
    if not os.access(path, os.R_OK):
        raise UsageError(f"{path} can't be read.", "You may not be allowed to; see `ls -l`.")
    return path


def _text(options: argparse.Namespace, stdin: int | None) -> str:
    if options.file is not None and options.text:
        raise UsageError("Give say either a text or --file, not both.")
    if options.file is not None:
        return _readable(options.file, "a text file").read_bytes().decode("utf-8", "replace")
    if options.text:
        return " ".join(options.text)
    if stdin is None:
        raise UsageError("There is nothing to say.", _SAY)
    with os.fdopen(os.dup(stdin), "rb") as file:
        text = file.read().decode("utf-8", "replace")
    if not text.strip():
        raise UsageError("There is nothing to say: the input is empty.", _SAY)
    return text
