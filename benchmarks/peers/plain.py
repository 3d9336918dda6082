"""What every peer's splitter is given: the text of a file, with an HTML page's markup already gone, and the tokenizer."""

from collections.abc import Callable
from pathlib import Path

from tokenizers import Tokenizer


def text_of(path: Path) -> str:
    """The file's text; of HTML the text between tags, by lxml (the fastest way a peer could have chosen)."""
    content = Path(path).read_text(encoding="utf-8")
    if path.suffix != ".html":
        return content
    from lxml import html

    return str(html.fromstring(content.encode()).text_content())


def token_ids(tokenizer_file: str) -> Callable[[str], list[int]]:
    """A function of a text: its tokens' ids, special ones apart, however long it is."""
    tokenizer = Tokenizer.from_file(tokenizer_file)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids
