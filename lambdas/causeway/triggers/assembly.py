"""The service of triggers as it runs: its clients, and the time each may take."""

from typing import TYPE_CHECKING

from causeway.agents.journal import Journal
from causeway.agents.queue import RunQueue
from causeway.agents.switch import agent_switch
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import record_breaker
from causeway.runtime.tenants import TenantClients
from causeway.triggers.beginning import Beginning
from causeway.triggers.domain import known_triggers
from causeway.triggers.reading import Reading
from causeway.triggers.settings import TriggerSettings
from causeway.triggers.tally import Tally

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RUNS = Dependency("runs", attempt_seconds=2.0, budget_seconds=8.0, connect_seconds=0.5)
QUEUE = Dependency("queue", attempt_seconds=2.0, budget_seconds=5.0, connect_seconds=0.5)
WORKFLOW = Dependency("workflow", attempt_seconds=3.0, budget_seconds=10.0, connect_seconds=0.5)


class Service:
    def __init__(self, reading: Reading, beginning: Beginning, sqs: "SQSClient", dead_letters: str, queue: Dependency) -> None:
        self._reading, self._beginning = reading, beginning
        self._sqs, self._dead_letters, self._queue = sqs, dead_letters, queue

    def hear(self, message: str) -> None:
        """Raises Unreadable, and the DependencyErrors of what the message needs."""
        for happening in self._reading.read(message):
            self._beginning.heard(happening)

    def give_up(self, message: str) -> None:
        """A change that cannot be read is kept for a person."""
        self._queue.call(lambda: self._sqs.send_message(QueueUrl=self._dead_letters, MessageBody=message))


def service_of_triggers() -> Service:
    settings = TriggerSettings.from_environment()
    rows, runs, queue = TenantClients(settings.tenant_role, **RUNS.patience), RUNS.guarded(record_breaker), QUEUE.guarded(record_breaker)
    sqs = client("sqs", **QUEUE.patience)
    beginning = Beginning(
        known_triggers(settings.agent_domain),
        Tally(rows.of, settings.agent_runs_table, runs),
        Journal(rows.of, settings.agent_runs_table, runs),
        RunQueue(sqs, settings.agent_runs_queue, queue),
        agent_switch(settings).is_on,
    )
    states = client("stepfunctions", **WORKFLOW.patience)
    reading = Reading(states, settings.machines, settings.trigger_accounts, WORKFLOW.guarded(record_breaker))
    return Service(reading, beginning, sqs, settings.trigger_dead_letters, queue)
