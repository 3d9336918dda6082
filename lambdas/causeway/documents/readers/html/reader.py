"""HTML to blocks: the text of a page, and a report of what else is on it. See docs/decisions/124-html.md."""

from collections.abc import Sequence

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, Tally
from causeway.documents.readers.album import Album
from causeway.documents.readers.html.furniture import text_of, whole_of
from causeway.documents.readers.html.line import Keep, Seen, flat
from causeway.documents.readers.html.tree import Page
from causeway.documents.readers.html.walk import Walk
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.language.detection import named_language

_SCRIPTED = 1_000  # characters of script, from which a page with few words of its own is taken to be written by them
_FEW = 200
_UNWRITTEN = 1_500  # characters that such a page is taken to lack


def read_html(text: str, limits: Limits = DEFAULT) -> Content:
    """Blocks of a page, with the pictures that it holds itself. Its title is its only h1, else its <title>.

    Raises BadDocument no_text or one_long_line.
    """
    text, album = text.replace("\f", " "), Album(limits)
    content = _read(Page(text), furniture=True, keep=album.of_address)
    if not content.characters():
        content = read_fragment(text)
    content = album.put_into(content)
    if not any(character.isalnum() for block in content.blocks for character in block.text):
        reasons = " ".join(tally.why for tally in content.report)
        raise BadDocument("no_text", f"The page holds no text. {reasons or 'Check that the right file was uploaded.'}")
    _check(content.blocks, limits.line)
    return content


def read_fragment(text: str, keep: Keep | None = None) -> Content:
    """As `read_html` for text in HTML that is no page: nothing in it is furniture, and it may be empty.

    keep: keeps the picture at an address; its album is the caller's.
    """
    return _read(Page(text), furniture=False, keep=keep)


def _read(page: Page, furniture: bool, keep: Keep | None) -> Content:
    roots, left_out = (text_of if furniture else whole_of)(page)
    seen = Seen(keep)
    blocks = [block for root in roots for block in Walk(root, seen).blocks()]
    titles = [block.text for block in blocks if block.kind == "heading" and block.level == 1]
    report = (*_pictures(seen), *left_out, *_objects(seen), *_scripts(page, blocks))
    return Content(titles[0] if len(titles) == 1 else _title(page), blocks, _language(page), report)


def _title(page: Page) -> str | None:
    title = page.first.get("title")
    text = flat(title, Seen()) if title else ""
    return (flat(Page(text).root, Seen()) if "<" in text else text) or None


def _language(page: Page) -> str | None:
    named = (page.first.get(tag) for tag in ("html", "body", "main"))
    values = (element.attrs.get("lang", "") or element.attrs.get("xml:lang", "") for element in named if element)
    return next((code for value in values if (code := named_language(value))), None)


def _pictures(seen: Seen) -> list[Tally]:
    if not seen["told"] + seen["untold"]:
        return []
    why = f"{_counted(seen['untold'], 'picture has', 'pictures have')} no alternative text, and text in pictures is not read."
    return [Tally("pictures", seen["told"], seen["untold"], why if seen["untold"] else "", seen["drawn"])]


def _objects(seen: Seen) -> list[Tally]:
    tallies = []
    if seen["objects"]:
        why = f"{_counted(seen['objects'], 'frame, video or the like is', 'frames, videos and the like are')} not read."
        tallies.append(Tally("objects", 0, seen["objects"], why))
    if seen["controls"]:
        why = f"{_counted(seen['controls'], 'button or selection list', 'buttons or selection lists')} beside the text are left out."
        tallies.append(Tally("fields", 0, seen["controls"], why))
    return tallies


def _scripts(page: Page, blocks: Sequence[Block]) -> list[Tally]:
    if page.scripts < _SCRIPTED or sum(len(block.text) for block in blocks) >= _FEW:
        return []
    why = "Scripts write this page in a browser, and they are not run. Open it there and save it as a PDF, or as a complete page."
    return [Tally("objects", 0, 1, why, _UNWRITTEN)]


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _check(blocks: Sequence[Block], most: int) -> None:
    """Minified pages are accepted: their elements mark where paragraphs end. Without such elements nothing does."""
    longest = max((len(line) for block in blocks if len(block.text) > most for line in block.text.split("\n")), default=0)
    if longest > most:
        raise BadDocument(
            "one_long_line",
            f"The page is one line of {longest:,} characters without paragraphs or headings. Save it with its paragraphs, each in a <p>.",
        )
