"""Contradictions between claims, settled by evidence: the claim that its source carries wins over one that none does.

Each claim is held against each other one as `safety.contradiction` holds a claim against a passage: negation, reversed roles, another
number. Opposites in other words are not found. No model is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from causeway.language.detection import UNKNOWN, language_of
from causeway.safety.contradiction import Said, contradiction
from causeway.teams.contracts import Claim, Contradiction, Verdict
from causeway.teams.evidence import claims_in

MOST_CONTRADICTIONS = 12


def verdict_of(given: Mapping[str, Any]) -> Verdict:
    """given: anything with claims in it, which were weighed before."""
    claims = list({claim.claim: claim for claim in (Claim.model_validate(each) for each in claims_in(given))}.values())
    found = [_settled(one, other) for one, other in combinations(claims, 2) if contradict(one.claim, other.claim)]
    out = {claim for each in found for claim in _not_agreed(each)}
    return Verdict(
        agreed=tuple(claim for claim in claims if claim.carried == "carried" and claim.claim not in out),
        unsupported=tuple(claim for claim in claims if claim.carried != "carried" and claim.claim not in out),
        contradictions=tuple(found[:MOST_CONTRADICTIONS]),
        left_out=max(0, len(found) - MOST_CONTRADICTIONS),
    )


def contradict(one: str, other: str) -> bool:
    language = next((each for each in map(language_of, (f"{one} {other}", one, other)) if each != UNKNOWN), "en")
    pairs = ((one, other), (other, one))
    return any(contradiction(claim, [Said(told, language, language)], language) for claim, told in pairs)


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
