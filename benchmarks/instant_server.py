"""A loopback server that answers embedding, search, registry and model calls at once, so only the caller's own work is left.

Started as a process of its own: `python -m benchmarks.instant_server` prints its URL and serves until its input closes.
"""

import asyncio
import json
import math
import sys
import threading
from functools import cache
from typing import Any

from benchmarks import instant_agents

TENANT = "harbour"
PASSAGES_OF_A_DOCUMENT = 3
VERSION = "0123456789abcdef"
SENTENCES = (
    "Books may be returned within 30 days of the day they arrive, with the receipt.",
    "A refund goes back to the card that paid within five working days of the book reaching the shop.",
    "Signed copies, gift cards and magazines are not taken back unless they are faulty.",
    "Members of the reading circle have 60 days and need no receipt.",
    "For a faulty book the shop pays the postage in both directions and sends a new copy first.",
)


def document_id(n: int) -> str:
    return f"{n:032x}"


def _embedding() -> bytes:
    vector = [round(math.sin(i) / 23, 8) for i in range(1024)]
    return json.dumps({"embeddings": [vector], "tokens": [12]}).encode()


def _hit(n: int) -> dict[str, Any]:
    identifier = document_id(n // PASSAGES_OF_A_DOCUMENT)
    source = {
        "tenant": TENANT,
        "document_id": identifier,
        "version": VERSION,
        "position": n,
        "source": f"policies/returns-{n}.md",
        "title": "Returns and refunds",
        "heading": "Returns > Within 30 days",
        "page": 1,
        "kind": "text",
        "text": f"Section {n}. " + " ".join(SENTENCES * 5),
        "content_hash": f"{n:064x}",
        "language": "en",
        "tokens": 430,
        "indexed_at": "2026-11-01T12:00:00Z",
    }
    return {"_index": "passages-000001", "_id": f"{identifier}:{VERSION}:{n}", "_score": 1.0 - n / 100, "_source": source}


def _found(search: dict[str, Any]) -> dict[str, Any]:
    """As many hits as the search asks for, without their vectors, and without their fields where it wants none."""
    hits = [_hit(n) for n in range(search["size"])]
    if search.get("_source") is False:
        hits = [{name: value for name, value in hit.items() if name != "_source"} for hit in hits]
    shards = {"total": 2, "successful": 2, "skipped": 0, "failed": 0}
    total = {"value": len(hits), "relation": "eq"}
    return {"took": 4, "timed_out": False, "_shards": shards, "hits": {"total": total, "max_score": 1.0, "hits": hits}, "status": 200}


@cache
def search(body: bytes) -> bytes:
    return json.dumps(_found(json.loads(body))).encode()


@cache
def searches(body: bytes) -> bytes:
    """A multi-search: a line that names the index before each search."""
    lines = [json.loads(line) for line in body.splitlines() if line.strip()]
    return json.dumps({"took": 5, "responses": [_found(line) for line in lines[1::2]]}).encode()


def _reply() -> bytes:
    return json.dumps(
        {
            "output": {"message": {"role": "assistant", "content": [{"text": f"{SENTENCES[0]} [1] {SENTENCES[3]} [2]"}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 2350, "outputTokens": 42, "totalTokens": 2392},
            "metrics": {"latencyMs": 1},
        }
    ).encode()


def _record(key: dict[str, Any]) -> dict[str, Any]:
    return {"document_id": key["document_id"], "current_version": {"S": VERSION}, "state": {"S": "ready"}}


@cache
def records(body: bytes) -> bytes:
    """DynamoDB's BatchGetItem of the documents asked for, all of them current; of permissions, none: every folder is open."""
    asked = json.loads(body)["RequestItems"]
    found = {table: [_record(key) for key in request["Keys"] if "document_id" in key] for table, request in asked.items()}
    return json.dumps({"Responses": found, "UnprocessedKeys": {}}).encode()


EMBEDDING, REPLY = _embedding(), _reply()
HEADERS = b"Content-Type: application/json\r\nNext-Poll-Configuration-Token: next"  # AppConfig's token; other clients pass it by


def respond(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """The status and JSON body for one request; 404 names a request it was never taught."""
    target = headers.get("x-amz-target", "")
    if (answer := instant_agents.respond(path, target, body)) is not None:
        return 200, answer
    if path.endswith("/invocations"):
        return 200, EMBEDDING
    if path.endswith("/converse"):
        return 200, REPLY
    if "/_msearch" in path:
        return 200, searches(body)
    if "/_search" in path:
        return 200, search(body)
    if target.endswith(".BatchGetItem"):
        return 200, records(body)
    if target.endswith(".UpdateItem"):  # that counts the question
        return 200, b"{}"
    if path == "/configurationsessions":
        return 201, b'{"InitialConfigurationToken": "first"}'
    if path.startswith("/configuration?"):
        return 200, b"{}"
    return 404, json.dumps({"message": f"the instant server answers no {method} {path}"}).encode()


async def _serve_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await _head(reader):
        request_line, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = request_line.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        status, answer = respond(method, path, headers, body)
        writer.write(b"HTTP/1.1 %d X\r\n%b\r\nContent-Length: %d\r\n\r\n" % (status, HEADERS, len(answer)) + answer)
    writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def _serve() -> None:
    server = await asyncio.start_server(_serve_connection, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(closed.set)), daemon=True).start()
    await closed.wait()


if __name__ == "__main__":
    asyncio.run(_serve())
