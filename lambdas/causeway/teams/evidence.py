"""Whether the sources that a claim names are there, and say it.

A source is a document by its name in the results of a search, a record by its number, a tool by its name, or whatever a colleague's
claim that was handed over names and carries. Words are compared as `safety.grounding` does: a true paraphrase may count as doubtful.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from causeway.agents.progress import CallProgress, Progress
from causeway.agents.tool import Tool
from causeway.safety.contradiction import Said
from causeway.safety.grounding import ground, spoken
from causeway.teams.contracts import Carried, Claim

PASSAGE = re.compile(r"^(?P<head>[^\n]+) \((?P<source>[^()\n]+?)(?:, page \d+)?\)\n(?P<text>.*?)(?=^[^\n]+ \([^()\n]+\)\n|\Z)", re.M | re.S)
ALL_NOUNS_AS_NAMES = {"de"}
FIELD = re.compile(r'["{}\[\]]')

Sources = Mapping[str, Sequence[str]]


def sources_of(progress: Progress, tools: Mapping[str, Tool[Any]], given: Iterable[Mapping[str, Any]]) -> Sources:
    """Texts by the name of their source. tools: of the run, by name. given: claims that colleagues have handed over."""
    found: dict[str, list[str]] = {}
    told = (each for call in progress.calls if call.outcome == "done" for each in _told(call, tools.get(call.call.name)))
    handed = ((name, str(claim["claim"])) for claim in given if claim.get("carried") == "carried" for name in claim["evidence"])
    for name, text in (*told, *handed):
        found.setdefault(_plain(name), []).append(text)
    return found


def weighed(claim: Claim, sources: Sources) -> Claim:
    """The same claim with what comes of its sources."""
    return claim.model_copy(update={"carried": _carried(claim, sources)})


def claims_in(given: Any) -> Iterator[Mapping[str, Any]]:
    """Every claim in what was handed over, at whatever depth."""
    if isinstance(given, Mapping):
        if "claim" in given and "evidence" in given:
            yield given
        for each in given.values():
            yield from claims_in(each)
    elif isinstance(given, list | tuple):
        for each in given:
            yield from claims_in(each)


def _carried(claim: Claim, sources: Sources) -> Carried:
    texts = [text for name in claim.evidence for text in sources.get(_plain(name), ())]
    if not texts:
        return "unsourced"
    return "carried" if says(texts, claim.claim) else "doubtful"


def says(texts: Sequence[str], claim: str) -> bool:
    """Whether one of the texts says it, in its words or in much the same ones, with every name that it names."""
    plain = _words(claim)
    if any(plain and plain in _words(text) for text in texts):
        return True
    grounding, language = ground(claim, [*texts]), spoken(claim, texts)
    supported = bool(grounding.claims) and all(each.grounded for each in grounding.claims)
    return supported and (language in ALL_NOUNS_AS_NAMES or _names(claim, language) <= _roots(texts, language))


def _names(claim: str, language: str) -> set[str]:
    """Words in capitals behind the first one."""
    return {word.root for word in Said(claim, language, language).words[1:] if word.named}


def _roots(texts: Sequence[str], language: str) -> set[str]:
    return {root for text in texts for root in Said(text, language, language).roots}


def _told(call: CallProgress, tool: Tool[Any] | None) -> Iterator[tuple[str, str]]:
    """What a result says, under each name of its source."""
    content = call.returned.content if call.returned else ""
    passages = list(PASSAGE.finditer(content))
    for each in passages:
        yield each["source"], f"{each['head']}\n\n{each['text']}"
    if tool and tool.about:
        kind, identifier = tool.about(tool.arguments.model_validate(dict(call.call.arguments)))
        yield identifier, FIELD.sub(" ", content)
        yield f"{kind}/{identifier}", FIELD.sub(" ", content)
    if not passages:
        yield call.call.name, FIELD.sub(" ", content)


def _plain(name: str) -> str:
    return name.strip().casefold()


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
