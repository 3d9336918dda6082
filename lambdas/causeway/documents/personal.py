"""A document without the personal data that its domain does not want in the index."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, Tally
from causeway.safety.personal.kinds import NAMES, Kind, Personal, Recogniser, united
from causeway.safety.personal.policy import Action, PersonalData
from causeway.safety.personal.tokens import Tokens

PIECE = 20_000  # characters that a recogniser gets at once: at most 80,000 bytes
_BETWEEN = "\n\n"
_WEIGHTS: Sequence[Sequence[Action]] = (("refuse",), ("redact", "tokenise"), ("keep",))


@dataclass(frozen=True)
class Treated:
    """A document's content as it may be indexed.

    sealed: what tokens in it stand for, by token, encrypted; to be stored before the document is indexed.
    """

    content: Content
    sealed: Mapping[str, bytes] = field(default_factory=dict)


def treated(
    content: Content, language: str, policy: PersonalData, recognisers: Sequence[Recogniser], tokens: Tokens | None = None
) -> Treated:
    """The content by the domain's policy, with a tally for the uploader if anything was found.

    language: of the text, ISO 639-1 or "und". tokens: of the tenant; needed where the policy tokenises.
    Raises BadDocument (personal_data) for what the policy refuses, and ValueError if tokens are missing.
    """
    if not policy:
        return Treated(content)
    title = Block("heading", content.title or "")
    blocks = [title, *content.blocks]
    found = _found(blocks, language, policy, recognisers)
    _refuse(found, blocks, policy)
    writer = _Writer(policy, tokens)
    written = [replace(block, text=writer.written(block.text, found.get(place, ()))) for place, block in enumerate(blocks)]
    changed = replace(
        content,
        title=written[0].text if content.title is not None else None,
        blocks=tuple(written[1:]),
        report=[*content.report, *_tallies(found, policy)],
    )
    return Treated(changed, writer.sealed)


def _found(blocks: Sequence[Block], language: str, policy: PersonalData, recognisers: Sequence[Recogniser]) -> dict[int, list[Personal]]:
    """Personal data by the place of its block; what reaches over several blocks counts in each."""
    found: dict[int, list[Personal]] = {}
    for piece in _pieces(blocks):
        text = _BETWEEN.join(blocks[place].text[start:end] for place, start, end in piece)
        sure = [each for recognise in recognisers for each in recognise(text, language) if each.certainty >= policy.least_certainty]
        chosen, offset = _by_weight(sure, policy), 0
        for place, start, end in piece:
            for each in chosen:
                if each.start < offset + end - start and each.end > offset:
                    moved = replace(each, start=max(each.start - offset, 0) + start, end=min(each.end - offset, end - start) + start)
                    found.setdefault(place, []).append(moved)
            offset += end - start + len(_BETWEEN)
    return found


def _by_weight(sure: Sequence[Personal], policy: PersonalData) -> list[Personal]:
    """In order and without overlaps: what is refused before what is replaced, and that before what is kept."""
    chosen: list[Personal] = []
    for actions in _WEIGHTS:
        several = united(each for each in sure if policy.of(each.kind) in actions)
        chosen += [each for each in several if all(each.end <= other.start or other.end <= each.start for other in chosen)]
    return sorted(chosen, key=lambda each: each.start)


def _pieces(blocks: Sequence[Block]) -> Iterator[list[tuple[int, int, int]]]:
    """(block, start, end) of neighbouring blocks, at most 20,000 characters together; a longer block is cut between words."""
    piece: list[tuple[int, int, int]] = []
    size = 0
    for place, block in enumerate(blocks):
        for start, end in _cuts(block.text):
            if piece and size + end - start > PIECE:
                yield piece
                piece, size = [], 0
            piece.append((place, start, end))
            size += end - start + len(_BETWEEN)
    if piece:
        yield piece


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while len(text) - start > PIECE:
        end = max(text.rfind("\n", start + PIECE // 2, start + PIECE), text.rfind(". ", start + PIECE // 2, start + PIECE)) + 1
        end = end or text.rfind(" ", start + PIECE // 2, start + PIECE) + 1 or start + PIECE
        yield start, end
        start = end
    yield start, len(text)


def _refuse(found: Mapping[int, Sequence[Personal]], blocks: Sequence[Block], policy: PersonalData) -> None:
    refused = [
        (each, blocks[place].page) for place, several in sorted(found.items()) for each in several if policy.of(each.kind) == "refuse"
    ]
    if refused:
        pages = sorted({page for _, page in refused if page is not None})
        where = f" on page {pages[0]}" if len(pages) == 1 else f" on pages {', '.join(map(str, pages[:5]))}" if pages else ""
        what = _counted([each.kind for each, _ in refused])
        raise BadDocument(
            "personal_data", f"The document holds {what}{where}, which may not be stored here. Remove them and upload it again."
        )


class _Writer:
    """Puts kinds and tokens in the place of personal data."""

    def __init__(self, policy: PersonalData, tokens: Tokens | None) -> None:
        self._policy, self._tokens = policy, tokens
        self.sealed: dict[str, bytes] = {}

    def written(self, text: str, found: Sequence[Personal]) -> str:
        for each in reversed(found):
            text = text[: each.start] + self._instead(each.kind, text[each.start : each.end]) + text[each.end :]
        return text

    def _instead(self, kind: Kind, value: str) -> str:
        match self._policy.of(kind):
            case "redact":
                return f"[{NAMES[kind]}]"
            case "tokenise":
                return f"[{NAMES[kind]} {self._token(kind, value)}]"
            case _:
                return value

    def _token(self, kind: Kind, value: str) -> str:
        if self._tokens is None:
            raise ValueError("the policy tokenises personal data, and no key for tokens was given")
        token = self._tokens.token(kind, value)
        self.sealed[token] = self._tokens.sealed(token, value)
        return token


def _tallies(found: Mapping[int, Sequence[Personal]], policy: PersonalData) -> Iterator[Tally]:
    """One for each action that was taken."""
    kinds = [each.kind for several in found.values() for each in several]
    kept = [kind for kind in kinds if policy.of(kind) == "keep"]
    if kept:
        yield Tally("personal data", read=len(kept), why=f"Kept as it is, and answers may quote it: {_counted(kept)}.")
    redacted = [kind for kind in kinds if policy.of(kind) == "redact"]
    if redacted:
        yield Tally("personal data", 0, len(redacted), f"Left out, with its kind in its place: {_counted(redacted)}.")
    replaced = [kind for kind in kinds if policy.of(kind) == "tokenise"]
    if replaced:
        yield Tally("personal data", 0, len(replaced), f"Replaced by tokens: {_counted(replaced)}.")


def _counted(kinds: Sequence[Kind]) -> str:
    """Such as "3 card numbers, 1 name"."""
    return ", ".join(f"{count:,} {NAMES[kind] if count == 1 else _several(NAMES[kind])}" for kind, count in Counter(kinds).most_common())


def _several(name: str) -> str:
    first, bracket, rest = name.partition(" (")
    first = (
        first.replace("number of a person", "numbers of persons")
        if first == "number of a person"
        else f"{first}{'es' if first.endswith('s') else 's'}"
    )
    return first + bracket + rest
