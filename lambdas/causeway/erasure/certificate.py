"""The certificate of an erasure: what was erased where, and what is left until when. It holds no word of the person."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypedDict
from urllib.parse import quote

from causeway.erasure.erasure import Erasure
from causeway.erasure.places import PLACES, Place, Remains, Retention
from causeway.runtime.locked_records import LockedRecords

VERSION = 1


class Certificate(TypedDict):
    """version: of this form. erasure: its id. asked_by: id of the officer. asked_at, issued_at: ISO 8601.

    user, name, about: hashed with a key that went with the request. documents: what was asked to be done with them.
    places: of each place, what was erased and what remains until when. digest: of everything else.
    Data class: restricted; version, erasure, tenant, asked_at, issued_at, documents, places, digest: internal.
    """

    version: int
    erasure: str
    tenant: str
    asked_by: str
    asked_at: str
    issued_at: str
    user: str | None
    name: str | None
    about: Sequence[str]
    documents: str | None
    places: Sequence[Mapping[str, Any]]
    digest: str


def certificate(erasure: Erasure, retention: Retention, now: datetime) -> dict[str, Any]:
    """Of JSON's types. `digest` is the SHA-256 of everything else, as `digest_of` makes it."""
    facts = {
        "version": VERSION,
        "erasure": erasure.id,
        "tenant": erasure.tenant,
        "asked_by": erasure.by,
        "asked_at": erasure.created_at,
        "issued_at": now.isoformat(timespec="seconds"),
        "user": erasure.hashed(erasure.user) if erasure.user else None,
        "name": erasure.hashed(erasure.name) if erasure.name else None,
        "about": [erasure.hashed(words) for words in erasure.about],
        "documents": erasure.documents if erasure.about else None,
        "places": [_place(erasure, place, retention, now) for place in PLACES],
    }
    return {**facts, "digest": digest_of(facts)}


def digest_of(facts: Mapping[str, Any]) -> str:
    """facts: a certificate without its digest."""
    return sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def object_key(erasure: Erasure) -> str:
    return f"{quote(erasure.tenant, safe='', errors='surrogatepass')}/erasures/{erasure.id}.json"


class Certificates:
    """In the bucket of audit records; see `LockedRecords`."""

    def __init__(self, records: LockedRecords, retention: Retention) -> None:
        self._records, self._retention = records, retention

    def compose(self, erasure: Erasure) -> Mapping[str, Any]:
        return certificate(erasure, self._retention, datetime.now(UTC))

    def keep(self, erasure: Erasure) -> None:
        self._records.write_once(object_key(erasure), json.dumps(erasure.certificate, ensure_ascii=False, indent=1).encode())


def _place(erasure: Erasure, place: Place, retention: Retention, now: datetime) -> dict[str, Any]:
    return {
        "place": place.name,
        "holds": place.holds,
        "erased": _counts(erasure, place.traces),
        "remains": [_remains(each, retention, now) for each in place.remains if _concerns(each, erasure)],
    }


def _counts(erasure: Erasure, traces: Sequence[str]) -> dict[str, Any]:
    """By trace that was looked for: how many units were found in either pass, and what became of those that were looked at twice."""
    return {
        trace: {
            "found": erasure.units[trace] + erasure.late.get(trace, 0),
            **({"outcomes": dict(erasure.outcomes[trace])} if trace in erasure.outcomes else {}),
            **({"looked_at": erasure.looked_at[trace]} if trace in erasure.looked_at else {}),
        }
        for trace in traces
        if trace in erasure.units
    }


def _concerns(remains: Remains, erasure: Erasure) -> bool:
    return remains.of == "both" or bool(erasure.about if remains.of == "subject" else erasure.user or erasure.name)


def _remains(remains: Remains, retention: Retention, now: datetime) -> dict[str, Any]:
    until = None if remains.days is None else (now + timedelta(days=retention.days(remains.days))).astimezone(UTC).date().isoformat()
    return {"what": remains.what, "until": until}
