"""Bedrock's rerank model: InvokeModel is answered by the small model of `local.models.reranking`.

ministack's own `Rerank` does not read the question, and its answer has names that no SDK knows; the app does not call it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from local.cloud import emulator
from local.models.reranking import answered
from local.models.vectors import Embed, load_vectors

MODELS = ("cohere.rerank-",)
Answer = tuple[int, dict[str, str], bytes]
Invoke = Callable[..., Answer]
_loading = threading.Lock()


def install() -> None:
    """Serve rerank models, and leave every other call of InvokeModel as it was."""
    bedrock = emulator.part("services.bedrock_runtime")
    bedrock._invoke_model = serving(bedrock._invoke_model, bedrock._error, _vectors)


def serving(others: Invoke, error: Callable[[str, str, int], Answer], vectors: Callable[[], Embed]) -> Invoke:
    """others: answers for models of other kinds. vectors: loads the small model, when it is asked the first time."""

    def invoke(model: str, headers: Any, body: bytes) -> Answer:
        if not model.rpartition("/")[2].startswith(MODELS):
            return others(model, headers, body)
        try:
            return 200, {"Content-Type": "application/json"}, json.dumps(answered(json.loads(body), vectors())).encode()
        except (ValueError, AttributeError, TypeError) as wrong:
            status, sent, said = error(
                "ValidationException", f"Malformed input request: {wrong}, please reformat your input and try again.", 400
            )
            return status, {**sent, "x-amzn-ErrorType": "ValidationException"}, said

    return invoke


def _vectors() -> Embed:
    with _loading:
        return _loaded()


@cache
def _loaded() -> Embed:
    return load_vectors()
