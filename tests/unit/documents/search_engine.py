"""The four calls that ingestion makes to the search engine, as a local HTTP server with faults on demand."""

import json
import operator
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Request, Response

from tests.unit.http_server import LoopbackServer

NO_INDEX = {"type": "index_not_found_exception"}
BOUNDS = {"lt": operator.lt, "lte": operator.le, "gte": operator.ge}


@dataclass
class Fault:
    """Answers the next calls of an action ("_bulk", "_search", "_refresh" or "_delete_by_query") with a status.

    after: whether the action is carried out before its answer is lost.
    """

    action: str
    status: int
    times: int = 1
    after: bool = False


@dataclass
class SearchEngine:
    """passages: documents by id, visible only after a refresh, as in the real engine.

    places: the alias under which each was indexed; what has an even generation's is by alias and id. paths: of the calls.
    meanwhile: by action, what happens elsewhere while its next call is under way. lost: no index has an alias any more.
    """

    passages: dict[str, dict[str, Any]] = field(default_factory=dict)
    visible: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict)
    lost: bool = False

    def __post_init__(self) -> None:
        self._server = LoopbackServer()
        self._server.expect_request(re.compile(".*")).respond_with_handler(self._respond)
        self._server.start()
        self.url = self._server.url_for("").rstrip("/")

    def stop(self) -> None:
        self._server.clear()
        self._server.stop()

    def _respond(self, request: Request) -> Response:
        self.paths.append(request.path)
        _, alias, action = request.path.split("/")
        status, answer = self.answer(action, request.get_data(), alias)
        return Response(json.dumps(answer), status, content_type="application/json")

    def versions(self, document_id: str, alias: str = "") -> dict[str, int]:
        """alias: of the generation, where there are two."""
        found = [one for name, one in self.passages.items() if not alias or self.places[name] == alias]
        return dict(Counter(one["version"] for one in found if one.get("document_id") == document_id))

    def answer(self, action: str, body: bytes, alias: str) -> tuple[int, dict[str, Any]]:
        self.calls.append(action)
        self.meanwhile.pop(action, lambda: None)()
        if self.lost and action != "_bulk":
            return 404, {"error": NO_INDEX, "status": 404}
        fault = next((fault for fault in self.faults if fault.action == action and fault.times > 0), None)
        if fault:
            fault.times -= 1
        done = self._do(action, body, alias) if fault is None or fault.after else {}
        return (fault.status, {"error": {"type": "injected"}, "status": fault.status}) if fault else (200, done)

    def _do(self, action: str, body: bytes, alias: str) -> dict[str, Any]:
        if action == "_bulk":
            return self._bulk([json.loads(line) for line in body.splitlines()], alias)
        if action == "_refresh":
            self.visible = dict(self.passages)
            return {}
        query = json.loads(body)
        if action == "_search":
            return {"aggregations": _counted(list(self._matching(query["query"], alias).values()), query["aggs"])}
        found = self._matching(query["query"], alias)
        unchanged = [name for name, one in found.items() if self.passages.get(name) == one]
        for name in unchanged:
            del self.passages[name]
        self.visible = dict(self.passages)
        return {"deleted": len(unchanged), "failures": [], "timed_out": False, "version_conflicts": len(found) - len(unchanged)}

    def _bulk(self, lines: list[dict[str, Any]], alias: str) -> dict[str, Any]:
        items = []
        for action, passage in zip(lines[::2], lines[1::2], strict=True):
            ((kind, told),) = action.items()
            name = told["_id"] if "even" not in alias else f"{alias}:{told['_id']}"
            status = 409 if kind == "create" and name in self.passages else self.refused.pop(name, 201)
            if status == 201 and not self.lost:
                self.passages[name], self.places[name] = passage, alias
            error = {} if status == 201 else {"error": {"type": "rejected"}}
            if self.lost:
                status, error = 404, {"error": NO_INDEX}
            items.append({kind: {"_id": name, "status": status, **error}})
        return {"errors": any("error" in outcome for item in items for outcome in item.values()), "items": items}

    def _matching(self, query: dict[str, Any], alias: str) -> dict[str, dict[str, Any]]:
        wanted, unwanted = query["bool"]["filter"], query["bool"]["must_not"]
        return {
            name: one
            for name, one in self.visible.items()
            if self.places.get(name, alias) == alias
            and all(_holds(clause, one) for clause in wanted)
            and not any(_holds(clause, one) for clause in unwanted)
        }


def _counted(passages: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    """The aggregations of `terms` and `histogram`, nested as asked."""
    ((name, wanted),) = asked.items()
    by_key: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for one in passages:
        if "terms" in wanted:
            by_key[one[wanted["terms"]["field"]]].append(one)
        else:
            interval = wanted["histogram"]["interval"]
            by_key[one[wanted["histogram"]["field"]] // interval * interval].append(one)
    inside = wanted.get("aggs")
    buckets = [{"key": key, "doc_count": len(some), **(_counted(some, inside) if inside else {})} for key, some in by_key.items()]
    return {name: {"buckets": buckets}}


def _holds(clause: dict[str, Any], passage: dict[str, Any]) -> bool:
    ((kind, body),) = clause.items()
    if kind == "bool":
        every, some = body.get("filter", []), body.get("should", [])
        return all(_holds(each, passage) for each in every) and (not some or any(_holds(each, passage) for each in some))
    ((name, value),) = body.items()
    if kind == "term":
        return bool(passage[name] == value)
    if kind == "terms":
        return passage[name] in value
    return all(BOUNDS[bound](passage[name], limit) for bound, limit in value.items())
