"""The nodes of an environment: what runs, what keeps data, and the boundary that each is inside of."""

from collections.abc import Iterator
from functools import cached_property

from stacks.reports.egress.network import Network
from stacks.reports.egress.workloads import Workload, workloads
from stacks.reports.flow.graph import Node
from stacks.reports.flow.purposes import OF_A_HASH, Purposes
from stacks.reports.templates import Resource, Templates, within

CALLERS, CALLED, EDGE, STORES, SERVICES, ACCOUNT = (
    "Internet: who calls",
    "Internet: who is called",
    "Edge: public addresses",
    "Stores: own keys, closed from outside the VPC",
    "AWS services, by endpoints of the VPC",
    "The account",
)
VPC = "VPC: "
WITHOUT_VPC = "AWS's own network, no VPC"
USERS, SUBSCRIBERS, HOSTS = "Users", "Who gets mail", "Web servers of tools"
API, SIGN_IN, MAIL, QUEUES, BUS, MACHINES = (
    "API behind the firewall",
    "Sign-in (Cognito)",
    "Mail (SNS)",
    "Queues",
    "Event bus",
    "State machines",
)
SEARCH, ENDPOINT, BEDROCK, ALARMS = "Search domain", "Embedding endpoint", "Bedrock", "CloudWatch alarms"
TABLES, BUCKETS = "AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket"
WATCHERS = {
    "AWS::CloudTrail::Trail": "CloudTrail",
    "AWS::Config::ConfigurationRecorder": "Config",
    "AWS::GuardDuty::Detector": "GuardDuty",
    "AWS::Macie::Session": "Macie",
    "AWS::SecurityHub::Hub": "Security Hub",
    "AWS::AccessAnalyzer::Analyzer": "Access Analyzer",
}


class Places:
    """templates: of the environment `name` in `region`."""

    def __init__(self, templates: Templates, name: str, region: str, purposes: Purposes) -> None:
        self.templates, self.purposes, self.region = templates, purposes, region
        self.prefix = f"causeway-{name}-"
        self.network = Network(templates)
        self.workloads = workloads(templates, name)

    @cached_property
    def functions(self) -> dict[Resource, Node]:
        """And what a Lambda alias of one leads to."""
        placed = {each.name: each for each in self.workloads if each.kind == "function"}
        found = {}
        for function in self.templates.all("AWS::Lambda::Function"):
            name = self.short(function, "FunctionName")
            purpose = self.purposes.function(name, function.stack.removeprefix(self.prefix))
            found[function] = Node(purpose, self.zone(placed[name]), runs=True, holds=(name,))
        return found

    @cached_property
    def jobs(self) -> dict[str, Node]:
        """Name → node, of everything else that sends packets."""
        called = {"search domain": SEARCH, "model endpoint": ENDPOINT}
        return {
            each.name: Node(
                called.get(each.kind) or self.purposes.function(each.name, f"kind {each.kind}"),
                self.zone(each),
                runs=each.kind not in called,
                holds=(each.name,),
            )
            for each in self.workloads
            if each.kind != "function"
        }

    @cached_property
    def stores(self) -> dict[Resource, Node]:
        """Of this region; copies are in their own."""
        here = [each for each in self.templates.all(TABLES, BUCKETS) if each.stack != f"{self.prefix}replica"]
        return {
            each: Node(self.purposes.store(each, self.prefix), STORES, data_class=_data_class(each), holds=(each.id[:-OF_A_HASH],))
            for each in here
        }

    def zone(self, workload: Workload) -> str:
        if not workload.subnets:
            return WITHOUT_VPC
        subnet = workload.subnets[0]
        tags = {tag["Key"]: tag["Value"] for tag in subnet.properties.get("Tags", [])}
        out = any(route.leads_to == "internet" for route in self.network.routes(subnet))
        return f"{VPC}{tags.get('aws-cdk:subnet-name', 'its')} subnets, {'by NAT to the internet' if out else 'no route to the internet'}"

    def short(self, resource: Resource, property: str) -> str:
        return str(resource.properties.get(property, resource.id)).removeprefix(self.prefix)

    def behind(self, alias: Resource) -> Resource | None:
        """The function of an alias, or the function itself."""
        return self.templates.target(alias.stack, alias.properties["FunctionName"]) if alias.type == "AWS::Lambda::Alias" else alias

    @cached_property
    def work_queues(self) -> set[Resource]:
        """Queues that a function works on; the others are dead letters."""
        sources = self.templates.all("AWS::Lambda::EventSourceMapping")
        found = {self.templates.target(each.stack, each.properties["EventSourceArn"]) for each in sources}
        return {each for each in found if each and each.type == "AWS::SQS::Queue"}

    def watchers(self) -> Iterator[str]:
        yield from (name for type, name in WATCHERS.items() if self.templates.all(type))


def _data_class(store: Resource) -> str:
    return next(
        (str(tag["Value"]) for key, tags in within(store.properties) if key == "Tags" for tag in tags if tag["Key"] == "data-class"), ""
    )
