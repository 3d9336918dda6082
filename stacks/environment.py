"""The typed form of environments/*.yaml: every size and switch, and which combinations cannot work."""

import platform
import re
import sys
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import aws_cdk as cdk
import yaml
from aws_cdk import aws_logs as logs
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator, model_validator

from stacks.regions import REGIONS

ENVIRONMENTS = Path(__file__).resolve().parent.parent / "environments"
AUDIT_MINIMUM_DAYS = 365
CLOUDWATCH_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

GPU_INSTANCE = re.compile(r"^ml\.[gp]\d")

InterfaceEndpoint = Literal[
    "bedrock-runtime", "ecr.api", "ecr.dkr", "events", "kms", "logs", "monitoring", "sagemaker.runtime", "sqs", "ssm", "states", "xray"
]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class InvalidEnvironment(ValueError):
    """An environment file that cannot be used; the message has one line per error."""


def _refuse(*reasons: str | None) -> None:
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
        _refuse(
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
        _refuse(
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
        _refuse(
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
    output_tokens: int = Field(ge=1, description="most tokens one answer may have")


class Embedding(Section):
    """Where texts become vectors of 1024 dimensions."""

    provider: Literal["bedrock", "sagemaker"]
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
        _refuse(
            "models.embedding.provider=sagemaker needs models.embedding.instance_type" if hosted and not self.instance_type else None,
            "models.embedding.provider=sagemaker needs models.embedding.artifact" if hosted and not self.artifact else None,
            "models.embedding.provider=sagemaker needs models.embedding.image" if hosted and not self.image else None,
            f"models.embedding.image={self.image} does not fit instance_type={self.instance_type}: -gpu- images need GPUs"
            if hosted and self.image and self.instance_type and ("-gpu-" in self.image) != bool(GPU_INSTANCE.match(self.instance_type))
            else None,
            f"models.embedding.instance_type={self.instance_type} is only for provider=sagemaker"
            if not hosted and self.instance_type
            else None,
            f"models.embedding.max_instances={self.max_instances} is below min_instances={self.min_instances}"
            if self.max_instances < self.min_instances
            else None,
        )
        return self


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


class Environment(Section):
    """One environment: what `-c env=NAME` selects."""

    name: Literal["local", "dev", "staging", "prod"]
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")] | None = Field(
        default=None, description="pins the account; null: the one whose credentials deploy"
    )
    region: str
    protect_data: bool = Field(description="keep data when a stack is deleted, and refuse to delete tables and stateful stacks")
    foundation: Foundation
    functions: Functions
    network: Network
    data: Data
    search: Search
    models: Models
    ingestion: Ingestion
    assistant: Assistant

    @property
    def aws(self) -> cdk.Environment:
        return cdk.Environment(account=self.account, region=self.region)

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        return cdk.RemovalPolicy.RETAIN if self.protect_data else cdk.RemovalPolicy.DESTROY

    @property
    def log_retention(self) -> logs.RetentionDays:
        return dict(zip(CLOUDWATCH_RETENTION_DAYS, logs.RetentionDays, strict=False))[self.foundation.log_retention_days]

    @field_validator("region")
    @classmethod
    def the_region_is_known(cls, region: str) -> str:
        if region not in REGIONS:
            raise ValueError(f"its prefix lists are not in stacks/regions.py; known are {', '.join(REGIONS)}")
        return region

    @field_validator("protect_data")
    @classmethod
    def prod_keeps_its_data(cls, protect: bool, info: ValidationInfo) -> bool:
        if info.data.get("name") == "prod" and not protect:
            raise ValueError("must be true in prod: production data outlives its stack")
        return protect

    @field_validator("foundation")
    @classmethod
    def prod_keeps_logs_for_the_auditor(cls, foundation: Foundation, info: ValidationInfo) -> Foundation:
        if info.data.get("name") == "prod" and foundation.log_retention_days < AUDIT_MINIMUM_DAYS:
            days = f"foundation.log_retention_days={foundation.log_retention_days}"
            raise ValueError(f"{days} is shorter than the {AUDIT_MINIMUM_DAYS} days an audit of prod looks back")
        return foundation

    @field_validator("functions")
    @classmethod
    def only_local_runs_on_the_host(cls, functions: Functions, info: ValidationInfo) -> Functions:
        name = info.data.get("name")
        if functions.runtime == "host" and name not in (None, "local"):
            raise ValueError(f"functions.runtime=host in {name}: AWS has no such runtime; use python3.14")
        return functions

    @field_validator("network")
    @classmethod
    def zones_lie_in_the_region(cls, network: Network, info: ValidationInfo) -> Network:
        region = info.data.get("region")
        strangers = [zone for zone in network.zones if region and not re.fullmatch(re.escape(region) + "[a-z]", zone)]
        if strangers:
            raise ValueError(f"network.zones={', '.join(strangers)} not in region={region}")
        return network

    @field_validator("data")
    @classmethod
    def the_replica_is_elsewhere(cls, data: Data, info: ValidationInfo) -> Data:
        if data.replica_region is not None and data.replica_region == info.data.get("region"):
            raise ValueError(f"data.replica_region={data.replica_region} is the region itself; a replica lies in another")
        return data

    @field_validator("search")
    @classmethod
    def search_zones_have_subnets(cls, search: Search, info: ValidationInfo) -> Search:
        network = info.data.get("network")
        if network and search.zones > len(network.zones):
            raise ValueError(f"search.zones={search.zones} exceeds the {len(network.zones)} zones of network.zones")
        return search

    @field_validator("models")
    @classmethod
    def the_instance_is_sold_in_the_region(cls, models: Models, info: ValidationInfo) -> Models:
        region, instance = info.data.get("region"), models.embedding.instance_type
        if region and instance and instance not in REGIONS[region].hosting_instances:
            allowed = ", ".join(sorted(REGIONS[region].hosting_instances))
            raise ValueError(f"models.embedding.instance_type={instance} is not hosted in {region}; allowed: {allowed}")
        return models


def load(name: str, folder: Path = ENVIRONMENTS) -> Environment:
    """Read `{folder}/{name}.yaml`.

    Raises InvalidEnvironment with one line per error (key, value, what is allowed), or when there is no such file.
    """
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml")))
        raise InvalidEnvironment(f"no environment {name!r}; there are: {known}")
    return parse(yaml.safe_load(path.read_text()), str(path.name))


def parse(values: Any, source: str) -> Environment:
    """Type one environment's values. Raises InvalidEnvironment as `load` does; source is named in the message."""
    try:
        return Environment.model_validate(values)
    except ValidationError as error:
        lines = [line for each in error.errors() for line in _sentences(each)]
        raise InvalidEnvironment(f"{source} has {len(lines)} error(s):\n" + "\n".join(f"  {line}" for line in lines)) from None


def _sentences(error: Any) -> list[str]:
    """One pydantic error as lines. A rule over several keys names them itself; any other gets its key and value put before it."""
    key = ".".join(map(str, error["loc"]))
    message = str(error["msg"]).removeprefix("Value error, ")
    if isinstance(error["input"], BaseModel) or (error["type"] == "value_error" and isinstance(error["input"], dict)):
        return message.split("\n")
    if error["type"] == "extra_forbidden":
        return [f"{key}={error['input']!r}: unknown key"]
    if error["type"] == "missing":
        return [f"{key}: missing"]
    return [f"{key}={error['input']!r}: {message}"]
