# The environment that the other scripts run in. Sourced, not run; POSIX sh.
#
# A file beside the environment says what it was made from; while that is still so, nothing is
# looked up and nothing is started but cksum.

say() { printf 'voicestream-tui: %s\n' "$*" >&2; }

# die SENTENCE [LINE…]
die() {
    say "$1"
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# use_checkout SCRIPT: sets $root (the checkout) and $venv (the environment).
use_checkout() {
    root=$(CDPATH='' cd -P -- "${1%/*}/.." && pwd -P) || exit 1
    venv=${VOICESTREAM_VENV:-$root/.venv}
    state_file=$venv.state
}

# need_environment run|dev: when this returns, it is there and up to date.
need_environment() {
    if is_ready "$1"; then return 0; fi
    . "$root/scripts/lib-install.sh"
    install_environment "$1"
}

# Development tools are an addition: an environment for "dev" serves "run" as well.
is_ready() {
    [ -x "$venv/bin/voicestream-tui" ] && [ -r "$state_file" ] || return 1
    have=
    IFS= read -r have < "$state_file" || return 1
    made_from=$(fingerprint)
    case $have in
        "dev $made_from") return 0 ;;
        "run $made_from") [ "$1" = run ] ;;
        *) return 1 ;;
    esac
}

# What the environment is made from: checksums, and the places from which it can't be moved.
fingerprint() {
    (cd "$root" && cksum pyproject.toml uv.lock requirements.lock requirements-dev.lock) |
        tr '\n' ' '
    printf '%s %s' "$root" "$venv"
}
