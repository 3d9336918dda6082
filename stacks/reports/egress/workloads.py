"""What sends packets: functions, model endpoints, search domains, and the jobs that state machines start."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.reports.templates import Resource, Templates, within

STARTS_A_JOB = re.compile(r"(sagemaker|bedrock):create\w*Job", re.IGNORECASE)
STARTS_ANOTHER = re.compile(
    r":(ecs:\w+Task|batch:submitJob|codebuild:start|glue:start|eks|elasticmapreduce|emr[\w-]*|bedrock-?agent\w*|http):?", re.IGNORECASE
)
# Types that run programs of ours or send events by HTTP, in AWS's own network unless they name another.
SENDS = (
    "AWS::AppRunner::",
    "AWS::AutoScaling::",
    "AWS::Batch::",
    "AWS::BedrockAgentCore::",
    "AWS::CodeBuild::",
    "AWS::ECS::",
    "AWS::EKS::",
    "AWS::EMR",
    "AWS::Events::ApiDestination",
    "AWS::Glue::Job",
    "AWS::SageMaker::",
    "AWS::Synthetics::",
)
BY_HTTP = ("HttpEndpointDestinationConfiguration", "SplunkDestinationConfiguration", "SnowflakeDestinationConfiguration")
PLACED = ("SubnetId", "SubnetIds", "Subnets", "VPCOptions", "VpcConfig", "NetworkInterfaces", "AwsvpcConfiguration")
WITHOUT_PACKETS = (
    "AWS::EC2::NatGateway",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    "AWS::SageMaker::EndpointConfig",
    "AWS::SageMaker::Model",
)


@dataclass(frozen=True)
class Workload:
    """subnets, groups: of its network interfaces; none: it has none and is in AWS's own network. resolves: names, by the VPC's resolver.
    cut_off: its program has no network at all; SageMaker alone moves files for it.
    """

    name: str
    kind: str
    subnets: tuple[Resource, ...]
    groups: tuple[Resource, ...]
    resolves: bool = True
    cut_off: bool = False


def workloads(templates: Templates, environment: str) -> list[Workload]:
    """By the names that `network.egress` has for them. Raises ValueError for a resource with interfaces that is none of the known kinds."""
    known = {
        "AWS::Lambda::Function": _function,
        "AWS::OpenSearchService::Domain": _domain,
        "AWS::SageMaker::Endpoint": _endpoint,
        "AWS::StepFunctions::StateMachine": _jobs,
    }
    for each in templates.all():
        keys = {key for key, _ in within(each.properties)}
        if each.type in (*known, *WITHOUT_PACKETS):
            continue
        if not keys.isdisjoint(PLACED):
            raise ValueError(f"{each} of type {each.type} has network interfaces, and the walk does not know what it sends")
        if each.type.startswith(SENDS) or not keys.isdisjoint(BY_HTTP):
            raise ValueError(f"{each} of type {each.type} sends packets, and the walk does not know where")
    return [found for each in templates.all(*known) for found in known[each.type](templates, each, f"causeway-{environment}-")]


def _function(templates: Templates, function: Resource, prefix: str) -> Iterator[Workload]:
    name = str(function.properties.get("FunctionName", function.id)).removeprefix(prefix)
    yield Workload(name, "function", *_placed(templates, function.stack, function.properties.get("VpcConfig"), "SubnetIds"))


def _domain(templates: Templates, domain: Resource, prefix: str) -> Iterator[Workload]:
    """Its nodes are AWS's, and ask AWS's resolver."""
    options = domain.properties.get("VPCOptions")
    yield Workload("search", "search domain", *_placed(templates, domain.stack, options, "SubnetIds"), resolves=False)


def _endpoint(templates: Templates, endpoint: Resource, prefix: str) -> Iterator[Workload]:
    """Of each model that the endpoint asks, the shadows included, which get a copy of each question."""
    name = str(endpoint.properties.get("EndpointName", endpoint.id)).removeprefix(prefix)
    (configuration,) = templates.targets(endpoint.stack, [endpoint.properties["EndpointConfigName"]])
    for variant in (*configuration.properties["ProductionVariants"], *configuration.properties.get("ShadowProductionVariants", ())):
        (model,) = templates.targets(configuration.stack, [variant["ModelName"]])
        placed = _placed(templates, model.stack, model.properties.get("VpcConfig"), "Subnets")
        yield Workload(name, "model endpoint", *placed, cut_off=bool(model.properties.get("EnableNetworkIsolation")))


def _jobs(templates: Templates, machine: Resource, prefix: str) -> Iterator[Workload]:
    definition = templates.document(machine.stack, machine.properties["DefinitionString"])
    name = str(machine.properties.get("StateMachineName", machine.id)).removeprefix(prefix)
    for state in _states(definition):
        starts = str(state.get("Resource", ""))
        if STARTS_ANOTHER.search(starts):
            raise ValueError(f"{machine} starts {starts}, and the walk does not know what it sends")
        if STARTS_A_JOB.search(starts):
            job = dict(within(state.get("Arguments") or state.get("Parameters") or {}))
            placed = _placed(templates, machine.stack, job.get("VpcConfig"), "Subnets", "SubnetIds")
            yield Workload(name, "job", *placed, cut_off=bool(job.get("EnableNetworkIsolation")))


def _states(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if value.get("Type") == "Task":
            yield value
        for inner in value.values():
            yield from _states(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _states(inner)


def _placed(templates: Templates, stack: str, options: Any, *names: str) -> tuple[tuple[Resource, ...], tuple[Resource, ...]]:
    """Subnets and groups; the VPC's default group, of which nobody decides the rules, if there are subnets and no group."""
    options = options or {}
    subnets = templates.targets(stack, next((options[name] for name in names if name in options), ()))
    groups = templates.targets(stack, options.get("SecurityGroupIds"))
    if subnets and not groups:
        raise ValueError(f"something of {stack} names subnets and no security group: it would be in the VPC's default group")
    return subnets, groups
