"""The real Claude Code CLI for tests: where it is, and a clean environment to run it in.

The cache folder is found when this module is imported, because tests get folders of their own
afterwards, and nobody wants 240 MB downloaded for every one of them.
"""

from __future__ import annotations

import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VERSION = "2.1.197"
PACKAGE = f"@anthropic-ai/claude-code@{VERSION}"

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voicestream-tui-tests"
_ENVIRONMENT = dict(os.environ)
_NETWORK_ERROR = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|\bE50[234]\b")


class CliMissingError(Exception):
    """The real CLI is neither here nor to be had; the message says why."""


@functools.cache
def find_cli() -> Path:
    """Give the path of a working `claude` binary, installing it once if need be.

    Looks at VOICESTREAM_TEST_CLAUDE, then PATH, then the tests' cache; else runs npm.

    Raises:
        CliMissingError: npm is not installed, or its registry can't be reached.
        RuntimeError: npm failed for another reason.
    """
    given = _ENVIRONMENT.get("VOICESTREAM_TEST_CLAUDE") or shutil.which(
        "claude", path=_ENVIRONMENT.get("PATH")
    )
    if given:
        return Path(given).absolute()
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once install it once
        folder = _CACHE / f"claude-{VERSION}"
        if not folder.exists():
            _install(folder)
    return _program(folder)


def cli_environment(api_url: str, home: Path, cli: Path | None = None) -> dict[str, str]:
    """The whole environment of a process that runs the CLI against an API of ours.

    Args:
        api_url: Where the Messages API answers.
        home: A folder of the test's own; nothing of the user's settings is seen.
        cli: The program, put first on the PATH so that plain `claude` finds it.
    """
    folders = [str(cli.parent)] if cli else []
    folders += [str(Path(sys.executable).parent), *os.defpath.strip(":").split(":")]
    folders += ["/usr/local/bin", "/opt/homebrew/bin"]
    return {
        "HOME": str(home),
        "PATH": os.pathsep.join(folders),
        "LANG": "C.UTF-8",
        "ANTHROPIC_BASE_URL": api_url,
        "ANTHROPIC_API_KEY": "test-key",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_MAX_RETRIES": "1",
    }


def _install(folder: Path) -> None:
    npm = shutil.which("npm", path=_ENVIRONMENT.get("PATH"))
    if npm is None:
        raise CliMissingError("npm is not installed")
    with tempfile.TemporaryDirectory(dir=_CACHE, prefix="installing-") as staging:
        fresh = Path(staging, folder.name)
        fresh.mkdir()
        # The package's install script only links the binary to another name: not needed here.
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE]
        npm_said = _run_npm(command, fresh)
        if npm_said:
            raise CliMissingError(f"the npm registry could not be reached ({npm_said})")
        _program(fresh)
        fresh.rename(folder)


def _run_npm(command: list[str], folder: Path) -> str:
    """Run npm; give the network's error code, or "" when all went well."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, timeout=300
        )
    except subprocess.TimeoutExpired:
        return "no end after 5 minutes"
    if done.returncode == 0:
        return ""
    unreachable = _NETWORK_ERROR.search(done.stderr)
    if unreachable:
        return unreachable.group()
    raise RuntimeError(f"npm could not install {PACKAGE}:\n{done.stderr}")


def _program(folder: Path) -> Path:
    """The native binary among what npm installed (one package a platform)."""
    for program in sorted(folder.glob("node_modules/@anthropic-ai/claude-code-*/claude")):
        try:
            runs = subprocess.run([program, "--version"], capture_output=True).returncode == 0
        except OSError:
            continue  # the package for another C library
        if runs:
            return program
    raise RuntimeError(f"{folder} holds no Claude Code binary that runs here; delete it to retry")
