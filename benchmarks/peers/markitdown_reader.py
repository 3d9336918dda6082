"""MarkItDown: a file as Markdown."""

from collections.abc import Callable
from pathlib import Path

from markitdown import MarkItDown


def prepare() -> Callable[[Path], str]:
    converter = MarkItDown(enable_plugins=False)
    return lambda path: converter.convert_local(path).text_content
