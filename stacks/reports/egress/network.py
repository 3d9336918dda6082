"""The network that templates describe: subnets with their routes and access lists, security groups with their rules, endpoints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from stacks.reports.egress.acl import ANY_PORT, EVERYWHERE, Entry, Ports, minus
from stacks.reports.templates import Resource, Templates

OF_NETWORKS = ("AWS::EC2::", "AWS::VpcLattice::")
KNOWN = tuple(
    f"AWS::EC2::{name}"
    for name in (
        "EIP",
        "EgressOnlyInternetGateway",
        "FlowLog",
        "InternetGateway",
        "NatGateway",
        "NetworkAcl",
        "NetworkAclEntry",
        "Route",
        "RouteTable",
        "SecurityGroup",
        "SecurityGroupEgress",
        "SecurityGroupIngress",
        "Subnet",
        "SubnetNetworkAclAssociation",
        "SubnetRouteTableAssociation",
        "VPC",
        "VPCCidrBlock",
        "VPCEndpoint",
        "VPCGatewayAttachment",
        "VPCPeeringConnection",
    )
)
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
TARGETS = {
    "NatGatewayId": "a NAT gateway",
    "GatewayId": "a gateway",
    "EgressOnlyInternetGatewayId": "an egress-only internet gateway",
    "VpcPeeringConnectionId": "a peer",
    "TransitGatewayId": "a transit gateway",
    "InstanceId": "an instance",
    "NetworkInterfaceId": "a network interface",
    "LocalGatewayId": "a local gateway",
    "CarrierGatewayId": "a carrier gateway",
    "CoreNetworkArn": "a core network",
    "VpcEndpointId": "an endpoint of a load balancer",
}
TO_THE_INTERNET = ("NatGatewayId", "EgressOnlyInternetGatewayId")
LIMITED_BROADCAST = IPv4Network("255.255.255.255/32")  # no router forwards it: RFC 919

Address = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Route:
    """One that leads out of the VPC. destination: addresses, or the id of a prefix list. kind: the property that names its target."""

    destination: Address | str
    kind: str
    target: Resource | None

    @property
    def leads_to(self) -> str:
        """`internet`, or what else is at its end."""
        if self.kind in TO_THE_INTERNET or (self.target and self.target.type == "AWS::EC2::InternetGateway"):
            return "internet"
        return self.by

    @property
    def by(self) -> str:
        return TARGETS[self.kind]

    @property
    def through(self) -> str:
        return f"{self.by} to {self.destination}"


@dataclass(frozen=True)
class Rule:
    """Of a security group. peer: addresses, another group, or the id of a prefix list. protocol: as in `Entry`."""

    protocol: str
    ports: Ports
    peer: Address | Resource | str

    def is_for(self, port: int) -> bool:
        return self.protocol in ("tcp", "-1") and self.ports[0] <= port <= self.ports[1]


EVERYTHING = Rule("-1", ANY_PORT, EVERYWHERE)


class Network:
    """Raises ValueError, with a sentence, for what it cannot read: nothing is passed over."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        strange = [each for each in templates.all() if each.type.startswith(OF_NETWORKS) and each.type not in KNOWN]
        if strange:
            raise ValueError(f"{strange[0]} is of type {strange[0].type}, which the walk through the network does not know")

    @cached_property
    def own(self) -> tuple[IPv4Network, ...]:
        """The addresses of the VPCs."""
        blocks = [each.properties.get("CidrBlock") for each in self.templates.all("AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock")]
        return tuple(IPv4Network(block) for block in blocks if block)

    @cached_property
    def beyond(self) -> list[IPv4Network]:
        """All addresses that are not of the VPC."""
        return minus(EVERYWHERE, self.own)

    @cache  # noqa: B019 -- it lives as long as one review
    def addresses(self, subnet: Resource) -> IPv4Network:
        return IPv4Network(subnet.properties["CidrBlock"])

    @cache  # noqa: B019
    def table(self, subnet: Resource) -> Resource | None:
        """The subnet's own route table; None if it has the main one."""
        return self._associated("AWS::EC2::SubnetRouteTableAssociation", subnet, "RouteTableId")

    @cache  # noqa: B019
    def acl(self, subnet: Resource) -> tuple[Entry, ...] | None:
        """The entries of the subnet's own access list; None if it has the default one, which lets everything through."""
        own = self._associated("AWS::EC2::SubnetNetworkAclAssociation", subnet, "NetworkAclId")
        if own is None:
            return None
        return tuple(_entry(each) for each in self._entries(own) if "CidrBlock" in each.properties)

    def other_protocols(self, subnet: Resource) -> list[str]:
        """Those beside TCP and UDP that an entry of the access list names."""
        return sorted({each.protocol for each in self.acl(subnet) or ()} - {"tcp", "udp", "-1"})

    def lets_ipv6_out(self, subnet: Resource) -> bool:
        """Whether an entry of the subnet's own access list does."""
        own = self._associated("AWS::EC2::SubnetNetworkAclAssociation", subnet, "NetworkAclId")
        return any(
            "Ipv6CidrBlock" in each.properties and each.properties.get("Egress") and each.properties["RuleAction"] == "allow"
            for each in (self._entries(own) if own else ())
        )

    def _entries(self, own: Resource) -> list[Resource]:
        return [each for each in self.templates.all("AWS::EC2::NetworkAclEntry") if self._names(each, "NetworkAclId", own)]

    def _associated(self, type: str, subnet: Resource, property: str) -> Resource | None:
        found = [each for each in self.templates.all(type) if self._names(each, "SubnetId", subnet)]
        if len(found) > 1:
            raise ValueError(f"{subnet} has two of {type}; which one holds depends on which is made last")
        return self.templates.targets(found[0].stack, [found[0].properties[property]])[0] if found else None

    def _names(self, resource: Resource, property: str, other: Resource) -> bool:
        """Raises ValueError if it names nothing that the templates make: it may then be about any of them."""
        return self.templates.targets(resource.stack, [resource.properties.get(property)])[0] == other

    @cache  # noqa: B019
    def routes(self, subnet: Resource) -> tuple[Route, ...]:
        """What leads out of the VPC from a subnet."""
        table = self.table(subnet)
        routes = [each for each in self.templates.all("AWS::EC2::Route") if table and self._names(each, "RouteTableId", table)]
        return tuple(self._route(each) for each in routes)

    def _route(self, route: Resource) -> Route:
        properties = route.properties
        kinds = [kind for kind in TARGETS if kind in properties]
        if len(kinds) != 1:
            raise ValueError(f"{route} leads to something that the walk through the network does not know")
        if "DestinationPrefixListId" in properties:
            return Route(str(properties["DestinationPrefixListId"]), kinds[0], None)
        block = properties.get("DestinationCidrBlock") or properties["DestinationIpv6CidrBlock"]
        return Route(ip_network(block), kinds[0], self.templates.target(route.stack, properties[kinds[0]]))

    @cache  # noqa: B019
    def gateways(self, subnet: Resource) -> tuple[Resource, ...]:
        """The gateway endpoints of a subnet's route table."""
        gateways = [each for each in self.endpoints if each.properties.get("VpcEndpointType", "Gateway") == "Gateway"]
        table = self.table(subnet)
        return tuple(
            each for each in gateways if table and table in self.templates.targets(each.stack, each.properties.get("RouteTableIds"))
        )

    @cached_property
    def endpoints(self) -> list[Resource]:
        return self.templates.all("AWS::EC2::VPCEndpoint")

    @cached_property
    def interface_endpoints(self) -> list[Resource]:
        return [each for each in self.endpoints if each.properties.get("VpcEndpointType") == "Interface"]

    def service(self, endpoint: Resource) -> str:
        """As `sqs` of `com.amazonaws.us-east-1.sqs`, `bedrock-runtime` likewise, `sagemaker.runtime` with its dot."""
        name = endpoint.properties["ServiceName"]
        text = name if isinstance(name, str) else "".join(part if isinstance(part, str) else "region" for part in name["Fn::Join"][1])
        return text.split(".", 3)[3]

    @cache  # noqa: B019
    def rules(self, group: Resource, outwards: bool) -> tuple[Rule, ...]:
        """A group whose template names no way out gets one to everywhere from EC2."""
        inline = group.properties.get("SecurityGroupEgress" if outwards else "SecurityGroupIngress")
        kind = "AWS::EC2::SecurityGroupEgress" if outwards else "AWS::EC2::SecurityGroupIngress"
        apart = [each for each in self.templates.all(kind) if self._names(each, "GroupId", group)]
        found = [(group.stack, each) for each in inline or ()] + [(each.stack, each.properties) for each in apart]
        default = [EVERYTHING] if outwards and not inline else []
        return (*default, *(rule for stack, raw in found for rule in self._rule(stack, raw)))

    def _rule(self, stack: str, raw: Mapping[str, Any]) -> Iterator[Rule]:
        protocol = PROTOCOLS.get(str(raw["IpProtocol"]), str(raw["IpProtocol"]))
        ports = _ports(protocol, raw.get("FromPort", -1), raw.get("ToPort", -1))
        peer = self._peer(stack, raw)
        if peer != LIMITED_BROADCAST:
            yield Rule(protocol, ports, peer)

    def _peer(self, stack: str, raw: Mapping[str, Any]) -> Address | Resource | str:
        for name in ("CidrIp", "CidrIpv6"):
            if name in raw:
                return ip_network(raw[name])
        for name in ("DestinationPrefixListId", "SourcePrefixListId"):
            if name in raw:
                return str(raw[name])
        group = raw.get("DestinationSecurityGroupId") or raw.get("SourceSecurityGroupId")
        return self.templates.targets(stack, [group])[0]


def _entry(entry: Resource) -> Entry:
    properties = entry.properties
    protocol = PROTOCOLS.get(str(properties["Protocol"]), str(properties["Protocol"]))
    given = properties.get("PortRange") or {}
    return Entry(
        number=int(properties["RuleNumber"]),
        outwards=bool(properties.get("Egress")),
        outcome="allow" if properties["RuleAction"] == "allow" else "deny",
        protocol=protocol,
        network=IPv4Network(properties["CidrBlock"]),
        ports=_ports(protocol, given.get("From", -1), given.get("To", -1)),
    )


def _ports(protocol: str, low: Any, high: Any) -> Ports:
    """Only TCP and UDP have ports; no port given is any."""
    return (int(low), int(high)) if protocol in ("tcp", "udp") and int(low) >= 0 else ANY_PORT
