"""The engine "nllb": NLLB-200 (distilled 600M, 1.3B and larger) in CTranslate2 format."""

from __future__ import annotations

from pathlib import Path

from voicestream_tui.translate.ct2.model import Ct2Model
from voicestream_tui.translate.ct2.vocabulary_map import ensure_map
from voicestream_tui.translate.model_folder import NLLB, find_folder, open_folder
from voicestream_tui.translate.placement import Placement, load
from voicestream_tui.translate.tokens.families import Family
from voicestream_tui.translate.tokens.model import TokenModel
from voicestream_tui.translate.tokens.nllb import NllbTokens
from voicestream_tui.translate.tokens.sentencepieces import SentencePieceTranslator


class NllbTranslator(SentencePieceTranslator):
    """Translates one of the 200 languages into Japanese with an NLLB model."""

    name = "nllb"

    def __init__(
        self,
        *,
        model: str = "",
        models_dir: Path = Path("models"),
        threads: int = 0,
        beam: int = 2,
        device: str = "auto",
        compute_type: str = "default",
        source_language: str = "eng_Latn",
        vocabulary_map: bool = False,
    ) -> None:
        """Remember what to load; nothing is read before the first use.

        Args:
            model: folder of the model, or its name in `models_dir`; "" looks for one.
            models_dir: where models lie.
            threads: threads of one translation; 0 leaves it to CTranslate2.
            beam: beam size; 1 is greedy.
            device: auto, cpu, cuda or cuda:N.
            compute_type: as CTranslate2 names it.
            source_language: what is translated, as the model names it (eng_Latn, deu_Latn).
            vocabulary_map: look among words that Japanese can have only; makes the file
                `vmap.txt` in the model's folder, if it is not there.
        """
        super().__init__(beam)
        self._placement = Placement(device, compute_type, threads)
        self._named, self._models_dir = model, models_dir
        self._language = source_language
        self._wants_map = vocabulary_map

    def open(self) -> tuple[Family, TokenModel]:
        """Load everything; see `SentencePieceTranslator.open`."""
        files = open_folder(NLLB, find_folder(NLLB, self._named, self._models_dir))
        self._folder = files.path
        vocabulary = files.target_vocabulary
        tokens = NllbTokens(files.path, files.pieces[0], vocabulary, self._language)
        use_map = self._wants_map and ensure_map(files.path, vocabulary)
        return tokens, Ct2Model(load(self.name, files.path, self._placement), use_map=use_map)
