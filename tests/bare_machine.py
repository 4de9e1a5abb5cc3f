"""A machine on which nothing is set up, for the tests of the scripts: stand-ins for uv, Python,
pip and the package managers, which write down what they were called with.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = "cat chmod cksum env grep id kill mkdir readlink rm sed sh sleep tail touch tr true uname"
"""What a bare machine has."""

FAKE_UV = """\
#!/bin/sh
case $1 in --version) echo "uv 1.0"; exit 0 ;; esac
echo "uv $*" >> "$CALLS"
if [ -n "${UV_GATE-}" ]; then echo here > "$UV_GATE.reached"; cat "$UV_GATE" > /dev/null; fi
if [ -n "${UV_FAILS-}" ]; then echo "$UV_FAILS"; exit 2; fi
exec "$MAKE_VENV" "$UV_PROJECT_ENVIRONMENT"
"""

# Leaves what an installer leaves: a Python, the program and the tools, all of which say what
# they were called with.
MAKE_VENV = """\
#!/bin/sh
mkdir -p "$1/bin"
cat > "$1/bin/python" <<'END'
#!/bin/sh
case $* in
    *find_library*) [ -n "${PORTAUDIO-}" ] || [ -e "$CALLS.portaudio" ]; exit ;;
    "-m pip"*) echo "venv-python $*" >> "$CALLS"; echo "$PIP_SAYS"; [ -z "$PIP_SAYS" ]; exit ;;
    "-m pytest"*) echo "pytest in $PWD:"; printf '<%s>' "$@"; echo; exit "${PYTEST_EXIT-0}" ;;
esac
END
cat > "$1/bin/voicestream-tui" <<'END'
#!/bin/sh
printf '<%s>' "$@"; echo " in $PWD"
END
for tool in ruff mypy lint-imports; do
    printf '#!/bin/sh\\necho "%s $*"\\n[ "$FAILING" != %s ]\\n' $tool $tool > "$1/bin/$tool"
done
chmod +x "$1"/bin/*
"""

FAKE_PYTHON = """\
#!/bin/sh
case $* in
    *version_info*) echo "$PYTHON_VERSION" ;;
    *"import ensurepip"*) [ -z "${NO_ENSUREPIP-}" ] || [ -e "$CALLS.ensurepip" ] ;;
    "-m venv --without-pip"*) echo "python $*" >> "$CALLS"; exec "$MAKE_VENV" "$4" ;;
    "-m venv"*) echo "python $*" >> "$CALLS"; exec "$MAKE_VENV" "$3" ;;
    "-m pip"*) [ -n "${OUTSIDE_PIP-}" ] && echo "python $*" >> "$CALLS" ;;
    *) exec "$REAL_PYTHON" "$@" ;;
esac
"""

FAKE_APT = """\
#!/bin/sh
echo "apt-get $*" >> "$CALLS"
case $* in
    *update*) touch "$CALLS.lists" ;;
    *install*)
        [ -e "$CALLS.lists" ] || exit 100
        case $* in
            *libportaudio2*) touch "$CALLS.portaudio" ;;
            *venv*) touch "$CALLS.ensurepip" ;;
        esac ;;
esac
"""


@dataclass
class Machine:
    """A checkout in a folder with a space, and a PATH with only what is put there."""

    folder: Path
    environ: dict[str, str]

    @property
    def checkout(self) -> Path:
        return self.folder / "my checkout"

    @property
    def calls(self) -> list[str]:
        path = Path(self.environ["CALLS"])
        return path.read_text().splitlines() if path.exists() else []

    def has(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def lacks(self, name: str) -> None:
        (self.folder / "bin" / name).unlink()

    def start(
        self, *argv: str, script: str = "scripts/run", cwd: Path | None = None, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / script, *argv],
            cwd=cwd or self.folder,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def popen(self, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.checkout / "scripts/run"],
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def bare_machine(folder: Path) -> Machine:
    """Make a machine below a folder: a Python 3.12, uv, PortAudio, and the checkout's scripts."""
    binaries = folder / "bin"
    binaries.mkdir()
    for tool in TOOLS.split():
        found = shutil.which(tool, path="/usr/bin:/bin")
        assert found, tool
        (binaries / tool).symlink_to(found)
    machine = Machine(
        folder,
        {
            "PATH": str(binaries),
            "HOME": str(folder),
            "CALLS": str(folder / "calls"),
            "MAKE_VENV": str(folder / "make-venv"),
            "REAL_PYTHON": sys.executable,
            "PYTHON_VERSION": "3.12",
            "PORTAUDIO": "there",
            "PIP_SAYS": "",
            "FAILING": "",
        },
    )
    machine.has("uv", FAKE_UV)
    machine.has("python3", FAKE_PYTHON)
    (folder / "make-venv").write_text(MAKE_VENV)
    (folder / "make-venv").chmod(0o755)
    # Other tests may be importing from there: Python's files come and go in these folders.
    shutil.copytree(
        ROOT / "scripts",
        machine.checkout / "scripts",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name in ("pyproject.toml", "uv.lock", "requirements.lock", "requirements-dev.lock"):
        (machine.checkout / name).write_text(f"{name}\n")
    return machine
