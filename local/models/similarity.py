"""How near texts are in meaning, by the small word vectors that ship in the package wordllama."""

from collections.abc import Callable, Sequence
from pathlib import Path

Similarity = Callable[[str, Sequence[str]], Sequence[float]]


def load_similarity() -> Similarity:
    """A function from a question and texts to the cosine of each with the question."""
    import wordllama
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    package = Path(wordllama.__file__).parent
    weights = load_file(package / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    model = WordLlamaInference(weights, Tokenizer.from_file(str(package / "tokenizers" / "l2_supercat_tokenizer_config.json")))

    def similarity(question: str, texts: Sequence[str]) -> Sequence[float]:
        vectors = model.embed([question, *texts], norm=True)
        return [float(cosine) for cosine in vectors[1:] @ vectors[0]]

    return similarity
