"""Flows that roles have the right to: who reads, writes or asks what."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch

from stacks.reports.comply.roles import Statement, roles
from stacks.reports.flow.graph import ASKS, READS, WRITES, Flow, Node
from stacks.reports.flow.places import ACCOUNT, BUCKETS, ENDPOINT, MACHINES, QUEUES, SERVICES, Places
from stacks.reports.templates import Resource, within

NAMED = re.compile(r"<([\w-]+)/(\w+)>")
FOREIGN_BUCKETS, SETTINGS = "Buckets of AWS and the CDK", "Settings of AWS services"
# Of each service that keeps data: actions that take it out, and actions that put it in or change it.
DATA = {
    "s3": (re.compile("GetObject(Version)?$"), re.compile("(Put|Delete|Replicate)Object")),
    "dynamodb": (re.compile("(Batch)?Get|Query|Scan"), re.compile("(BatchWrite|Put|Update|Delete)")),
    "sqs": (re.compile("Receive"), re.compile("Send")),
    "es": (re.compile("ESHttp"), re.compile("ESHttp(Put|Patch|Delete)")),
    "sns": (re.compile("$^"), re.compile("Publish")),
    "events": (re.compile("$^"), re.compile("PutEvents")),
}
CHANGES_AN_INDEX = re.compile(r"/\*|_bulk|_delete_by_query|_update|_settings|_snapshot")
LOOKS = re.compile("(Get|List|Describe|Lookup|BatchGet|Simulate|Generate)")
HANDLED_ELSEWHERE = ("sts:*", "iam:*")


class Rights:
    """Raises nothing: what a statement names in no known way becomes a node of its own, by the prefix of its actions."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.resources = {(each.stack, each.id): each for each in places.templates.all()}
        self._everywhere = places.purposes.everywhere
        self.roles = {role.name: role for role in roles(places.templates)}

    def flows(self) -> Iterator[tuple[Node, Node, Flow]]:
        """Who begins each flow, whom it reaches, and the flow."""
        for actor, name, tenant in self._carried():
            for statement in self.roles[name].allowed:
                for other, ways in self._reached(statement):
                    yield actor, other, Flow(actor.name, other.name, ways, tenant=tenant)

    def _carried(self) -> Iterator[tuple[Node, str, bool]]:
        """Who acts by which role, and whether only for one tenant."""
        own = [(node, name) for node, name in self._own() if name in self.roles]
        yield from ((node, name, False) for node, name in own)
        for name, role in self.roles.items():
            assuming = {self._name(each) for text in role.assumed_by for each in self._named(text)}
            yield from ((node, name, True) for node, carried in own if carried in assuming)

    def _own(self) -> Iterator[tuple[Node, str]]:
        """Whose role a template says it is, or who alone may assume it."""
        templates = self.places.templates
        for function, node in self.places.functions.items():
            if role := templates.target(function.stack, function.properties["Role"]):
                yield node, self._name(role)
        yield from ((node, f"{self.places.prefix}{name}") for name, node in self.places.jobs.items())
        for machine in templates.all("AWS::StepFunctions::StateMachine"):
            if role := templates.target(machine.stack, machine.properties["RoleArn"]):
                yield Node(MACHINES, SERVICES, holds=(self.places.short(machine, "StateMachineName"),)), self._name(role)
        for name, assumed in self.roles.items():
            if "es.amazonaws.com" in assumed.assumed_by:
                yield self.places.jobs["search"], name
            if any(principal.endswith(":root") for principal in assumed.assumed_by):
                yield Node(f"People: {name.removeprefix(self.places.prefix)}", ACCOUNT), name

    def _name(self, role: Resource) -> str:
        return self.places.templates.text(role.stack, role.properties.get("RoleName", str(role)))

    def _named(self, text: str) -> list[Resource]:
        return [self.resources[found] for found in NAMED.findall(text) if found in self.resources]

    def _reached(self, statement: Statement) -> Iterator[tuple[Node, frozenset[str]]]:
        left = [each for each in statement.actions if not any(fnmatch(each, known) for known in (*HANDLED_ELSEWHERE, *self._everywhere))]
        for prefix in sorted({action.split(":")[0] for action in left}):
            actions = [action.removeprefix(f"{prefix}:") for action in left if action.startswith(f"{prefix}:")]
            for text in statement.resources:
                if ways := _ways(prefix, actions, text):
                    yield from ((node, ways) for node in self._nodes(prefix, text))
                elif text == "*":
                    yield Node(SETTINGS, SERVICES), frozenset([READS])

    def _nodes(self, prefix: str, text: str) -> Iterator[Node]:
        places = self.places
        match prefix:
            case "s3" if text.startswith(f"arn:aws:s3:::{places.prefix}*"):
                yield from (node for store, node in places.stores.items() if store.type == BUCKETS)
            case "s3" | "dynamodb":
                found = [places.stores[each] for each in self._named(text) if each in places.stores]
                yield from found or [Node(FOREIGN_BUCKETS, SERVICES)]
            case "es":
                yield places.jobs["search"]
            case "sagemaker" if ":endpoint/" in text:
                yield next(node for node in places.jobs.values() if node.name == ENDPOINT)
            case "sqs":
                yield from (Node(QUEUES, SERVICES) for each in self._named(text) if each in places.work_queues)
            case "lambda":
                targets = [places.behind(each) for each in self._named(text)]
                yield from (places.functions[each] for each in targets if each in places.functions)
            case _:
                yield Node(places.purposes.services.get(prefix, prefix), SERVICES)


def _ways(prefix: str, actions: list[str], text: str) -> frozenset[str]:
    """None if they move no data: names are listed, or settings are looked at."""
    if prefix not in DATA:
        return frozenset() if text == "*" and all(LOOKS.match(each) for each in actions) else frozenset([ASKS])
    takes, gives = DATA[prefix]
    ways = {READS} if any(takes.match(each) for each in actions) else set()
    if any(gives.match(each) for each in actions) or (prefix == "es" and ways and CHANGES_AN_INDEX.search(text)):
        ways.add(WRITES)
    return frozenset(ways)


def model_regions(places: Places) -> list[str]:
    """Where else models answer, by the roles that may call them there."""
    found = {
        text.split(":")[3]
        for role in roles(places.templates)
        for statement in role.allowed
        if any(action.startswith("bedrock:Invoke") for action in statement.actions)
        for text in statement.resources
        if text.startswith("arn:aws:bedrock:")
    }
    return sorted(found - {places.region, "*"})


def copied_to(places: Places) -> dict[Resource, set[str]]:
    """Store → other regions that hold a copy, by replicas of tables and by names of buckets that end in a region."""
    found: dict[Resource, set[str]] = {}
    for store in places.stores:
        regions = {str(value) for key, value in within(store.properties.get("Replicas", [])) if key == "Region"}
        for key, value in within(store.properties.get("ReplicationConfiguration", {})):
            if key == "Bucket":
                regions |= set(re.findall(r"-((?:[a-z]{2}-)+[a-z]+-\d)$", places.templates.text(store.stack, value)))
        if others := regions - {places.region}:
            found[store] = others
    return found
