"""Stopping the program for a while, as a shell's ctrl+z does."""

from __future__ import annotations

import os
import signal


def has_job_control() -> bool:
    """Whether a shell seems to have started this program as a job that it can bring back.

    A program that leads the terminal's session, or shares its leader's process group, was started
    without: once stopped, nobody would continue it.
    """
    return hasattr(signal, "SIGTSTP") and os.getpgrp() != os.getsid(0)


def stop_job() -> None:
    """Stop the whole job, as the terminal would: what pipes into the program stops with it.

    The caller has given the terminal back: a shell that sees one process of the job stop takes it
    at once. An agent that this program started is no part of the job: it goes on until its pipe is
    full of what it says, or until it has a question.
    """
    os.killpg(os.getpgrp(), signal.SIGTSTP)
