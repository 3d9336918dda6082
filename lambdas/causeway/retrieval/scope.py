"""What a search may see. Every query is built from a scope, and there is no scope without a tenant and the folders closed to its user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Clause = dict[str, Any]
Filter = Literal["document_id", "source", "language"]


@dataclass(frozen=True)
class Version:
    """One version of one document."""

    document_id: str
    version: str


@dataclass(frozen=True)
class Scope:
    """One tenant's passages that the caller may read, narrowed by what the caller asked for.

    closed: folders of the tenant that the caller may not read; see `causeway.permissions`.
    filters: allowed values for each field; all fields must match.
    without: versions known to be stale, kept out of the results.
    Raises ValueError when the tenant is empty.
    """

    tenant: str
    closed: Sequence[str]
    filters: Mapping[Filter, Sequence[str]] = field(default_factory=dict)
    without: Sequence[Version] = ()

    def __post_init__(self) -> None:
        if not self.tenant:
            raise ValueError("a search needs a tenant")

    def clause(self) -> Clause:
        """The filter of the search engine's query language; it scores nothing."""
        clauses: list[Clause] = [{"term": {"tenant": self.tenant}}]
        clauses += [{"terms": {name: list(values)}} for name, values in self.filters.items()]
        query: Clause = {"filter": clauses}
        kept_out = [*(_folder(folder) for folder in self.closed), *(_version(version) for version in self.without)]
        if kept_out:
            query["must_not"] = kept_out
        return {"bool": query}

    def excluding(self, stale: Sequence[Version]) -> "Scope":
        return Scope(self.tenant, self.closed, self.filters, (*self.without, *stale))


def _folder(folder: str) -> Clause:
    """Every document whose name begins so."""
    return {"prefix": {"source": folder}}


def _version(version: Version) -> Clause:
    return {"bool": {"filter": [{"term": {"document_id": version.document_id}}, {"term": {"version": version.version}}]}}
