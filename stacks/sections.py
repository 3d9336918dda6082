"""The sections of environments/*.yaml: every size and switch, and which combinations within a section cannot work."""

import platform
import re
import sys
from collections import Counter
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from stacks.regions import REGIONS

CLOUDWATCH_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
GPU_INSTANCE = re.compile(r"^ml\.[gp]\d")
HOSTED_ANYWHERE = frozenset[str]().union(*(region.hosting_instances for region in REGIONS.values()))

InterfaceEndpoint = Literal["bedrock-runtime", "ecr.api", "ecr.dkr", "kms", "logs", "sagemaker.runtime", "sqs", "states", "xray"]
RoleName = Annotated[str, StringConstraints(pattern=r"^([\w+=,.@-]+/)*[\w+=,.@-]+\*?$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


def refuse(*reasons: str | None) -> None:
    """Raise one ValueError with every reason given, one a line; None stands for a rule that holds."""
    broken = [reason for reason in reasons if reason]
    if broken:
        raise ValueError("\n".join(broken))


class Section(BaseModel):
    """Common to all sections: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Foundation(Section):
    """What every other stack leans on."""

    log_retention_days: int = Field(description="days each log group keeps its events")
    alarm_emails: tuple[Email, ...] = Field(default=(), description="addresses subscribed to the alarm topic")

    @field_validator("log_retention_days")
    @classmethod
    def cloudwatch_knows_the_period(cls, days: int) -> int:
        if days not in CLOUDWATCH_RETENTION_DAYS:
            raise ValueError(f"CloudWatch keeps logs for one of {', '.join(map(str, CLOUDWATCH_RETENTION_DAYS))} days")
        return days


class Functions(Section):
    """How Lambda functions run. `host` stands for the interpreter and machine that synthesize: local function workers run there."""

    runtime: Literal["python3.14", "host"]
    architecture: Literal["arm64", "host"]
    memory_mb: int = Field(default=2048, ge=128, le=10240)
    snap_start: bool

    @property
    def python_version(self) -> str:
        """The interpreter the layers are built for, as in `3.14`."""
        return f"{sys.version_info.major}.{sys.version_info.minor}" if self.runtime == "host" else self.runtime.removeprefix("python")

    @property
    def machine(self) -> Literal["arm64", "x86_64"]:
        """The processor the layers are built for, in Lambda's words."""
        return "arm64" if self.architecture == "arm64" or platform.machine() in ("arm64", "aarch64") else "x86_64"

    @property
    def system(self) -> str:
        """What compiled wheels must fit, as in `aws-arm64` or `linux-x86_64`."""
        return f"{sys.platform if self.runtime == 'host' else 'aws'}-{self.machine}"

    @model_validator(mode="after")
    def host_comes_whole(self) -> Self:
        refuse(
            f"functions.runtime={self.runtime} with functions.architecture={self.architecture}: both are host or neither is"
            if (self.runtime == "host") != (self.architecture == "host")
            else None,
            f"functions.snap_start=true needs an AWS runtime; functions.runtime={self.runtime}"
            if self.snap_start and self.runtime == "host"
            else None,
        )
        return self


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
            *(f"network subnet {subnet} lies outside network.cidr={self.cidr}" for subnet in every if not subnet.subnet_of(self.cidr)),
            *(
                f"network subnets {one} and {other} overlap"
                for i, one in enumerate(every)
                for other in every[i + 1 :]
                if one.overlaps(other)
            ),
        )
        return self


class Perimeter(Section):
    """Who may use data from outside the VPC's endpoints."""

    break_glass_roles: tuple[RoleName, ...] = Field(description="roles of people for emergencies; a `*` ends a name whose end is not known")

    @field_validator("break_glass_roles")
    @classmethod
    def they_are_for_people(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        refuse(
            *(
                f"perimeter.break_glass_roles={role}: names of {owner} begin so, and its roles are no people's"
                for role in roles
                for start, owner in {"causeway-": "Causeway", "cdk-": "the CDK", "aws-service-role/": "AWS's services"}.items()
                if role.startswith(start) or start.startswith(role.removesuffix("*"))
            )
        )
        return roles


class Data(Section):
    """Buckets and tables."""

    recovery_days: int = Field(ge=1, le=35, description="days a table can be restored to any second of")
    noncurrent_version_days: int = Field(ge=1, description="days a replaced or deleted object can be brought back")
    replica_region: str | None = Field(default=None, description="region that holds a copy of every bucket and table; null: none")


class Search(Section):
    """The OpenSearch domain and the passages index."""

    instance_type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+\.[a-z0-9]+\.search$")]
    data_nodes: int = Field(ge=1, le=80)
    zones: int = Field(ge=1, le=3, description="zones the data nodes are spread over")
    master_nodes: Literal[0, 3, 5] = Field(description="dedicated masters; 0: data nodes elect one among them")
    master_instance_type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+\.[a-z0-9]+\.search$")] | None = None
    volume_gb: int = Field(ge=10, le=3072, description="gp3 volume of each data node")
    shards: int = Field(ge=1)
    replicas: int = Field(ge=0, description="copies of each shard beside the primary")

    @model_validator(mode="after")
    def every_copy_has_a_node(self) -> Self:
        needed = self.zones * -(-(self.replicas + 1) // self.zones)
        refuse(
            f"search.replicas={self.replicas} needs at least {needed} data nodes in {self.zones} zones; search.data_nodes={self.data_nodes}"
            if self.data_nodes < needed
            else None,
            f"search.data_nodes={self.data_nodes} is no multiple of search.zones={self.zones}: zones would hold unequal copies"
            if self.data_nodes % self.zones
            else None,
            f"search.master_nodes={self.master_nodes} and search.master_instance_type={self.master_instance_type}: give both, or 0 and none"
            if bool(self.master_nodes) != bool(self.master_instance_type)
            else None,
        )
        return self


class ModelTier(Section):
    """One logical tier of the model catalogue."""

    model: str = Field(min_length=1, description="Bedrock inference profile or model id")
    regions: tuple[str, ...] = Field(min_length=1, description="regions the inference profile may route to")
    input_price: float = Field(ge=0, description="US dollars per million input tokens")
    output_price: float = Field(ge=0, description="US dollars per million output tokens")
    context_tokens: int = Field(ge=1)
    output_tokens: int = Field(ge=1, le=4096, description="most tokens one answer may have")


class Embedding(Section):
    """Where texts become vectors of 1024 dimensions."""

    provider: Literal["bedrock", "sagemaker"]
    least_similarity: float = Field(
        gt=0.5, lt=1, description="(1 + cosine) / 2 from which a passage counts as near the question; it depends on the embedding model"
    )
    model: str = Field(default="amazon.titan-embed-text-v2:0", description="Bedrock model id, used when provider=bedrock")
    instance_type: Annotated[str, StringConstraints(pattern=r"^ml\.[a-z0-9]+\.[a-z0-9]+$")] | None = None
    min_instances: int = Field(default=1, ge=1)
    max_instances: int = Field(default=1, ge=1)
    artifact: str | None = Field(default=None, description="JumpStart prefix that holds the weights, used when provider=sagemaker")
    image: str | None = Field(
        default=None, description="tag of AWS's huggingface-pytorch-inference container, used when provider=sagemaker"
    )
    revision: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = Field(
        default="1", description="changes when weights or handler do; names the artifact's folder"
    )

    @model_validator(mode="after")
    def an_endpoint_is_described_whole(self) -> Self:
        hosted = self.provider == "sagemaker"
        refuse(
            "models.embedding.provider=sagemaker needs models.embedding.instance_type" if hosted and not self.instance_type else None,
            "models.embedding.provider=sagemaker needs models.embedding.artifact" if hosted and not self.artifact else None,
            "models.embedding.provider=sagemaker needs models.embedding.image" if hosted and not self.image else None,
            f"models.embedding.image={self.image} does not fit instance_type={self.instance_type}: -gpu- images need GPUs"
            if hosted and self._image_fits_another_instance()
            else None,
            f"models.embedding.instance_type={self.instance_type} is only for provider=sagemaker"
            if not hosted and self.instance_type
            else None,
            f"models.embedding.max_instances={self.max_instances} is below min_instances={self.min_instances}"
            if self.max_instances < self.min_instances
            else None,
        )
        return self

    def _image_fits_another_instance(self) -> bool:
        """Whether one has GPUs and the other not; an instance type that no region hosts is refused for that alone."""
        if not self.image or self.instance_type not in HOSTED_ANYWHERE:
            return False
        return ("-gpu-" in self.image) != bool(GPU_INSTANCE.match(self.instance_type))


class Models(Section):
    """Chat models, guardrail and embedding."""

    tiers: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")], ModelTier] = Field(min_length=1)
    answer_tier: str = Field(description="tier that writes answers")
    embedding: Embedding

    @property
    def answer_model(self) -> ModelTier:
        return self.tiers[self.answer_tier]

    @model_validator(mode="after")
    def the_answer_tier_exists(self) -> Self:
        if self.answer_tier not in self.tiers:
            raise ValueError(f"models.answer_tier={self.answer_tier} is no key of models.tiers ({', '.join(self.tiers)})")
        return self


class Ingestion(Section):
    """From an uploaded file to searchable passages."""

    max_document_mb: int = Field(default=50, ge=1, le=500)
    concurrency: int = Field(ge=2, le=500, description="reserved concurrency of each worker function")
    starter_concurrency: int = Field(ge=2, le=500, description="reserved concurrency of the function that starts executions")
    max_receives: int = Field(default=5, ge=2, le=20, description="deliveries before an event goes to the dead letters")

    @property
    def max_document_bytes(self) -> int:
        return self.max_document_mb * 1024 * 1024


class Assistant(Section):
    """The HTTP API."""

    answer_concurrency: int = Field(ge=1, le=900)
    document_concurrency: int = Field(ge=1, le=900)
    rate_per_second: int = Field(ge=1, description="steady requests a second the stage lets in")
    burst: int = Field(ge=1)
    web_firewall: bool
    firewall_requests_per_five_minutes: int = Field(default=2000, ge=10, description="of one address, before it is blocked")
    canary: bool = Field(description="new answer versions take a tenth of the traffic first")
    second_factor: Literal["required", "optional"] = Field(default="optional", description="whether signing in takes an authenticator app")
    token_minutes: int = Field(default=60, ge=5, le=1440, description="how long an ID token is good")
