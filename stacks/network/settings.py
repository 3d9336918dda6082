"""The section `network` of an environment."""

from collections import Counter
from ipaddress import IPv4Network
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

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


class Network(Section):
    """The address plan, one subnet of each kind per zone."""

    cidr: IPv4Network
    zones: tuple[str, ...] = Field(min_length=2, max_length=3, description="availability zones by name, so that synth needs no look-up")
    public_subnets: tuple[IPv4Network, ...]
    private_subnets: tuple[IPv4Network, ...]
    isolated_subnets: tuple[IPv4Network, ...]
    outside_subnets: tuple[IPv4Network, ...]
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
            *(f"network.zones names {zone} {count} times" for zone, count in Counter(self.zones).items() if count > 1),
            *(
                f"network.{kind}_subnets has {len(subnets)} entries; network.zones has {len(self.zones)}: one subnet per zone"
                for kind, subnets in self.subnets.items()
                if len(subnets) != len(self.zones)
            ),
            *(f"network subnet {subnet} is outside network.cidr={self.cidr}" for subnet in every if not subnet.subnet_of(self.cidr)),
            *(
                f"network subnets {one} and {other} overlap"
                for i, one in enumerate(every)
                for other in every[i + 1 :]
                if one.overlaps(other)
            ),
        )
        return self
