"""LangChain's EnsembleRetriever over given passages and vectors: `python langchain_ensemble.py PASSAGES QUESTIONS`.

PASSAGES: JSON lines of {"source", "text", "embedding"}. QUESTIONS: JSON lines of {"question", "embedding"}.
Prints {"plain": [[source, ...], ...], "lower": ...} as JSON: for each question the sources of the passages found, best first.
"plain": BM25 with LangChain's own splitting at spaces; "lower": with words in lower case, as its documentation advises.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import Embeddings

Row = dict[str, Any]
RESULTS = 20
WEIGHTS = [0.5, 0.5]


class Given(Embeddings):  # type: ignore[misc]
    """Vectors that were made before."""

    def __init__(self, vectors: dict[str, list[float]]) -> None:
        self._vectors = vectors

    def embed_query(self, text: str) -> list[float]:
        return self._vectors[text]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self._vectors[text] for text in texts]


def lines(file: str) -> Iterator[Row]:
    with open(file, encoding="utf-8") as held:
        for line in held:
            yield json.loads(line)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def main() -> None:
    texts, metadata, vectors = [], [], []
    for passage in lines(sys.argv[1]):
        texts.append(passage["text"])
        metadata.append({"source": passage["source"]})
        vectors.append(np.array(passage["embedding"], dtype=np.float32))
    asked = list(lines(sys.argv[2]))
    given = Given({each["question"]: each["embedding"] for each in asked})
    near = FAISS.from_embeddings(zip(texts, vectors, strict=True), given, metadatas=metadata).as_retriever(search_kwargs={"k": RESULTS})
    print(json.dumps({name: found(texts, metadata, near, split, asked) for name, split in (("plain", str.split), ("lower", words))}))


def found(texts: list[str], metadata: list[Row], near: object, split: Callable[[str], list[str]], asked: list[Row]) -> list[list[str]]:
    by_words = BM25Retriever.from_texts(texts, metadatas=metadata, preprocess_func=split, k=RESULTS)
    both = EnsembleRetriever(retrievers=[by_words, near], weights=WEIGHTS)
    return [[document.metadata["source"] for document in both.invoke(each["question"])] for each in asked]


if __name__ == "__main__":
    main()
