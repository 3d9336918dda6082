"""The composition root: one environment's stacks in deploy order, secure defaults and rule packs registered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack, Tags, Validations
from aws_cdk import aws_logs as logs
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks

from stacks.account.stack import AccountStack
from stacks.agents.domain_layer import Needs, brings_tools, needs
from stacks.agents.stack import AgentsStack
from stacks.approvals.stack import ApprovalsStack
from stacks.assistant.stack import AssistantStack
from stacks.catalogue.stack import CatalogueStack
from stacks.constructs.nag import ACKNOWLEDGE
from stacks.constructs.secure_defaults import secure
from stacks.constructs.settings import Common
from stacks.constructs.shared import Placement, Shared, WithoutVpc
from stacks.constructs.tags import DataClass, classify
from stacks.data.replica import ReplicaStack
from stacks.data.stack import DataStack
from stacks.drift.settings import Drift
from stacks.drift.stack import DriftStack
from stacks.environment import Environment, InvalidEnvironment, load
from stacks.events.stack import EventsStack
from stacks.foundation.stack import FoundationStack
from stacks.ingestion.stack import IngestionStack
from stacks.models.stack import ModelsStack
from stacks.network.endpoints import endpoints_fit
from stacks.network.stack import NetworkStack
from stacks.people.stack import PeopleStack
from stacks.search.stack import SearchStack
from stacks.switches.stack import SwitchesStack
from stacks.teams.stack import TeamsStack
from stacks.triggers.stack import TriggersStack

PACKS = (AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks, PCIDSS321Checks, ServerlessChecks)
# What each stack holds; a store that holds more says so itself.
DATA_CLASSES: Mapping[str, DataClass] = {
    "account": "restricted",
    "agents": "restricted",
    "approvals": "restricted",
    "assistant": "restricted",
    "catalogue": "internal",
    "data": "confidential",
    "drift": "internal",
    "events": "restricted",
    "foundation": "internal",
    "ingestion": "confidential",
    "models": "internal",
    "network": "internal",
    "people": "restricted",
    "replica": "restricted",
    "search": "confidential",
    "switches": "internal",
    "teams": "restricted",
    "triggers": "restricted",
}
CDK_JSON = Path(__file__).resolve().parent.parent / "cdk.json"


class CheckedApp(App):
    """An app under the feature flags of cdk.json, with secure defaults and tags; `synth` fails on any open finding of the rule packs."""

    packs: list[NagPack]

    def _begin(self, environment: Common, *, log_retention: logs.RetentionDays, recovery_days: int) -> None:
        """Before any stack is made. recovery_days: how far back a table can be restored."""
        set_feature_flags(self)
        secure(self, environment, log_retention=log_retention, recovery_days=recovery_days)

    def _finish(self, environment: Common, classes: Mapping[str, DataClass]) -> None:
        """When every stack is made. classes: short name of a stack → what it holds. The context may say that no finding is acknowledged."""
        Tags.of(self).add("application", "causeway")
        tag(self, environment, classes)
        self.packs = [pack(self, write_suppressions_to_cloud_formation=True) for pack in PACKS]
        if self.node.try_get_context(ACKNOWLEDGE) is not False:
            Validations.of(self).add_plugins(*self.packs)


class Causeway(CheckedApp):
    """Every stack of one environment."""

    def __init__(self, environment_name: str | None = None, outdir: str | None = None, context: Mapping[str, object] | None = None) -> None:
        """environment_name: without it, the context value `env` names it, as in `cdk synth -c env=dev`. context: more such values;
        `domain` is one in place of the environment's own.

        Raises InvalidEnvironment when none is named, or when its file cannot be used.
        """
        super().__init__(outdir=outdir, context=context)
        name = environment_name or self.node.try_get_context("env")
        if name is None:
            raise InvalidEnvironment("say which environment: -c env=local, dev, staging or prod")
        self.environment = load(str(name), domain=self.node.try_get_context("domain"))
        self._begin(self.environment, log_retention=self.environment.log_retention, recovery_days=self.environment.data.recovery_days)
        _make_stacks(self, self.environment)
        self._finish(self.environment, DATA_CLASSES)


@dataclass(frozen=True)
class _Ground:
    """What every other stack stands on."""

    foundation: FoundationStack
    network: NetworkStack
    shared: Shared


@dataclass(frozen=True)
class _Stores:
    """What is known, what finds and reads it, and what tells of it. account: where this environment makes what the account has once."""

    data: DataStack
    search: SearchStack
    models: ModelsStack
    events: EventsStack
    account: AccountStack | None


def _make_stacks(app: App, environment: Environment) -> None:
    """The stacks in deploy order; each gets what it needs from those before it."""
    ground = _ground(app, environment)
    switches = SwitchesStack(app, _id(environment, "switches"), environment=environment, alarm_topic=ground.foundation.alarm_topic)
    stores = _stores(app, environment, ground)
    assistant = _workers(app, environment, ground.shared, switches, stores)
    called = ground.shared.functions.calls
    endpoints_fit(environment.network, called, another_domain=app.node.try_get_context("domain") is not None)
    if environment.drift:
        _look_for_drift(app, environment, ground.shared, environment.drift)
    if stores.account:
        assistant.add_stack_dependency(stores.account, "API Gateway logs by the account's role")


def _look_for_drift(app: App, environment: Environment, shared: Shared, settings: Drift) -> None:
    """Over every stack that is made before it in its region."""
    here = [each for each in app.node.children if Stack.is_stack(each) and Stack.of(each).region == environment.region]
    stacks = [Stack.of(each) for each in here]
    DriftStack(app, _id(environment, "drift"), environment=environment, settings=settings, shared=shared, stacks=stacks)


def deployed(environment: Environment) -> dict[str, str]:
    """Name of each stack that `Causeway` makes of an environment → its region, in the order in which they are deployed."""
    domain = environment.data.domain
    triggers = bool(domain and brings_tools(domain) and needs(domain).triggers)
    there = {
        "foundation": True,
        "network": True,
        "people": environment.people.any,
        "switches": True,
        "replica": environment.data.replica_region,
        "data": True,
        "account": environment.account_wide,
        **dict.fromkeys(("search", "models", "events", "ingestion", "agents", "approvals", "teams"), True),
        "triggers": triggers,
        "assistant": True,
        "catalogue": environment.catalogue,
        "drift": environment.drift,
    }
    return {
        _id(environment, stack): str(environment.data.replica_region) if stack == "replica" else environment.region
        for stack, made in there.items()
        if made
    }


def _id(environment: Environment, stack: str) -> str:
    return f"causeway-{environment.name}-{stack}"


def _ground(app: App, environment: Environment) -> _Ground:
    foundation = FoundationStack(app, _id(environment, "foundation"), environment=environment)
    network = NetworkStack(
        app,
        _id(environment, "network"),
        environment=environment,
        logs_key=foundation.logs_key,
        permission_boundary=foundation.boundaries.administration,
    )
    shared = shared_by(environment, foundation, network)
    network.close_default_group(shared)
    if environment.network.dns_firewall:
        network.answer_for(_needs(environment).hosts)
    if environment.people.any:
        PeopleStack(app, _id(environment, "people"), environment=environment, shared=shared, secrets=_needs(environment).secrets)
    return _Ground(foundation, network, shared)


def _stores(app: App, environment: Environment, ground: _Ground) -> _Stores:
    shared, network = ground.shared, ground.network
    data = DataStack(app, _id(environment, "data"), environment=environment, shared=shared)
    if environment.data.replica_region:
        replica = ReplicaStack(app, _id(environment, "replica"), environment=environment)
        data.add_stack_dependency(replica, "the copies' buckets and key come first")
    account = None
    if wide := environment.account_wide:
        account = AccountStack(app, _id(environment, "account"), environment=environment, settings=wide, shared=shared, data=data)
    search = SearchStack(app, _id(environment, "search"), environment=environment, shared=shared, network=network, data=data)
    models = ModelsStack(app, _id(environment, "models"), environment=environment, shared=shared, network=network, data=data)
    events = EventsStack(app, _id(environment, "events"), environment=environment, shared=shared)
    IngestionStack(
        app,
        _id(environment, "ingestion"),
        environment=environment,
        shared=shared,
        data=data,
        search=search,
        models=models,
        events=events,
    )
    return _Stores(data, search, models, events, account)


def _workers(app: App, environment: Environment, shared: Shared, switches: SwitchesStack, stores: _Stores) -> AssistantStack:
    """Who answers and acts; returns the stack that people reach."""
    data, search, models, events = stores.data, stores.search, stores.models, stores.events
    agents = AgentsStack(
        app,
        _id(environment, "agents"),
        environment=environment,
        shared=shared,
        switches=switches,
        data=data,
        search=search,
        models=models,
        events=events,
    )
    approvals = ApprovalsStack(app, _id(environment, "approvals"), environment=environment, shared=shared, data=data)
    teams = TeamsStack(
        app,
        _id(environment, "teams"),
        environment=environment,
        shared=shared,
        switches=switches,
        data=data,
        search=search,
        models=models,
        agents=agents,
        approvals=approvals,
    )
    if agents.needs.triggers:
        TriggersStack(
            app,
            _id(environment, "triggers"),
            environment=environment,
            shared=shared,
            switches=switches,
            data=data,
            events=events,
            agents=agents,
            teams=teams,
        )
    assistant = AssistantStack(
        app,
        _id(environment, "assistant"),
        environment=environment,
        shared=shared,
        switches=switches,
        data=data,
        search=search,
        models=models,
        agents=agents,
        teams=teams,
    )
    if environment.catalogue and data.usage:
        CatalogueStack(
            app,
            _id(environment, "catalogue"),
            environment=environment,
            settings=environment.catalogue,
            shared=shared,
            usage=data.usage,
            after=[agents, teams, assistant],
        )
    return assistant


def shared_by(environment: Environment, foundation: FoundationStack, network: NetworkStack) -> Shared:
    return Shared(
        environment=environment,
        logs_key=foundation.logs_key,
        boundaries=foundation.boundaries,
        function_policy=foundation.function_policy,
        machine_policy=foundation.machine_policy,
        alarm_topic=foundation.alarm_topic,
        functions=Placement(network.vpc, network.private_subnets, network.functions_security_group),
        outside=_outside(environment, network),
    )


def _needs(environment: Environment) -> Needs:
    """Of the domain's tools."""
    domain = environment.data.domain
    return needs(domain) if domain and brings_tools(domain) else Needs()


