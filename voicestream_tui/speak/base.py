"""What a speech engine must be able to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from voicestream_tui.model import SpeechChunk, Voice
from voicestream_tui.speak.styles import Style


class Speaker(Protocol):
    """Speaks Japanese text, in the thread that made it."""

    name: str

    def voices(self) -> Sequence[Voice]:
        """The voices that are installed, the default one first. Loads no model."""
        ...

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        """Yield the sound of a text, the first part as early as the engine can.

        `text` is in spoken form (see `text.reading`). Text without anything to say yields nothing.

        Raises:
            EngineError: the voice's files are missing or broken, or the engine failed.
        """
        ...

    def warm_up(self, voice: Voice) -> None:
        """Load the voice and speak a word into nothing, so that the first sentence does not wait.

        Raises:
            EngineError: as `speak`.
        """
        ...

    def close(self) -> None:
        """Free the model."""
        ...


@runtime_checkable
class SaysPhonemes(Protocol):
    """What a speaker may offer besides: how it pronounces a text."""

    def phonemes(self, text: str) -> Sequence[str]:
        """The phonemes of a text in spoken form, pauses included.

        Raises:
            EngineError: as `Speaker.speak`.
        """
        ...


@runtime_checkable
class TellsProcessor(Protocol):
    """What a speaker may offer besides, where its models can run on several processors."""

    def runs_on(self) -> str:
        """What it runs on, as the runtime itself says; before a voice is loaded, what it could.

        Raises:
            EngineError: the runtime is not installed.
        """
        ...


@runtime_checkable
class SpeaksFiles(Protocol):
    """What a speaker may offer besides: voices from files of the user's own, wherever they lie."""

    def voice_from_file(self, path: Path) -> Voice:
        """A voice for a file, or for a folder that holds one.

        Raises:
            EngineError: it is missing, broken, or not of this engine.
        """
        ...


@runtime_checkable
class SpeaksStyles(Protocol):
    """What a speaker may offer besides: moods."""

    def speak_styled(self, text: str, voice: Voice, style: Style) -> Iterator[SpeechChunk]:
        """As `Speaker.speak`, in the style that suits the sentence, as far as the voice has it."""
        ...


@runtime_checkable
class MixesVoices(Protocol):
    """What a speaker may offer besides: mixtures of its voices ("jf_alpha:60+jf_nezumi:40")."""

    def mixed_voice(self, wanted: str) -> Voice:
        """A voice for a mixture, as `speak.blend` writes it.

        Raises:
            EngineError: it is no mixture, or a voice of it is not installed.
        """
        ...

    def save_blend(self, name: str, blend: str, *, replace: bool = False) -> Voice:
        """Keep a mixture under a name, among the voices that `voices` lists.

        Raises:
            EngineError: a voice of it is missing, the name can't be used or is taken, or nothing
                can be written.
        """
        ...


@runtime_checkable
class LoadsVoices(Protocol):
    """What a speaker may offer besides: which voices it need not load any more."""

    def is_loaded(self, voice: Voice) -> bool:
        """Whether `speak` would begin at once. Quick, and may be asked from any thread."""
        ...


@runtime_checkable
class SharesModel(Protocol):
    """What a speaker may offer besides: several voices with one model."""

    def shares_model(self, voice: Voice) -> bool:
        """Whether a voice needs no other model than the one that is loaded.

        Quick, and may be asked from any thread.
        """
        ...


@runtime_checkable
class Interruptible(Protocol):
    """What a speaker may offer besides, where it waits for others, such as a server."""

    def interrupt(self) -> None:
        """End what it waits for with an EngineError, from now on; from any thread.

        Quick; `close` follows, in the speaker's own thread.
        """
        ...
