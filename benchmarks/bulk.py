"""1,000 Markdown files of 4 kB from the incoming bucket to the index, and out again.

They belong to a tenant of their own, new in every run, so no sample user ever meets them.
"""

import itertools
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.corpus import contents
from benchmarks.deployed import running
from benchmarks.measure import print_table
from local.app.aws import client, parameter
from local.app.uploads import SETTLED

FILES, BYTES, AT_ONCE = 1_000, 4_096, 8
PATIENCE_SECONDS = 900


def main() -> None:
    state = running()
    tenant = f"benchmark-{int(time.time())}"
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda file: _put(tenant, *file), files()))
    uploaded = time.monotonic() - began
    _wait(lambda: len(_settled(tenant)) >= FILES)
    settled = time.monotonic() - began
    ready = [record for record in _settled(tenant) if record["state"]["S"] == "ready"]
    searchable = indexed(state.search_url, tenant)
    began = time.monotonic()
    _remove(tenant)
    _wait(lambda: indexed(state.search_url, tenant) == 0)
    removed = time.monotonic() - began
    rows = [
        ["uploaded", f"{uploaded:.0f}", f"{FILES}"],
        ["searchable", f"{settled:.0f}", f"{searchable}"],
        ["removed again, from the deletion on", f"{removed:.0f}", f"{searchable - indexed(state.search_url, tenant)}"],
    ]
    notes = [
        f"{FILES} files of {BYTES} bytes; {FILES - len(ready)} not ready, {FILES - searchable} lost.",
        "Goal: searchable in under 180 s, none lost.",
    ]
    print_table("1,000 Markdown files, local", ["all are", "after, s", "documents"], rows, notes)


def files() -> Iterator[tuple[str, bytes]]:
    """Names and contents: real Markdown cut to size, each under a heading that no other has."""
    text = itertools.cycle(b"\n\n".join(contents(".md")).decode())
    for n in range(FILES):
        heading = f"# Note {n}\n\n"
        body = "".join(itertools.islice(text, BYTES)).encode()[: BYTES - len(heading)]
        yield f"notes/{n:04d}.md", heading.encode() + body.decode(errors="ignore").encode()


def indexed(search_url: str, tenant: str) -> int:
    """How many documents of the tenant have passages that a search finds."""
    of_tenant = {"term": {"tenant": tenant}}
    count = {"documents": {"cardinality": {"field": "document_id", "precision_threshold": 40_000}}}
    body = json.dumps({"size": 0, "query": of_tenant, "aggs": count}).encode()
    request = urllib.request.Request(f"{search_url}/passages/_search", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return int(json.load(response)["aggregations"]["documents"]["value"])


def _put(tenant: str, name: str, content: bytes) -> None:
    client("s3").put_object(Bucket=parameter("data/incoming-bucket"), Key=f"{tenant}/{name}", Body=content)


def _remove(tenant: str) -> None:
    bucket = parameter("data/incoming-bucket")
    keys = [{"Key": f"{tenant}/{name}"} for name, _ in files()]
    client("s3").delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def _settled(tenant: str) -> list[dict[str, Any]]:
    """The tenant's registry records that nothing more will happen to."""
    pages = (
        client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=parameter("data/document-registry"),
            KeyConditionExpression="tenant = :tenant",
            ExpressionAttributeValues={":tenant": {"S": tenant}},
        )
    )
    return [record for page in pages for record in page["Items"] if record["state"]["S"] in SETTLED]


def _wait(done: Callable[[], bool]) -> None:
    """Until it is done, or for 15 minutes: what is missing then counts as lost."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(2)


if __name__ == "__main__":
    main()
