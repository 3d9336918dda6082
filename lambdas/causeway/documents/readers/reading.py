"""A file's bytes to its content, by the reader of its format. Each parser is imported only when a file wants it."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, Tally
from causeway.documents.readers.captions import placed
from causeway.documents.readers.decoding import decode
from causeway.documents.readers.formats import EXTENSIONS, Format, extension, format_of
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.documents.recognition import RecognisedPage
from causeway.language.form import normal
from causeway.safety.codes import hidden

TITLE_CHARACTERS = 200
_INVISIBLE = "{} words in characters that nobody sees; they were not read"
_HTML = (
    "causeway.documents.readers.html.reader",
    "causeway.documents.readers.html.charsets",
    "turbohtml.saxparse",
    "turbohtml.detect",
)
_PARSERS: dict[Format, tuple[str, ...]] = {
    "pdf": ("causeway.documents.readers.pdf.reader", "pypdfium2", "liteparse", "PIL.Image"),
    "word": ("causeway.documents.readers.word.reader", "PIL.Image"),
    "excel": ("causeway.documents.readers.excel.reader",),
    "powerpoint": ("causeway.documents.readers.powerpoint.reader", "PIL.Image"),
    "csv": ("causeway.documents.readers.delimited",),
    "mail": ("causeway.documents.readers.mail.reader", *_HTML),
    "epub": ("causeway.documents.readers.epub.reader", "PIL.Image", *_HTML),
    "html": _HTML,
    "markdown": ("causeway.documents.readers.markdown.reader", "markdown_it"),
    "bundle": ("causeway.documents.readers.bundle.reader", "markdown_it", "PIL.Image", *_HTML),
    "picture": ("causeway.documents.readers.pictures.reader", "PIL.Image", "tesserocr", "pypdfium2", "liteparse"),
}


def read(data: bytes, name: str, limits: Limits = DEFAULT, known: Sequence[RecognisedPage] = ()) -> Content:
    """What a file says, in the normal form of texts. Its title is never None: where the file has none, it is the file's name.

    known: the recognised pages that an earlier call on the same file gave; a file whose recognition took too long goes on after them.
    Raises BadDocument; the codes are listed in docs/decisions/083-bad-documents.md. Parsers raise their own exceptions
    for files that are damaged in ways they do not foresee: `causeway.documents.readers.isolation` turns those into BadDocument.
    """
    content = _normal(_read(format_of(name, data), data, limits, known))
    if content.characters() > limits.characters:
        raise BadDocument(
            "too_long",
            f"The document has {content.characters():,} characters; at most {limits.characters:,} are read. Split it into parts.",
        )
    if not content.recognition.goes_on and not any(character.isalnum() for block in content.blocks for character in block.text):
        raise BadDocument("no_text", "The document holds no text. Check that the right file was uploaded.")
    return replace(content, title=_short(content.title) or _stem(name), blocks=_with_long_title(content))


def load_parser(name: str) -> None:
    """Imports what a file of this name is read with, so that a child process need not; unknown names import nothing."""
    kind = EXTENSIONS.get(extension(name))
    for module in _PARSERS.get(kind, ()) if kind else ():
        import_module(module)


def _read(kind: Format, data: bytes, limits: Limits, known: Sequence[RecognisedPage] = ()) -> Content:
    if kind == "pdf":
        from causeway.documents.readers.pdf.reader import read_pdf

        return read_pdf(data, limits, known)
    if kind == "picture":
        from causeway.documents.readers.pictures.reader import read_picture

        return read_picture(data, limits, known)
    if kind == "word":
        from causeway.documents.readers.word.reader import read_word

        return read_word(data, limits, _read)
    if kind == "excel":
        from causeway.documents.readers.excel.reader import read_excel

        return read_excel(data, limits)
    if kind == "powerpoint":
        from causeway.documents.readers.powerpoint.reader import read_powerpoint

        return read_powerpoint(data, limits)
    if kind == "mail":
        from causeway.documents.readers.mail.reader import read_mail

        return read_mail(data, limits, _read)
    if kind == "epub":
        from causeway.documents.readers.epub.reader import read_epub

        return read_epub(data, limits)
    if kind == "csv":
        from causeway.documents.readers.delimited import read_delimited

        return read_delimited(decode(data), limits)
    if kind == "html":
        from causeway.documents.readers.html.charsets import decode_page
        from causeway.documents.readers.html.reader import read_html

        text, undecoded = decode_page(data)
        content = read_html(text, limits)
        return replace(content, report=(*undecoded, *content.report))
    if kind == "markdown":
        from causeway.documents.readers.markdown.reader import read_markdown

        return read_markdown(decode(data), limits)
    if kind == "bundle":
        from causeway.documents.readers.bundle.reader import read_bundle

        return read_bundle(data, limits)
    from causeway.documents.readers.plain import read_text

    return read_text(decode(data))


def _normal(content: Content) -> Content:
    """In the normal form, which drops invisible characters; those that spell words are counted."""
    blocks = [replace(block, text=normal(block.text)) for block in content.blocks]
    spelt = sum(any(hidden(block.text)) for block in content.blocks if not block.text.isascii())
    report = [*content.report, Tally("hidden text", 0, spelt, _INVISIBLE.format(_counted(spelt)))] if spelt else content.report
    kept = placed(blocks, {picture.id for picture in content.pictures})
    return replace(content, title=normal(content.title or "") or None, blocks=kept, report=report)


def _counted(spelt: int) -> str:
    return "1 paragraph holds" if spelt == 1 else f"{spelt:,} paragraphs hold"


def _with_long_title(content: Content) -> Sequence[Block]:
    """The blocks; before them, as text, a title that is too long to be kept whole and that no block holds."""
    title = " ".join((content.title or "").split())
    if len(title) <= TITLE_CHARACTERS or any(title in " ".join(block.text.split()) for block in content.blocks):
        return content.blocks
    return [Block("text", title, page=content.blocks[0].page), *content.blocks]


def _short(title: str | None) -> str:
    words = " ".join((title or "").split())
    return words if len(words) <= TITLE_CHARACTERS else words[:TITLE_CHARACTERS].rsplit(" ", 1)[0]


def _stem(name: str) -> str:
    return normal(name).rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " ").replace("-", " ").strip() or name
