"""Public data sets, by folder. Nothing of them is in this tree; `SETS` says where a user gets each."""

import gzip
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from causeway.language.form import normal

SETS: Mapping[str, str] = {
    "aws_documentation": "siagholami/aws-documentation at 2d06ee90, CC BY 4.0",
    "xquad": "google-deepmind/xquad at 7d30520c, CC BY-SA 4.0",
    "jsquad": "yahoojapan/JGLUE at 6f071c09, CC BY-SA 4.0",
    "mt_rag": "IBM/mt-rag-benchmark at cc5b1d48, Apache 2.0",
}


@dataclass(frozen=True)
class File:
    """A document as a user would upload it; the extension of its name says its format."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Asked:
    """A question, and the names of the documents that answer it; none: no document does."""

    text: str
    documents: frozenset[str]


@dataclass(frozen=True)
class Corpus:
    """A tenant's documents, and what is asked about them."""

    name: str
    files: tuple[File, ...]
    questions: tuple[Asked, ...]


def aws_documentation(folder: Path) -> Corpus:
    """Guides of AWS in Markdown (documents.tar.xz) and customers' questions (questions.json)."""
    entries = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    asked = tuple(Asked(entry["question"], frozenset(entry["documents"])) for entry in entries)
    return Corpus("aws_documentation", tuple(_archived(folder / "documents.tar.xz")), asked)


def _archived(archive: Path) -> Iterator[File]:
    with tarfile.open(archive) as held:
        for member in held:
            if member.isfile() and (stream := held.extractfile(member)):
                yield File(member.name.removeprefix("./"), stream.read())


def squad(folder: Path) -> list[Corpus]:
    """One corpus for each file of SQuAD's format, named by its language: every paragraph is a document that answers its questions."""
    return [_paragraphs(file) for file in sorted(folder.glob("*.json*"))]


def _paragraphs(file: Path) -> Corpus:
    named = {f"{number:04d}.txt": paragraph for number, paragraph in enumerate(paragraphs(articles(file)))}
    files = tuple(File(name, paragraph["context"].encode()) for name, paragraph in named.items())
    asked = tuple(Asked(normal(entry["question"]), frozenset({name})) for name, each in named.items() for entry in each["qas"])
    return Corpus(f"{file.parent.name}-{file.name.partition('.')[0]}", files, asked)


def articles(file: Path) -> list[Mapping[str, Any]]:
    """Those of a file of SQuAD's format."""
    held = read_json(file)
    return held if isinstance(held, list) else held["data"]


def paragraphs(several: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [paragraph for article in several for paragraph in article["paragraphs"]]


def read_json(file: Path) -> Any:
    """A JSON file, gzipped if its name ends so."""
    return json.loads(gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes())
