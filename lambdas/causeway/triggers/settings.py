"""Settings of the function that triggers call."""

from collections.abc import Mapping

from pydantic import Json

from causeway.agents.switch import SwitchSettings


class TriggerSettings(SwitchSettings):
    """agent_domain: whose triggers these are, "" for none. tenant_role: ARN of the role that reaches rows of tenants.

    agent_runs_queue, trigger_dead_letters: URLs. machines: "teams" by the ARN of the state machine; JSON.
    trigger_accounts: the tenant by the id of another account that may send events; JSON.
    """

    agent_domain: str = ""
    tenant_role: str
    agent_runs_table: str
    agent_runs_queue: str
    trigger_dead_letters: str
    machines: Json[Mapping[str, str]]
    trigger_accounts: Json[Mapping[str, str]]
