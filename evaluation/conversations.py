"""Conversations of the set mt_rag: what was asked before the last question, and the passages that answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from causeway.conversations.rewriting import standalone
from evaluation.corpora import Asked, Corpus, File, read_json

ANSWERED = {"ANSWERABLE", "PARTIAL"}


@dataclass(frozen=True)
class Conversation:
    """questions: of the user, in order; the last one is asked now. kind: the set's own word, such as "Follow-up"."""

    questions: Sequence[str]
    documents: frozenset[str]
    kind: str

    @property
    def alone(self) -> Asked:
        return Asked(self.questions[-1], self.documents)

    @property
    def rewritten(self) -> Asked:
        """The last question as the app searches for it: each question is put together with the one before, where it follows it."""
        text = ""
        for question in self.questions:
            text = standalone(question, text)
        return Asked(text, self.documents)

    @property
    def whole(self) -> Asked:
        """All questions as one."""
        return Asked(" ".join(self.questions), self.documents)


def mt_rag(folder: Path) -> tuple[Corpus, list[Conversation]]:
    """Every passage that the tasks give is a document; conversations with at least two questions whose last one is answered."""
    tasks: list[Mapping[str, Any]] = read_json(folder / "tasks.json.gz")
    given = {_name(context): context["text"] for task in tasks for context in task["contexts"]}
    corpus = Corpus("mt_rag", tuple(File(name, text.encode()) for name, text in given.items()), ())
    return corpus, [conversation for task in tasks if (conversation := _conversation(task)) is not None]


def _conversation(task: Mapping[str, Any]) -> Conversation | None:
    asked = [turn["text"] for turn in task["input"] if turn["speaker"] == "user"]
    if len(asked) < 2 or not task["contexts"] or not ANSWERED & set(task["answerability"]):
        return None
    return Conversation(asked, frozenset(map(_name, task["contexts"])), task["Multi-Turn"][0])


def _name(context: Mapping[str, Any]) -> str:
    return f"{context['document_id']}.txt"
