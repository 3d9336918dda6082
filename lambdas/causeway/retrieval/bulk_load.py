"""Settings of a passage index while very many passages are written, and their return to those of every day.

Whoever loads much declares it in the index `causeway-loads`, and again from time to time: each declaration is a lease. One function
alone, by a schedule, reads the leases and sets the indexes accordingly (`Upkeep`). A load that dies stops declaring. Any number of
loads share the settings, which end with the last lease. See docs/decisions/228-settings-of-a-bulk-load.md.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import Any, Literal

from opensearchpy import OpenSearch
from pydantic import AwareDatetime, BaseModel
from pydantic_core import to_json

from causeway.retrieval import schema
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable

LEASE = timedelta(minutes=15)
MERGING = timedelta(minutes=30)  # how long after a load its segments may be merged before replicas return in any case
SEGMENT_BYTES = 5 * 2**30  # as the engine's own merges make them at most
SEGMENTS_BESIDE = 8  # that a shard may have beside full ones without being merged
CHANGED = ("number_of_replicas", "refresh_interval")
MOST_LEASES = 100
SECONDS = 30.0
MERGES = "indices:admin/forcemerge*"

Outcome = Literal["absent", "live", "loading", "merging", "restored"]
Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(UTC)


def search_dependency() -> Dependency:
    return Dependency("search", SECONDS, 150.0, attempts=6)


class _Lease(BaseModel):
    """As it is in the index of loads."""

    passages: int
    until: AwareDatetime


@dataclass(frozen=True)
class _Found:
    """An index: its primaries, and the settings of `CHANGED` as the engine tells them."""

    shards: int
    changeable: Mapping[str, str]


@dataclass(frozen=True)
class Load:
    """alias: whose index is written to. name: the same at every declaration. passages: how many it writes in all, about."""

    alias: str
    name: str
    passages: int


class BulkLoads:
    """Declares loads. Every method may be repeated, and raises Throttled, DependencyUnavailable or DependencyRejected of "search"."""

    def __init__(self, client: OpenSearch, clock: Clock = now, lease: timedelta = LEASE) -> None:
        self._client, self._clock, self._lease = client, clock, lease
        self._search = search_dependency()
        self._declared: dict[Load, datetime] = {}

    def declare(self, load: Load, deadline: Deadline) -> None:
        """To be called before every batch: it asks the engine only when a third of the lease has passed in this process."""
        if self._clock() - self._declared.get(load, datetime.min.replace(tzinfo=UTC)) < self._lease / 3:
            return
        at = self._clock()
        self._write(load, at + self._lease, deadline)
        self._declared[load] = at

    def end(self, load: Load, deadline: Deadline) -> None:
        """The load is over, as far as whoever calls this is concerned; another who still declares it keeps it up."""
        self._declared.pop(load, None)
        self._write(load, self._clock(), deadline)

    def _write(self, load: Load, until: datetime, deadline: Deadline) -> None:
        lease = {"alias": load.alias, "passages": load.passages, "until": until.isoformat()}
        body = to_json({"index": {"_id": f"{load.alias}:{load.name}"}}) + b"\n" + to_json(lease) + b"\n"
        self._search.call(lambda: self._bulk(body), deadline)

    def _bulk(self, body: bytes) -> None:
        if self._client.bulk(body=body, index=schema.LOADS, request_timeout=SECONDS)["errors"]:
            raise DependencyUnavailable("search", "a declaration of a load was refused")


@contextmanager
def bulk_load(loads: BulkLoads, load: Load, deadline: Deadline) -> Iterator[Callable[[], None]]:
    """For one process that loads from beginning to end; it calls what it is given before every batch."""
    loads.declare(load, deadline)
    try:
        yield lambda: loads.declare(load, deadline)
    finally:
        loads.end(load, deadline)


class Upkeep:
    """Sets the index behind an alias as the leases want it. One at a time; stopped anywhere, the next run finishes it."""

    def __init__(self, client: OpenSearch, replicas: int, clock: Clock = now) -> None:
        """replicas: copies beside each primary in everyday use."""
        self._client, self._clock = client, clock
        self._live = {name: str(value) for name, value in schema.live_settings(replicas).items() if name in CHANGED}
        self._search = search_dependency()

    def run(self, alias: str, deadline: Deadline) -> Outcome:
        """Raises Throttled, DependencyUnavailable or DependencyRejected of "search"."""
        leases = self._leases(alias, deadline)
        found = self._settings(alias, deadline)
        if found is None:
            return "absent"
        running = [lease for lease in leases if lease.until > self._clock()]
        if running:
            self._load(alias, found, sum(lease.passages for lease in running), deadline)
            return "loading"
        if found.changeable == self._live:
            return "live"
        ended = max((lease.until for lease in leases), default=datetime.min.replace(tzinfo=UTC))
        if self._clock() - ended < MERGING and self._merges(alias, found.shards, deadline):
            return "merging"
        self._set(alias, self._live, deadline)
        self._forget(alias, deadline)
        return "restored"

    def _leases(self, alias: str, deadline: Deadline) -> list[_Lease]:
        query = {"size": MOST_LEASES, "query": {"term": {"alias": alias}}, "sort": [{"until": "desc"}]}
        self._ask(lambda: self._client.indices.refresh(index=schema.LOADS, request_timeout=SECONDS), deadline)
        answer = self._ask(lambda: self._client.search(index=schema.LOADS, body=query, request_timeout=SECONDS), deadline)
        return [_Lease.model_validate(hit["_source"]) for hit in answer["hits"]["hits"]]

    def _load(self, alias: str, found: _Found, passages: int, deadline: Deadline) -> None:
        """Replicas are given up only by an index that the load makes at least twice as large: their return copies the whole index."""
        without = found.changeable["number_of_replicas"] == "0" or self._count(alias, deadline) <= passages
        replicas = {"number_of_replicas": "0"} if without else {}
        wanted = {**self._live, "refresh_interval": schema.LOADING_REFRESH, **replicas}
        if found.changeable != wanted:
            self._set(alias, wanted, deadline)

    def _merges(self, alias: str, shards: int, deadline: Deadline) -> bool:
        """Whether segments are being merged. It begins to merge where there are many."""
        tasks = self._ask(lambda: self._client.tasks.list(params={"actions": MERGES, "detailed": "true"}), deadline)
        described = (task["description"] for node in tasks["nodes"].values() for task in node["tasks"].values())
        if any(f"[{alias}]" in one for one in described):
            return True
        # Until a refresh, searches hold on to the segments that were merged, and these are counted.
        self._ask(lambda: self._client.indices.refresh(index=alias, request_timeout=SECONDS), deadline)
        primaries = self._stats(alias, deadline)
        full = max(1, ceil(primaries["store"]["size_in_bytes"] / shards / SEGMENT_BYTES))
        if primaries["segments"]["count"] <= shards * (full + SEGMENTS_BESIDE):
            return False
        parameters = {"max_num_segments": full, "wait_for_completion": "false"}
        self._ask(lambda: self._client.indices.forcemerge(index=alias, params=parameters, request_timeout=SECONDS), deadline)
        return True

    def _settings(self, alias: str, deadline: Deadline) -> _Found | None:
        """None where no index has the alias, as that of a generation between two re-indexes."""
        answer = self._ask(
            lambda: self._client.indices.get_settings(index=alias, ignore_unavailable="true", request_timeout=SECONDS), deadline
        )
        if not answer:
            return None
        index = next(iter(answer.values()))["settings"]["index"]
        return _Found(int(index["number_of_shards"]), {name: index.get(name, "") for name in CHANGED})

    def _set(self, alias: str, settings: Mapping[str, str], deadline: Deadline) -> None:
        body = {"index": dict(settings)}
        self._ask(lambda: self._client.indices.put_settings(index=alias, body=body, request_timeout=SECONDS), deadline)

    def _count(self, alias: str, deadline: Deadline) -> int:
        count: int = self._stats(alias, deadline)["docs"]["count"]
        return count

    def _stats(self, alias: str, deadline: Deadline) -> Any:
        """Passages, bytes and segments of the primaries."""
        shown = {"filter_path": ",".join(f"_all.primaries.{part}" for part in ("docs.count", "store.size_in_bytes", "segments.count"))}
        ask = partial(self._client.indices.stats, index=alias, params=shown, request_timeout=SECONDS)
        return self._ask(ask, deadline)["_all"]["primaries"]

    def _forget(self, alias: str, deadline: Deadline) -> None:
        """Leases that ended. One that is declared anew meanwhile is a conflict, and stays."""
        query = {"query": {"bool": {"filter": [{"term": {"alias": alias}}, {"range": {"until": {"lte": self._clock().isoformat()}}}]}}}
        parameters = {"conflicts": "proceed"}
        remove = partial(self._client.delete_by_query, index=schema.LOADS, body=query, params=parameters, request_timeout=SECONDS)
        self._ask(remove, deadline)

    def _ask(self, operation: Callable[[], Any], deadline: Deadline) -> Any:
        return self._search.call(operation, deadline)
