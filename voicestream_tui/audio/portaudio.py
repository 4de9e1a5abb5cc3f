"""The loudspeaker: one persistent stream, and a clock that goes on when the device is gone."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

from voicestream_tui.audio.devices import abandon_portaudio
from voicestream_tui.audio.silent import SilentOutput
from voicestream_tui.audio.stream import DeviceStream
from voicestream_tui.errors import AudioError, VoicestreamError
from voicestream_tui.model import Samples

log = logging.getLogger(__name__)

POLL = 0.1
"""Seconds between two looks at the stream."""
STALLED = 10
"""Looks without a callback after which the device counts as gone. Looks, not time: on a computer
that is too busy to look, the callbacks get no chance either."""
FLOWING = 3
"""Looks with new callbacks after which a device is trusted. The first few blocks are asked for
at once, and then a sound server that was asleep may let one wait for seconds."""
STARTING = 50
"""As `STALLED`, before the device flows."""
GIVEN_UP = 300
"""Looks without a callback after which a device is opened anew, though it calls itself active: the
headphones of a Mac that were pulled out do. Long, because closing may hang as the device does."""
RETRY = 20
"""Looks between two attempts to open a device."""
STOPPED = 1.0
"""Seconds between two looks from which on the process itself was stopped (Ctrl-Z). What the device
had is played by then, and it begins anew: a sound server fills its buffer and then lets one wait,
2 s with PulseAudio's null sink, as after opening."""
SWITCH_INTERVAL = 0.001
"""Seconds a Python thread may hold the interpreter while the callback waits for it. With
Python's own 5 ms, one busy thread made 30 underflows in 8 s at 30 ms of buffer; with 1 ms, 0."""
LOST = "Speech keeps its time without being heard; it is heard again when the device is back."
LONGEST_TAIL = 1.0
"""Seconds that the end waits at most until the last sound has left the device."""
JOIN = 3.0
"""Seconds that `stop()` waits for a sound system that hangs."""


class Stream(Protocol):
    """What is watched; see `DeviceStream`."""

    @property
    def name(self) -> str: ...

    @property
    def calls(self) -> int: ...

    @property
    def underflows(self) -> int: ...

    @property
    def latency(self) -> float: ...

    @property
    def tail(self) -> float: ...

    @property
    def error(self) -> Exception | None: ...

    @property
    def active(self) -> bool: ...

    def close(self, quietly: bool = True) -> None: ...


OpenStream = Callable[[Callable[[Samples], None], bool], Stream]
"""Opens a device for a render function; True: look for devices that came or went before."""


