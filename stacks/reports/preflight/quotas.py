"""What the templates ask of an account's limits, each with the check that reads the limit."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from stacks.environment import Environment
from stacks.reports.assembly import Assembly
from stacks.reports.preflight.step import Clients, State, Step

UNRESERVED = 100
LOG_POLICIES_A_REGION = 10


@dataclass(frozen=True)
class Quota:
    """A limit of the account against what the templates ask. `default` is AWS's."""

    service: str
    code: str
    name: str
    asked: int
    default: int

    def check(self, clients: Clients, region: str) -> tuple[State, str]:
        value = _value(clients("service-quotas", region), self.service, self.code)
        return ("done" if value >= self.asked else "missing"), f"the account has {value:g}"


def _value(quotas: Any, service: str, code: str) -> float:
    """The account's value, or AWS's default where none was ever applied."""
    try:
        value: float = quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchResourceException":
            raise
        value = quotas.get_aws_default_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"]
    return value


def quota_steps(assembly: Assembly) -> list[Step]:
    """One step for each limit that the templates could meet."""
    environment = assembly.environment
    return [
        _concurrency(assembly),
        *(_step(quota, environment) for quota in quotas(assembly)),
        *_instances(assembly),
        _model_requests(environment),
        *_embedding_requests(environment),
        *_embedding_batches(environment),
        _log_policies(assembly),
    ]


def reserved_concurrency(assembly: Assembly) -> int:
    """The sum of what every function reserves."""
    return sum(function["ReservedConcurrentExecutions"] for function in assembly.properties("AWS::Lambda::Function"))


def quotas(assembly: Assembly) -> list[Quota]:
    """Counted as if the account had nothing else."""
    endpoints = assembly.properties("AWS::EC2::VPCEndpoint")
    interfaces = [each for each in endpoints if each.get("VpcEndpointType") == "Interface"]
    nodes = max((each["ClusterConfig"]["InstanceCount"] for each in assembly.properties("AWS::OpenSearchService::Domain")), default=0)
    return [
        Quota("vpc", "L-F678F1CE", "VPCs per region", len(assembly.properties("AWS::EC2::VPC")), 5),
        Quota("ec2", "L-0263D0A3", "elastic addresses", len(assembly.properties("AWS::EC2::EIP")), 5),
        Quota("vpc", "L-FE5A380F", "NAT gateways per zone", min(1, len(assembly.properties("AWS::EC2::NatGateway"))), 5),
        Quota("vpc", "L-29B6F2EB", "interface endpoints per VPC", len(interfaces), 50),
        Quota("vpc", "L-1B52E74A", "gateway endpoints per region", len(endpoints) - len(interfaces), 20),
        Quota("es", "L-6408ABDE", "search nodes per domain", nodes, 80),
    ]


def instances_asked(assembly: Assembly) -> dict[str, int]:
    """Instance type → most of them that run at once: a blue/green update doubles the first fleet, scaling may reach further."""
    asked: dict[str, int] = defaultdict(int)
    for size in assembly.environment.models.embeddings:
        if size.provider == "sagemaker":
            asked[str(size.instance_type)] += max(2 * size.min_instances, size.max_instances)
    return asked


def _step(quota: Quota, environment: Environment) -> Step:
    how = f"asked: {quota.asked}; AWS's default is {quota.default}; raise it in Service Quotas as {quota.service} {quota.code}."
    return Step(f"Quota: {quota.name}", how, lambda clients: quota.check(clients, environment.region))


def _concurrency(assembly: Assembly) -> Step:
    reserved, region = reserved_concurrency(assembly), assembly.environment.region

    def check(clients: Clients) -> tuple[State, str]:
        limit = clients("lambda", region).get_account_settings()["AccountLimit"]
        seen = f"the account has {limit['ConcurrentExecutions']}, {limit['UnreservedConcurrentExecutions']} of them unreserved"
        return ("done" if limit["ConcurrentExecutions"] >= reserved + UNRESERVED else "missing"), seen

    how = (
        f"asked: {reserved} reserved + {UNRESERVED} that AWS keeps free; AWS's default is 1000, a new account may have 10; "
        "raise it in Service Quotas as lambda L-B99A9384."
    )
    return Step("Quota: concurrent executions", how, check)


def _instances(assembly: Assembly) -> list[Step]:
    environment = assembly.environment
    job = environment.ingestion.bulk_job
    asked = instances_asked(assembly)
    return [
        *(_instances_of(kind, asked[kind], "endpoint", _at_full_scale(kind, environment), environment) for kind in asked),
        *([_instances_of(job.instance_type, job.instances, "processing job", "", environment)] if job else []),
    ]


def _at_full_scale(kind: str, environment: Environment) -> str:
    most = max(size.max_instances for size in environment.models.embeddings if size.instance_type == kind)
    return f" ({2 * most} for an update at full scale)"


def _instances_of(kind: str, asked: int, use: str, more: str, environment: Environment) -> Step:
    name = f"{kind} for {use} usage"

    def check(clients: Clients) -> tuple[State, str]:
        pages = clients("service-quotas", environment.region).get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
        values = [quota["Value"] for page in pages for quota in page["Quotas"] if quota["QuotaName"] == name]
        enough = bool(values) and values[0] >= asked
        return ("done" if enough else "missing"), f"the account has {values[0]:g}" if values else "no such quota"

    how = f"asked: {asked}{more}; a new account has 0 of most types. Service Quotas, sagemaker."
    return Step(f"Quota: {name}", how, check)


def _model_requests(environment: Environment) -> Step:
    model, rate = environment.models.answer_model.model, environment.assistant.rate_per_second
    how = (
        f"Service Quotas, bedrock: cross-region requests and tokens per minute of {model}; the API lets in {rate * 60} questions a minute, "
        "one model call each or none. Beyond the quota answers are 503."
    )
    return Step("Quota: model requests per minute", how)


def _embedding_requests(environment: Environment) -> list[Step]:
    """A step for each model: two of different dimensions share a quota."""
    quotas = {size.model: size.texts_a_minute for size in environment.models.embeddings if size.provider == "bedrock"}
    return [
        Step(
            "Quota: embedding requests per minute",
            f"Service Quotas, bedrock: requests per minute of {model}. models.embedding.texts_a_minute says "
            f"{a_minute}; with less, a bulk load makes questions fail.",
        )
        for model, a_minute in quotas.items()
    ]


def _embedding_batches(environment: Environment) -> list[Step]:
    size, model = environment.ingestion.batch_embedding, environment.models.embedding.model
    if size is None:
        return []
    how = (
        f"Service Quotas, bedrock: in-progress and submitted batch jobs of {model}, asked: {size.batches}; records of a batch job, asked: "
        f"{size.passages}; and the region must offer the model for batch inference. With less, passages are embedded one by one."
    )
    return [Step("Quota: batch jobs of the embedding model", how)]


def _log_policies(assembly: Assembly) -> Step:
    ours = {policy["PolicyName"] for policy in assembly.properties("AWS::Logs::ResourcePolicy")}

    def check(clients: Clients) -> tuple[State, str]:
        found = clients("logs", assembly.environment.region).describe_resource_policies()["resourcePolicies"]
        names = {policy["policyName"] for policy in found}
        # One more is the services' own, for the logs of the state machine and the firewall.
        free = len(names | ours) + (not any("LogDelivery" in name for name in names)) <= LOG_POLICIES_A_REGION
        return ("done" if free else "missing"), f"{len(names)} of {LOG_POLICIES_A_REGION} in use"

    return Step(
        "Room for log resource policies", f"asked: {len(ours)}, and one of AWS's log delivery; a region holds no more than 10", check
    )
