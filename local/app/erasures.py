"""Erasing a person of the local deployment, as a privacy officer's client does it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from local.app.api import call
from local.app.people import Person
from local.console import Trouble, counted

EVERY_SECONDS = 1.0
# Whether anything is left that a person has to do, by outcome, and how it is said.
SAID = {
    "erased": "erased",
    "listed": "listed, and left as it is",
    "clean": "changed meanwhile, mentions nobody any more",
    "by-hand": "to be changed by hand: its format or its name",
    "unreadable": "never read: look at it",
    "waiting": "being read again",
    "remains": "still mentions the person: look at it",
}
OPEN = ("by-hand", "unreadable", "remains")


@dataclass(frozen=True)
class Wanted:
    """user: id in the user pool. name: in the user pool. documents: "list", "redact" or "delete"."""

    user: str | None
    name: str | None
    about: Sequence[str]
    documents: str
    dry_run: bool


def erase(officer: Person, wanted: Wanted, hear: Callable[[Mapping[str, Any]], None], patience: float = 600) -> Mapping[str, Any]:
    """The erasure once it is done. hear: gets it each time it is looked at. Raises Trouble when it is refused, or takes too long."""
    body = {**vars(wanted), "about": list(wanted.about), "client_token": uuid4().hex}
    erasure = call("POST", "/v1/erasures", officer, body).require("Not erased")
    until = time.monotonic() + patience
    while erasure["state"] != "done":
        if time.monotonic() > until:
            raise Trouble(f"The erasure {erasure['erasure_id']} is not done after {patience:.0f} s; it goes on without this command.")
        hear(erasure)
        time.sleep(EVERY_SECONDS)
        erasure = call("GET", f"/v1/erasures/{erasure['erasure_id']}", officer).require("The erasure cannot be seen")
    return erasure  # type: ignore[no-any-return]


def documents(officer: Person, erasure_id: str) -> Iterator[Mapping[str, Any]]:
    """Documents that were found, page by page."""
    after: str | None = ""
    while after is not None:
        page = call("GET", f"/v1/erasures/{erasure_id}/documents{f'?after={after}' if after else ''}", officer).require("No documents")
        yield from page["documents"]
        after = page["next"]


def report(erasure: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What was found and done, and what is left until when, as lines of a terminal. found: documents."""
    verb = "found" if erasure["dry_run"] else "erased"
    of_the_user = {trace: count for trace, count in erasure["found"].items() if trace != "documents"}
    for trace, count in of_the_user.items():
        if count:
            yield f"{verb}: {count:,} {trace}"
    if of_the_user and not any(of_the_user.values()):
        yield "nothing of the user was found"
    if "documents" in erasure["found"]:
        yield f"{counted(erasure['looked_at'].get('documents', 0), 'document')} looked through, {len(found):,} found"
    for document in found:
        yield f"  {document['name'] or document['document_id']}: {SAID[document['outcome']]}"
    certificate = erasure["certificate"]
    for place in certificate["places"] if certificate else ():
        for remains in place["remains"]:
            until = f"until {remains['until']}" if remains["until"] else "no end"
            yield f"left in {place['place']}, {until}: {remains['what']}"
    if erasure["dry_run"]:
        yield "DRY=1: nothing was erased"


def is_open(found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a person has to look at any of the documents."""
    return any(document["outcome"] in OPEN for document in found)
