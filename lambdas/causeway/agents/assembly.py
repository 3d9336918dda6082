"""The service of agents as it runs: its clients, and the time each may take."""

from causeway.agents.agents import Agents
from causeway.agents.journal import Journal
from causeway.agents.queue import RunQueue
from causeway.agents.settings import AgentSettings
from causeway.agents.toolbox import Toolbox
from causeway.answering.assembly import conversations, converse, in_order
from causeway.models.acting import ActingModel
from causeway.models.fallback import Fallback
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import record_breaker, record_fallback
from causeway.runtime.tenants import TenantClients

RUNS = Dependency("runs", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
QUEUE = Dependency("queue", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)


def service_of_agents(settings: AgentSettings) -> Agents:
    """Makes every client, so that a cold start pays for them and no caller does."""
    runs = TenantClients(settings.tenant_role, **RUNS.patience)
    return Agents(
        acting_model(settings),
        {},
        toolbox(settings),
        journal=Journal(runs.of, settings.agent_runs_table, RUNS.guarded(record_breaker)),
        queue=RunQueue(client("sqs", **QUEUE.patience), settings.agent_runs_queue, QUEUE.guarded(record_breaker)),
        memory=conversations(settings),
        prices=settings.prices,
    )


def acting_model(settings: AgentSettings) -> ActingModel:
    return Fallback([converse(settings, model, dependency) for model, dependency in in_order(settings)], record_fallback)


def toolbox(settings: AgentSettings) -> Toolbox:
    raise NotImplementedError
