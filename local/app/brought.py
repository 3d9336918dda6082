"""What syncs of a bucket have brought, watched until it can be searched; kept until then, so that the same command goes on watching."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from local import places
from local.app.adding import Adding
from local.app.aws import client, parameter
from local.app.bucket_syncs import Run, Wanted
from local.app.people import Person
from local.app.uploads import Library, Placed, Record, Upload

AT_ONCE = 100  # changes of one question to the registry


class Brought:
    """Runs that nobody has watched to their end, and names of documents that they have brought. One file for each source and tenant."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        of = sha256(f"{wanted.tenant}\n{wanted.bucket}/{wanted.prefix}".encode()).hexdigest()[:16]
        self._file = places.ACCOUNT / "syncing" / f"bucket-{of}.json"
        said = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        self._runs: list[str] = said.get("runs", [])
        self._names: set[str] = set(said.get("names", ()))

    @property
    def names(self) -> Collection[str]:
        """Of what is perhaps not searched yet."""
        return frozenset(self._names)

    def left(self) -> Iterator[Run]:
        """Runs that were begun and not watched to their end, the oldest first."""
        return (Run(self._wanted, arn) for arn in list(self._runs))

    def begun(self, run: Run) -> None:
        self._runs.append(run.arn)
        self._write()

    def ended(self, run: Run, names: Collection[str]) -> None:
        """names: of the documents that it has brought."""
        self._names |= {*names}
        self._runs = [arn for arn in self._runs if arn != run.arn]
        self._write()

    def close(self) -> None:
        """All that was brought is settled."""
        self._file.unlink(missing_ok=True)

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({"runs": self._runs, "names": sorted(self._names)}), encoding="utf-8")
        fresh.replace(self._file)


def brought_by(result: Mapping[str, Sequence[Mapping[str, str]]]) -> set[str]:
    """Names of the documents that a run has copied."""
    return {each["name"] for kind in ("new", "changed", "renamed") for each in result[kind]}


def watching(tenant: str, names: Collection[str], pause: float = 0.7) -> Adding:
    """Of the copies with these names, those that are there. `run` waits until each is settled. pause: seconds between two looks.

    Everything of the tenant is seen, as an operator sees it: by the registry, not by what some user may read.
    """
    owner, bucket = Person("the sync", tenant, ""), parameter("data/incoming-bucket")
    copies = Copies(tenant, current_versions(client("s3").get_paginator("list_object_versions"), bucket, tenant, names))
    uploads = [Upload(Path(bucket, tenant, name), name, owner) for name in sorted(names) if name in copies.placed_as]
    registry = Registered(tenant, parameter("data/document-registry"))
    return Adding(uploads, journal=copies, library=lambda _: registry, pause=pause)


def current_versions(pages: object, bucket: str, tenant: str, names: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Name, version and time of each object that is there now."""
    for page in pages.paginate(Bucket=bucket, Prefix=f"{tenant}/"):  # type: ignore[attr-defined]
        for each in page.get("Versions", ()):
            name = each["Key"].removeprefix(f"{tenant}/")
            if each["IsLatest"] and name in names:
                yield name, each["VersionId"], each["LastModified"].astimezone(UTC).isoformat(timespec="milliseconds")


class Copies:
    """In the place of the journal of `Adding`: everything is uploaded already."""

    def __init__(self, tenant: str, versions: Iterator[tuple[str, str, str]]) -> None:
        from causeway.documents.ingestion.identity import document_id

        self.placed_as = {name: Placed(document_id(tenant, name), version, at) for name, version, at in versions}

    def placed(self, upload: Upload) -> Placed | None:
        return self.placed_as.get(upload.name)

    def add(self, upload: Upload, placed: Placed) -> None:
        raise AssertionError("nothing is uploaded")

    def close(self) -> None:
        """Nothing was written."""


class Registered(Library):
    """Documents as the registry has them, whoever may read them."""

    def __init__(self, tenant: str, table: str) -> None:
        from causeway.documents.ingestion.registry import Registry

        super().__init__(Person("the sync", tenant, ""))
        self._registry = Registry(client("dynamodb"), table)

    def known(self, names: Collection[str]) -> dict[str, Record]:
        """None: what is watched is settled by what changes."""
        return {}

    def changes(self, since: datetime) -> dict[str, Record]:
        from causeway.documents.contract import DocumentResponse

        found: dict[str, Record] = {}
        place, more = since.astimezone(UTC).isoformat(timespec="milliseconds"), True
        while more:
            records, place, more = self._registry.changed(self._tenant, place, AT_ONCE)
            found |= {each.document_id: DocumentResponse.of(each).model_dump(mode="json") for each in records}
        return found
