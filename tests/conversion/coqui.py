"""Writes a small VITS checkpoint of random weights as Coqui's training does.

Run by a Python that has coqui-tts: coqui.py FOLDER [SPEAKERS]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from scripts.conversion.voice import without_audio_files

without_audio_files()

import torch  # noqa: E402
from TTS.tts.configs.vits_config import VitsConfig  # noqa: E402
from TTS.tts.models.vits import Vits, VitsArgs, VitsCharacters  # noqa: E402


def main(folder: Path, speakers: int) -> None:
    """Write config.json, checkpoint_7.pth and, for several speakers, speaker_ids.json."""
    folder.mkdir(parents=True)
    arguments = VitsArgs(
        hidden_channels=32,
        hidden_channels_ffn_text_encoder=32,
        num_layers_text_encoder=1,
        num_layers_flow=1,
        upsample_initial_channel_decoder=32,
        init_discriminator=False,
    )
    config = VitsConfig(model_args=arguments, use_phonemes=False, text_cleaner="basic_cleaners")
    config.characters = VitsCharacters().to_config()
    if speakers:
        table = folder / "speaker_ids.json"
        table.write_text(json.dumps({f"voice{n}": n for n in range(speakers)}))
        arguments.use_speaker_embedding = config.use_speaker_embedding = True
        arguments.num_speakers = config.num_speakers = speakers
        arguments.speakers_file = config.speakers_file = str(table)
    model = Vits(config)
    config.save_json(str(folder / "config.json"))
    torch.save({"model": model.state_dict()}, folder / "checkpoint_7.pth")


if __name__ == "__main__":
    torch.manual_seed(3)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
