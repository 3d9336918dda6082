"""Texts as vectors of meaning, by the small word vectors that ship in the package wordllama."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Embed = Callable[[Sequence[str]], "np.ndarray"]
MOST_KEPT = 50_000  # rows of 1 KB


def load_vectors() -> Embed:
    """A function from texts to one row of length 1 for each, so that a product of two rows is their cosine."""
    import wordllama
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    package = Path(wordllama.__file__).parent
    weights = load_file(package / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    model = WordLlamaInference(weights, Tokenizer.from_file(str(package / "tokenizers" / "l2_supercat_tokenizer_config.json")))
    return kept(lambda texts: model.embed(list(texts), norm=True))


def kept(embed: Embed) -> Embed:
    """The same function, which remembers: words and passages come again with the next question."""
    import numpy as np

    rows: dict[str, np.ndarray] = {}

    def remembering(texts: Sequence[str]) -> np.ndarray:
        mine = {text: rows.get(text) for text in texts}
        new = [text for text, row in mine.items() if row is None]
        if new:
            mine |= zip(new, embed(new), strict=True)
            if len(rows) > MOST_KEPT:
                rows.clear()
            rows.update((text, mine[text]) for text in new)
        return np.stack([mine[text] for text in texts])

    return remembering