def _outside(environment: Environment, network: NetworkStack) -> Placement | WithoutVpc | None:
    """Where the function runs that has a way to the internet."""
    if environment.network.outside_without_vpc:
        why = "this environment pays for no NAT gateway; what goes outside has no right to any data and reaches nothing of the VPC."
        return WithoutVpc(why, setting="network.outside_without_vpc")
    if environment.network.has_way_outside:
        return Placement(network.vpc, network.outside_subnets, network.outside_security_group)
    return None


def tag(app: App, environment: Common, classes: Mapping[str, DataClass] = DATA_CLASSES) -> None:
    """Whose it is, who pays, and what each stack holds. Raises KeyError for a stack that `classes` does not know."""
    Tags.of(app).add("environment", environment.name)
    Tags.of(app).add("owner", environment.tags.owner)
    Tags.of(app).add("cost-centre", environment.tags.cost_centre)
    for stack in (each for each in app.node.children if Stack.is_stack(each)):
        classify(stack, classes[stack.node.id.removeprefix(f"causeway-{environment.name}-")])


def set_feature_flags(app: App) -> None:
    """Give the CDK's feature flags of cdk.json to an app made without the CLI."""
    flags: dict[str, Any] = json.loads(CDK_JSON.read_text())["context"]
    for flag, value in flags.items():
        if app.node.try_get_context(flag) is None:
            app.node.set_context(flag, value)
