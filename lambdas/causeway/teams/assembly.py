"""Teams as they run: their clients, and the time each may take."""

from causeway.agents.assembly import RUNS, acting_model, auditing, inspector, toolbox
from causeway.agents.domain import AgentDomain
from causeway.agents.journal import Journal
from causeway.agents.remembering import OutsideConversations
from causeway.agents.settings import ActingSettings
from causeway.agents.switch import agent_switch
from causeway.runtime.logs import record_breaker
from causeway.runtime.tenants import TenantClients
from causeway.teams.domain import teams_of
from causeway.teams.record import TeamRecord
from causeway.teams.roles import Roles
from causeway.teams.working import Working


def roles(settings: ActingSettings) -> Roles:
    """Makes every client, so that a cold start pays for them and no piece of work does."""
    rows = TenantClients(settings.tenant_role, **RUNS.patience)
    domain = AgentDomain.load(settings.agent_domain)
    journal = Journal(rows.of, settings.agent_runs_table, RUNS.guarded(record_breaker))
    outside = OutsideConversations()
    working = Working(
        acting_model(settings),
        toolbox(settings, domain, rows),
        journal,
        remembering=outside,
        auditing=auditing(settings, outside),
        prices=settings.prices,
        is_on=agent_switch(settings).is_on,
        policies=domain.rights.digest,
        inspector=inspector(settings),
    )
    return Roles(teams_of(domain), TeamRecord(rows.of, settings.agent_runs_table, RUNS.guarded(record_breaker)), working)
