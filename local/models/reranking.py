"""How well whole passages answer a question, by the sentence of each that answers it best.

    python -m local.models.reranking --port PORT

POST / takes {query, documents} as Cohere Rerank does on Bedrock, and answers {results: [{index, relevance_score}]}, the best first.
A document is a passage as the app writes it: title, headings and text, on a line of their own each.
"""

import json
from collections.abc import Sequence
from typing import Any

from local.loopback import Handler, Server
from local.models.relevance import scores
from local.models.sentences import PromptPassage, sentences
from local.models.serving import port_argument
from local.models.vectors import Embed, load_vectors

MAX_DOCUMENTS = 1000


def relevance(question: str, documents: Sequence[str], embed: Embed) -> list[float]:
    """One number for each document, 0 to 1; 0 for one without a sentence."""
    found = [sentence for number, document in enumerate(documents) for sentence in sentences(_passage(number, document))]
    best = [0.0] * len(documents)
    for sentence, score in zip(found, scores(question, found, embed) if found else [], strict=True):
        best[sentence.number] = max(best[sentence.number], float(score))
    return best


def _passage(number: int, document: str) -> PromptPassage:
    title, _, rest = document.partition("\n")
    headings, _, text = rest.partition("\n")
    return PromptPassage(number, f"{title} {headings}", text) if text else PromptPassage(number, "", document)


def answered(request: Any, embed: Embed) -> dict[str, Any]:
    """The body of the model's answer. Raises ValueError, with what Bedrock says to it, for a body that Rerank 3.5 refuses."""
    question, documents = request.get("query"), request.get("documents")
    if not isinstance(question, str) or not question:
        raise ValueError("#: required key [query] not found")
    if not isinstance(documents, list) or not 1 <= len(documents) <= MAX_DOCUMENTS or not all(isinstance(each, str) for each in documents):
        raise ValueError(f"#/documents: 1 to {MAX_DOCUMENTS} strings")
    if request.get("api_version", 1) < 2:
        raise ValueError("#/api_version: 1 is not greater or equal to 2")
    ranked = sorted(enumerate(relevance(question, documents, embed)), key=lambda each: -each[1])
    return {"results": [{"index": place, "relevance_score": score} for place, score in ranked[: request.get("top_n", len(ranked))]]}


def rerank_server(port: int, embed: Embed) -> Server:
    """A server, not yet serving; GET answers when it is ready."""

    class Rerank(Handler):
        def do_GET(self) -> None:
            self.answer(200, b"{}")

        def do_POST(self) -> None:
            try:
                self.answer(200, json.dumps(answered(json.loads(self.body()), embed)).encode())
            except (ValueError, AttributeError, TypeError) as error:
                self.answer(400, json.dumps({"message": str(error)}).encode())

    return Server(port, Rerank)


if __name__ == "__main__":
    rerank_server(port_argument(__doc__), load_vectors()).serve_forever()
