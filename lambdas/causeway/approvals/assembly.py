"""Approvals as they run: their clients, and the time each may take."""

from functools import cache

from causeway.approvals.asking import Asking
from causeway.approvals.deciding import Deciding
from causeway.approvals.links import Links
from causeway.approvals.notices import Notices
from causeway.approvals.settings import ApprovalSettings, AskingSettings, PageSettings
from causeway.approvals.store import Approvals
from causeway.approvals.tasks import Tasks
from causeway.permissions.administration import Administration
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import record_breaker
from causeway.runtime.tenants import TenantClients

# Someone waits for the answer to a decision: these end before the function's 10 seconds do.
RUNS = Dependency("runs", attempt_seconds=1.5, budget_seconds=2.5, connect_seconds=0.5)
PERMISSIONS = Dependency("permissions", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
LINKS = Dependency("links", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
WORKFLOW = Dependency("workflow", attempt_seconds=1.5, budget_seconds=2.5, connect_seconds=0.5)
NOTICES = Dependency("notices", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5)


@cache
def tenant_rows(role: str) -> TenantClients:
    """One for the process: a client of a tenant costs a call of STS and 20 ms."""
    return TenantClients(role, **RUNS.patience)


def approvals(settings: ApprovalSettings) -> Approvals:
    return Approvals(tenant_rows(settings.tenant_role).of, settings.agent_runs_table, RUNS.guarded(record_breaker))


def deciding(settings: ApprovalSettings) -> Deciding:
    """For people with an ID token."""
    return Deciding(approvals(settings), _permissions(settings), _tasks())


def deciding_by_links(settings: PageSettings) -> Deciding:
    return Deciding(approvals(settings), _permissions(settings), _tasks(), _links(settings))


def asking(settings: AskingSettings) -> Asking:
    notices = Notices(client("sns", **NOTICES.patience), settings.approval_topic, NOTICES.guarded(record_breaker))
    members = Administration(client("dynamodb", **PERMISSIONS.patience), settings.permissions_table, PERMISSIONS.guarded(record_breaker))
    return Asking(approvals(settings), _links(settings), notices, _tasks(), members)


def _permissions(settings: ApprovalSettings) -> Permissions:
    return Permissions(client("dynamodb", **PERMISSIONS.patience), settings.permissions_table, PERMISSIONS.guarded(record_breaker))


def _tasks() -> Tasks:
    return Tasks(client("stepfunctions", **WORKFLOW.patience), WORKFLOW.guarded(record_breaker))


def _links(settings: PageSettings) -> Links:
    return Links(client("kms", **LINKS.patience), settings.link_key, LINKS.guarded(record_breaker))
