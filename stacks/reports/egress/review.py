"""Where packets of an environment can go, compared with what its file declares under `network.egress`."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.environment import Environment
from stacks.regions import REGIONS
from stacks.reports.egress.adopted import adopted
from stacks.reports.egress.names import ANY, LISTED
from stacks.reports.egress.network import Network
from stacks.reports.egress.walk import INTERNET, Walk, Way
from stacks.reports.egress.walls import breaches
from stacks.reports.egress.workloads import Workload, workloads
from stacks.reports.templates import UNREADABLE, Templates

ENDPOINTS = "endpoints"


@dataclass(frozen=True)
class Reach:
    """Of one workload. kind: function, model endpoint, search domain or job. cut_off: its program itself has no network."""

    name: str
    kind: str
    ways: tuple[Way, ...]
    cut_off: bool


@dataclass(frozen=True)
class EgressReview:
    """reaches: of every workload. faults: a sentence for each. checks: comparisons that were made, in `seconds`.

    adopted: the id of a VPC that the templates do not make; of it the walk knows what the environment's file says.
    """

    environment: str = ""
    reaches: tuple[Reach, ...] = ()
    faults: tuple[str, ...] = ()
    checks: int = 0
    seconds: float = 0.0
    adopted: str = ""


def egress(environment: Environment, templates: Mapping[str, Mapping[str, Any]]) -> EgressReview:
    """templates: name of each stack → its template. What cannot be read is a fault."""
    began = time.perf_counter()
    try:
        return _review(environment, Templates(templates, adopted(environment)), began)
    except ValueError as error:
        return EgressReview(environment.name, (), (str(error),))
    except UNREADABLE as error:
        return EgressReview(environment.name, (), (f"the walk cannot read the templates: {type(error).__name__} {error}",))


def _review(environment: Environment, templates: Templates, began: float) -> EgressReview:
    region = REGIONS[environment.region]
    found = workloads(templates, environment.name)
    walk = Walk(Network(templates), {region.s3_prefix_list: "s3", region.dynamodb_prefix_list: "dynamodb"}, found)
    ways = [(each, walk.ways(each)) for each in found]
    declared = environment.network.egress
    outside = [each.name for each in found if INTERNET in declared_for(each, declared)]
    faults = [
        *([] if found else ["the templates hold nothing that sends packets"]),
        *(said for each, open_ in ways for said in _compared(each, open_, environment)),
        *(f"network.egress names {name}, and there is no such function, endpoint, domain or job" for name in _strangers(declared, found)),
        *breaches(walk, found, outside),
    ]
    reaches = tuple(Reach(each.name, each.kind, tuple(open_), each.cut_off) for each, open_ in ways)
    return EgressReview(environment.name, reaches, tuple(faults), walk.checks, time.perf_counter() - began, _adopted_id(environment))


def _adopted_id(environment: Environment) -> str:
    return environment.network.adopt.vpc_id if environment.network.adopt else ""


def declared_for(workload: Workload, declared: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What the file says of a workload by its name; of a function that it does not name, what it says of `functions`."""
    return declared.get(workload.name, declared["functions"] if workload.kind == "function" else ())


def _strangers(declared: Mapping[str, Any], found: list[Workload]) -> list[str]:
    return [name for name in declared if name != "functions" and name not in {each.name for each in found}]


def _compared(workload: Workload, open_: list[Way], environment: Environment) -> Iterator[str]:
    declared = declared_for(workload, environment.network.egress)
    services = environment.network.interface_endpoints if ENDPOINTS in declared else ()
    allowed = {*declared, *services, LISTED, *(() if environment.network.dns_firewall else (ANY,))} - {ENDPOINTS}
    key = f"network.egress.{workload.name if workload.name in environment.network.egress else 'functions'}"
    for way in open_:
        by = f" by {way.through}" if way.through else ""
        if way.to not in allowed:
            yield f"{workload.name} can reach {way.to}{by}, and {key} does not declare it"
        elif way.lacking:
            yield f"{workload.name} cannot always reach {way.to}: {way.lacking}"
    for name in sorted(allowed - {LISTED, ANY} - {way.to for way in open_}):
        yield f"{key} declares {name}, and {workload.name} cannot reach it: no rule of its groups, route or access list lets it"
