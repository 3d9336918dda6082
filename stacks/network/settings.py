"""The section `network` of an environment."""

from collections import Counter
from ipaddress import IPv4Network
from typing import Literal, Self

from pydantic import Field, model_validator

from stacks.constructs.settings import Section, refuse

InterfaceEndpoint = Literal[
    "appconfigdata",
    "bedrock-runtime",
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


class Network(Section):
    """The address plan, one subnet of each kind per zone."""

    cidr: IPv4Network
    zones: tuple[str, ...] = Field(min_length=2, max_length=3, description="availability zones by name, so that synth needs no look-up")
    public_subnets: tuple[IPv4Network, ...]
    private_subnets: tuple[IPv4Network, ...]
    isolated_subnets: tuple[IPv4Network, ...]
    nat_gateways: Literal["per-zone", "one", "none"]
    interface_endpoints: tuple[InterfaceEndpoint, ...] = Field(min_length=1)

    @property
    def nat_gateway_count(self) -> int:
        return {"per-zone": len(self.zones), "one": 1, "none": 0}[self.nat_gateways]

    @property
    def subnets(self) -> dict[str, tuple[IPv4Network, ...]]:
        return {"public": self.public_subnets, "private": self.private_subnets, "isolated": self.isolated_subnets}

    @model_validator(mode="after")
    def subnets_fit(self) -> Self:
        every = [subnet for subnets in self.subnets.values() for subnet in subnets]
        refuse(
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
