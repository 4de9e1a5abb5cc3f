# Sourced by the recipes: conversion_python NAME prints the Python that has what NAME.txt lists.
# Needs $here, the folder of the scripts.

conversion_python() {
    if [ -n "${VOICESTREAM_CONVERT_PYTHON-}" ]; then
        echo "$VOICESTREAM_CONVERT_PYTHON"
        return
    fi
    venv=${here%/scripts}/.venv-convert-$1
    if [ ! -e "$venv/complete" ]; then
        echo "making the environment $venv" >&2
        rm -rf "$venv"
        python3 -m venv "$venv" >&2 &&
            "$venv/bin/python" -m pip install --quiet -r "$here/conversion/$1.txt" >&2 &&
            : > "$venv/complete" || {
            echo "the packages of scripts/conversion/$1.txt can't be installed" >&2
            return 1
        }
    fi
    echo "$venv/bin/python"
}
