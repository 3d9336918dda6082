"""What leaves the region of an environment, read from its templates: what it is, where it goes, why."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stacks.environment import Environment
from stacks.reports.egress.review import EgressReview
from stacks.reports.egress.walk import AWS, INTERNET
from stacks.reports.templates import UNREADABLE, Resource, Templates, many, within
from stacks.residency import regions_of_aws

MODEL = re.compile(r":bedrock:(?P<region>[a-z0-9-]+)::foundation-model/(?P<model>[^/*]+)")
# They say who may do something, or from where; what they speak of is listed by the resource itself.
ABOUT_OTHERS = ("AWS::KMS::Key", "AWS::S3::BucketPolicy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role")
# Services without a region → a type of theirs, and what they know.
GLOBAL = {"IAM": ("AWS::IAM::Role", "names and rights of roles"), "Cost Explorer": ("AWS::CE::AnomalyMonitor", "amounts of the bill")}


@dataclass(frozen=True)
class Leaving:
    """One kind of data that leaves: what, where to, why. of: the resources that send it."""

    what: str
    to: str
    why: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Residency:
    """allowed: the key `residency`. faults: a sentence for each thing that leaves for elsewhere, or that nobody can explain."""

    region: str = ""
    allowed: tuple[str, ...] = ()
    leaving: tuple[Leaving, ...] = ()
    faults: tuple[str, ...] = ()


def residency(environment: Environment, templates: Mapping[str, Mapping[str, Any]], proved: EgressReview) -> Residency:
    """templates: name of each stack → its template. proved: where packets can go. What cannot be read is a fault."""
    read = Templates(templates)
    try:
        return _read(environment, read, proved)
    except UNREADABLE as error:
        said = f"what leaves the region cannot be read from the templates: {type(error).__name__} {error}"
        return Residency(environment.region, environment.residency, (), (said,))


def _read(environment: Environment, read: Templates, proved: EgressReview) -> Residency:
    gathered = (*_gathered(_copies(read, environment)), *_questions(read, environment), *_gathered(_mails(read)))
    leaving = [*gathered, *_globals(read), *_tools(proved)]
    return Residency(environment.region, environment.residency, tuple(leaving), tuple(_faults(read, environment)))


def regions_in(templates: Templates, resource: Resource, value: Any) -> set[str]:
    """The regions that a value of a resource names."""
    texts = [templates.text(resource.stack, each) for each in (value, *(inner for _, inner in within(value)))]
    return {name for text in texts for name in _names().findall(text)}


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(regions_of_aws()))})(?!\d)")


def _gathered(found: Iterator[Leaving]) -> Iterator[Leaving]:
    """One of each kind, with all resources that send it."""
    senders: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in found:
        senders[each.what, each.to, each.why] += each.of
    for (what, to, why), of in senders.items():
        yield Leaving(what, to, why, tuple(sorted(of)))


# Type → property that names where copies go, what is copied, why.
COPIED: Mapping[str, tuple[str, str, str]] = {
    "AWS::S3::Bucket": ("ReplicationConfiguration", "objects of buckets", "S3 replicates them: data.replica_region, data.log_archive"),
    "AWS::DynamoDB::GlobalTable": ("Replicas", "rows of tables", "DynamoDB replicates them: data.replica_region"),
    "AWS::Backup::BackupPlan": ("BackupPlan", "backups of tables", "AWS Backup copies them: data.replica_region"),
}


def _copies(templates: Templates, environment: Environment) -> Iterator[Leaving]:
    for type, (name, what, why) in COPIED.items():
        for resource in templates.all(type):
            elsewhere = regions_in(templates, resource, resource.properties.get(name)) - {environment.region}
            for region in sorted(elsewhere):
                yield Leaving(what, region, why, (str(resource),))


def _questions(templates: Templates, environment: Environment) -> Iterator[Leaving]:
    """Of each chat model, by the rights of roles: a profile that routes to another region is refused there."""
    found: dict[str, set[str]] = defaultdict(set)
    for policy in templates.all("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
        for statement in many(policy.properties["PolicyDocument"]["Statement"]):
            for each in many(statement.get("Resource", [])):
                if (named := MODEL.search(templates.text(policy.stack, each))) and named["region"] in regions_of_aws():
                    found[named["model"]].add(named["region"])
    for model, regions in sorted(found.items()):
        if elsewhere := ", ".join(sorted(regions - {environment.region})):
            why = "its inference profile sends each call to a region that has capacity; nothing is kept there: models.tiers"
            yield Leaving(f"questions, passages and answers of {model}", elsewhere, why)


# Protocols of subscriptions that stay in the account; of others, where each ends.
STAYS = ("sqs", "lambda", "firehose")
ENDS = {"email": "mailboxes", "email-json": "mailboxes", "http": "internet", "https": "internet", "sms": "phones", "application": "phones"}


def _mails(templates: Templates) -> Iterator[Leaving]:
    for each in templates.all("AWS::SNS::Subscription"):
        protocol = templates.text(each.stack, each.properties.get("Protocol"))
        if protocol not in STAYS:
            why = "SNS sends them to whom the environment names: what is wrong, or what waits for approval, with a link"
            yield Leaving("alarms, findings and requests for approval", ENDS.get(protocol, protocol), why, (str(each),))
    if pools := templates.all("AWS::Cognito::UserPool"):
        why = "Cognito mails invitations and codes to the address of each user"
        yield Leaving("addresses and names of users", "mailboxes", why, tuple(str(each) for each in pools))


def _globals(templates: Templates) -> Iterator[Leaving]:
    for service, (type, what) in GLOBAL.items():
        if templates.all(type):
            yield Leaving(what, "every region", f"{service} is one service for all regions; no data of users is in them")


def _tools(proved: EgressReview) -> Iterator[Leaving]:
    """What reaches the internet, by the walk over routes and groups; whatever runs outside of a VPC does."""
    for reach in proved.reaches:
        ways = {way.to for way in reach.ways}
        if INTERNET in ways:
            why = "the hosts that the domain's tools name are asked; what may be sent is checked: docs/decisions/169"
            yield Leaving("arguments of tools that go outside", "internet", why, (reach.name,))
        elif AWS in ways and reach.kind == "function":
            why = "it has no VPC, so nothing but its own rights and code holds it back: network.egress"
            yield Leaving(f"what {reach.name} sends", "internet", why, (reach.name,))


def _faults(templates: Templates, environment: Environment) -> Iterator[str]:
    for resource in templates.all():
        elsewhere = regions_in(templates, resource, resource.properties) - {environment.region, _home(resource, environment)}
        if not_allowed := ", ".join(sorted(elsewhere - set(environment.residency))):
            yield f"{resource} names {not_allowed}, and residency allows {', '.join(environment.residency)} alone"
        if elsewhere and resource.type not in (*COPIED, *ABOUT_OTHERS):
            yield f"{resource} names {', '.join(sorted(elsewhere))}, and stacks/reports/comply/residency.py does not say what goes there"
        yield from _guardrail(resource)


def _home(resource: Resource, environment: Environment) -> str:
    return (environment.data.replica_region or "") if resource.stack.endswith("-replica") else environment.region


def _guardrail(resource: Resource) -> Iterator[str]:
    """A guardrail of the tier `standard` reads texts in every region of its profile, whose list no template has."""
    if resource.type == "AWS::Bedrock::Guardrail" and "CrossRegionConfig" in resource.properties:
        yield f"{resource} has CrossRegionConfig: it reads questions and answers in regions that residency cannot be compared with"


def lines(found: Residency) -> Iterator[str]:
    """The list as text."""
    yield f"What leaves {found.region}; residency allows {', '.join(found.allowed)}"
    if not found.leaving:
        yield "  nothing"
    for each in found.leaving:
        number = f"{len(each.of)} × " if len(each.of) > 1 else ""
        yield f"  {number}{each.what} → {each.to}"
        yield f"    {each.why}"
