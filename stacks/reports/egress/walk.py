"""Where the packets of a workload can go: out of its security groups, by its subnets' routes, through access lists, into what admits them.

A way is open when some packets pass; it is whole when those of every subnet of the workload do, there and back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from stacks.reports.egress.acl import EVERYWHERE, Outcome, Packets, Ports, common_network, minus, outcomes
from stacks.reports.egress.names import names_answered
from stacks.reports.egress.network import Network, Route, Rule
from stacks.reports.egress.workloads import Workload
from stacks.reports.templates import Resource

HTTPS = 443
EPHEMERAL: Ports = (1024, 65535)  # of Lambda and of NAT gateways
ITSELF, INTERNET, AWS = "itself", "internet", "aws"


@dataclass(frozen=True)
class Way:
    """to: as `network.egress` has it, the name of a service, or of what no list may have. lacking: why some packets do not pass."""

    to: str
    through: str = ""
    lacking: str = ""


class Walk:
    """prefix_lists: id of each list of a gateway endpoint → its service. others: every workload, since packets can go to any."""

    def __init__(self, network: Network, prefix_lists: dict[str, str], others: Sequence[Workload]) -> None:
        self.network, self.prefix_lists, self.others = network, prefix_lists, others
        self.checks = 0

    def ways(self, workload: Workload) -> list[Way]:
        """All that are open, each once."""
        if not workload.subnets:
            return [Way(AWS, "no VPC: AWS's own network")]
        found = [
            *self._to_gateways(workload),
            *self._to_endpoints(workload),
            *self._to_workloads(workload),
            *self._beyond(workload),
            *([Way(names_answered(self.network.templates))] if workload.resolves else []),
        ]
        return list({each.to: each for each in reversed(found)}.values())[::-1]

    def _rules(self, workload: Workload) -> list[Rule]:
        return [rule for group in workload.groups for rule in self.network.rules(group, True)]

    def _to_gateways(self, workload: Workload) -> Iterator[Way]:
        for name in sorted(set(self.prefix_lists.values())):
            ids = [id for id, service in self.prefix_lists.items() if service == name]
            if any(rule.is_for(HTTPS) and (rule.peer in ids or rule.peer == EVERYWHERE) for rule in self._rules(workload)):
                yield from self._joined(name, {each: self._by_gateway(each, name) for each in workload.subnets})

    def _by_gateway(self, subnet: Resource, service: str) -> tuple[bool, str]:
        """Whether some packets pass, and why not all do."""
        if not any(self.network.service(each) == service for each in self.network.gateways(subnet)):
            return False, f"the route table of {subnet} has no gateway endpoint of it"
        return self._out_and_back(subnet, self.network.beyond, (HTTPS, HTTPS))

    def _to_endpoints(self, workload: Workload) -> Iterator[Way]:
        for endpoint in self.network.interface_endpoints:
            name = self.network.service(endpoint)
            subnets = self.network.templates.targets(endpoint.stack, endpoint.properties["SubnetIds"])
            groups = self.network.templates.targets(endpoint.stack, endpoint.properties["SecurityGroupIds"])
            yield from self._into(workload, name, subnets, groups, (HTTPS, HTTPS))

    def _to_workloads(self, workload: Workload) -> Iterator[Way]:
        for other in self.others:
            if other is workload:
                yield from self._into(workload, ITSELF, other.subnets, other.groups, (0, 65535))
            elif other.name != workload.name:
                yield from self._into(workload, other.name, other.subnets, other.groups, (0, 65535))

    def _into(self, workload: Workload, name: str, subnets: Sequence[Resource], groups: Sequence[Resource], ports: Ports) -> Iterator[Way]:
        """Into interfaces of the VPC that have these subnets and groups, at any of the ports that both sides' rules have."""
        for rule in self._rules(workload):
            for admitted in (each for group in groups for each in self.network.rules(group, False)):
                low, high = max(rule.ports[0], admitted.ports[0], ports[0]), min(rule.ports[1], admitted.ports[1], ports[1])
                out, back = self._is(rule, groups, subnets), self._is(admitted, workload.groups, workload.subnets)
                if low <= high and out and back and _alike(rule, admitted):
                    found = {each: self._between(each, subnets, (low, high)) for each in workload.subnets}
                    yield from self._joined(name, found)

    def _is(self, rule: Rule, groups: Sequence[Resource], subnets: Sequence[Resource]) -> bool:
        """Whether a rule speaks of interfaces with these groups in these subnets."""
        self.checks += 1
        if isinstance(rule.peer, IPv4Network):
            return any(rule.peer.overlaps(self.network.addresses(each)) for each in subnets)
        return rule.peer in groups

    def _between(self, source: Resource, targets: Sequence[Resource], ports: Ports) -> tuple[bool, str]:
        results = [self._crossing(source, each, ports) for each in targets if each != source]
        some = source in targets or any(open_ for open_, _ in results)
        return some, next((why for _, why in results if why), "")

    def _crossing(self, source: Resource, target: Resource, ports: Ports) -> tuple[bool, str]:
        here, there = [self.network.addresses(source)], [self.network.addresses(target)]
        return self._pass(
            (source, True, there, ports),
            (target, False, here, ports),
            (target, True, here, EPHEMERAL),
            (source, False, there, EPHEMERAL),
        )

    def _out_and_back(self, subnet: Resource, addresses: Sequence[IPv4Network], ports: Ports) -> tuple[bool, str]:
        return self._pass((subnet, True, addresses, ports), (subnet, False, addresses, EPHEMERAL))

    def _pass(self, *steps: tuple[Resource, bool, Sequence[IPv4Network], Ports]) -> tuple[bool, str]:
        """Of TCP, through the access list of each step's subnet, in the step's direction."""
        lacking = ""
        for subnet, outwards, addresses, ports in steps:
            found = self.filtered(subnet, outwards, "tcp", addresses, ports)
            where = f"{'from' if outwards else 'into'} {subnet} {'to' if outwards else 'from'} some of the addresses, ports {ports}"
            if "deny" in found:
                lacking = lacking or f"the access list lets no packets {where}"
            if "allow" not in found:
                return False, lacking
        return True, lacking

    def filtered(self, subnet: Resource, outwards: bool, protocol: str, addresses: Iterable[IPv4Network], ports: Ports) -> set[Outcome]:
        """What the subnet's access list does to such packets."""
        entries = self.network.acl(subnet)
        if entries is None:
            return {"allow"}
        self.checks += 1
        directed = [each for each in entries if each.outwards == outwards]
        return set[Outcome]().union(*(outcomes(directed, Packets(protocol, each, ports)) for each in addresses))

    def _beyond(self, workload: Workload) -> Iterator[Way]:
        """By routes that lead out of the VPC."""
        for rule in self._rules(workload):
            found: dict[Route, dict[Resource, tuple[bool, str]]] = {}
            for subnet in workload.subnets:
                for route in self.network.routes(subnet):
                    if self._leads(subnet, rule, route):
                        same = next((each for each in found if each.leads_to == route.leads_to), route)
                        found.setdefault(same, {})[subnet] = self._by_route(subnet, rule, route)
            for route, results in found.items():
                missing = {each: (False, f"{each} has no such route") for each in workload.subnets}
                yield from self._joined(route.leads_to, missing | results, route.through)

    def _leads(self, subnet: Resource, rule: Rule, route: Route) -> bool:
        """Whether packets that the rule lets out may take the route."""
        self.checks += 1
        peer = rule.peer
        if isinstance(peer, Resource):
            return False
        if isinstance(peer, str):
            service = self.prefix_lists.get(peer)
            return route.destination == peer or not any(self.network.service(each) == service for each in self.network.gateways(subnet))
        if isinstance(route.destination, str):
            return True
        if not isinstance(peer, IPv4Network) or not isinstance(route.destination, IPv4Network):
            return peer.version == route.destination.version
        common = common_network(peer, route.destination)
        return common is not None and bool(minus(common, self.network.own))

    def _by_route(self, subnet: Resource, rule: Rule, route: Route) -> tuple[bool, str]:
        if not isinstance(rule.peer, IPv4Network):
            return True, ""
        addresses = minus(rule.peer, self.network.own)
        if rule.protocol not in ("tcp", "-1"):
            return "allow" in self.filtered(subnet, True, rule.protocol, addresses, rule.ports), ""
        gateway = route.target
        if gateway is None or gateway.type != "AWS::EC2::NatGateway":
            return self._out_and_back(subnet, addresses, rule.ports)
        (between,) = self.network.templates.targets(gateway.stack, [gateway.properties["SubnetId"]])
        here = [self.network.addresses(subnet)]
        return self._pass(
            (subnet, True, addresses, rule.ports),
            (between, False, here, rule.ports),
            (between, True, addresses, rule.ports),
            (between, False, addresses, EPHEMERAL),
            (between, True, here, EPHEMERAL),
            (subnet, False, addresses, EPHEMERAL),
        )

    def _joined(self, name: str, by_subnet: dict[Resource, tuple[bool, str]], through: str = "") -> Iterator[Way]:
        if any(open_ for open_, _ in by_subnet.values()):
            yield Way(name, through, next((why for _, why in by_subnet.values() if why), ""))


def _alike(one: Rule, other: Rule) -> bool:
    return "-1" in (one.protocol, other.protocol) or one.protocol == other.protocol
