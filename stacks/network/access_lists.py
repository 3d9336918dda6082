"""Access lists of the subnets: a second wall behind the security groups.

They are stateless, so the answers to what goes out need a way back in, at the ports that clients choose for themselves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge
from stacks.network.settings import Network

Ports = tuple[int, int]
EVERYWHERE = IPv4Network("0.0.0.0/0")
HTTPS: Ports = (443, 443)
ANSWERS: Ports = (1024, 65535)  # of Lambda and of NAT gateways
ANY_PORT: Ports = (0, 65535)
TCP, ICMP = 6, 1
TOO_LARGE = ec2.CfnNetworkAclEntry.IcmpProperty(type=3, code=4)  # a router between says how large packets may be


@dataclass(frozen=True)
class Allowed:
    """Of TCP, from or to some networks. ports: of the receiver."""

    networks: Sequence[IPv4Network]
    ports: Ports


@dataclass(frozen=True)
class _Rules:
    """from_routers: packets of routers on the way to the internet come in too."""

    inwards: tuple[Allowed, ...]
    outwards: tuple[Allowed, ...]
    from_routers: bool = False


class AccessLists(Construct):
    """One for each kind of subnet. What nothing allows is refused."""

    def __init__(self, scope: Construct, id: str, *, vpc: ec2.IVpc, network: Network) -> None:
        super().__init__(scope, id)
        acknowledge(
            self,
            ["AwsSolutions-VPC3"],
            reasons.ACCESS_LISTS,
            "One for each kind of subnet.",
        )
        for kind, rules in _rules(network).items():
            self._list(kind, rules, vpc)

    def _list(self, kind: str, rules: _Rules, vpc: ec2.IVpc) -> None:
        name = kind.capitalize()
        made = ec2.CfnNetworkAcl(self, name, vpc_id=vpc.vpc_id)
        entries = [
            *self._entries(f"{name}In", made, rules.inwards, outwards=False),
            *self._entries(f"{name}Out", made, rules.outwards, outwards=True),
            *([self._from_routers(f"{name}Routers", made)] if rules.from_routers else []),
        ]
        for number, subnet in enumerate(vpc.select_subnets(subnet_group_name=kind).subnet_ids, 1):
            bound = ec2.CfnSubnetNetworkAclAssociation(self, f"{name}Subnet{number}", network_acl_id=made.attr_id, subnet_id=subnet)
            for entry in entries:
                bound.add_resource_dependency(entry)

    def _entries(self, id: str, made: ec2.CfnNetworkAcl, allowed: Iterable[Allowed], *, outwards: bool) -> Iterator[ec2.CfnNetworkAclEntry]:
        flat = [(network, each.ports) for each in allowed for network in each.networks]
        for number, (network, ports) in enumerate(flat, 1):
            yield ec2.CfnNetworkAclEntry(
                self,
                f"{id}{number}",
                network_acl_id=made.attr_id,
                rule_number=number * 100,
                rule_action="allow",
                egress=outwards,
                protocol=TCP,
                cidr_block=str(network),
                port_range=ec2.CfnNetworkAclEntry.PortRangeProperty(from_=ports[0], to=ports[1]),
            )

    def _from_routers(self, id: str, made: ec2.CfnNetworkAcl) -> ec2.CfnNetworkAclEntry:
        return ec2.CfnNetworkAclEntry(
            self,
            id,
            network_acl_id=made.attr_id,
            rule_number=50,
            rule_action="allow",
            egress=False,
            protocol=ICMP,
            cidr_block=str(EVERYWHERE),
            icmp=TOO_LARGE,
        )


def _rules(network: Network) -> Mapping[str, _Rules]:
    """S3 and DynamoDB have public addresses behind their gateway endpoints, so HTTPS goes out everywhere: routes and groups say whereto."""
    private, isolated, outside = network.private_subnets, network.isolated_subnets, network.outside_subnets
    https_out, answers_in = Allowed([EVERYWHERE], HTTPS), Allowed([EVERYWHERE], ANSWERS)
    return {
        "private": _Rules(
            inwards=(Allowed([*private, *isolated], HTTPS), answers_in),
            outwards=(https_out, Allowed([*private, *isolated], ANSWERS)),
        ),
        "isolated": _Rules(inwards=(Allowed(isolated, ANY_PORT), answers_in), outwards=(https_out, Allowed(isolated, ANY_PORT))),
        "outside": _Rules(inwards=(answers_in,), outwards=(https_out,), from_routers=True),
        "public": _Rules(inwards=(Allowed(outside, HTTPS), answers_in), outwards=(https_out, Allowed(outside, ANSWERS)), from_routers=True),
    }
