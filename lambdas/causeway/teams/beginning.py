"""What begins runs of teams, as it runs: its clients, and the time each may take."""

from causeway.agents.domain import AgentDomain
from causeway.agents.listing import RunList
from causeway.agents.switch import SwitchSettings, agent_switch
from causeway.conversations.facts import Facts
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import record_breaker
from causeway.runtime.tenants import TenantClients
from causeway.teams.domain import teams_of
from causeway.teams.record import TeamRecord
from causeway.teams.starting import Executions, Starting
from causeway.teams.team import Pattern

# Someone waits for the answer: it comes before the function's 10 seconds end.
RUNS = Dependency("runs", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
MEMORY = Dependency("memory", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
WORKFLOW = Dependency("workflow", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)


class StartSettings(SwitchSettings):
    """agent_domain: whose teams these are, "" for none. tenant_role: ARN of the role that reaches rows of tenants.

    orchestrator_machine and its like: ARN of the state machine of each pattern.
    """

    agent_domain: str = ""
    tenant_role: str
    agent_runs_table: str
    memory_table: str
    orchestrator_machine: str
    evaluator_machine: str
    sequence_machine: str
    parallel_machine: str


def starting(settings: StartSettings) -> Starting:
    """Makes every client, so that a cold start pays for them and no caller does."""
    rows, runs, memory = TenantClients(settings.tenant_role, **RUNS.patience), RUNS.guarded(record_breaker), MEMORY.guarded(record_breaker)
    return Starting(
        teams_of(AgentDomain.load(settings.agent_domain)),
        TeamRecord(rows.of, settings.agent_runs_table, runs),
        RunList(rows.of, settings.agent_runs_table, runs),
        Facts(client("dynamodb", **memory.patience), settings.memory_table, memory),
        _executions(settings),
        agent_switch(settings).is_on,
    )


def _executions(settings: StartSettings) -> Executions:
    machines: dict[Pattern, str] = {
        "orchestrator": settings.orchestrator_machine,
        "evaluator": settings.evaluator_machine,
        "sequence": settings.sequence_machine,
        "parallel": settings.parallel_machine,
    }
    workflow = WORKFLOW.guarded(record_breaker)
    return Executions(client("stepfunctions", **workflow.patience), machines, workflow)
