"""The engine "llm": a chat model translates, from a folder or on a server of the user's own."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.llm.guard import found_translation, is_complete
from voicestream_tui.translate.llm.model import ChatModel, Cut, Wish
from voicestream_tui.translate.llm.prompt import Exchange, conversation, question
from voicestream_tui.translate.parts import joined, parts
from voicestream_tui.translate.placement import Placement

log = logging.getLogger(__name__)

_LONGEST = 1000
"""Characters; what is longer is translated in parts, so that none can be left out."""
_LOADING = 180.0
"""Seconds for the first answer: a server may have to load the model."""
_LEAST_TOKENS = 96
_OTHER_WAY = 0.6
"""Temperature of the second search, at least: the same words must not come again."""
_HELLO = "Done."


class LlmTranslator:
    """Translates with a chat model: the sentence with what its slots stand for, and its context."""

    name = "llm"

    def __init__(
        self,
        *,
        model: str = "",
        models_dir: Path = Path("models"),
        threads: int = 0,
        device: str = "auto",
        compute_type: str = "default",
        url: str = "",
        server_model: str = "",
        api_key_env: str = "",
        allow_remote: bool = False,
        time_limit: float = 10.0,
        temperature: float = 0.0,
        context: int = 1,
        tell: Callable[[str, str], None] = lambda message, hint: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Remember what to use; nothing is read or asked before the first use.

        Args:
            model: folder of a model in CTranslate2 format, or its name in `models_dir`.
            models_dir: where models lie.
            threads: threads of the model in a folder; 0 leaves it to CTranslate2.
            device: auto, cpu, cuda or cuda:N, for the model in a folder.
            compute_type: as CTranslate2 names it, likewise.
            url: an OpenAI-compatible server in place of a folder.
            server_model: the server's name of the model; "" takes the first that it has.
            api_key_env: variable of the environment with the server's key; "" sends none.
            allow_remote: the server may be outside this computer and private networks.
            time_limit: seconds for one sentence.
            temperature: 0 always says the likeliest.
            context: sentences before it that are shown with a sentence.
            tell: gets message and hint of what the user has to know.
            clock: monotonic seconds.
        """
        self._chat = _chat_model(
            Placement(device, compute_type, threads),
            folder=(model, models_dir),
            server=(url, server_model, api_key_env),
            allow_remote=allow_remote,
            tell=tell,
        )
        self._time_limit, self._temperature = time_limit, temperature
        self._before: deque[Exchange] = deque(maxlen=context)
        self._clock = clock
        self._is_ready = False

    def warm_up(self) -> None:
        """Load the model and let it translate a word.

        Raises:
            EngineError: it can't be used.
        """
        if self._is_ready:
            return
        self._chat.load()
        begin = self._clock()
        self._ask(_HELLO, _LOADING, again=False)
        log.info("%s: the first answer took %.1f s", self.name, self._clock() - begin)
        self._is_ready = True

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch, one sentence after the other; see `Translator.translate`."""
        self.warm_up()
        return [self._translated(sentence, again=False) for sentence in sentences]

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch with other words, and without what went before."""
        self.warm_up()
        return [self._translated(sentence, again=True) for sentence in sentences]

    def interrupt(self) -> None:
        """End what is being translated, from any thread, because the program ends."""
        self._chat.interrupt()

    def close(self) -> None:
        """Free the model."""
        self._is_ready = False
        self._before.clear()
        self._chat.close()

    def _translated(self, sentence: str, *, again: bool) -> str:
        if not sentence.strip():
            return ""
        if len(sentence) <= _LONGEST:
            return self._remembered(sentence, again=again)
        smaller = list(parts(sentence, len, _LONGEST))
        return joined(smaller, [self._remembered(part, again=again) for part in smaller])

    def _remembered(self, sentence: str, *, again: bool) -> str:
        japanese = self._ask(sentence, self._time_limit, again=again)
        if japanese:
            self._before.append(Exchange(question(sentence), japanese))
        return japanese

    def _ask(self, sentence: str, seconds: float, *, again: bool) -> str:
        """The model's translation; "" if it gives none."""
        temperature = max(self._temperature, _OTHER_WAY) if again else self._temperature
        most = _LEAST_TOKENS + len(sentence)
        wish = Wish(self._clock() + seconds, most, temperature)
        turns = conversation(sentence, () if again else tuple(self._before), again=again)
        said = ""
        try:
            with closing(self._chat.reply(turns, wish)) as pieces:
                for piece in pieces:
                    said += piece
                    if is_complete(said, sentence):
                        break
                    if self._clock() > wish.deadline:
                        raise _too_slow(seconds)
        except Cut:
            log.info("%s: too long an answer: %r -> %r", self.name, sentence, said)
            return ""
        return found_translation(said, sentence)


def _chat_model(
    placement: Placement,
    *,
    folder: tuple[str, Path],
    server: tuple[str, str, str],
    allow_remote: bool,
    tell: Callable[[str, str], None],
) -> ChatModel:
    """A server if there is an address of one, else a folder."""
    if server[0]:
        from voicestream_tui.translate.llm.openai_server import OpenAiServer

        return OpenAiServer(*server, allow_remote=allow_remote, tell=tell)
    from voicestream_tui.translate.llm.local import LocalModel

    return LocalModel(*folder, placement)


def _too_slow(seconds: float) -> EngineError:
    return EngineError(
        f"The language model did not finish a sentence within {seconds:g} s.",
        "Allow more with llm.time_limit, take a smaller model, or name another engine behind it: "
        'translation.engine = "llm, starter".',
    )
