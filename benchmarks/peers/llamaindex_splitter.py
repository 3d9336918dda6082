"""LlamaIndex's sentence splitter, sized by the embedding model's tokens."""

from collections.abc import Callable
from pathlib import Path

from llama_index.core.node_parser import SentenceSplitter
from plain import text_of, token_ids


def prepare(tokenizer_file: str, tokens: str, overlap: str) -> Callable[[Path], int]:
    splitter = SentenceSplitter(chunk_size=int(tokens), chunk_overlap=int(overlap), tokenizer=token_ids(tokenizer_file))
    return lambda path: len(splitter.split_text(text_of(path)))
