"""A chat model in a folder, run by CTranslate2.

What `ct2-transformers-converter` writes (model.bin, config.json, vocabulary.json), and beside it
the tokenizer.json of the model that was converted.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2

from voicestream_tui.errors import EngineError
from voicestream_tui.extras import how_to_install
from voicestream_tui.translate.llm.model import Cut, Wish
from voicestream_tui.translate.llm.prompt import Message, opening
from voicestream_tui.translate.llm.templates import FAMILIES, Template, template_of
from voicestream_tui.translate.model_folder import LLM, damaged, find_folder
from voicestream_tui.translate.placement import Placement, load_generator

log = logging.getLogger(__name__)

_PENALTY = 1.05
_CHOICE = 20
"""Of so many words one is drawn, where the temperature is above 0."""
_UNFINISHED = "\ufffd"
"""What stands for a character of which some bytes have not been written yet."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: ctranslate2.Generator
    tokenizer: Any
    template: Template
    opening: list[str]


class LocalModel:
    """A `ChatModel` in this process."""

    def __init__(self, named: str, models_dir: Path, placement: Placement) -> None:
        """Remember what to load.

        Args:
            named: folder of the model, or its name in `models_dir`; "" looks for one.
            models_dir: where models lie.
            placement: what it is to run on.
        """
        self._named, self._models_dir, self._placement = named, models_dir, placement
        self._loaded: _Loaded | None = None
        self._folder: Path | None = None
        self._stopped = threading.Event()

    def load(self) -> None:
        """See `ChatModel.load`."""
        if self._loaded is not None:
            return
        folder = find_folder(LLM, self._named, self._models_dir)
        for name in ("model.bin", "tokenizer.json"):
            if not (folder / name).is_file():
                raise EngineError(
                    f"The language model {folder} has no file {name}.",
                    f"Copy {name} from {LLM.source}, or name another folder in translation.model; "
                    "for a server set llm.url.",
                )
        tokenizer = _tokenizer(folder / "tokenizer.json")
        template = template_of(tokenizer.get_vocab(with_added_tokens=True))
        if template is None:
            known = ", ".join(family.family for family in FAMILIES)
            raise EngineError(
                f"The language model {folder} is of no family that is known here ({known}).",
                "Choose a chat model of one of these, or let a server run this one (llm.url).",
            )
        model = load_generator("llm", folder, self._placement)
        log.info("llm: its conversations are written as those of %s", template.family)
        begin = tokenizer.encode(template.write(opening(), reply=False), add_special_tokens=False)
        self._folder = folder
        self._loaded = _Loaded(model, tokenizer, template, list(begin.tokens))

    def reply(self, turns: Sequence[Message], wish: Wish) -> Generator[str]:
        """See `ChatModel.reply`."""
        if self._loaded is None:
            self.load()
        assert self._loaded is not None
        loaded = self._loaded
        written = loaded.template.write(turns)
        tokens = list(loaded.tokenizer.encode(written, add_special_tokens=False).tokens)
        shared = len(loaded.opening)
        is_opened = tokens[:shared] == loaded.opening
        ends = [t for t in loaded.template.ends if loaded.tokenizer.token_to_id(t) is not None]
        steps = loaded.model.generate_tokens(
            tokens[shared:] if is_opened else tokens,
            static_prompt=loaded.opening if is_opened else None,
            max_length=wish.most,
            sampling_topk=_CHOICE if wish.temperature else 1,
            sampling_temperature=wish.temperature or 1.0,
            repetition_penalty=_PENALTY,
            end_token=ends,
        )
        try:
            yield from self._pieces(steps, loaded, wish)
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"The language model {self._folder} failed: {error}",
                "If that goes on, its files do not belong together: fetch the model again, or "
                "choose another translation.engine.",
            ) from error
        finally:
            steps.close()

    def _pieces(self, steps: Any, loaded: _Loaded, wish: Wish) -> Generator[str]:
        said: list[int] = []
        told = ""
        for step in steps:
            if self._stopped.is_set():
                raise EngineError("The translation was ended.")
            if step.token in loaded.template.ends:
                break
            number = loaded.tokenizer.token_to_id(step.token)
            said.append(step.token_id if number is None else number)
            text = loaded.tokenizer.decode(said, skip_special_tokens=False)
            if not text.endswith(_UNFINISHED) and len(text) > len(told):
                yield text[len(told) :]
                told = text
            elif time.monotonic() > wish.deadline:
                yield ""  # whoever listens looks at the time
            if len(said) >= wish.most:
                raise Cut

    def interrupt(self) -> None:
        """See `ChatModel.interrupt`; works from the next word on."""
        self._stopped.set()

    def close(self) -> None:
        """See `ChatModel.close`."""
        self._loaded = None


def _tokenizer(file: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise EngineError(
            f'The translation engine "llm" needs the package tokenizers: {error}.',
            how_to_install("llm"),
        ) from error
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # it raises nothing more special
        raise damaged(file, error) from error
