"""The models that the embedding endpoint can serve; the files in the model folder decide which one it serves."""

import json
from pathlib import Path
from typing import Any, Protocol

import numpy as np

BGE_QUERY_PREFIX = "Represent this sentence for searching relevant passages: "


class Backend(Protocol):
    """Texts to unit vectors."""

    dimensions: int

    def embed(self, texts: list[str], kind: str) -> tuple[np.ndarray, list[int]]:
        """An array of shape (texts, dimensions), rows of length 1, and the tokens read of each text."""


def open_backend(model_dir: str) -> Backend:
    """Raises ValueError when the folder holds neither a transformers model nor a `wordllama` folder."""
    folder = Path(model_dir)
    if (folder / "wordllama").is_dir():
        return TokenVectors.open(folder / "wordllama")
    if (folder / "config.json").is_file():
        return SentenceEncoder.open(folder)
    raise ValueError(f"{folder} holds no config.json of a transformers model and no wordllama folder.")


class TokenVectors:
    """The mean of one fixed vector per token (WordLlama): no attention, no limit on length, 0.2 ms a text."""

    def __init__(self, table: np.ndarray, tokenizer: Any) -> None:
        self.table, self.tokenizer = np.ascontiguousarray(table, dtype=np.float32), tokenizer
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.dimensions = self.table.shape[1]

    @classmethod
    def open(cls, folder: Path) -> "TokenVectors":
        """folder: tokenizer.json and weights.safetensors with one tensor, `embedding.weight`, (tokens, dimensions)."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        return cls(load_file(folder / "weights.safetensors")["embedding.weight"], Tokenizer.from_file(str(folder / "tokenizer.json")))

    def embed(self, texts: list[str], kind: str) -> tuple[np.ndarray, list[int]]:
        encodings = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        ids = [np.clip(np.array(encoding.ids, dtype=np.int64), 0, len(self.table) - 1) for encoding in encodings]
        vectors = np.stack([self.table[row].mean(axis=0) if len(row) else np.zeros(self.dimensions) for row in ids])
        return normalized(vectors), [len(row) for row in ids]


class SentenceEncoder:
    """A transformers encoder such as BGE-large-en-v1.5; texts past its limit (512 tokens) are cut."""

    def __init__(self, model: Any, tokenizer: Any, torch: Any, pooling: str) -> None:
        self.model, self.tokenizer, self.torch, self.pooling = model, tokenizer, torch, pooling
        self.dimensions = int(model.config.hidden_size)
        self.limit = int(model.config.max_position_embeddings)

    @classmethod
    def open(cls, folder: Path) -> "SentenceEncoder":
        import torch
        from transformers import AutoModel, AutoTokenizer

        on_gpu = torch.cuda.is_available()
        model = AutoModel.from_pretrained(folder, local_files_only=True).eval().to("cuda" if on_gpu else "cpu")
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        return cls(model.half() if on_gpu else model, tokenizer, torch, pooling_of(folder))

    def embed(self, texts: list[str], kind: str) -> tuple[np.ndarray, list[int]]:
        prefixed = [BGE_QUERY_PREFIX + text for text in texts] if kind == "query" else texts
        batch = self.tokenizer(prefixed, padding=True, truncation=True, max_length=self.limit, return_tensors="pt")
        with self.torch.inference_mode():
            hidden = self.model(**batch.to(self.model.device)).last_hidden_state.float().cpu().numpy()
        mask = batch["attention_mask"].cpu().numpy()
        return normalized(pooled(hidden, mask, self.pooling)), mask.sum(axis=1).tolist()


def pooling_of(folder: Path) -> str:
    """ "cls" or "mean", as the model's own sentence-transformers configuration says; BGE's is "cls"."""
    configuration = folder / "1_Pooling" / "config.json"
    if configuration.is_file() and json.loads(configuration.read_text()).get("pooling_mode_mean_tokens"):
        return "mean"
    return "cls"


def pooled(hidden: np.ndarray, mask: np.ndarray, pooling: str) -> np.ndarray:
    """One vector a text. hidden: (texts, tokens, dimensions); mask: (texts, tokens), 1 where a token is real."""
    if pooling == "cls":
        return hidden[:, 0]
    weights = mask[:, :, None].astype(hidden.dtype)
    means: np.ndarray = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return means


def normalized(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths == 0, 1, lengths)
