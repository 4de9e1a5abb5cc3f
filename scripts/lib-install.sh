# The first start: Python, the packages, PortAudio. Sourced by lib.sh when it is needed.

# install_environment run|dev
install_environment() {
    kind=$1
    log=$venv.log
    heartbeat=
    find_tools
    mkdir -p "${venv%/*}" 2> /dev/null
    if ! { : >> "$state_file" && : > "$log"; } 2> /dev/null; then
        die "$state_file can't be written." \
            "Make its folder writable, or keep the environment elsewhere:" \
            "VOICESTREAM_VENV=\$HOME/.cache/voicestream-tui-venv $0"
    fi
    exec 9<> "$state_file"
    wait_for_lock
    if is_ready "$kind"; then
        exec 9>&-
        return 0
    fi
    prepare_folder
    say "making the environment in $venv (once; about 600 MB) …"
    # Before the traps: a signal to a subshell that has not yet dropped those of its parent is lost,
    # and the end would be waited for without end.
    start_heartbeat
    trap 'stop_heartbeat; exit 130' INT
    trap 'stop_heartbeat; exit 143' TERM HUP
    install_packages
    stop_heartbeat
    trap - INT TERM HUP
    need_portaudio 9>&-
    printf '%s %s\n' "$kind" "$(fingerprint)" > "$state_file"
    exec 9>&-
    say "the environment is ready."
}

# Sets $python (3.11 to 3.14, for which all packages are built; or empty) and $uv (or empty).
find_tools() {
    python=
    others=
    for name in python3 python3.13 python3.12 python3.14 python3.11 python; do
        command -v "$name" > /dev/null 2>&1 || continue
        # A shim may stand there with nothing behind it.
        version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null) ||
            continue
        case $version in
            3.11 | 3.12 | 3.13 | 3.14)
                python=$(command -v "$name")
                break
                ;;
            *) others="$others $name is $version." ;;
        esac
    done
    uv=
    if command -v uv > /dev/null 2>&1 && uv --version > /dev/null 2>&1; then uv=uv; fi
    if [ -n "$python" ] || [ -n "$uv" ]; then return 0; fi
    if [ "$(uname -s)" = Darwin ]; then
        how='brew install python@3.13   (or the installer of python.org)'
    elif command -v apt-get > /dev/null 2>&1; then
        how='sudo apt-get install python3 python3-venv'
    else
        how='Install it with the package manager of your system.'
    fi
    die "Python 3.11, 3.12, 3.13 or 3.14 is needed and was not found.$others" "$how"
}

# Only one start at a time makes the environment. The lock is the kernel's and hangs on file 9,
# which the installers share: it is free when the last of them is gone, however that happened.
wait_for_lock() {
    [ -n "$python" ] || return 0
    lock='
import fcntl, sys
try:
    fcntl.flock(9, fcntl.LOCK_EX | (fcntl.LOCK_NB if sys.argv[1] == "try" else 0))
except BlockingIOError:
    sys.exit(1)
except OSError:
    pass  # a file system without locks
'
    if "$python" -c "$lock" try; then return 0; fi
    say "another start is making the environment; waiting for it …"
    "$python" -c "$lock" wait
}

# Sets $keep to "yes" if what is in the folder may be built upon; removes what was left half-made
# or was made at another place, but nothing that these scripts did not make.
prepare_folder() {
    previous=
    IFS= read -r previous < "$state_file"
    # Development tools that were there stay there.
    case $previous in "dev "*) kind=dev ;; esac
    keep=
    case $previous in
        "") [ ! -e "$venv" ] || keep=yes ;;
        "run $(fingerprint)") [ ! -x "$venv/bin/python" ] || keep=yes ;;
    esac
    printf 'half-made\n' > "$state_file"
    case $previous in
        "" | "run "*" $root $venv" | "dev "*" $root $venv") ;;
        *) rm -rf "$venv" ;;
    esac
}

install_packages() {
    if [ -n "$uv" ]; then
        if install_with_uv >> "$log" 2>&1; then return 0; fi
        # pip may know a registry that uv was not told of.
        [ -z "$python" ] || say "uv could not do it; trying pip …"
    fi
    if [ -n "$python" ] && install_with_pip >> "$log" 2>&1; then return 0; fi
    stop_heartbeat
    explain_failure
}

install_with_uv() (
    unset VIRTUAL_ENV PYTHONHOME PYTHONPATH
    UV_PROJECT_ENVIRONMENT=$venv
    export UV_PROJECT_ENVIRONMENT
    cd "$root" || exit 1
    case $kind in dev) set -- ;; *) set -- --no-dev ;; esac
    uv sync --frozen --quiet "$@" --python "${python:-3.13}"
)

install_with_pip() (
    unset VIRTUAL_ENV PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT
    PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
    export PIP_USER PIP_NO_INPUT PIP_DISABLE_PIP_VERSION_CHECK
    case $kind in dev) locked=requirements-dev.lock ;; *) locked=requirements.lock ;; esac
    [ -n "$keep" ] || rm -rf "$venv"
    make_empty_environment &&
        pip_install --require-hashes -r "$root/$locked" &&
        pip_install --no-deps --no-build-isolation -e "$root"
)

