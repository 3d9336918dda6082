"""Turns of agents have functions and a queue of their own, and reach rows of one tenant at a time, in every environment."""

import json
from collections.abc import Mapping

import pytest

from causeway.agents.settings import AgentSettings
from causeway.runtime import tenants
from stacks.agents.tenant_role import TAG
from tests.infrastructure.policies import Request, Resolver, verdict
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list

NAMES = ("agents", "agent-stream", "agent-worker")
ROWS = ("RecordsRows", "AgentRunsRows")
ROW_ACTIONS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem")


def function(app: Synthesized, name: str) -> Resource:
    (found,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"] == f"causeway-{app.name}-{name}"]
    return found


def only(app: Synthesized, type: str, id: str) -> Resource:
    (found,) = [each for each in app.all(type) if each.id.startswith(id)]
    return found


def variables(app: Synthesized, name: str) -> dict[str, str]:
    made = function(app, name)
    found: dict[str, str] = resolved(app, made.stack, made.properties["Environment"]["Variables"])
    return found


def rights(app: Synthesized, role: Resource) -> list[dict[str, object]]:
    """The documents of all policies of a role."""
    resolver = Resolver(app)
    policies = [each for each in app.all("AWS::IAM::ManagedPolicy") if role in list(resolver.roles(each))]
    return [resolver.document(each, "PolicyDocument") for each in policies]


def may(app: Synthesized, role: Resource, action: str, table: Resource, context: Mapping[str, str | tuple[str, ...]]) -> bool:
    request = Request(action, Resolver(app).arn(table), context)
    return any(verdict(document, request) == "allow" for document in rights(app, role))


def asked(app: Synthesized, tenant: str | None, *keys: str) -> dict[str, bool]:
    """Table and action → whether a session with this tag may do it on rows with these partition keys."""
    role = only(app, "AWS::IAM::Role", "RowsRole")
    context: dict[str, str | tuple[str, ...]] = {"dynamodb:LeadingKeys": keys} if keys else {}
    tagged = {**context, "aws:PrincipalTag/tenant": tenant} if tenant else context
    tables = [only(app, "AWS::DynamoDB::GlobalTable", id) for id in ROWS]
    return {f"{table.id} {action}": may(app, role, action, table, tagged) for table in tables for action in ROW_ACTIONS}


def test_a_session_of_a_tenant_reaches_that_tenants_rows_in_both_tables(app: Synthesized) -> None:
    reached = asked(app, "harbour", "harbour#ada#1")
    assert {each.split()[0][:6] for each, allowed in reached.items() if allowed} == {"Record", "AgentR"}


@pytest.mark.parametrize(
    ("tenant", "keys"),
    [
        ("harbour", ("lighthouse#ada#1",)),
        ("harbour", ("harbour#ada#1", "lighthouse#ada#1")),
        ("harbour", ("harbourside#ada#1",)),
        ("harbour", ()),
        (None, ("harbour#ada#1",)),
        (None, ("#ada#1",)),
    ],
)
def test_it_reaches_no_row_of_another_and_without_a_tag_none_at_all(app: Synthesized, tenant: str | None, keys: tuple[str, ...]) -> None:
    assert not any(asked(app, tenant, *keys).values())


def test_no_function_reaches_these_rows_by_its_own_role(app: Synthesized) -> None:
    tables = [only(app, "AWS::DynamoDB::GlobalTable", id) for id in ROWS]
    for each in app.all("AWS::Lambda::Function"):
        role = app.target(each.stack, each.properties["Role"])
        assert role is not None
        for table in tables:
            assert not [action for action in ROW_ACTIONS if may(app, role, action, table, {"dynamodb:LeadingKeys": ("harbour#ada#1",)})], (
                each
            )


def test_only_the_functions_of_agents_assume_the_role_and_only_with_the_tag_of_a_tenant(app: Synthesized) -> None:
    resolver, trust = Resolver(app), only(app, "AWS::IAM::Role", "RowsRole")
    document = resolver.document(trust, "AssumeRolePolicyDocument")
    of_a_tenant = {f"aws:RequestTag/{TAG}": "harbour", "aws:TagKeys": (TAG,)}
    for each in app.all("AWS::Lambda::Function"):
        role = app.target(each.stack, each.properties["Role"])
        assert role is not None
        ours = any(each.properties["FunctionName"] == f"causeway-{app.name}-{name}" for name in NAMES)
        for action in ("sts:AssumeRole", "sts:TagSession"):
            request = Request(action, "", of_a_tenant, role=resolver.arn(role))
            assert verdict(document, request) == ("allow" if ours else None), each
            for context in (
                {},
                {"aws:TagKeys": ()},
                {**of_a_tenant, f"aws:RequestTag/{TAG}": ""},
                {**of_a_tenant, "aws:TagKeys": (TAG, "more")},
            ):
                assert verdict(document, Request(action, "", context, role=resolver.arn(role))) is None, (each, context)


def test_code_and_templates_mean_the_same_tag() -> None:
    assert TAG == tenants.TAG


@pytest.mark.parametrize("name", NAMES)
def test_the_variables_are_those_that_the_functions_read(app: Synthesized, name: str) -> None:
    settings = AgentSettings.from_environment(variables(app, name))
    tiers = app.environment.models.tiers
    asked_for = {settings.chat_model, *settings.fallback_models}
    assert asked_for <= set(settings.model_prices)
    prices = {tier.model: (tier.usd_per_million.input, tier.usd_per_million.output) for tier in tiers.values()}
    assert {model: (each.input, each.output) for model, each in settings.model_prices.items()}.items() <= prices.items()


def test_the_variables_of_every_function_fit_into_it(app: Synthesized) -> None:
    """Lambda takes 4 KB for the names and values of all, as JSON without spaces."""
    for each in app.all("AWS::Lambda::Function"):
        written = resolved(app, each.stack, each.properties["Environment"]["Variables"])
        assert len(json.dumps(written, separators=(",", ":"))) <= 4096, each


def test_the_worker_has_as_many_places_as_the_queue_may_take(app: Synthesized) -> None:
    source, places = _source(app), app.environment.agents.worker_concurrency
    assert source.properties["ScalingConfig"]["MaximumConcurrency"] == places
    assert function(app, "agent-worker").properties["ReservedConcurrentExecutions"] == places
    assert (source.properties["BatchSize"], source.properties["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])


def _source(app: Synthesized) -> Resource:
    queue = only(app, "AWS::SQS::Queue", "AgentQueue")
    (found,) = [
        each for each in app.all("AWS::Lambda::EventSourceMapping") if app.target(each.stack, each.properties["EventSourceArn"]) == queue
    ]
    return found


def test_a_message_stays_hidden_longer_than_the_worker_runs_and_ends_in_the_dead_letters(app: Synthesized) -> None:
    queue = only(app, "AWS::SQS::Queue", "AgentQueue")
    assert queue.properties["VisibilityTimeout"] >= 6 * function(app, "agent-worker").properties["Timeout"]
    dead = app.target(queue.stack, queue.properties["RedrivePolicy"]["deadLetterTargetArn"])
    assert dead is not None
    assert dead.id.startswith("DeadLetters")


def test_functions_of_agents_that_fail_or_are_throttled_alarm(app: Synthesized) -> None:
    watched = [each.properties["MetricName"] for each in app.all("AWS::CloudWatch::Alarm") if each.stack.endswith("-agents")]
    assert (watched.count("Errors"), watched.count("Throttles")) == (4, 4)


def test_the_function_that_goes_outside_may_write_its_logs_and_dead_letters_read_its_keys_and_nothing_else(app: Synthesized) -> None:
    role = app.target(function(app, "agent-outside").stack, function(app, "agent-outside").properties["Role"])
    assert role is not None
    own = [document for document in rights(app, role) if "ec2:CreateNetworkInterface" not in json.dumps(document)]
    actions = {action for document in own for statement in document["Statement"] for action in as_list(statement["Action"])}
    own_resources = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"}
    assert actions == {*own_resources, "secretsmanager:GetSecretValue"}
    read = variables(app, "agent-outside")
    assert not [name for name in read if name.endswith(("_TABLE", "_BUCKET", "_QUEUE", "_ROLE"))]
    assert ("OUTSIDE_ON_LOOPBACK" in read) == (app.name == "local")


def test_the_functions_that_run_agents_invoke_it_by_its_alias_alone(app: Synthesized) -> None:
    outside = function(app, "agent-outside")
    (alias,) = [each for each in app.all("AWS::Lambda::Alias") if app.target(each.stack, each.properties["FunctionName"]) == outside]
    for name in NAMES:
        role = app.target(function(app, name).stack, function(app, name).properties["Role"])
        assert role is not None
        statements = [each for document in rights(app, role) for each in document["Statement"]]
        invoked = [each["Resource"] for each in statements if "lambda:InvokeFunction" in as_list(each["Action"])]
        assert invoked == [alias.id]
        made = function(app, name)
        assert app.target(made.stack, made.properties["Environment"]["Variables"]["OUTSIDE_FUNCTION"]) == alias
