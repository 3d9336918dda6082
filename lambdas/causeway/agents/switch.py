"""The operators' switch of agents and teams, for everyone or for one tenant. See docs/operations/switches.md."""

from causeway.runtime.appconfig import Document, document
from causeway.runtime.settings import Settings
from causeway.runtime.switches import Switches


class SwitchSettings(Settings):
    """switches: `application/environment/profile`, ids of AppConfig. switch_seconds: how old what is known of them may be."""

    switches: str
    switch_seconds: float


class AgentSwitch:
    def __init__(self, switches: Document[Switches]) -> None:
        self._switches = switches

    def is_on(self, tenant: str) -> bool:
        return self._switches.current().of(tenant).agents


def always(tenant: str) -> bool:
    """Where nobody can switch anything."""
    return True


def agent_switch(settings: SwitchSettings) -> AgentSwitch:
    return AgentSwitch(document(settings.switches, Switches, settings.switch_seconds))
