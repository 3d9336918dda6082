"""Contradictions between claims, settled by evidence: the claim that its source carries wins over one that none does.

Each claim is held against each other one as `safety.contradiction` holds a claim against a passage: negation, reversed roles, another
number. Opposites in other words are not found. No model is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from causeway.language.detection import UNKNOWN, language_of
from causeway.safety.contradiction import SAME_THING, Said, contradiction
from causeway.teams.contracts import Claim, Contradiction, Verdict
from causeway.teams.evidence import claims_in

MOST_CONTRADICTIONS = 12


def verdict_of(given: Mapping[str, Any]) -> Verdict:
    """given: anything with claims in it, which were weighed before."""
    claims = list({claim.claim: claim for claim in (Claim.model_validate(each) for each in claims_in(given))}.values())
    pairs = ((one, other) for one, other in combinations(claims, 2) if not _in_one_source(one, other))
    found = [_settled(one, other) for one, other in pairs if contradict(one.claim, other.claim)]
    out = {claim for each in found for claim in _not_agreed(each)}
    return Verdict(
        agreed=tuple(claim for claim in claims if claim.carried == "carried" and claim.claim not in out),
        unsupported=tuple(claim for claim in claims if claim.carried != "carried" and claim.claim not in out),
        contradictions=tuple(found[:MOST_CONTRADICTIONS]),
        left_out=max(0, len(found) - MOST_CONTRADICTIONS),
    )


def contradict(one: str, other: str) -> bool:
    """Whether they say otherwise of the same thing: each has most of the other's words."""
    language = next((each for each in map(language_of, (f"{one} {other}", one, other)) if each != UNKNOWN), "en")
    first, second = (Said(text, language, language) for text in (one, other))
    if min(first.share_in(second), second.share_in(first)) < SAME_THING:
        return False
    return bool(contradiction(one, [second], language) or contradiction(other, [first], language))


def caveats_of(verdict: Verdict) -> Iterator[str]:
    """What a reader of the outcome has to know."""
    for each in verdict.contradictions:
        if each.settled is None:
            yield f'It could not be settled which holds: "{each.claims[0]}" or "{each.claims[1]}". {each.why}'
        else:
            lost = next(claim for claim in each.claims if claim != each.settled)
            yield f'Rejected: "{lost}", since "{each.settled}". {each.why}'
    if verdict.left_out:
        yield f"There are {verdict.left_out} more contradictions, which are not listed."
    yield from (f'No source says in its words: "{claim.claim}"' for claim in verdict.unsupported)


def decision_of(verdict: Verdict) -> str:
    settled = sum(each.settled is not None for each in verdict.contradictions)
    open_ones = len(verdict.contradictions) - settled
    return f"{len(verdict.agreed)} agreed, {len(verdict.unsupported)} unsupported; contradictions: {settled} settled, {open_ones} open"


def _in_one_source(one: Claim, other: Claim) -> bool:
    """A source that says both means both: rows of one table differ in their numbers."""
    return one.carried == other.carried == "carried" and bool(set(one.evidence) & set(other.evidence))


def _settled(one: Claim, other: Claim) -> Contradiction:
    carried = [claim for claim in (one, other) if claim.carried == "carried"]
    if len(carried) == 1:
        return _contradiction(one, other, carried[0].claim, f"{_sources(carried)} says so, and no source says the other.")
    why = f"Both have a source: {_sources(carried)}." if carried else "No source says either."
    return _contradiction(one, other, None, why)


def _contradiction(one: Claim, other: Claim, settled: str | None, why: str) -> Contradiction:
    return Contradiction(claims=(one.claim, other.claim), settled=settled, why=why)


def _sources(claims: Sequence[Claim]) -> str:
    return ", ".join(dict.fromkeys(name for claim in claims for name in claim.evidence))


def _not_agreed(found: Contradiction) -> list[str]:
    return [claim for claim in found.claims if claim != found.settled]
