"""A translator and a speaker for voicestream-tui, as small as they can be."""

import numpy as np

from voicestream_tui.model import SpeechChunk, Voice


class Phrasebook:
    """Knows the sentences of its table: [engines.phrasebook] phrases = { "Yes." = "はい。" }."""

    name = "phrasebook"

    def __init__(self, phrases=None):
        self.phrases = dict(phrases or {})

    def translate(self, sentences):
        return [self.phrases.get(sentence, "") for sentence in sentences]

    def warm_up(self):
        """Load the model here; there is none."""

    close = warm_up


class Telegraph:
    """Beeps once for each character; [engines.telegraph] pitch is in hertz."""

    name = "telegraph"

    def __init__(self, pitch=600.0):
        self.tone = np.sin(np.arange(1600) * (2 * np.pi * pitch / 16000)).astype("float32") / 4

    def voices(self):
        return [Voice(self.name, "key", "Telegraph key", licence="CC0")]

    def speak(self, text, voice):
        for number in range(len(text)):
            yield SpeechChunk(self.tone, 16000, number / len(text), (number + 1) / len(text))

    def warm_up(self, voice=None):
        """Load the voice here; there is nothing to load."""

    close = warm_up
