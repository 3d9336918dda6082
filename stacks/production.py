"""What prod must have: settings that other environments may do without. Each rule answers with a sentence where it is broken."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from stacks.assistant.settings import Assistant
from stacks.data.settings import Data
from stacks.foundation.settings import PLACEHOLDER, Foundation
from stacks.network.settings import Network
from stacks.search.settings import Search

AUDIT_MINIMUM_DAYS = 365
COUNTING_DAYS = timedelta(days=30)
# Unstable under load that lasts: AWS's best practices for OpenSearch Service.
FOR_TESTS = ("t2.", "t3.small.")


def _foundation(section: Foundation) -> list[str | None]:
    days = section.log_retention_days
    return [
        f"foundation.log_retention_days={days} is shorter than the {AUDIT_MINIMUM_DAYS} days an audit of prod looks back"
        if days < AUDIT_MINIMUM_DAYS
        else None,
        f"foundation.alarm_emails is empty: nobody would hear prod's alarms; name who does, or {PLACEHOLDER} until that is known"
        if not section.alarm_emails
        else None,
    ]


def _network(section: Network) -> list[str | None]:
    zones = section.zones_of_endpoints
    return [
        f"network.endpoint_zones={zones}: prod must survive the loss of a zone; leave it out, so that endpoints stand in every zone"
        if zones < len(section.zones)
        else None,
        "network.outside_without_vpc=true: what prod sends outside must pass the VPC, whose flow logs and DNS firewall see it"
        if section.outside_without_vpc
        else None,
        "network.dns_firewall=false: prod's resolver must answer for listed names alone"
        if not section.dns_firewall and section.adopt is None
        else None,
    ]


def _data(section: Data) -> list[str | None]:
    no_copy = "data.replica_region=null: prod must hold a copy of every bucket and table in a second region"
    no_lock = "data.access_log_lock=null: prod must lock its access logs; choose governance or compliance"
    no_vault = "data.backup_vault=false: prod must keep backups of its tables where nobody can delete them"
    checks = ((section.replica_region, no_copy), (section.access_log_lock, no_lock), (section.backup_vault, no_vault))
    return [None if met else why for met, why in checks]


def _search(section: Search) -> list[str | None]:
    return [
        f"search.zones={section.zones}: prod must survive the loss of a zone; spread search.data_nodes over two or more"
        if section.zones < 2
        else None,
        f"search.replicas={section.replicas}: prod must hold every passage twice, so that a lost node loses none"
        if section.replicas < 1
        else None,
        f"search.master_nodes={section.master_nodes}: prod must have dedicated masters; choose 3 and a search.master_instance_type"
        if section.master_nodes == 0
        else None,
        *(
            f"search.{key}={instance}: prod must not wait for credits of a processor; AWS advises against it, choose r7g or m7g"
            for key, instance in (("instance_type", section.instance_type), ("master_instance_type", section.master_instance_type))
            if instance and instance.startswith(FOR_TESTS)
        ),
    ]


def _assistant(section: Assistant) -> list[str | None]:
    return [
        f"assistant.second_factor={section.second_factor}: prod must require a second factor of everyone who signs in"
        if section.second_factor != "required"
        else None,
        "assistant.web_firewall=false: prod must have a web firewall before its API" if not section.web_firewall else None,
        "assistant.experiment_minutes=0: prod must get experiments step by step, so that an alarm takes them back in time"
        if section.experiment_minutes == 0
        else None,
        _counting_firewall(section),
        "assistant.identity_provider.asks_second_factor=false: prod must require a second factor of everyone who signs in, and the user "
        "pool asks none of people whom the provider sends; let the provider ask, then say so with true"
        if section.identity_provider and not section.identity_provider.asks_second_factor
        else None,
    ]


def _counting_firewall(section: Assistant) -> str | None:
    until, today = section.firewall_counts_until, date.today()
    if section.firewall_mode == "block" or (until and today <= until <= today + COUNTING_DAYS):
        return None
    return (
        "assistant.firewall_mode=count: prod's firewall must block; to see first what it would block, set assistant.firewall_counts_until "
        f"to a day from today to {today + COUNTING_DAYS}" + (f", not {until}" if until else "")
    )


RULES: Mapping[str, Callable[[Any], list[str | None]]] = {
    "foundation": _foundation,
    "network": _network,
    "data": _data,
    "search": _search,
    "assistant": _assistant,
}
