"""The section `network` of an environment."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from stacks.constructs.settings import Section, refuse

InterfaceEndpoint = Literal[
    "appconfigdata",
    "bedrock-runtime",
    "codedeploy",
    "comprehend",
    "ecr.api",
    "ecr.dkr",
    "events",
    "kms",
    "lambda",
    "logs",
    "sagemaker.runtime",
    "sns",
    "sqs",
    "states",
    "sts",
    "textract",
    "xray",
]

# Where packets may go: gateway endpoints, the search domain, every interface endpoint of the list, other instances of the same job, the
# internet from the VPC, and AWS's own network, whence the internet can be reached too.
Destination = Literal["s3", "dynamodb", "search", "endpoints", "itself", "internet", "aws"]

# Of a VPC and of each subnet, in bits of the prefix; the first four addresses and the last are AWS's: "Subnet CIDR blocks", VPC guide.
LARGEST, SMALLEST = 16, 28
TAKEN_BY_AWS = 5

SubnetId = Annotated[str, StringConstraints(pattern=r"^subnet-[0-9a-f]{8,17}$")]


class Adopted(Section):
    """A VPC that somebody else keeps. Subnets in the order of `network.zones`; their addresses stand where those of a VPC of ours do."""

    vpc_id: Annotated[str, StringConstraints(pattern=r"^vpc-[0-9a-f]{8,17}$")]
    private_subnet_ids: tuple[SubnetId, ...]
    isolated_subnet_ids: tuple[SubnetId, ...]
    outside_subnet_ids: tuple[SubnetId, ...] = Field(default=(), description="with a way to the internet, for tools that go outside")
    interface_endpoints: tuple[InterfaceEndpoint, ...] = Field(default=(), description="those of its own that the app uses as well")
    endpoints_security_group_id: Annotated[str, StringConstraints(pattern=r"^sg-[0-9a-f]{8,17}$")] | None = Field(
        default=None, description="of these endpoints; its rules admit the private and isolated subnets on port 443"
    )

    @property
    def subnet_ids(self) -> dict[str, tuple[str, ...]]:
        return {"private": self.private_subnet_ids, "isolated": self.isolated_subnet_ids, "outside": self.outside_subnet_ids}


class Network(Section):
    """The address plan, one subnet of each kind per zone."""

    adopt: Adopted | None = Field(default=None, description="a VPC that is there already; null: one is made")
    cidr: IPv4Network
    zones: tuple[str, ...] = Field(min_length=2, max_length=3, description="availability zones by name, so that synth needs no look-up")
    public_subnets: tuple[IPv4Network, ...] = ()
    private_subnets: tuple[IPv4Network, ...]
    isolated_subnets: tuple[IPv4Network, ...]
    outside_subnets: tuple[IPv4Network, ...] = ()
    nat_gateways: Literal["per-zone", "one", "none"]
    outside_without_vpc: bool = Field(
        default=False, description="the function that goes outside runs in AWS's own network, whence the internet is reached without NAT"
    )
    interface_endpoints: tuple[InterfaceEndpoint, ...] = Field(min_length=1)
    endpoint_zones: int | None = Field(
        default=None, ge=1, description="zones in which interface endpoints stand; null: every zone. The others reach them across zones"
    )
    dns_firewall: bool = Field(default=False, description="the VPC's resolver answers only for names that the app and its tools need")
    egress: dict[str, tuple[Destination, ...]] = Field(
        description="where packets may go, by the name of a function, model endpoint, job, or `search`; `functions`: all that are not named"
    )

    @property
    def nat_gateway_count(self) -> int:
        return {"per-zone": len(self.zones), "one": 1, "none": 0}[self.nat_gateways]

    @property
    def has_way_outside(self) -> bool:
        """Whether something in the VPC can reach the internet."""
        return bool(self.adopt.outside_subnet_ids) if self.adopt else self.nat_gateway_count > 0

    @property
    def own_endpoints(self) -> tuple[InterfaceEndpoint, ...]:
        """The interface endpoints that the app makes."""
        shared = self.adopt.interface_endpoints if self.adopt else ()
        return tuple(each for each in self.interface_endpoints if each not in shared)

    @property
    def subnets(self) -> dict[str, tuple[IPv4Network, ...]]:
        return {
            "public": self.public_subnets,
            "private": self.private_subnets,
            "isolated": self.isolated_subnets,
            "outside": self.outside_subnets,
        }

    @property
    def zones_of_endpoints(self) -> int:
        return self.endpoint_zones or len(self.zones)

    @field_validator("egress")
    @classmethod
    def functions_have_a_list(cls, egress: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if "functions" not in egress:
            raise ValueError("network.egress names no `functions`: say where those functions may go that have no list of their own")
        return egress

    @model_validator(mode="after")
    def subnets_fit(self) -> Self:
        every = [subnet for subnets in self.subnets.values() for subnet in subnets]
        refuse(
            f"network.endpoint_zones={self.endpoint_zones} exceeds the {len(self.zones)} zones of network.zones"
            if self.zones_of_endpoints > len(self.zones)
            else None,
            f"network.outside_without_vpc=true: NAT gateways would serve nothing; set network.nat_gateways={self.nat_gateways} to none"
            if self.outside_without_vpc and self.nat_gateway_count
            else None,
            *(
                f"network.{kind}_subnets has {len(subnets)} entries; network.zones has {len(self.zones)}: one subnet per zone"
                for kind, subnets in self.subnets.items()
                if len(subnets) != (len(self.zones) if self._has(kind) else 0)
            ),
            *self._wrong_with_adopted(),
            *(
                f"network has {block}: AWS takes blocks from /{LARGEST} to /{SMALLEST}"
                for block in (every if self.adopt else (self.cidr, *every))  # a VPC of others may have several blocks
                if not LARGEST <= block.prefixlen <= SMALLEST
            ),
            *self._too_small_for_endpoints(),
            *(f"network subnet {subnet} is outside network.cidr={self.cidr}" for subnet in every if not subnet.subnet_of(self.cidr)),
            *(
                f"network subnets {one} and {other} overlap"
                for i, one in enumerate(every)
                for other in every[i + 1 :]
                if one.overlaps(other)
            ),
        )
        return self

    def _too_small_for_endpoints(self) -> Iterator[str]:
        """Each interface endpoint takes an address of a private subnet in each of its zones, and AWS five of each subnet."""
        needed = len(self.own_endpoints) + TAKEN_BY_AWS + 1
        for subnet in self.private_subnets:
            if subnet.num_addresses < needed:
                yield f"network.private_subnets={subnet} has {subnet.num_addresses} addresses; endpoints and AWS take {needed - 1}"

    def _has(self, kind: str) -> bool:
        """Whether the VPC has subnets of a kind that the app knows of."""
        return self.adopt is None or kind in ("private", "isolated") or (kind == "outside" and bool(self.adopt.outside_subnet_ids))

    def _wrong_with_adopted(self) -> Iterator[str]:
        if self.adopt is None:
            return
        owner = f"network.adopt: {self.adopt.vpc_id} is kept by somebody else, who decides; take out"
        if self.nat_gateways != "none":
            yield f"{owner} network.nat_gateways={self.nat_gateways} (none), and name network.adopt.outside_subnet_ids"
        if self.dns_firewall:
            yield f"{owner} network.dns_firewall=true"
        if self.outside_without_vpc and self.adopt.outside_subnet_ids:
            yield "network.outside_without_vpc=true and network.adopt.outside_subnet_ids are two ways outside; keep one"
        if bool(self.adopt.interface_endpoints) != bool(self.adopt.endpoints_security_group_id):
            yield "network.adopt.interface_endpoints and network.adopt.endpoints_security_group_id belong together: name both or neither"
        for name in sorted(set(self.adopt.interface_endpoints) - set(self.interface_endpoints)):
            yield f"network.adopt.interface_endpoints={name} is not in network.interface_endpoints, the list of all that the app uses"
        for kind, ids in self.adopt.subnet_ids.items():
            if self._has(kind) and len(ids) != len(self.zones):
                yield f"network.adopt.{kind}_subnet_ids has {len(ids)} entries; network.zones has {len(self.zones)}: one subnet per zone"
        every = Counter(each for ids in self.adopt.subnet_ids.values() for each in ids)
        yield from (f"network.adopt names {id} {count} times; each kind has subnets of its own" for id, count in every.items() if count > 1)