class PortAudioOutput:
    """Plays on a device as long as there is one.

    The device is opened by a thread of its own, which then watches it. When no callback comes any
    more or the stream has ended, a silent clock takes over, so that speech keeps its time; the
    device is tried again every 2 seconds; one that only stays silent, after half a minute. Each
    loss and each return is said once.

    Args:
        device: Number, name or part of a name; None = the system's default, whichever it is then.
        sample_rate: Hz of what is rendered.
        on_problem: Gets (message, hint), from the watching thread.
        latency: "low" or "high".
        open_stream: Opens the device.
        poll: Seconds between two looks at the stream.
        clock: Monotonic seconds that also count while the process is stopped.
    """

    def __init__(
        self,
        device: str | None,
        sample_rate: int,
        on_problem: Callable[[str, str], None],
        latency: str = "low",
        open_stream: OpenStream | None = None,
        poll: float = POLL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = device or "default"
        self._on_problem = on_problem
        self._open_stream: OpenStream = open_stream or (
            lambda render, again: DeviceStream(device, sample_rate, latency, render, again)
        )
        self._poll = poll
        self._now = clock
        self._clock = SilentOutput(sample_rate)
        self._clock_runs = False
        self._turn = threading.Lock()
        self._on_device = False
        self._render: Callable[[Samples], None] = _silence
        self._stream: Stream | None = None
        self._closer: threading.Thread | None = None
        """Closes a stream that was given up, and may hang at it."""
        self._past_underflows = 0
        self._said_error = False
        self._tried = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def underflows(self) -> int:
        """Times the device got nothing in time."""
        stream = self._stream
        return self._past_underflows + (stream.underflows if stream is not None else 0)

    @property
    def latency(self) -> float:
        """Seconds from rendering a sample to hearing it, as the device says; 0 without one."""
        stream = self._stream
        return stream.latency if stream is not None else 0.0

    def start(self, render: Callable[[Samples], None]) -> None:
        """Begin to play what `render` fills in. Returns at once."""
        self._render = render
        self._thread = threading.Thread(target=self._keep_playing, name="audio-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Call `render` no more, play what it gave, and stop. May be called twice."""
        with self._turn:
            self._render = _silence
        self._stopping.set()
        if self._thread is None:
            return
        self._thread.join(JOIN)
        for thread in (self._thread, self._closer):
            if thread is not None and thread.is_alive():
                log.error("the sound system does not answer; its thread %s stays", thread.name)
                abandon_portaudio()
        self._thread = None

    # --- the watching thread ------------------------------------------------------------------

    def _keep_playing(self) -> None:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(min(interval, SWITCH_INTERVAL))
        try:
            while not self._stopping.is_set():
                if self._open():
                    self._watch()
                if self._stopping.wait(self._poll * RETRY):
                    return
        finally:
            sys.setswitchinterval(interval)
            self._play_out()
            self._stop_clock()
            self._close_stream()

    def _open(self) -> bool:
        try:
            self._stream = self._open_stream(self._render_on_device, self._tried)
        except Exception as error:
            problem = error if isinstance(error, VoicestreamError) else AudioError(str(error))
            log.debug("sound device: %s", problem.message)
            if not self._clock_runs:
                self._lose(problem.message, problem.hint)
            return False
        finally:
            self._tried = True
        self.name = self._stream.name
        if not self._clock_runs:
            self._on_device = True
        return True

    def _watch(self) -> None:
        """Look at the open stream until it is gone, or `stop()`."""
        stream = self._stream
        assert stream is not None
        calls, quiet_looks, good_looks = stream.calls, 0, 0
        looked = self._now()
        while not self._stopping.wait(self._poll):
            before, looked = looked, self._now()
            if looked - before > self._poll + STOPPED:
                quiet_looks = good_looks = 0
            self._look_for_errors(stream)
            if stream.calls != calls:
                calls, quiet_looks, good_looks = stream.calls, 0, good_looks + 1
                if self._clock_runs and good_looks >= FLOWING:
                    self._return()
                continue
            quiet_looks += 1
            if not _is_active(stream):
                break
            if quiet_looks >= GIVEN_UP:
                self._give_up()
                return
            patience = STALLED if good_looks >= FLOWING else STARTING
            if quiet_looks >= patience and not self._clock_runs:
                good_looks = 0
                self._lose(f"The sound device “{self.name}” does not answer any more.", "")
        else:
            return
        if not self._clock_runs:
            self._lose(f"The sound device “{self.name}” is gone.", "")
        self._close_stream()

    def _give_up(self) -> None:
        """Close the stream elsewhere, because that may hang; until it is done, the clock runs.

        No other device can be opened before: PortAudio has to look for them anew.
        """
        stream = self._take_stream()
        if stream is None:
            return
        log.info("the sound device %s stays silent; it is opened anew", self.name)
        # Not quietly: while it hangs, the process would have no error output.
        self._closer = threading.Thread(
            target=_close, args=(stream, False), name="audio-close", daemon=True
        )
        self._closer.start()
        while self._closer.is_alive() and not self._stopping.is_set():
            self._closer.join(self._poll)

    def _lose(self, message: str, hint: str) -> None:
        self._on_device = False
        self._clock_runs = True
        self._clock.start(self._render_on_clock)
        self._on_problem(message, hint or LOST)

    def _return(self) -> None:
        self._stop_clock()
        self._on_device = True
        self._on_problem(f"Sound is heard on “{self.name}” again.", "")

    def _stop_clock(self) -> None:
        if self._clock_runs:
            self._clock.stop()
            self._clock_runs = False

    def _play_out(self) -> None:
        """Closing a stream drops what is in its buffer: the end of the last sentence."""
        if self._stream is not None and self._on_device and _is_active(self._stream):
            time.sleep(min(self._stream.tail, LONGEST_TAIL))

    def _close_stream(self) -> None:
        stream = self._take_stream()
        if stream is not None:
            _close(stream)

    def _take_stream(self) -> Stream | None:
        stream, self._stream = self._stream, None
        if stream is not None:
            self._on_device = False
            self._past_underflows += stream.underflows
        return stream

    def _look_for_errors(self, stream: Stream) -> None:
        if stream.error is not None and not self._said_error:
            self._said_error = True
            log.error("a block of sound could not be made", exc_info=stream.error)
            self._on_problem(
                f"Sound could not be made: {stream.error!r}.",
                "There are gaps in the speech; please report this with the log.",
            )

    # --- one of the two renders, never both ------------------------------------------------------

    def _render_on_device(self, out: Samples) -> None:
        if self._on_device and self._turn.acquire(blocking=False):
            try:
                self._render(out)
            finally:
                self._turn.release()
        else:
            out.fill(0.0)

    def _render_on_clock(self, out: Samples) -> None:
        with self._turn:
            self._render(out)


def _is_active(stream: Stream) -> bool:
    try:
        return stream.active
    except Exception as error:  # PortAudio's own: it knows the stream no more.
        log.debug("sound device: %s", error)
        return False


def _close(stream: Stream, quietly: bool = True) -> None:
    try:
        stream.close(quietly)
    except Exception:
        log.exception("a sound device could not be closed")


def _silence(out: Samples) -> None:
    out.fill(0.0)
