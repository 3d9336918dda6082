"""Syncs of buckets on the local AWS: started as an operator starts them, and followed until they end."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from local.app.aws import client, parameter
from local.app.results import Reason, grouped, plain
from local.console import Trouble, counted

Object = dict[str, Any]
TOGETHER = 100  # objects of one note
NOT_NAMED = """
The function may read the buckets alone that the environment names: add the bucket to ingestion.sources of environments/local.yaml
(docs/operations/syncing.md), then make up."""


@dataclass(frozen=True)
class Wanted:
    """As the state machine takes it."""

    bucket: str
    prefix: str
    tenant: str
    dry: bool
    force: bool


class Run:
    """An execution of the machine."""

    def __init__(self, wanted: Wanted, arn: str) -> None:
        self._wanted, self.arn = wanted, arn
        self._documents = parameter("data/documents-bucket")

    @classmethod
    def started(cls, wanted: Wanted) -> Self:
        """A new one. Raises Trouble when there is no such bucket."""
        _require_bucket(wanted.bucket)
        machine = parameter("ingestion/sync-machine")
        started = client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(wanted.__dict__))
        return cls(wanted, started["executionArn"])

    @property
    def folder(self) -> str:
        return f"syncs/{self._wanted.tenant}/{self.arn.rpartition(':')[2]}/"

    def follow(self, note: Callable[[str], None], pause: float = 0.7) -> Object:
        """The result, once the execution has ended. Raises Trouble with its error, unless that is that too much would be deleted."""
        while (said := client("stepfunctions").describe_execution(executionArn=self.arn))["status"] == "RUNNING":
            compared, gone = self._notes("compared"), self._notes("gone")
            note(f"up to {counted(compared * TOGETHER, 'object')} compared" + (", deleting what is gone" if gone else ""))
            time.sleep(pause)
        if said["status"] != "SUCCEEDED" and said.get("error") != "TooManyDeletions":
            cause = str(said.get("cause", ""))
            hint = NOT_NAMED if "AccessDenied" in cause else ""
            raise Trouble(f"The sync has {said['status'].lower()}: {said.get('error', '')} {cause}".strip() + hint)
        body = client("s3").get_object(Bucket=self._documents, Key=f"{self.folder}result.json")["Body"].read()
        result: Object = json.loads(body)
        return result

    def copied(self) -> set[str]:
        """Names of the documents that it has copied, also if it has failed since."""
        found: set[str] = set()
        pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=self._documents, Prefix=f"{self.folder}compared/")
        for each in (each for page in pages for each in page.get("Contents", ())):
            note = json.loads(client("s3").get_object(Bucket=self._documents, Key=each["Key"])["Body"].read())
            found |= {named["name"] for kind in ("new", "changed") for named in note.get(kind, ())}
        return found

    def _notes(self, step: str) -> int:
        found = client("s3").list_objects_v2(Bucket=self._documents, Prefix=f"{self.folder}{step}/")
        return int(found.get("KeyCount", 0))


def summary(result: Mapping[str, Any]) -> str:
    parts = [f"{len(result[name]):,} {name}" for name in ("new", "changed", "renamed", "deleted")] + [f"{result['unchanged']:,} unchanged"]
    more = {"kept": "came back and stay", "later": "changed meanwhile: the next sync takes them", "skipped": "skipped"}
    return ", ".join([*parts, *(f"{len(result[name]):,} {words}" for name, words in more.items() if result[name])])


def changes(result: Mapping[str, Any]) -> Iterator[str]:
    """A line for each document, as a sync of a folder has them."""
    for sign, name in (("+", "new"), ("~", "changed"), ("-", "deleted")):
        yield from (f"{sign} {plain(each['name'])}" for each in result[name])
    yield from (f"> {plain(each['why'])} is now {plain(each['name'])}" for each in result["renamed"])


def reasons(skipped: Sequence[Object]) -> Iterator[str]:
    return grouped("{} skipped", [Reason("names", each["why"], each["name"]) for each in skipped])


def _require_bucket(bucket: str) -> None:
    names = [each["Name"] for each in client("s3").list_buckets()["Buckets"]]
    if bucket not in names:
        raise Trouble(f"The local AWS has no bucket {plain(bucket)}; there are {', '.join(sorted(names))}.")
