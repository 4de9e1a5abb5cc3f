"""The engine "onnx": Marian and NLLB models that Optimum exported, on ONNX Runtime."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.extras import how_to_install
from voicestream_tui.onnx_runtime import (
    Words,
    built_for_cuda,
    load_runtime,
    possible_processor,
    processor,
    start_session,
)
from voicestream_tui.translate.model_folder import ONNX, find_folder
from voicestream_tui.translate.onnx.folder import Graphs, find_graphs
from voicestream_tui.translate.onnx.graphs import Seq2Seq
from voicestream_tui.translate.onnx.model import OnnxModel
from voicestream_tui.translate.onnx.tensors import DeviceTensors, HostTensors, Tensors
from voicestream_tui.translate.onnx.vocabulary import (
    Vocabulary,
    marian_vocabulary,
    missing,
    nllb_vocabulary,
    read_config,
    special_tokens,
)
from voicestream_tui.translate.placement import check_device
from voicestream_tui.translate.tokens.families import Family
from voicestream_tui.translate.tokens.marian import MarianTokens
from voicestream_tui.translate.tokens.model import TokenModel
from voicestream_tui.translate.tokens.nllb import NllbTokens
from voicestream_tui.translate.tokens.sentencepieces import SentencePieceTranslator

log = logging.getLogger(__name__)

_WORDS = Words(
    key="translation.device",
    file="translation model",
    install=how_to_install("onnx"),
    remedy="Fetch its files again, all of them from one place, or name another model in "
    "translation.model.",
)
_NLLB_PIECES = ("sentencepiece.bpe.model", "sentencepiece.model")


class OnnxTranslator(SentencePieceTranslator):
    """Translates into Japanese with an encoder-decoder in ONNX."""

    name = "onnx"

    def __init__(
        self,
        *,
        model: str = "",
        models_dir: Path = Path("models"),
        threads: int = 0,
        beam: int = 0,
        device: str = "auto",
        compute_type: str = "default",
        source_language: str = "eng_Latn",
    ) -> None:
        """Remember what to load; nothing is read before the first use.

        Args:
            model: folder of the model, or its name in `models_dir`; "" looks for one.
            models_dir: where models lie.
            threads: threads of one translation; 0 leaves it to ONNX Runtime.
            beam: beam size; 1 is greedy, 0 the engine's own choice.
            device: auto, cpu, cuda or cuda:N.
            compute_type: which of several precisions to load; see `find_graphs`.
            source_language: what an NLLB model translates, as it names it (eng_Latn, deu_Latn).
        """
        super().__init__(beam)
        self._named, self._models_dir = model, models_dir
        self._device, self._compute_type, self._threads = device, compute_type, threads
        self._language = source_language
        self._processor = ""

    def open(self) -> tuple[Family, TokenModel]:
        """Load everything; see `SentencePieceTranslator.open`."""
        check_device(self._device)
        onnxruntime = load_runtime(_WORDS)
        folder = self._folder = find_folder(ONNX, self._named, self._models_dir)
        config = read_config(folder)
        family, vocabulary = self._tokens(folder, config)
        special = special_tokens(folder, config)
        on_gpu = self._device != "cpu" and built_for_cuda(onnxruntime)
        graphs = find_graphs(folder, self._compute_type, on_gpu=on_gpu)
        model = self._load(onnxruntime, graphs)
        _check_size(graphs, model, vocabulary, special.start)
        return family, OnnxModel(model, vocabulary, special)

    def runs_on(self) -> str:
        """What it runs on, as the session says; before a model is loaded, what it could.

        Raises:
            EngineError: ONNX Runtime is not installed, or the device asked for is not there.
        """
        if self._processor:
            return self._processor
        return possible_processor(load_runtime(_WORDS), self._device, _WORDS)

    def close(self) -> None:
        """Free the model."""
        super().close()
        self._processor = ""

    def _load(self, onnxruntime: ModuleType, graphs: Graphs) -> Seq2Seq:
        start: Callable[..., Any] = partial(
            start_session,
            onnxruntime,
            device=self._device,
            words=_WORDS,
            threads=self._threads,
        )
        sessions = [start(file, of=file) for file in graphs.files]
        used = {processor(session) for session in sessions}
        self._processor = " and ".join(sorted(used))
        if self._device == "auto" and built_for_cuda(onnxruntime) and used != {"CUDA"}:
            log.warning("%s: CUDA is installed but could not be started", self.name)
        log.info(
            "%s: %s runs on %s (asked for %s), graphs %s, ONNX Runtime %s",
            self.name,
            self._folder,
            self._processor,
            self._device,
            ", ".join(file.name for file in graphs.files),
            onnxruntime.__version__,
        )
        tensors: Tensors = HostTensors()
        if used == {"CUDA"}:
            index = int(self._device.partition(":")[2] or 0)
            of = graphs.decoders[-1]
            tensors = DeviceTensors(onnxruntime, "cuda", index, lambda made: start(made, of=of))
        return Seq2Seq(graphs, sessions, tensors)

    def _tokens(self, folder: Path, config: dict[str, Any]) -> tuple[Family, Vocabulary]:
        match config.get("model_type"):
            case "marian":
                pieces = [folder / name for name in ("source.spm", "target.spm")]
                for file in pieces:
                    if not file.is_file():
                        raise missing(folder, file.name)
                vocabulary = marian_vocabulary(folder)
                both = (list(vocabulary.source), list(vocabulary.target.values()))
                return MarianTokens(folder, pieces, both), vocabulary
            case "m2m_100":
                found = [folder / n for n in _NLLB_PIECES if (folder / n).is_file()]
                if not found:
                    raise missing(folder, _NLLB_PIECES[0])
                vocabulary = nllb_vocabulary(folder, found[0])
                tokens = list(vocabulary.source)
                return NllbTokens(folder, found[0], tokens, self._language), vocabulary
            case other:
                raise EngineError(
                    f"The translation model {folder} is of the type {other!r}; the engine "
                    '"onnx" runs "marian" and "m2m_100" (NLLB).',
                    "Choose a model of one of these types.",
                )


def _check_size(graphs: Graphs, model: Seq2Seq, vocabulary: Vocabulary, start: int) -> None:
    if model.vocabulary and max(vocabulary.size, start + 1) > model.vocabulary:
        raise EngineError(
            f"{graphs.decoders[0]} gives scores to {model.vocabulary} tokens, but its vocabulary "
            f"has {max(vocabulary.size, start + 1)}: they do not belong together.",
            "Fetch all files of the model again from one place.",
        )