# Debian keeps ensurepip in a package of its own. Without it, a pip that stands outside can fill
# the environment; else the package is installed, where that is allowed.
make_empty_environment() {
    outside=
    if has_ensurepip; then
        "$python" -m venv "$venv"
    elif "$python" -m pip --python "$python" --version; then
        outside=yes
        "$python" -m venv --without-pip "$venv"
    else
        package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
        install_system_package "$package" '' ''
        if has_ensurepip; then
            "$python" -m venv "$venv"
        else
            echo "missing-package $package"
            return 1
        fi
    fi
}

has_ensurepip() { "$python" -c 'import ensurepip' 2> /dev/null; }

pip_install() {
    if [ -n "$outside" ]; then
        "$python" -m pip --python "$venv/bin/python" install --quiet --progress-bar off "$@"
    else
        "$venv/bin/python" -m pip install --quiet --progress-bar off "$@"
    fi
}

explain_failure() {
    package=$(sed -n 's/^missing-package //p' "$log")
    if [ -n "$package" ]; then
        die "Python can't make environments here. Install what is missing, then start again:" \
            "sudo apt-get install $package"
    fi
    # The words of uv, pip and the resolver for "nobody answers".
    unreachable='dns error|resolve host|name resolution|name or service not known|nodename nor'
    unreachable="$unreachable|network is unreachable|connection (refused|error|reset|broken|aborted)"
    unreachable="$unreachable|connect timeout|timed out|new connection|max retries"
    unreachable="$unreachable|cannot connect to proxy|tcp connect|error sending request"
    if grep -Eqi "$unreachable" "$log"; then
        die "The package registry can't be reached." \
            "The first start needs it: check the network or the proxy, and start again." \
            "(What uv or pip said: $log)"
    fi
    say "the packages could not be installed; the last lines of $log:"
    # An address may name a private registry or hold a password.
    tail -n 12 "$log" | sed -E 's#[a-z+]+://[^] "`)]*#<address>#g; s/^/  /' >&2
    exit 1
}

# sounddevice's wheels bring PortAudio except on Linux. Nothing fails for want of it: the program
# is silent then, and says so.
need_portaudio() {
    [ "$(uname -s)" = Linux ] || return 0
    if has_portaudio; then return 0; fi
    if may_install; then
        say "installing PortAudio, for the sound …"
        install_system_package libportaudio2 portaudio portaudio >> "$log" 2>&1
        if has_portaudio; then return 0; fi
    fi
    if command -v apt-get > /dev/null 2>&1; then
        how='sudo apt-get install libportaudio2'
    elif command -v dnf > /dev/null 2>&1; then
        how='sudo dnf install portaudio'
    elif command -v pacman > /dev/null 2>&1; then
        how='sudo pacman -S portaudio'
    else
        how='install libportaudio.so.2 with the package manager of your system'
    fi
    say "PortAudio is missing: the program runs, but silently. To hear it:"
    printf '  %s\n' "$how" >&2
}

# As sounddevice itself looks for it.
has_portaudio() {
    "$venv/bin/python" -c \
        'import ctypes.util as u, sys; sys.exit(not u.find_library("portaudio"))' 2> /dev/null
}

# Sets $as_root; false unless we are root or have a sudo that asks nothing.
may_install() {
    as_root=
    if [ "$(id -u)" = 0 ]; then return 0; fi
    as_root='sudo -n'
    command -v sudo > /dev/null 2>&1 && sudo -n true 2> /dev/null
}

# install_system_package NAME-FOR-APT NAME-FOR-DNF NAME-FOR-PACMAN
install_system_package() {
    may_install || return 1
    if [ -n "$1" ] && command -v apt-get > /dev/null 2>&1; then
        apt_get install "$1" || { apt_get update && apt_get install "$1"; }
    elif [ -n "$2" ] && command -v dnf > /dev/null 2>&1; then
        $as_root dnf -q -y install "$2"
    elif [ -n "$3" ] && command -v pacman > /dev/null 2>&1; then
        $as_root pacman -S --noconfirm --needed "$3"
    else
        return 1
    fi < /dev/null
}

apt_get() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=60 "$@"
}

# A line now and then while the packages come; ends with this script, even if that is killed.
start_heartbeat() {
    (
        exec 9>&- > /dev/null
        trap 'kill "$nap" 2> /dev/null; exit' TERM
        seconds=0
        while kill -0 $$ 2> /dev/null; do
            sleep 15 2> /dev/null &
            nap=$!
            wait "$nap"
            seconds=$((seconds + 15))
            kill -0 $$ 2> /dev/null && say "still at it ($seconds s) …"
        done
    ) &
    heartbeat=$!
}

stop_heartbeat() {
    [ -n "$heartbeat" ] || return 0
    kill "$heartbeat" 2> /dev/null
    wait "$heartbeat" 2> /dev/null
    heartbeat=
}
