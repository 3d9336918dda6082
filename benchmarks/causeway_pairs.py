"""Near-duplicates by this app's own code, for `pairs_process`."""

from collections.abc import Sequence

from causeway.documents.duplicates.batch import pairs


def found(texts: Sequence[str], least: float) -> list[tuple[int, int]]:
    return [(pair.first, pair.second) for pair in pairs(texts, least)]
