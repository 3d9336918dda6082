"""What the user reads when a team's run ends: the draft with its caveats, or what was found until it stopped and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from causeway.teams.contracts import Claim, Draft, Score, Verdict
from causeway.teams.run import Piece, TeamRun
from causeway.teams.verifying import caveats_of

CAVEATS = "What is not certain:"
FOUND = "What was found so far:"
MOST_FOUND = 12
NO_DRAFT = "The team ended without a text."
STOPPED: Mapping[str, str] = {
    "busy": "The team stopped: a service that it needs was busy or away, however often it was asked.",
    "budget": "The team stopped: what one run may cost was used up.",
    "deadline": "The team stopped: the time for one run was over.",
    "rejected": "A person looked at the outcome and rejected it.",
    "expired": "Nobody approved the outcome in time.",
}
BROKEN = "The team stopped: one of its parts failed."


def finished(run: TeamRun) -> Mapping[str, Any]:
    """Of a run whose roles have all done their part."""
    draft, faults = _best(run)
    caveats = list(dict.fromkeys([*_caveats(run, draft), *(f"Left as it is: {fault}" for fault in faults)]))
    text = draft.text if draft else NO_DRAFT
    return _outcome("\n\n".join([text, *_list(CAVEATS, caveats)]), draft.claims if draft else (), caveats)


def broken_off(run: TeamRun, stopped: str) -> Mapping[str, Any]:
    """Of a run that a failure or a person has ended. What no person has approved is not in it, where that is needed."""
    whys = [f"{piece.role or piece.step}: {piece.why}" for piece in run.pieces if piece.state == "failed"]
    claims = [] if run.needs_approval else [claim for piece in _done(run, "findings") for claim in _claims(piece)]
    shown = [claim.claim for claim in claims[:MOST_FOUND]]
    more = [f"and {len(claims) - MOST_FOUND} more"] if len(claims) > MOST_FOUND else []
    parts = [STOPPED.get(stopped, BROKEN), *whys, *_list(FOUND, [*shown, *more])]
    return _outcome("\n\n".join(parts), claims[:MOST_FOUND], [])


def _outcome(text: str, claims: Sequence[Claim], caveats: Sequence[str]) -> Mapping[str, Any]:
    return {"text": text, "claims": [claim.model_dump(mode="json") for claim in claims], "caveats": list(caveats)}


def _best(run: TeamRun) -> tuple[Draft | None, Sequence[str]]:
    """The draft with the best score, the first of several, and its faults; the last draft where none was scored."""
    drafts = [Draft.model_validate(piece.output) for piece in _done(run, "draft")]
    scores = [Score.model_validate(piece.output) for piece in _done(run, "score")]
    if not scores:
        return (drafts[-1] if drafts else None), ()
    draft, score = max(zip(drafts, scores, strict=False), key=lambda pair: pair[1].score)
    return draft, score.faults


def _caveats(run: TeamRun, draft: Draft | None) -> Iterator[str]:
    """Of roles that failed beside others, of the last verdict, and of the draft's own claims."""
    yield from (f"{piece.role or piece.step} did not do its part: {piece.why}" for piece in run.pieces if piece.state == "failed")
    for piece in _done(run, "verdict")[-1:]:
        yield from caveats_of(Verdict.model_validate(piece.output))
    for claim in draft.claims if draft else ():
        yield from claim.caveats
        if claim.carried != "carried":
            yield f'No source says in its words: "{claim.claim}"'


def _done(run: TeamRun, kind: str) -> list[Piece]:
    """Pieces whose output is of this kind, in order."""
    marks = {"findings": {"claims"}, "draft": {"text", "claims"}, "score": {"score", "faults"}}
    keys = marks.get(kind, {"agreed", "unsupported", "contradictions", "left_out"})
    return [piece for piece in run.pieces if piece.state == "done" and piece.output and set(piece.output) == keys]


def _claims(piece: Piece) -> list[Claim]:
    return [Claim.model_validate(claim) for claim in (piece.output or {})["claims"]]


def _list(title: str, lines: Sequence[str]) -> list[str]:
    return ["\n".join([title, *(f"- {line}" for line in lines)])] if lines else []
