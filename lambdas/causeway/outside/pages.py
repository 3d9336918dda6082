"""Reads a page of the web as a document is read: its text, without what nobody sees, and what was left out of it."""

from urllib.parse import urljoin

from causeway.agents.outside import Pages
from causeway.agents.places import Forbidden, Place
from causeway.agents.tool import Refused
from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.isolation import read_isolated
from causeway.documents.readers.limits import Limits
from causeway.outside.exchange import Reply, Request, Sends
from causeway.runtime.deadlines import Deadline

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
ENDINGS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "text/markdown": "md",
    "text/plain": "txt",
    "text/csv": "txt",
    "application/json": "txt",
}
ACCEPTED = ", ".join(ENDINGS)
MEMORY = 600 * 1024 * 1024


def read_page(exchange: Sends, pages: Pages, place: Place, deadline: Deadline) -> str:
    """Its title, address and text. Raises Refused and Unanswered."""
    for _ in range(MOST_REDIRECTS + 1):
        reply = exchange.send(Request("GET", place, {"Accept": ACCEPTED}), deadline)
        if reply.status not in REDIRECTS:
            return _text(place, reply, deadline)
        place = _forwarded(pages, place, reply)
    raise Refused(f"{place.host} forwards from one page to the next. The page was not read.")


def _forwarded(pages: Pages, place: Place, reply: Reply) -> Place:
    to = reply.headers.get("location", "")
    try:
        return pages.allowed.checked(urljoin(str(place), to).partition("#")[0])
    except Forbidden as error:
        raise Refused(f"{place} forwards to another page, which is not read: {error}.") from None
    except ValueError:
        raise Refused(f"{place} forwards to what is no address.") from None


def _text(place: Place, reply: Reply, deadline: Deadline) -> str:
    if reply.status in (404, 410):
        raise Refused(f"There is no page {place}.")
    if reply.status != 200:
        raise Refused(f"{place.host} answered with status {reply.status} instead of the page.")
    ending = ENDINGS.get(reply.content_type)
    if ending is None:
        raise Refused(f"{place} is of the type {reply.content_type or 'unknown'}; read are {ACCEPTED}.")
    return _shown(place, _content(reply.body, ending, deadline))


def _content(body: bytes, ending: str, deadline: Deadline) -> Content:
    try:
        return read_isolated(body, f"page.{ending}", Limits(seconds=max(0.1, deadline.left()), memory=MEMORY, pages=200))
    except BadDocument as error:
        raise Refused(f"The page cannot be read: {error.message}") from None


def _shown(place: Place, content: Content) -> str:
    text = "\n\n".join(block.text for block in content.blocks)
    left_out = " ".join(tally.why for tally in content.report if tally.why)
    head = f"{content.title} ({place})"
    return "\n\n".join([head, *([f"Left out of the page: {left_out}"] if left_out else []), text])
