"""The traces of a person, with the clients that reach them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from causeway.agents.listing import PARTITION
from causeway.agents.rows import BY_OWNER as RUNS_BY_OWNER
from causeway.agents.rows import META as RUN
from causeway.agents.rows import partition as run_partition
from causeway.agents.triggered import of_user
from causeway.approvals.store import partition as approvals_partition
from causeway.batches.rows import BY_OWNER as BATCHES_BY_OWNER
from causeway.batches.rows import META as BATCH
from causeway.conversations.archive import Archive
from causeway.conversations.keys import Owner
from causeway.conversations.returning import ArchivedMemory
from causeway.conversations.transaction import Tables
from causeway.documents.ingestion.registry import Registry
from causeway.erasure.certificate import Certificates
from causeway.erasure.documents import Documents
from causeway.erasure.erasure import Erasure
from causeway.erasure.files import Files
from causeway.erasure.kept import Answers, Archives, Conversations, Membership
from causeway.erasure.rows import Items, Partitions, Rows
from causeway.erasure.settings import ErasingSettings
from causeway.erasure.store import Erasures
from causeway.erasure.trace import Trace
from causeway.erasure.words import Words
from causeway.erasure.work import Work
from causeway.permissions.administration import Administration
from causeway.reviews.store import Reviews
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tenants import TenantClients
from causeway.teams.rows import META as TEAM

CLOCKS_DIFFER = timedelta(minutes=1)


def _dependency(name: str) -> Dependency:
    """Nobody waits for the answer."""
    return Dependency(name, attempt_seconds=8.0, budget_seconds=25.0)


ERASURES, MEMORY, STORAGE, REVIEWS = _dependency("erasures"), _dependency("memory"), _dependency("storage"), _dependency("reviews")
BATCHES, RUNS, PERMISSIONS, REGISTRY = _dependency("batches"), _dependency("runs"), _dependency("permissions"), _dependency("registry")
AUDIT = _dependency("audit")


class Assembly:
    """Everything that one process needs to erase."""

    def __init__(self, settings: ErasingSettings) -> None:
        self._settings = settings
        self._tenants = TenantClients(settings.tenant_role, **RUNS.patience)

    @cached_property
    def erasures(self) -> Erasures:
        return Erasures(client("dynamodb", **ERASURES.patience), self._settings.erasures_table, ERASURES)

    def work(self, alive: Callable[[], None]) -> Work:
        settings = self._settings
        certificates = Certificates(client("s3", **AUDIT.patience), settings.audit_bucket, AUDIT, settings.retention)
        return Work(self.erasures, self.traces, certificates, settings.settle_seconds, alive)

    def traces(self, erasure: Erasure) -> Sequence[Trace]:
        return [
            *(self._of_user(Owner(erasure.tenant, erasure.user)) if erasure.user else []),
            *(self._of_name(erasure.tenant, erasure.name) if erasure.name else []),
            *([self._in_documents(erasure)] if erasure.about else []),
        ]

    def _of_user(self, owner: Owner) -> list[Trace]:
        memory, reviews = client("dynamodb", **MEMORY.patience), client("dynamodb", **REVIEWS.patience)
        archive = Archive(client("s3", **STORAGE.patience), self._settings.archive_bucket, STORAGE)
        tables = Tables(self._settings.memory_table, self._settings.sessions_table)
        rows = Rows(lambda: memory, self._settings.memory_table, ("conversation", "item"), MEMORY)
        batches = client("dynamodb", **BATCHES.patience)
        of_batches = Rows(lambda: batches, self._settings.batches_table, ("batch_key", "item"), BATCHES)
        return [
            Archives(archive, owner),
            Conversations(ArchivedMemory(memory, tables, MEMORY, None, lambda: archive), owner),
            Items("facts", rows, owner.facts),
            Items("feedback", rows, owner.feedback),
            Answers(Reviews(reviews, self._settings.reviews_table, REVIEWS), owner),
            Partitions("batches", of_batches, BATCHES_BY_OWNER, owner.key, [BATCH]),
            *self._runs(owner, ""),
        ]

    def _of_name(self, tenant: str, name: str) -> list[Trace]:
        """Runs that triggers began for the user are known by the name alone."""
        administration = Administration(client("dynamodb", **PERMISSIONS.patience), self._settings.permissions_table, PERMISSIONS)
        return [*self._runs(of_user(tenant, name), "-by-name"), Membership(administration, tenant, name)]

    def _runs(self, owner: Owner, suffix: str) -> list[Trace]:
        rows = Rows(lambda: self._tenants.of(owner.tenant), self._settings.agent_runs_table, ("run_key", "item"), RUNS)

        def erase_approval(unit: str) -> None:
            rows.delete(approvals_partition(owner.tenant), unit.rpartition("#")[2])

        return [
            Partitions(f"runs{suffix}", rows, RUNS_BY_OWNER, owner.key, [RUN, TEAM], erase_approval),
            Items(f"list-of-runs{suffix}", rows, run_partition(owner, PARTITION)),
        ]

    def _in_documents(self, erasure: Erasure) -> Documents:
        settings, s3 = self._settings, client("s3", **STORAGE.patience)
        began = datetime.fromisoformat(erasure.created_at) - CLOCKS_DIFFER
        return Documents(
            Registry(client("dynamodb", **REGISTRY.patience), settings.registry_table, REGISTRY),
            Files(s3, settings.documents_bucket, STORAGE),
            Files(s3, settings.incoming_bucket, STORAGE),
            tenant=erasure.tenant,
            words=Words(erasure.about),
            action=erasure.documents,
            since=began.isoformat(timespec="seconds") if erasure.state == "settling" else None,
            is_known=lambda unit: self.erasures.is_known(erasure, Documents.name, unit),
        )
