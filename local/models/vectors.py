"""Turns texts into vectors of their meaning, with the small word vectors of the package wordllama."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

Matrix: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
Embed = Callable[[Sequence[str]], Matrix]
MAX_KEPT = 50_000  # rows of 1 KB


def load_vectors() -> Embed:
    """A function that turns each text into a row of length 1; the product of two rows is their cosine."""
    import wordllama
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    package = Path(wordllama.__file__).parent
    weights = load_file(package / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    model = WordLlamaInference(weights, Tokenizer.from_file(str(package / "tokenizers" / "l2_supercat_tokenizer_config.json")))
    return kept(lambda texts: model.embed(list(texts), norm=True))


def kept(embed: Embed) -> Embed:
    """The same function with a memory: words and passages often return with the next question."""
    import numpy as np

    rows: dict[str, Matrix] = {}

    def remembering(texts: Sequence[str]) -> Matrix:
        mine = {text: rows[text] for text in texts if text in rows}
        if new := list(dict.fromkeys(text for text in texts if text not in mine)):
            fresh = dict(zip(new, embed(new), strict=True))
            if len(rows) > MAX_KEPT:
                rows.clear()
            rows.update(fresh)
            mine |= fresh
        return np.stack([mine[text] for text in texts])

    return remembering
