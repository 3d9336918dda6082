"""Which embedding models the living generations of the index need."""

from collections.abc import Sequence

from causeway.documents.reindexing.work import Row
from causeway.retrieval.generations import Embedding, Generation

KEEP = (
    "Keep it in models.embedding, or in models.embedding_beside, until a re-index to another model is done: "
    "docs/operations/embedding-models.md."
)


def needed(row: Row) -> list[Generation]:
    """Those that somebody may search or write, and the one that a re-index is about to make."""
    making = [row.work.to] if row.work and row.work.step == "making" else []
    return [*row.live.written, *making]


def missing(row: Row, deployed: Sequence[Embedding]) -> list[str]:
    """A sentence for each generation whose model is not among those deployed, or not in the version that has embedded its passages."""
    reasons = []
    for generation in needed(row):
        same = [each for each in deployed if each.vectors == generation.vectors]
        what = f"{generation.provider} {generation.model} with {generation.dimensions} dimensions"
        if not same:
            reasons.append(f"Generation {generation.number} of the index lives, and is embedded by {what}, which would be gone. {KEEP}")
        elif generation.version and same[0].version and generation.version != same[0].version:
            reasons.append(
                f"Generation {generation.number} of the index lives, and is embedded by {what} in version {generation.version}; version "
                f"{same[0].version} would embed questions otherwise than its passages. Give the new version a name of its own. {KEEP}"
            )
    return reasons
