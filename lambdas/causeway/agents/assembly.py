"""The service of agents as it runs: its clients, and the time each may take."""

from dataclasses import replace

from causeway.agents.agents import Agents
from causeway.agents.dictated import CALLER, dictating
from causeway.agents.domain import AgentDomain
from causeway.agents.domain_toolbox import DomainToolbox
from causeway.agents.journal import Journal
from causeway.agents.knowledge import Documents
from causeway.agents.queue import RunQueue
from causeway.agents.records import TenantRecords
from causeway.agents.settings import AgentSettings
from causeway.answering.assembly import conversations, converse, finding_steps, in_order, permissions
from causeway.models.converse import Converse
from causeway.models.fallback import Fallback
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import record_breaker, record_fallback
from causeway.runtime.tenants import TenantClients

RUNS = Dependency("runs", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
RECORDS = replace(RUNS, name="records")  # the same clients reach both tables, with the same patience
QUEUE = Dependency("queue", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
# It puts what was found in order; the model is told when it was missing. Without vectors a search fails, whatever answers go without.
SEARCHES_WITHOUT = ("reranker",)


def service_of_agents(settings: AgentSettings) -> Agents:
    """Makes every client, so that a cold start pays for them and no caller does."""
    rows = TenantClients(settings.tenant_role, **RUNS.patience)
    domain, model = AgentDomain.load(settings.agent_domain), acting_model(settings)
    return Agents(
        model,
        {**domain.agents, CALLER: dictating(domain.tools)},
        toolbox(settings, domain, rows),
        journal=Journal(rows.of, settings.agent_runs_table, RUNS.guarded(record_breaker)),
        queue=RunQueue(client("sqs", **QUEUE.patience), settings.agent_runs_queue, QUEUE.guarded(record_breaker)),
        memory=conversations(settings),
        prices=settings.prices,
        along=model,
    )


def acting_model(settings: AgentSettings) -> Fallback[Converse]:
    return Fallback([converse(settings, model, dependency) for model, dependency in in_order(settings)], record_fallback)


def toolbox(settings: AgentSettings, domain: AgentDomain, rows: TenantClients) -> DomainToolbox:
    finding = settings.model_copy(update={"answers_without": SEARCHES_WITHOUT})
    steps, guarded = finding_steps(finding, reserved_seconds=0.0), RECORDS.guarded(record_breaker)
    return DomainToolbox(
        domain,
        permissions(settings),
        lambda tenant: TenantRecords(rows.of, settings.records_table, guarded, tenant),
        lambda owner: Documents(steps, owner),
    )
