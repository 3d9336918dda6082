"""Embeds text inside a SageMaker endpoint, as the Hugging Face inference toolkit calls it.

POST {"inputs": ["..."], "kind": "passage" | "query"} gives {"embeddings": [[1024 floats], ...], "tokens": [n, ...]}.
The toolkit answers 400 with the message of any exception raised here.
"""

import json
from typing import Any

import numpy as np
from backends import Backend, open_backend

DIMENSIONS = 1024
MOST_INPUTS = 64
KINDS = ("passage", "query")


def model_fn(model_dir: str, context: object | None = None) -> Backend:
    """The backend for the files in the model folder. Raises ValueError when its vectors exceed 1024 dimensions."""
    backend = open_backend(model_dir)
    if backend.dimensions > DIMENSIONS:
        raise ValueError(f"The model gives {backend.dimensions} dimensions; the search index takes {DIMENSIONS}.")
    return backend


def input_fn(body: str | bytes, content_type: str) -> dict[str, Any]:
    """The request as {"inputs": [...], "kind": ...}. Raises ValueError with a sentence that names the field."""
    if content_type.partition(";")[0].strip() != "application/json":
        raise ValueError(f"Content-Type is {content_type!r}; send application/json.")
    try:
        request = json.loads(body)
    except ValueError as error:
        raise ValueError(f"The body is not JSON: {error}.") from error
    if not isinstance(request, dict) or set(request) != {"inputs", "kind"}:
        raise ValueError('The body must be an object with exactly the keys "inputs" and "kind".')
    _check_inputs(request["inputs"])
    if request["kind"] not in KINDS:
        raise ValueError(f'"kind" is {request["kind"]!r}; it must be one of {", ".join(KINDS)}.')
    return request


def predict_fn(request: dict[str, Any], backend: Backend) -> dict[str, Any]:
    """Unit vectors, zero-padded to 1024 dimensions (which keeps cosine, dot product and distance), and token counts."""
    vectors, tokens = backend.embed(request["inputs"], request["kind"])
    padded = np.zeros((len(vectors), DIMENSIONS), dtype=np.float32)
    padded[:, : vectors.shape[1]] = vectors
    return {"embeddings": padded.tolist(), "tokens": tokens}


def output_fn(prediction: dict[str, Any], accept: str) -> str:
    """The prediction as JSON. Raises ValueError when the caller accepts no JSON."""
    if not any(kind in accept for kind in ("application/json", "*/*")):
        raise ValueError(f"Accept is {accept!r}; this endpoint answers application/json.")
    return json.dumps(prediction)


def _check_inputs(inputs: object) -> None:
    if not isinstance(inputs, list) or not 1 <= len(inputs) <= MOST_INPUTS:
        raise ValueError(f'"inputs" must be a list of 1 to {MOST_INPUTS} strings.')
    for position, text in enumerate(inputs):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f'"inputs[{position}]" must be a string that is not blank.')
