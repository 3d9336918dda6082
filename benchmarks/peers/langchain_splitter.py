"""LangChain's recursive splitter, sized by the embedding model's tokenizer as its documentation has it; Markdown by its Markdown form."""

from collections.abc import Callable
from pathlib import Path

from langchain_text_splitters import MarkdownTextSplitter, RecursiveCharacterTextSplitter
from plain import text_of
from transformers import PreTrainedTokenizerFast


def prepare(tokenizer_file: str, tokens: str, overlap: str) -> Callable[[Path], int]:
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=tokenizer_file, model_max_length=10**9)
    sizes = {"chunk_size": int(tokens), "chunk_overlap": int(overlap)}
    plain = RecursiveCharacterTextSplitter.from_huggingface_tokenizer(tokenizer, **sizes)
    markdown = MarkdownTextSplitter.from_huggingface_tokenizer(tokenizer, **sizes)
    return lambda path: len((markdown if path.suffix == ".md" else plain).split_text(text_of(path)))
