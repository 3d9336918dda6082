"""The service of agents as it runs: its clients, and the time each may take."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from causeway.agents.agents import Agents
from causeway.agents.auditing import Auditing
from causeway.agents.dictated import CALLER, dictating
from causeway.agents.domain import AgentDomain
from causeway.agents.domain_toolbox import DomainToolbox
from causeway.agents.functions import LambdaFunctions
from causeway.agents.journal import Journal
from causeway.agents.knowledge import Documents
from causeway.agents.questions import QuestionsOf
from causeway.agents.queue import RunQueue
from causeway.agents.records import TenantRecords
from causeway.agents.remembering import Remembering
from causeway.agents.settings import ActingSettings, AgentSettings
from causeway.agents.switch import agent_switch
from causeway.agents.tool import NO_QUESTIONS, Questions
from causeway.answering.pipeline import Step
from causeway.answering.services import conversations, converse, in_order, permissions
from causeway.conversations.keys import Owner
from causeway.events.bus import EventBus
from causeway.models.converse import Converse, Guardrail
from causeway.models.fallback import Fallback
from causeway.models.inspecting import Inspector
from causeway.reviews.unanswered import Unanswered
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.locked_records import LockedRecords
from causeway.runtime.logs import record_breaker, record_fallback
from causeway.runtime.once import Once
from causeway.runtime.starts import is_waited_for
from causeway.runtime.tenants import TenantClients

RUNS = Dependency("runs", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
RECORDS = replace(RUNS, name="records")  # the same clients reach both tables, with the same patience
EVENTS = Dependency("events", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
QUEUE = Dependency("queue", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
# A tool has its own time; an attempt is made again only where Lambda is busy, or nothing was connected to.
FUNCTIONS = Dependency("functions", attempt_seconds=1.0, budget_seconds=5.0, retries=(Throttled,))
AUDIT = Dependency("audit", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5)
QUESTIONS = replace(RUNS, name="reviews")
# It stands between a tool and the model, on text of a few thousand characters.
INSPECTION = Dependency("guardrail", attempt_seconds=3.0, budget_seconds=6.0, connect_seconds=0.5, attempts=3)
# It puts what was found in order; the model is told when it was missing. Without vectors a search fails, whatever answers go without.
SEARCHES_WITHOUT = ("reranker",)


def service_of_agents(settings: AgentSettings) -> Agents:
    """Makes every client but those of searches, so that a cold start pays for them and no caller does."""
    rows = TenantClients(settings.tenant_role, **RUNS.patience)
    domain, memory, model = AgentDomain.load(settings.agent_domain), conversations(settings), acting_model(settings)
    return Agents(
        model,
        {**domain.agents, CALLER: dictating(domain.tools)},
        toolbox(settings, domain, rows, questions(settings)),
        journal=Journal(rows.of, settings.agent_runs_table, RUNS.guarded(record_breaker)),
        queue=RunQueue(client("sqs", **QUEUE.patience), settings.agent_runs_queue, QUEUE.guarded(record_breaker)),
        bus=EventBus(client("events", **EVENTS.patience), settings.event_bus, EVENTS.guarded(record_breaker)),
        memory=memory,
        prices=settings.prices,
        policies=domain.rights.digest,
        inspector=inspector(settings),
        auditing=auditing(settings, Remembering(memory)),
        is_on=agent_switch(settings).is_on,
        along=model,
    )


def auditing(settings: ActingSettings, remembering: Remembering) -> Auditing:
    records = LockedRecords(client("s3", **AUDIT.patience), settings.audit_bucket, AUDIT.guarded(record_breaker))
    return Auditing(records, remembering.key_of)


def inspector(settings: ActingSettings) -> Inspector:
    guardrail = Guardrail(settings.guardrail_id, settings.guardrail_version)
    return Inspector(client("bedrock-runtime", **INSPECTION.patience), guardrail, INSPECTION.guarded(record_breaker))


def acting_model(settings: ActingSettings) -> Fallback[Converse]:
    return Fallback([converse(settings, model, dependency) for model, dependency in in_order(settings)], record_fallback)


def questions(settings: ActingSettings) -> Callable[[Owner], QuestionsOf]:
    guarded = QUESTIONS.guarded(record_breaker)
    unanswered = Unanswered(client("dynamodb", **guarded.patience), settings.reviews_table, settings.memory_table, guarded)
    groups = permissions(settings)
    return lambda owner: QuestionsOf(unanswered, groups, owner)


def toolbox(
    settings: ActingSettings,
    domain: AgentDomain,
    rows: TenantClients,
    questions: Callable[[Owner], Questions] = lambda owner: NO_QUESTIONS,
) -> DomainToolbox:
    steps, guarded = Once(lambda: searching(settings)), RECORDS.guarded(record_breaker)
    if not is_waited_for():
        steps()
    return DomainToolbox(
        domain,
        permissions(settings),
        lambda tenant: TenantRecords(rows.of, settings.records_table, guarded, tenant),
        lambda owner: Documents(steps, owner),
        LambdaFunctions(settings.outside_function, FUNCTIONS.guarded(record_breaker)),
        questions,
    )


def searching(settings: ActingSettings) -> Sequence[Step]:
    """Made when a tool first searches documents, where a caller waits for the start: many turns search none, and the search client
    with its signer is a tenth of what a start imports.
    """
    from causeway.answering.finding import finding_steps

    return finding_steps(settings.model_copy(update={"answers_without": SEARCHES_WITHOUT}), reserved_seconds=0.0)
