"""What a report says of the pages whose writing was recognised, and of those where it was not."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from causeway.documents import textract
from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Tally
from causeway.documents.readers.wording import counted, numbers
from causeway.documents.recognition import RecognisedPage, Recognition
from causeway.language.detection import UNKNOWN, language_of

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "German"}  # whose letters and words the recogniser knows
_ADVICE = "Scan it again flat, upright and at 300 dpi, or upload the document that it was printed from."


def recognition_tallies(recognition: Recognition, blocks: Sequence[Block], lacking: Collection[int], lost: int) -> Iterator[Tally]:
    """blocks: the document's. lacking: numbers of the pages that have no other text. lost: characters of a page, estimated."""
    sure = recognition.sure
    if sure:
        yield Tally("pages", len(sure), 0, _read(sure))
        yield from _language(sure, blocks)
    yield from _lines(sum(page.unsure for page in sure))
    left_out = [page for page in recognition.pages if page.number in lacking and not page.is_sure(recognition.floor)]
    yield from _left_out(left_out, recognition.floor, lost)
    waiting = [number for number in recognition.waiting if number in lacking]
    if waiting:
        pages = counted(len(waiting), "page is a picture", "pages are pictures")
        yield Tally("pages", 0, len(waiting), f"{pages}, and the time for recognition was over ({numbers(waiting)})", lost * len(waiting))


def unrecognised(recognition: Recognition) -> BadDocument:
    """Why a document that holds nothing but pictures is refused."""
    everything = [*(page.number for page in recognition.pages), *recognition.waiting]
    reasons = [tally.why for tally in recognition_tallies(recognition, (), everything, 0) if tally.left_out]
    return BadDocument("unrecognised", f"No text was read: {'; '.join(reasons)}. {_ADVICE}")


def has_writing_left(recognition: Recognition) -> bool:
    """Whether there is writing, or may be, on pages that were not read."""
    unread = [page for page in recognition.pages if not page.is_sure(recognition.floor)]
    return bool(recognition.waiting) or any(page.trouble or page.confidence is not None for page in unread)


def _read(sure: Sequence[RecognisedPage]) -> str:
    pages = counted(len(sure), "page is a picture whose writing was", "pages are pictures whose writing was")
    return f"{pages} recognised, {_confidence(sure)} ({numbers([page.number for page in sure])})"


def _confidence(pages: Sequence[RecognisedPage]) -> str:
    found = sorted(page.confidence or 0 for page in pages)
    low, high = f"{found[0]:.0f}", f"{found[-1]:.0f}"
    return f"with a confidence of {low}%" if low == high else f"with a confidence of {low}% to {high}%"


def _language(sure: Sequence[RecognisedPage], blocks: Sequence[Block]) -> Iterator[Tally]:
    held = {page.number for page in sure}
    language = language_of("\n".join(block.text for block in blocks if block.page in held))
    known = textract.LANGUAGES if all(page.by == "Textract" for page in sure) else LANGUAGES
    if language not in (*known, UNKNOWN):
        names = _named(known)
        why = f"The recognised pages are in the language {language}; the recogniser knows {names}, so letters with accents may be wrong"
        yield Tally("language", 0, 1, why)


def _named(languages: Mapping[str, str]) -> str:
    *most, last = languages.values()
    return f"{', '.join(most)} and {last}"


def _lines(unsure: int) -> Iterator[Tally]:
    if unsure:
        words = ("character is in a line that was", "characters are in lines that were")
        yield Tally("characters", 0, unsure, f"{counted(unsure, *words)} hardly recognised on a page that was", unsure)


def _left_out(pages: Sequence[RecognisedPage], floor: float, lost: int) -> Iterator[Tally]:
    for kind, sentence in _KINDS.items():
        held = _by_kind(pages)[kind]
        if held:
            many = sum(page.characters or (lost if page.trouble else 0) for page in held)
            yield Tally("pages", 0, len(held), f"{sentence(held, floor)} ({numbers([page.number for page in held])})", many)


def _by_kind(pages: Sequence[RecognisedPage]) -> Mapping[str, list[RecognisedPage]]:
    found: defaultdict[str, list[RecognisedPage]] = defaultdict(list)
    for page in pages:
        kind = "trouble" if page.trouble else "empty" if page.confidence is None else "script" if page.script else "unsure"
        found[kind].append(page)
    return found


def _troubled(pages: Sequence[RecognisedPage], _: float) -> str:
    which = " or ".join(sorted({page.trouble for page in pages}))
    return f"{counted(len(pages), 'page is a picture that', 'pages are pictures, each of which')} {which}"


def _empty(pages: Sequence[RecognisedPage], _: float) -> str:
    return f"{counted(len(pages), 'page is a picture', 'pages are pictures')} in which no writing was found"


def _scripted(pages: Sequence[RecognisedPage], _: float) -> str:
    scripts = " or ".join(sorted({page.script or "" for page in pages}))
    which = counted(len(pages), "page is a picture", "pages are pictures")
    return f"{which} of writing that looks {scripts}; only {_named(LANGUAGES)} are recognised"


def _unsure(pages: Sequence[RecognisedPage], floor: float) -> str:
    which = counted(len(pages), "page is a picture", "pages are pictures")
    return f"{which} whose writing was recognised only {_confidence(pages)}, of at least {floor:.0f}%"


_KINDS: Mapping[str, Callable[[Sequence[RecognisedPage], float], str]] = {
    "trouble": _troubled,
    "script": _scripted,
    "unsure": _unsure,
    "empty": _empty,
}
