"""Questions that are put to the whole app, each with what would be right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from causeway.conversations.rewriting import standalone
from causeway.language.form import normal
from evaluation.conversations import mt_rag
from evaluation.corpora import Corpus, File, articles, paragraphs, read_json, squad
from evaluation.golden import Evidence, questions
from local.settings import ROOT

Kind = Literal["answered", "elsewhere", "unanswerable", "underspecified", "told"]
SAMPLE_DOMAIN = ROOT / "domains" / "bookshop"
KINDS: Mapping[str, Kind] = {"UNANSWERABLE": "unanswerable", "UNDERSPECIFIED": "underspecified"}


@dataclass(frozen=True)
class Posed:
    """tenant: the corpus that is asked.

    kind: "answered" by one of the spans, or by all the evidence; asked "elsewhere", of documents about other things; "unanswerable" or
    "underspecified", as the set's people say; "told": answered, and no program can tell an answer that is right.
    """

    id: str
    set: str
    tenant: str
    text: str
    kind: Kind
    spans: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Put:
    """Corpora, and what is asked of them."""

    corpora: Sequence[Corpus]
    questions: Sequence[Posed]


def put(data: Path) -> Put:
    """The golden questions, and those of the sets that are there: `xquad`, `jsquad`, `mt_rag`."""
    parts = [golden()]
    parts += [paragraph_questions(data / name) for name in ("xquad", "jsquad") if (data / name).is_dir()]
    if (data / "mt_rag").is_dir():
        parts.append(conversation_questions(data / "mt_rag"))
        parts.append(Put((), list(_elsewhere(parts))))
    return Put([corpus for part in parts for corpus in part.corpora], [question for part in parts for question in part.questions])


def golden() -> Put:
    """Both files of golden questions, over the documents of the sample domain."""
    asked = [question for file in ("questions.yaml", "held_out.yaml") for question in questions(SAMPLE_DOMAIN, file)]
    posed = [
        Posed(each.id, "golden", each.tenant, each.text, "answered" if each.evidence else "unanswerable", evidence=each.evidence)
        for each in asked
    ]
    folders = sorted(folder for folder in (SAMPLE_DOMAIN / "documents").iterdir() if folder.is_dir())
    return Put([Corpus(folder.name, tuple(_files(folder)), ()) for folder in folders], posed)


def _files(folder: Path) -> Iterator[File]:
    for file in sorted(folder.rglob("*.*")):
        yield File(file.relative_to(folder).as_posix(), file.read_bytes())


def paragraph_questions(folder: Path) -> Put:
    """SQuAD's format: a question, and the words of its paragraph that answer it."""
    corpora = squad(folder)
    posed = [
        Posed(f"{corpus.name}/{entry['id']}", folder.name, corpus.name, normal(entry["question"]), "answered", _texts(entry))
        for corpus, file in zip(corpora, sorted(folder.glob("*.json*")), strict=True)
        for paragraph in paragraphs(articles(file))
        for entry in paragraph["qas"]
    ]
    return Put(corpora, posed)


def _texts(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(answer["text"] for answer in entry["answers"]))


def conversation_questions(folder: Path) -> Put:
    """Each conversation's last question, as the app searches for it."""
    corpus, _ = mt_rag(folder)
    posed = []
    for task in read_json(folder / "tasks.json.gz"):
        text = ""
        for turn in task["input"]:
            text = standalone(normal(turn["text"]), text) if turn["speaker"] == "user" else text
        posed.append(Posed(task["task_id"], "mt_rag", corpus.name, text, KINDS.get(task["answerability"][0], "told")))
    return Put([corpus], posed)


def _elsewhere(parts: Sequence[Put]) -> Iterator[Posed]:
    """English questions about paragraphs, asked of the conversations' documents, which are about other things."""
    for part in parts:
        for each in part.questions:
            if each.tenant == "xquad-en":
                yield Posed(f"{each.id}-elsewhere", "elsewhere", "mt_rag", each.text, "elsewhere")


def spread(several: Sequence[Posed], most: int) -> list[Posed]:
    """At most this many, as far apart as they can be."""
    return [several[place * len(several) // most] for place in range(most)] if len(several) > most else list(several)
