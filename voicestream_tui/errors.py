"""Every error that is meant for the person at the keyboard."""

from __future__ import annotations


class VoicestreamError(Exception):
    """Something went wrong that the user can do something about.

    Attributes:
        message: What happened, one sentence, naming the file, key or device.
        hint: What to do next; may be empty.
        exit_code: What the program ends with when this error ends it.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(VoicestreamError):
    """The command line asks for something that makes no sense."""

    exit_code = 2


class ConfigError(VoicestreamError):
    """A setting is unknown or has a bad value."""

    exit_code = 2


class AgentError(VoicestreamError):
    """The agent's command could not be started or read."""

    exit_code = 127


class EngineError(VoicestreamError):
    """A translation or speech engine could not load or work."""


class UnknownEngineError(EngineError):
    """An option or a setting names an engine that there is not."""

    exit_code = 2


class AudioError(VoicestreamError):
    """A sound device or a sound file could not be used."""


class ModelError(VoicestreamError):
    """A model could not be fetched, found or trusted."""
