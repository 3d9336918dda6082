"""Golden questions from what reviewers have decided."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from causeway.documents.ingestion.identity import document_id
from evaluation.domain_documents import DomainDocuments
from evaluation.golden import Evidence, Question, faults, parsed, plain, questions

FILE, HELD_OUT = "questions.yaml", "held_out.yaml"
WORDS = 14  # of a golden quote at most
ANSWERED = ("answered", "search-only")
TURNED_AWAY = "question-refused"


@dataclass(frozen=True)
class Export:
    """What became of decided reviews. known: questions that are golden already. refused: (request id, why) of those that cannot be."""

    added: Sequence[Question]
    known: Sequence[Question]
    refused: Sequence[tuple[str, str]]


def export(domain: Path, tenant: str, decided: Sequence[Mapping[str, Any]]) -> Export:
    """Append what reviewers have decided, as `GET /v1/reviews` lists it, to the domain's golden questions. None is added twice."""
    documents = DomainDocuments(domain)
    names = {document_id(tenant, name): name for name in documents.names(tenant)}
    there = _there(domain)
    added: list[Question] = []
    known: list[Question] = []
    refused: list[tuple[str, str]] = []
    for review in decided:
        question = golden(review, tenant, names)
        if why := list(unfit(review, question, documents)):
            refused.append((review["request_id"], "; ".join(why)))
        elif any(_same(question, other) for other in (*there, *added)):
            known.append(question)
        else:
            added.append(question)
    if added:
        append(domain / FILE, added)
    return Export(added, known, refused)


def golden(review: Mapping[str, Any], tenant: str, names: Mapping[str, str]) -> Question:
    """names: of documents by their ids; a document without one keeps its id, which no validation lets through."""
    decision = review["decision"]
    evidence = [Evidence(each["document"], each["quote"]) for each in decision["evidence"]]
    if decision["verdict"] == "right" and review["outcome"] in ANSWERED and not evidence:
        evidence = list(_cited(review, names))
    documents = {piece.document for piece in evidence}
    kind = {0: "none", 1: "single"}.get(len(documents), "multi")
    text = review["reworded"] or review["question"]
    return Question(f"{tenant}-review-{review['request_id']}", tenant, kind, text, tuple(evidence))


def unfit(review: Mapping[str, Any], question: Question, documents: DomainDocuments) -> Iterator[str]:
    """Why a decided review makes no golden question."""
    if review["outcome"] == TURNED_AWAY and not question.evidence:
        yield "the question was rightly turned away: it says nothing of the documents"
    if review["decision"]["verdict"] == "right" and review["outcome"] in ANSWERED and not question.evidence:
        yield "the answer is right, and cites nothing"
    yield from faults(question, documents)


def append(file: Path, added: Sequence[Question]) -> None:
    """Write questions behind those that are there, whose text stays as it is. Raises ValueError if the file would not read so."""
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    text = "\n".join([before.rstrip("\n"), *map(block, added)]).lstrip("\n")
    if parsed(text) != [*parsed(before), *added]:
        raise ValueError(f"{file} would not read as what was added to it")
    fresh = file.with_suffix(".writing")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)


def block(question: Question) -> str:
    """A question as domains/README.md shows it."""
    lines = ["", f"- id: {_scalar(question.id)}", f"  tenant: {_scalar(question.tenant)}", f"  kind: {question.kind}"]
    lines += [f"  question: {_quoted(question.text)}", "  answers:" if question.evidence else "  answers: []"]
    for piece in question.evidence:
        lines += [f"    - document: {_scalar(piece.document)}", f"      quote: {_quoted(piece.quote)}"]
    return "\n".join([*lines, ""])


def _cited(review: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Evidence]:
    """The first quote of each document that the answer cites."""
    first: dict[str, str] = {}
    for passage in review["passages"]:
        if passage["cited"]:
            first.setdefault(passage["document"], passage["quote"])
    for document, quote in first.items():
        yield Evidence(names.get(document, document), shortened(quote, review["answer"]))


def shortened(quote: str, said: str) -> str:
    """At most 14 words of one line of a quote: those that share most with what is said."""
    told = set(re.findall(r"\w+", said.casefold()))
    lines = [line.split() for line in quote.splitlines() if line.strip()]
    windows = [line[start : start + WORDS] for line in lines for start in range(max(1, len(line) - WORDS + 1))]
    return " ".join(max(windows, key=lambda words: len(told & set(re.findall(r"\w+", " ".join(words).casefold()))), default=[]))


def _there(domain: Path) -> list[Question]:
    return [question for file in (FILE, HELD_OUT) if (domain / file).exists() for question in questions(domain, file)]


def _same(one: Question, other: Question) -> bool:
    return one.id == other.id or (one.tenant, plain(one.text)) == (other.tenant, plain(other.text))


def _scalar(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", text) else _quoted(text)


def _quoted(text: str) -> str:
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)).strip()
