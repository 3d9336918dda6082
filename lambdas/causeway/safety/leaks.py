"""What must not leave with an answer, whatever made the model write it: links and addresses of no passage, pictures, active markup,
coded text, pages and figures that the cited passages do not have, and the prompt itself.

It works on one sentence, so a streamed answer is checked as it comes, and on a whole answer. Words in a passage may leave: whether they
answer the question, and whether a passage carries the rest, is for `grounding`. The prompt in other words or another language is not
found here; no passage carries it, so grounding keeps it back.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Literal

from causeway.language.form import bare
from causeway.safety.citations import cited
from causeway.safety.codes import hidden
from causeway.safety.disguises import coded_words, joined_letters, readings
from causeway.safety.letters import plain_letters
from causeway.safety.references import references

Problem = Literal["prompt", "image", "markup", "link", "address", "coded", "reference"]

PHRASE = 6  # words of the prompt in a row
_IMAGE = re.compile(
    r"!\[|<\s*(?:img|image|picture|svg|video|audio|iframe|embed|object|source|track)\b[^>]*[\s/](?:src|href|data)|\[(?!\d+\])[^\]]+\]:\s*(?:\w+:)?/",
    re.I,
)
_TAG = re.compile(r"<\s*/?\s*[a-z][a-z0-9-]*\b[^<>]*>?", re.I)
_ACTIVE = re.compile(
    r"\b(?:on[a-z]{3,}|src|srcset|href|action|formaction|style|background|poster|data|xlink:href)\s*=|^<\s*(?:script|style|meta|base|form)\b",
    re.I,
)
_SCHEME = re.compile(r"\b(?:javascript|vbscript|data|file|blob):(?=[^\s])", re.I)
_ADDRESS = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:\s?(?:\.|\[dot\]|\(dot\))\s?[\w-]+)+", re.I)
_LINK = re.compile(r"\b(?:h(?:tt|xx)ps?|ftp|wss?):/{1,2}\S+|(?<![\w@])//[\w-]+\.\S+|\b(?:www\.\S+)", re.I)
_HOST = re.compile(r"(?<![\w@./-])(?:[\w-]+(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\)))+[a-z]{2,24}(?![\w])(?:[/?#:]\S*)?", re.I)
_CODED = re.compile(r"(?<![\w/+-])(?=[\w/+=-]*(?:[0-9]|[a-z][A-Z]))[\w/+=-]{24,}")
_RUN_TOGETHER = re.compile(r"[!-~\u00a1-\u024f]{40,}")  # longer than any word or name; a link is judged as a link
_FILES_WORDS = (
    "pdf docx doc xlsx xls csv pptx txt md html htm xml json yaml yml toml ini conf log py js ts jsx tsx css java jar go rs rb php "
    "sh bat ps1 exe msi zip gz tar tgz png jpg jpeg gif svg webp mp3 mp4 wav sql db lock env cfg properties ipynb cpp hpp"
)
_FILES = frozenset(_FILES_WORDS.split())
_ENDS = ".,;:!?)]}>\"'”’»*_`"


class Outgoing:
    """The checks of one answer's text.

    passages: what the model was given, as it read them. prompt: the system prompt and other texts of ours that must not leave.
    places: the pages and pictures of each passage, as `references` puts them; None where passages are no parts of documents.
    """

    def __init__(self, passages: Sequence[str], prompt: Sequence[str] = (), places: Sequence[Collection[str]] | None = None) -> None:
        self._passages = passages
        self._prompt = prompt
        self._places = places

    def problem_of(self, text: str) -> Problem | None:
        """What must not leave of a sentence, or of a whole answer; None if it may."""
        return next(self._problems(text), None)

    def _problems(self, text: str) -> Iterator[Problem]:
        if _IMAGE.search(text):
            yield "image"
        if (_SCHEME.search(text) and not self._given(text)) or any(self._is_markup(tag) for tag in _TAG.findall(text)):
            yield "markup"
        if any(not self._given(address) for address in _ADDRESS.findall(text)):
            yield "address"
        if any(not self._is_known(link) for link in _links(text)):
            yield "link"
        if any(hidden(text)) or any(not self._given(code) for code in _codes(text)) or self._is_coded(text):
            yield "coded"
        if self._places is not None and any(each not in self._there(text) for each in references(text)):
            yield "reference"
        if self._tells_prompt(text):
            yield "prompt"

    def _there(self, text: str) -> frozenset[str]:
        """The pages and figures that the passages cited in a text have; those of all passages where it cites none."""
        numbers = [number for number in cited(text) if number <= len(self._passages)] or range(1, len(self._passages) + 1)
        return frozenset().union(*(self._known[number - 1] for number in numbers))

    @cached_property
    def _known(self) -> Sequence[frozenset[str]]:
        places = self._places or [()] * len(self._passages)
        return [frozenset((*references(text), *there)) for text, there in zip(self._passages, places, strict=True)]

    def _is_markup(self, tag: str) -> bool:
        return bool(_ACTIVE.search(tag)) or not self._given(tag)

    def _is_known(self, link: str) -> bool:
        return _plain_link(link) in self._links

    def _is_coded(self, text: str) -> bool:
        return coded_words(text) is not None and not self._given(text)

    def _given(self, part: str) -> bool:
        return " ".join(part.casefold().split()) in self._text

    def _tells_prompt(self, text: str) -> bool:
        said = dict.fromkeys(_letters(reading) for reading in (bare(text), *readings(text), *joined_letters(text)))
        told = (phrase for phrase in self._phrases if any(phrase in reading for reading in said))
        return any(phrase not in self._letters_given for phrase in told)

    @cached_property
    def _text(self) -> str:
        return " ".join(" ".join(self._passages).casefold().split())

    @cached_property
    def _links(self) -> frozenset[str]:
        """Links of the passages, and the hosts of these links by themselves."""
        found = {_plain_link(link) for passage in self._passages for link in _links(passage)}
        addresses = {address.partition("@")[2].casefold() for passage in self._passages for address in _ADDRESS.findall(passage)}
        return frozenset(found | {re.split(r"[/?#:]", link)[0] for link in found} | addresses)

    @cached_property
    def _phrases(self) -> frozenset[str]:
        """Six words in a row of the prompt, as letters only; shorter texts of ours as a whole."""
        return frozenset[str]().union(*map(_phrases, self._prompt))

    @cached_property
    def _letters_given(self) -> str:
        return _letters(self._text)


def _codes(text: str) -> Iterator[str]:
    plain = _LINK.sub(" ", text)
    yield from _CODED.findall(plain)
    yield from (run.strip(_ENDS) for run in _RUN_TOGETHER.findall(plain))


@lru_cache(maxsize=64)
def _phrases(text: str) -> frozenset[str]:
    """Kept, since all answers of a domain share their prompt's texts."""
    words = re.findall(r"\w+", plain_letters(text))
    return frozenset("".join(words[place : place + PHRASE]) for place in range(max(1, len(words) - PHRASE + 1)))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", plain_letters(text))


def _links(text: str) -> Iterator[str]:
    yield from _LINK.findall(text)
    yield from (host for host in _HOST.findall(_ADDRESS.sub(" ", _LINK.sub(" ", text))) if _is_host(host))


def _is_host(name: str) -> bool:
    """Whether a name with dots is a host and no file, number, abbreviation or two sentences without a space."""
    last = re.split(r"[/?#:]", _plain_link(name))[0].rsplit(".", 1)[-1]
    return last not in _FILES and last.isascii() and not re.search(r"\.[A-Z][a-z]", name.rstrip(_ENDS))


def _plain_link(link: str) -> str:
    """A link without its scheme, "www.", what follows it in the sentence, and the tricks that hide its dots; host in lower case."""
    plain = re.sub(r"^\w+:/{1,2}|^//", "", re.sub(r"\[\.\]|\(\.\)|\[dot\]|\(dot\)", ".", link, flags=re.I)).rstrip(_ENDS)
    if "](" in plain:
        plain = plain.partition("](")[0]
    return plain.casefold().removeprefix("www.").rstrip("/" + _ENDS)
