"""The engine "opus-mt": models of the Marian family in CTranslate2 format.

FuguMT, ElanMT, those of OPUS-MT and of the Tatoeba challenge: `source.spm` and `target.spm`
beside what `ct2-transformers-converter` or `ct2-opus-mt-converter` wrote.
"""

from __future__ import annotations

from pathlib import Path

from voicestream_tui.translate.ct2.model import Ct2Model
from voicestream_tui.translate.model_folder import MARIAN, find_folder, open_folder
from voicestream_tui.translate.placement import Placement, load
from voicestream_tui.translate.tokens.families import Family
from voicestream_tui.translate.tokens.marian import MarianTokens
from voicestream_tui.translate.tokens.model import TokenModel
from voicestream_tui.translate.tokens.sentencepieces import SentencePieceTranslator


class OpusMtTranslator(SentencePieceTranslator):
    """Translates English into Japanese with a Marian model."""

    name = "opus-mt"

    def __init__(
        self,
        *,
        model: str = "",
        models_dir: Path = Path("models"),
        threads: int = 0,
        beam: int = 2,
        device: str = "auto",
        compute_type: str = "default",
    ) -> None:
        """Remember what to load; nothing is read before the first use.

        Args:
            model: folder of the model, or its name in `models_dir`; "" looks for one.
            models_dir: where models lie.
            threads: threads of one translation; 0 leaves it to CTranslate2.
            beam: beam size; 1 is greedy.
            device: auto, cpu, cuda or cuda:N.
            compute_type: as CTranslate2 names it.
        """
        super().__init__(beam)
        self._placement = Placement(device, compute_type, threads)
        self._named, self._models_dir = model, models_dir

    def open(self) -> tuple[Family, TokenModel]:
        """Load everything; see `SentencePieceTranslator.open`."""
        files = open_folder(MARIAN, find_folder(MARIAN, self._named, self._models_dir))
        self._folder = files.path
        tokens = MarianTokens(
            files.path,
            files.pieces,
            (files.source_vocabulary, files.target_vocabulary),
            # What Marian's own converter wrote adds the end by itself, what the one for
            # Transformers wrote does not; without it a model goes on and on.
            adds_end=bool(files.config.get("add_source_eos")),
        )
        return tokens, Ct2Model(load(self.name, files.path, self._placement))
