"""Users with traces in every store, documents that mention people, and workers that erase and die."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from causeway.agents.journal import Journal
from causeway.agents.listing import Listed, RunList
from causeway.agents.recorded import Recorded
from causeway.agents.steps import Begun
from causeway.agents.triggered import of_user
from causeway.approvals.approval import Approval
from causeway.approvals.store import Approvals
from causeway.batches.batch import Batch
from causeway.batches.store import Batches
from causeway.conversations.archive import Archive, Archived
from causeway.conversations.conversation import Message
from causeway.conversations.facts import News
from causeway.conversations.feedback import Feedback
from causeway.conversations.feedback_contract import FeedbackRequest
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.statements import Statement
from causeway.conversations.transaction import Lifetimes, Tables
from causeway.erasure.assembly import Assembly
from causeway.erasure.erasure import Erasure, moment
from causeway.erasure.places import Retention
from causeway.erasure.settings import ErasingSettings
from causeway.erasure.store import Erasures
from causeway.permissions.administration import Administration
from causeway.reviews.review import Asked
from causeway.reviews.store import Reviews
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import Overtaken
from causeway.teams.record import TeamRecord
from causeway.teams.run import Piece, TeamRun
from tests.unit.documents.cloud import DOCUMENTS, INCOMING, PERMISSIONS, TABLE, Cloud, Died
from tests.unit.documents.lanes import Deaths
from tests.unit.loopback import ARCHIVE, AUDIT, BATCHES, MEMORY, REVIEWS, RUNS, SESSIONS, make_table

ERASURES = "erasures-table"
TABLES = (MEMORY, SESSIONS, REVIEWS, BATCHES, RUNS, PERMISSIONS)
RETENTION = Retention(logs=400, recovery=35, versions=90, archive_versions=1, events=90, archive=365)
PATIENT = Dependency("any", attempt_seconds=2.0, budget_seconds=20.0)
SECRET = "xylophone"  # in every word of a user


@dataclass
class Town:
    cloud: Cloud
    told: set[tuple[str, str]] = field(default_factory=set)
    settle_seconds: float = 0
    now: float = 0

    def live(self, owner: Owner, conversations: int = 3) -> None:
        """Leave traces in every store, by the code of the app."""
        memory = Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENT, Lifetimes(of_facts={"preference": 24}))
        for number in range(conversations):
            known = memory.create_session(owner)
            message = Message(f"{SECRET} of {owner.user}?", SECRET, "answered", f"{owner.user}-{number}", moment())
            said = Statement("preference", f"I prefer {SECRET} {number} {owner.user}")
            memory.save_message(owner, known, message, news=News([said]))
        self.archive(owner, "0" * 32)
        Feedback(client("dynamodb"), MEMORY, PATIENT).keep(owner, FeedbackRequest(request_id="r1", rating="down", reason=SECRET))
        asked = Asked(request_id=f"{owner.user}-r", question=SECRET, answer="", outcome="no-passages", confidence=0, asked_at=moment())
        Reviews(client("dynamodb"), REVIEWS, PATIENT).keep(owner, asked, why=())
        self.batch(owner)
        for number in range(2):
            self.run(owner, f"{number:032x}", listed=number == 0)
        self.run(of_user(owner.tenant, owner.name), "f" * 32)
        self.team_run(owner, owner.id_of("team"))
        administration().enrol(owner.tenant, owner.name, ["staff"])

    def archive(self, owner: Owner, session_id: str) -> None:
        message = Message(SECRET, SECRET, "answered", "r", moment())
        Archive(client("s3"), ARCHIVE, PATIENT).take_in(owner, Archived(session_id, moment(), 1, {1: message}))

    def batch(self, owner: Owner, id: str = "b" * 32) -> None:
        now = int(time.time())
        batch = Batch(id, owner, "normal", 1, now, now + 3600, "digest")
        Batches(client("dynamodb"), BATCHES, PATIENT).create(batch, [json.dumps([{"question": SECRET}])])

    def run(self, owner: Owner, run_id: str, listed: bool = False) -> None:
        """listed: else it is one that another agent handed over, or a role's."""
        now = int(time.time())
        run = Recorded(run_id, owner, "service", None, "", now, [Begun(SECRET, "code", at=now)])
        Journal(lambda _: client("dynamodb"), RUNS, PATIENT).create(run.claimed(now + 60), listed=listed)

    def team_run(self, owner: Owner, run_id: str) -> None:
        now = int(time.time())
        run = TeamRun(run_id, owner, "reporters", SECRET, now)
        record = TeamRecord(lambda _: client("dynamodb"), RUNS, PATIENT)
        record.begin(run)
        record.take_up(run, Piece("plan", "plan", "planner", {"task": SECRET}, float(now)))
        RunList(lambda _: client("dynamodb"), RUNS, PATIENT).add(owner, Listed("team", run_id, now), now + 3600)
        approval = Approval(run_id, owner, "reporters", SECRET, {}, "arn", now, now + 3600, "token", version=1)
        Approvals(lambda _: client("dynamodb"), RUNS, PATIENT).save(approval)

    def ask(self, tenant: str = "harbour", **asked: Any) -> Erasure:
        given = {"user": None, "name": None, "about": (), "documents": "list", "dry_run": False, **asked}
        fixed = {"id": "a" * 32, "by": "officer", "digest": "d", "key": "00" * 32, "created_at": moment()}
        return self.erasures.create(Erasure.model_validate({**fixed, "tenant": tenant, **given}))

    @property
    def erasures(self) -> Erasures:
        return Erasures(client("dynamodb"), ERASURES, PATIENT)

    def assembly(self) -> Assembly:
        return Assembly(
            ErasingSettings(
                causeway_environment="test",
                erasures_table=ERASURES,
                erasure_queue="https://queue",
                memory_table=MEMORY,
                sessions_table=SESSIONS,
                archive_bucket=ARCHIVE,
                reviews_table=REVIEWS,
                batches_table=BATCHES,
                permissions_table=PERMISSIONS,
                registry_table=TABLE,
                incoming_bucket=INCOMING,
                documents_bucket=DOCUMENTS,
                audit_bucket=AUDIT,
                agent_runs_table=RUNS,
                tenant_role=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/rows-of-a-tenant",
                settle_seconds=self.settle_seconds,
                retention=json.dumps(RETENTION.model_dump()),  # type: ignore[arg-type]
            )
        )

    def go_on(self, erasure: Erasure, seconds: float = 300) -> Erasure:
        """One call of the worker."""
        work = self.assembly().work(lambda: None)
        return work.go_on(self.erasures.get(erasure.tenant, erasure.id) or erasure, Deadline.after(seconds))[0]

    def finish(self, erasure: Erasure, deaths: Deaths | None = None, plan: Any = None) -> tuple[Erasure, int]:
        """Until it is done, with ingestion at work beside it; how many workers died."""
        died = 0
        for _ in range(300):
            if deaths:
                deaths.plan(*plan(died))
                try:
                    with deaths:
                        erasure = self.go_on(erasure)
                except Died:
                    died += 1
                except Overtaken:
                    raise AssertionError("nobody else is at work") from None
            else:
                erasure = self.go_on(erasure)
            if erasure.state == "done":
                return erasure, died
            self.ingest()
        raise AssertionError(f"it does not end: {erasure}")

    def ingest(self) -> None:
        """Events of the incoming bucket that nobody has heard yet."""
        found = client("s3").list_object_versions(Bucket=INCOMING)
        versions = [("put", each) for each in found.get("Versions", [])] + [("delete", each) for each in found.get("DeleteMarkers", [])]
        for kind, each in sorted(versions, key=lambda pair: pair[1]["LastModified"]):
            key = (each["Key"], each["VersionId"])
            if key not in self.told:
                self.told.add(key)
                said = "Object Created" if kind == "put" else "Object Deleted"
                change = self.cloud._change(said, each["Key"], each["VersionId"], each.get("Size", 0))
                self.cloud.run(change)

    def settle_now(self, settling: Erasure) -> Erasure:
        """As if the time between the passes was over."""
        assert settling.state == "settling"
        return self.erasures.save(settling, settling.model_copy(update={"settles_at": time.time()}))

    def upload(self, name: str, content: str, tenant: str = "harbour") -> None:
        client("s3").put_object(Bucket=INCOMING, Key=f"{tenant}/{name}", Body=content.encode())
        self.ingest()

    def traces(self, owner: Owner) -> list[str]:
        """Everything that names the user, or holds the user's words, in any table or bucket of users."""
        keys = (owner.key, of_user(owner.tenant, owner.name).key, owner.key.replace("#", "/"))
        items = [(table, json.dumps(item)) for table in TABLES for item in client("dynamodb").scan(TableName=table)["Items"]]
        objects = [(ARCHIVE, each["Key"]) for each in client("s3").list_objects_v2(Bucket=ARCHIVE).get("Contents", [])]
        named = [
            f"{place}: {text}"
            for place, text in (*items, *objects)
            if any(key in text for key in keys) or (owner.user in text and f'"{owner.tenant}' in text)
        ]
        return [*named, *(f"{PERMISSIONS}: {owner.name}" for _ in range(administration().is_member(owner.tenant, owner.name)))]


def administration() -> Administration:
    return Administration(client("dynamodb"), PERMISSIONS, PATIENT)


def made_town(cloud: Cloud) -> Town:
    for name, keys in {MEMORY: ("conversation", "item"), SESSIONS: ("owner", "session_id"), ERASURES: ("tenant", "item")}.items():
        make_table(name, *keys)
    make_table(REVIEWS, "tenant", "request_id", queues=True)
    for name, keys in {BATCHES: ("batch_key", "item"), RUNS: ("run_key", "item")}.items():
        make_table(name, *keys, owners=True)
    for bucket in (ARCHIVE, AUDIT):
        client("s3").create_bucket(Bucket=bucket)
    return Town(cloud)


def kept_certificate(erasure: Erasure) -> Any:
    key = f"{erasure.tenant}/erasures/{erasure.id}.json"
    return json.loads(client("s3").get_object(Bucket=AUDIT, Key=key)["Body"].read())
