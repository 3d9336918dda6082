"""Flows that configuration makes: routes of the API, signed addresses, events, copies, and what watches."""

from collections.abc import Iterator

from stacks.reports.egress.walk import INTERNET as TO_THE_INTERNET
from stacks.reports.egress.walk import Walk
from stacks.reports.flow.graph import ASKS, READS, WRITES, Flow, Node
from stacks.reports.flow.places import (
    ACCOUNT,
    ALARMS,
    API,
    BEDROCK,
    BUS,
    CALLED,
    CALLERS,
    EDGE,
    HOSTS,
    MAIL,
    QUEUES,
    SERVICES,
    SIGN_IN,
    SUBSCRIBERS,
    USERS,
    Places,
)
from stacks.reports.flow.rights import copied_to, model_regions
from stacks.reports.templates import Resource, many, within

Note = tuple[str, int]
Found = Iterator[tuple[Node, Node, frozenset[str], str | Note]]
BOTH, IN, OUT = frozenset([ASKS]), frozenset([READS]), frozenset([WRITES])
users, hosts, subscribers = Node(USERS, CALLERS), Node(HOSTS, CALLED), Node(SUBSCRIBERS, CALLED)
REFERS = ("Ref", "Fn::GetAtt", "Fn::ImportValue")
DEPLOYS = "cfn-exec-role"
deployer = Node("Deployer: CloudFormation's role", ACCOUNT)
api, sign_in = Node(API, EDGE), Node(SIGN_IN, EDGE)
queues, bus, mail = Node(QUEUES, SERVICES), Node(BUS, SERVICES), Node(MAIL, SERVICES)


def wiring(places: Places) -> Iterator[tuple[Node, Node, Flow]]:
    """Who begins each flow, whom it reaches, and the flow."""
    for part in (_routes, _signed, _events, _outside, _copies, _models, _watching):
        for actor, other, ways, note in part(places):
            notes = (note if isinstance(note, tuple) else (note, 0),) if note else ()
            yield actor, other, Flow(actor.name, other.name, ways, notes)


def _routes(places: Places) -> Found:
    """Of the API to functions, with how many need no sign-in."""
    methods = places.templates.all("AWS::ApiGateway::Method")
    for method in methods:
        for key, value in within(method.properties.get("Integration", {})):
            if key in REFERS and (target := _function(places, method.stack, {key: value})):
                yield api, target, BOTH, ("open routes" if method.properties["AuthorizationType"] == "NONE" else "routes", 1)
    if methods:
        firewall = "" if places.templates.all("AWS::WAFv2::WebACLAssociation") else "no firewall here"
        yield users, api, BOTH, firewall
        yield users, sign_in, BOTH, ""
        yield api, sign_in, BOTH, "checks tokens"


def _function(places: Places, stack: str, value: object) -> Node | None:
    target = places.templates.target(stack, value)
    function = places.behind(target) if target and target.type.startswith("AWS::Lambda::") else None
    return places.functions.get(function) if function else None


def _signed(places: Places) -> Found:
    """Users reach a bucket by what a function's role has signed: the bucket's policy spares that role outside the VPC, and the deployer."""
    functions = {name: node for node in places.functions.values() for name in node.holds}
    for policy in places.templates.all("AWS::S3::BucketPolicy"):
        bucket = places.templates.target(policy.stack, policy.properties["Bucket"])
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            for text in _spared(places, policy, statement):
                name = text.rpartition("/")[2].removeprefix(places.prefix)
                if bucket in places.stores and name in functions:
                    ways = OUT if any("Put" in action for action in many(statement["Action"])) else IN
                    yield users, places.stores[bucket], ways, "by signed addresses"
                elif bucket in places.stores and DEPLOYS in name:
                    yield deployer, places.stores[bucket], BOTH, "spared by the perimeter"


def _spared(places: Places, policy: Resource, statement: dict[str, object]) -> list[str]:
    if statement["Effect"] != "Deny":
        return []
    names = [each for key, value in within(statement.get("Condition", {})) if key == "aws:PrincipalArn" for each in many(value)]
    return [places.templates.text(policy.stack, each) for each in names]


def _events(places: Places) -> Found:
    """Rules and schedules; a bucket that tells of its objects; other accounts that may put events."""
    for source in places.templates.all("AWS::Events::Rule", "AWS::Scheduler::Schedule"):
        targets = source.properties.get("Targets") or [source.properties["Target"]]
        for each in targets:
            found = places.templates.target(source.stack, each["Arn"])
            if found in places.work_queues:
                yield bus, queues, OUT, ""
            elif node := _function(places, source.stack, each["Arn"]):
                yield bus, node, OUT, ""
            elif found and found.type == "AWS::SNS::Topic":
                yield bus, mail, OUT, ""
    for store, node in places.stores.items():
        if any(key == "EventBridgeConfiguration" for key, _ in within(store.properties.get("NotificationConfiguration", {}))):
            yield node, bus, OUT, "names of objects"
    if places.templates.all("AWS::Events::EventBusPolicy"):
        yield Node("Other accounts", CALLERS), bus, OUT, "events that the bus's policy names"


def _outside(places: Places) -> Found:
    walk = Walk(places.network, {}, places.workloads)
    nodes = {name: node for node in (*places.functions.values(), *places.jobs.values()) for name in node.holds}
    for workload in places.workloads:
        for way in walk.ways(workload):
            if way.to == TO_THE_INTERNET:
                yield nodes[workload.name], hosts, BOTH, "by NAT"


def _copies(places: Places) -> Found:
    for store, regions in copied_to(places).items():
        for region in sorted(regions):
            yield places.stores[store], Node(f"Copies in {region}", f"Second region: {region}"), OUT, ""


def _models(places: Places) -> Found:
    for region in model_regions(places):
        yield Node(BEDROCK, SERVICES), Node(f"Models in {region}", "Regions of the inference profiles"), BOTH, ""


def _watching(places: Places) -> Found:
    if found := tuple(places.watchers()):
        yield Node("What watches the account", ACCOUNT, holds=found), bus, OUT, "findings"
    for store in places.stores:
        logged = places.templates.target(store.stack, store.properties.get("LoggingConfiguration", {}).get("DestinationBucketName"))
        if logged in places.stores and places.stores[logged] != places.stores[store]:
            yield places.stores[store], places.stores[logged], OUT, "who asked"
    if places.templates.all("AWS::SNS::Topic"):
        yield mail, subscribers, OUT, ""
    if alarms := places.templates.all("AWS::CloudWatch::Alarm"):
        yield Node(ALARMS, ACCOUNT), mail, OUT, ("alarms", len(alarms))
