"""What the user has answered so far, question by question."""

from __future__ import annotations

from collections.abc import Sequence

from voicestream_tui.model import Question


class QuestionSheet:
    """One question at a time; the choice after the last option is a text of the user's own."""

    def __init__(self, questions: Sequence[Question]) -> None:
        """Begin with the first question.

        Args:
            questions: At least one.
        """
        self._questions = questions
        self._marks: list[set[int]] = [set() for _ in questions]
        self._others = [""] * len(questions)
        self._at = 0

    @property
    def count(self) -> int:
        return len(self._questions)

    @property
    def number(self) -> int:
        """Of the question at hand, from 1."""
        return self._at + 1

    @property
    def question(self) -> Question:
        return self._questions[self._at]

    @property
    def choices(self) -> int:
        """How many lines there are to choose from."""
        return len(self.question.options) + 1

    @property
    def other(self) -> str:
        """The user's own answer."""
        return self._others[self._at]

    @property
    def first_marked(self) -> int:
        """The first line that is chosen; the first of all if none is."""
        return min(self._marks[self._at], default=len(self.question.options) if self.other else 0)

    def marked(self, index: int) -> bool:
        if index == len(self.question.options):
            return bool(self.other)
        return index in self._marks[self._at]

    def mark(self, index: int) -> None:
        """Choose an option; of several that may be chosen, also take it back."""
        marks = self._marks[self._at]
        if self.question.multiple:
            marks ^= {index}
        else:
            marks.clear()
            marks.add(index)
            self._others[self._at] = ""

    def write(self, text: str) -> None:
        """Answer in the user's own words; empty takes that back."""
        self._others[self._at] = text
        if text and not self.question.multiple:
            self._marks[self._at].clear()

    @property
    def answered(self) -> bool:
        return bool(self._marks[self._at] or self.other)

    def back(self) -> bool:
        """Go to the question before; False if there is none."""
        if self._at == 0:
            return False
        self._at -= 1
        return True

    def forward(self) -> bool:
        """Go to the next question; False after the last."""
        if self._at + 1 == len(self._questions):
            return False
        self._at += 1
        return True

    @property
    def answers(self) -> dict[str, str]:
        """Of each question's text, the labels joined by ", "."""
        found: dict[str, str] = {}
        for question, marks, other in zip(self._questions, self._marks, self._others, strict=True):
            labels = [question.options[index].label for index in sorted(marks)]
            found[question.text] = ", ".join([*labels, *([other] if other else [])])
        return found
