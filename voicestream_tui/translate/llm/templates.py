"""How families of chat models want a conversation written, told by the marks they know.

After the chat templates that the published models carry: Qwen 2.5 and 3 (ChatML), Llama 3, Gemma
2 and 3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from voicestream_tui.translate.llm.prompt import Message


@dataclass(frozen=True, slots=True)
class Template:
    """The marks around the turns of a conversation."""

    family: str
    marks: tuple[str, ...]
    """Those by which the family is known; nothing that is translated may hold them."""
    start: str
    turn: str
    """With {role} and {text}."""
    reply: str
    """Begins the model's own turn."""
    ends: tuple[str, ...]
    assistant: str = "assistant"
    """What the family calls itself."""
    has_system: bool = True

    def write(self, turns: Sequence[Message], *, reply: bool = True) -> str:
        """Write turns from the beginning of a conversation on.

        Args:
            turns: those so far.
            reply: the model is to speak next.
        """
        written = [self.start]
        system = ""
        for turn in turns:
            text = self.harmless(turn.text)
            if turn.role == "system" and not self.has_system:
                system = f"{text}\n\n"
                continue
            role = self.assistant if turn.role == "assistant" else turn.role
            written.append(self.turn.format(role=role, text=system + text))
            system = ""
        return "".join([*written, self.reply if reply else ""])

    def harmless(self, text: str) -> str:
        """A text whose marks, if it has any, end no turn."""
        for mark in (*self.marks, *self.ends):
            text = text.replace(mark, f"{mark[0]} {mark[1:]}")
        return text


_CHATML = Template(
    family="Qwen 2.5",
    marks=("<|im_start|>", "<|im_end|>"),
    start="",
    turn="<|im_start|>{role}\n{text}<|im_end|>\n",
    reply="<|im_start|>assistant\n",
    ends=("<|im_end|>", "<|endoftext|>"),
)
_QWEN_3 = Template(
    family="Qwen 3",
    marks=(*_CHATML.marks, "<think>", "</think>"),
    start="",
    turn=_CHATML.turn,
    reply=_CHATML.reply + "<think>\n\n</think>\n\n",  # it has thought already
    ends=_CHATML.ends,
)
_LLAMA_3 = Template(
    family="Llama 3",
    marks=("<|start_header_id|>", "<|end_header_id|>", "<|begin_of_text|>"),
    start="<|begin_of_text|>",
    turn="<|start_header_id|>{role}<|end_header_id|>\n\n{text}<|eot_id|>",
    reply="<|start_header_id|>assistant<|end_header_id|>\n\n",
    ends=("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"),
)
_GEMMA = Template(
    family="Gemma",
    marks=("<start_of_turn>", "<end_of_turn>", "<bos>"),
    start="<bos>",
    turn="<start_of_turn>{role}\n{text}<end_of_turn>\n",
    reply="<start_of_turn>model\n",
    ends=("<end_of_turn>", "<eos>"),
    assistant="model",
    has_system=False,
)
FAMILIES = (_QWEN_3, _CHATML, _LLAMA_3, _GEMMA)
"""The first one whose marks a model knows is its own."""


def template_of(vocabulary: Collection[str]) -> Template | None:
    """The template of a model with these tokens; None if it is of no family known here."""
    return next((f for f in FAMILIES if all(mark in vocabulary for mark in f.marks)), None)
