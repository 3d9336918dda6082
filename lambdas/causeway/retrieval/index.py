"""Writing to the passage index: in bulk, verified, and removed without touching what a newer run wrote."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError
from pydantic_core import to_json

from causeway.retrieval.passage import IndexedPassage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.faults import of_status

BULK_BYTES = 4_000_000
SECONDS = 30.0
THERE_ALREADY = ("create", 409)
GONE = "index_not_found_exception"
Clause = dict[str, Any]
Answer = TypeVar("Answer")


class PassageIndex:
    """Passages of tenants who have the same indexes: written under the first alias, and removed under all.

    Every method raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "search", and may be
    repeated after any of them.
    """

    def __init__(self, client: OpenSearch, aliases: Sequence[str], deadline: Deadline, leaving: bool = False) -> None:
        """aliases: as `Indexes.searched` has them. leaving: these indexes are only removed from, and may be gone at any moment."""
        self._client = client
        self._removing = {"conflicts": "proceed", "refresh": "true", **({"ignore_unavailable": "true"} if leaving else {})}
        self._index, *self._former = aliases
        self._deadline = deadline
        self._search = Dependency("search", SECONDS, 150.0, attempts=6)

    def write(self, passages: Iterable[IndexedPassage]) -> None:
        """Indexes passages in requests of about 4 MB."""
        for body in _bodies(passages, "index"):
            self._ask(lambda body=body: self._bulk(body))  # type: ignore[misc]

    def add(self, passages: Iterable[IndexedPassage]) -> None:
        """As `write`, but a passage that is there already stays as it is."""
        for body in _bodies(passages, "create"):
            self._ask(lambda body=body: self._bulk(body))  # type: ignore[misc]

    def refresh(self) -> None:
        """What was written is found from now on, and removed by a removal that comes later."""
        self._ask(lambda: self._client.indices.refresh(index=self._index, request_timeout=SECONDS))

    def versions(self, documents: Sequence[tuple[str, str]]) -> Mapping[str, Mapping[str, int]]:
        """How many passages of each version of each document a search finds from now on, by the document's id.

        documents: tenant and id of each, at most 1,000.
        """
        tenants, ids = (sorted(set(each)) for each in zip(*documents, strict=True))
        versions = {"terms": {"field": "version", "size": 100}}
        counted = {"documents": {"terms": {"field": "document_id", "size": len(ids)}, "aggs": {"versions": versions}}}
        answer = self._counted([{"terms": {"tenant": tenants}}, {"terms": {"document_id": ids}}], counted)
        return {each["key"]: _counts(each["versions"]) for each in answer["documents"]["buckets"]}

    def slices(self, tenant: str, document_id: str, version: str, size: int, since: str) -> set[int]:
        """Which slices of `size` passages of one version a search finds whole, each by its place; those indexed since then (ISO 8601)."""
        clauses = [*_document(tenant, document_id), {"term": {"version": version}}, {"range": {"indexed_at": {"gte": since}}}]
        counted = {"slices": {"histogram": {"field": "position", "interval": size}}}
        answer = self._counted(clauses, counted)
        return {int(each["key"]) // size for each in answer["slices"]["buckets"] if each["doc_count"] == size}

    def remove_version(self, tenant: str, document_id: str, version: str, until: str) -> int:
        """Removes one version's passages indexed until then, that moment included (ISO 8601); how many."""
        return self._remove([*_document(tenant, document_id), {"term": {"version": version}}, {"range": {"indexed_at": {"lte": until}}}])

    def remove_beyond(self, tenant: str, document_id: str, version: str, passages: int) -> int:
        """Removes passages of one version after its last one: left over from a reader that cut the same content into more."""
        return self._remove([*_document(tenant, document_id), {"term": {"version": version}}, {"range": {"position": {"gte": passages}}}])

    def remove_others(self, tenant: str, document_id: str, version: str, before: str) -> int:
        """Removes passages of all other versions indexed before then: a newer run's are later, and stay."""
        clauses = [*_document(tenant, document_id), {"range": {"indexed_at": {"lt": before}}}]
        return self._remove(clauses, [{"term": {"version": version}}])

    def remove_documents(self, tenant: str, until: Mapping[str, str]) -> int:
        """Removes passages of documents, wherever they are. until: by the document's id, when the last to go was indexed (ISO 8601)."""
        return self._remove(_until(tenant, until)) + self.leave_former(tenant, until)

    def leave_former(self, tenant: str, until: Mapping[str, str]) -> int:
        """As `remove_documents`, from where passages were before the tenant had an index of its own."""
        return sum(self._remove(_until(tenant, until), index=former) for former in self._former)

    def _counted(self, filters: Sequence[Clause], counted: Clause) -> Any:
        """Aggregations over what a search finds from now on."""
        query = {"size": 0, "query": _all(filters), "aggs": counted}
        self.refresh()
        answer = self._ask(lambda: self._client.search(index=self._index, body=query, request_timeout=SECONDS))
        return answer["aggregations"]

    def _ask(self, operation: Callable[[], Answer]) -> Answer:
        """Whoever writes or removes while an index is lost waits until it is made anew, as for an engine that does not answer."""

        def patiently() -> Answer:
            try:
                return operation()
            except NotFoundError as error:
                raise DependencyUnavailable("search", GONE) from error

        return self._search.call(patiently, self._deadline)

    def _bulk(self, body: bytes) -> None:
        answer = self._client.bulk(body=body, index=self._index, params={"require_alias": "true"}, request_timeout=SECONDS)
        if answer["errors"]:
            done = [outcome for item in answer["items"] for action, outcome in item.items() if (action, outcome["status"]) != THERE_ALREADY]
            failed = [item for item in done if "error" in item]
            if not failed:
                return
            if any(item["error"].get("type") == GONE for item in failed):
                raise DependencyUnavailable("search", GONE)
            worst = next((item for item in failed if item["status"] not in {429, 503}), failed[0])
            raise of_status("search", worst["status"], worst["error"].get("type", ""))

    def _remove(self, filters: Sequence[Clause], without: Sequence[Clause] = (), index: str = "") -> int:
        """A passage rewritten meanwhile is a conflict, and stays."""
        query = {"query": _all(filters, without)}
        return self._ask(lambda: self._delete(index or self._index, query))

    def _delete(self, index: str, query: Clause) -> int:
        answer = self._client.delete_by_query(index=index, body=query, params=dict(self._removing), request_timeout=SECONDS)
        if answer["failures"] or answer["timed_out"]:
            raise DependencyUnavailable("search", f"{len(answer['failures'])} deletions failed")
        deleted: int = answer["deleted"]
        return deleted


def _counts(aggregation: Clause) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in aggregation["buckets"]}


def _document(tenant: str, document_id: str) -> Sequence[Clause]:
    return {"term": {"tenant": tenant}}, {"term": {"document_id": document_id}}


def _until(tenant: str, until: Mapping[str, str]) -> Sequence[Clause]:
    each = [_all([{"term": {"document_id": name}}, {"range": {"indexed_at": {"lte": last}}}]) for name, last in until.items()]
    return [{"term": {"tenant": tenant}}, {"bool": {"should": each, "minimum_should_match": 1}}]


def _all(filters: Sequence[Clause], without: Sequence[Clause] = ()) -> Clause:
    return {"bool": {"filter": list(filters), "must_not": list(without)}}


def _bodies(passages: Iterable[IndexedPassage], action: Literal["index", "create"]) -> Iterator[bytes]:
    lines: list[bytes] = []
    size = 0
    for passage in passages:
        line = to_json({action: {"_id": passage.index_id}}) + b"\n" + to_json(passage, exclude_none=True) + b"\n"
        if lines and size + len(line) > BULK_BYTES:
            yield b"".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield b"".join(lines)
