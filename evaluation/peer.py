"""LangChain's EnsembleRetriever over the same passages and vectors, in an environment of its own (`make bench-peers`)."""

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from benchmarks import peers
from benchmarks.measure import version
from evaluation.corpora import Corpus
from evaluation.laboratory import Laboratory
from evaluation.ranking import Ranked, rank

SCRIPT = peers.REQUIREMENTS / "langchain_ensemble.py"
SPLITS = {"plain": "split at spaces", "lower": "lower case"}


def ensembles(corpus: Corpus, laboratory: Laboratory) -> dict[str, Ranked]:
    """Ranks by the peer's name. Raises Unavailable when it is not installed."""
    python = peers.interpreter("retrieval")
    found = _asked(python, corpus, laboratory)
    name = version(python, "langchain-classic")
    return {
        f"{name} ensemble, {split}": Ranked(
            [rank(question, sources) for question, sources in zip(corpus.questions, found[key], strict=True)]
        )
        for key, split in SPLITS.items()
    }


def _asked(python: Path, corpus: Corpus, laboratory: Laboratory) -> Mapping[str, list[list[str]]]:
    texts = [question.text for question in corpus.questions]
    vectors = laboratory.library.embedded(texts)
    with tempfile.TemporaryDirectory() as folder:
        passages, questions = Path(folder) / "passages.jsonl", Path(folder) / "questions.jsonl"
        _write(passages, laboratory.library.stored(corpus.name))
        _write(questions, ({"question": text, "embedding": vector} for text, vector in zip(texts, vectors, strict=True)))
        done = subprocess.run([str(python), str(SCRIPT), str(passages), str(questions)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{SCRIPT.name} failed:\n{done.stderr}")
    found: Mapping[str, list[list[str]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _write(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with file.open("wb") as lines:
        lines.writelines(to_json(row) + b"\n" for row in rows)
