"""Every difference between the templates and what the local AWS made, with the reasons of those that are accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from local.app.aws import client
from local.cloud.resource_types import RECORDED
from local.comparison.matching import gaps
from local.comparison.observers import OBSERVERS
from local.comparison.template import Resource, deployed
from local.settings import PREFIX

NOT_COMPARED = {*RECORDED, "AWS::SageMaker::Endpoint"}
ACCEPTED = (
    ("AWS::ApiGateway::RestApi", r"EndpointAccessMode|SecurityPolicy", "clients on this machine speak plain HTTP"),
    ("AWS::DynamoDB::GlobalTable", r".*RecoveryPeriodInDays$", "the local AWS stores whether a table can be recovered, not for how long"),
    ("AWS::EC2::FlowLog", r"DeliverLogsPermissionArn|LogGroupName|MaxAggregationInterval", "no packets flow, so no log is written"),
    ("AWS::EC2::NatGateway", r"AllocationId", "the describe call leaves addresses out"),
    ("AWS::OpenSearchService::Domain", r"AdvancedSecurityOptions.MasterUserOptions", "DescribeDomain does not show it on AWS either"),
    ("AWS::OpenSearchService::Domain", r"LogPublishingOptions", "the search server of this machine logs to files"),
    ("AWS::Scheduler::Schedule", "ScheduleExpressionTimezone|KmsKeyArn", "the local AWS has schedules in UTC, and encrypts none"),
    ("AWS::StepFunctions::StateMachine", r"TracingConfiguration", "there is no X-Ray"),
)


@dataclass(frozen=True)
class Difference:
    """One property of one resource. reason: why it is accepted, or empty."""

    stack: str
    logical_id: str
    kind: str
    path: str
    expected: str
    observed: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.stack} {self.logical_id} {self.kind} {self.path}: the template says {self.expected}, the local AWS {self.observed}"


@dataclass
class Report:
    """What a comparison found. compared: how many resources; not_compared: recorded only, by type."""

    compared: int = 0
    differences: list[Difference] = field(default_factory=list)
    accepted: list[Difference] = field(default_factory=list)
    not_compared: dict[str, int] = field(default_factory=dict)

    def add(self, difference: Difference) -> None:
        (self.accepted if difference.reason else self.differences).append(difference)


def compare(prefix: str = PREFIX) -> Report:
    """Compare every resource of the stacks whose names begin with prefix."""
    report = Report()
    for stack in deployed(client("cloudformation"), prefix):
        for resource in stack.resources():
            if resource.kind in NOT_COMPARED or resource.kind.startswith("Custom::"):
                report.not_compared[resource.kind] = report.not_compared.get(resource.kind, 0) + 1
                continue
            report.compared += 1
            for difference in differences(resource):
                report.add(difference)
    return report


def differences(resource: Resource) -> Iterator[Difference]:
    """Where a resource differs from its template; a describe call that fails or is missing counts as a difference."""
    observe = OBSERVERS.get(resource.kind)
    if observe is None:
        yield difference(resource, "", "a resource", "has no observer in local/comparison")
        return
    try:
        observed = observe(client, resource)
    except (BotoCoreError, ClientError, LookupError) as error:
        yield difference(resource, "", "a resource", f"answers {error}")
        return
    for path, expected, found in gaps(resource.properties, observed):
        yield difference(resource, path, shortened(expected), shortened(found))


def difference(resource: Resource, path: str, expected: str, observed: str) -> Difference:
    """A Difference with the reason of the first accepted pattern that covers it."""
    covered = (reason for kind, pattern, reason in ACCEPTED if kind == resource.kind and re.match(pattern, path))
    return Difference(resource.stack, resource.logical_id, resource.kind, path, expected, observed, next(covered, ""))


def shortened(value: object) -> str:
    """A value for one line."""
    text = str(value)
    return text if len(text) <= 160 else text[:157] + "..."
