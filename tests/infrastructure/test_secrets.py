"""Keys of other people's services in the templates: who reads and sets them, and who is told of what nobody should do."""

import json
from functools import cache
from typing import Any

import pytest

from tests.infrastructure.policies import Request, Resolver, verdict
from tests.infrastructure.resolving import ACCOUNT
from tests.infrastructure.synthesized import Resource, Synthesized
from tests.infrastructure.test_account import DEPLOY, PERSON, call, matches, rules, session
from tests.infrastructure.test_people import who

READS, SETS = ("secretsmanager:GetSecretValue",), ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage")
CHANGES = (
    *SETS,
    *("secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret", "secretsmanager:UpdateSecret"),
    *("secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret"),
    *("secretsmanager:RemoveRegionsFromReplication", "secretsmanager:ReplicateSecretToRegions"),
    "secretsmanager:StopReplicationToReplica",
)
NAME = "causeway-prod-tool-wholesaler"
ARN = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{NAME}-a1B2c3"
AGE = "/causeway/prod/agents/secret/wholesaler"
SM = "aws.secretsmanager"


@cache
def resolver(app: Synthesized) -> Resolver:
    return Resolver(app)


def secret(app: Synthesized) -> Resource:
    (found,) = app.all("AWS::SecretsManager::Secret")
    return found


def policy(app: Synthesized) -> dict[str, Any]:
    (found,) = app.all("AWS::SecretsManager::ResourcePolicy")
    assert app.target(found.stack, found.properties["SecretId"]) == secret(app)
    assert found.properties["BlockPublicPolicy"]
    return resolver(app).document(found, "ResourcePolicy")


def by(app: Synthesized, role: str, action: str) -> str | None:
    principal = {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{role.format(app=app.name)}", "aws:PrincipalAccount": ACCOUNT}
    return verdict(policy(app), Request(action, ARN, principal))


def test_a_key_is_made_without_a_value_under_a_key_of_its_own(app: Synthesized) -> None:
    """What a template holds, everybody reads who reads templates."""
    made = secret(app)
    assert not {"SecretString", "GenerateSecretString", "ReplicaRegions"} & set(made.properties)
    key = app.target(made.stack, made.properties["KmsKeyId"])
    assert key
    others = [each for each in app.all() if each != made and not each.stack.endswith("-drift")]  # which is told of every key by its id
    assert {each.type for each in others if key.id in json.dumps(each.properties)} == {"AWS::IAM::ManagedPolicy"}


def test_no_template_holds_a_secret_in_any_other_place(app: Synthesized) -> None:
    """Nor does one resolve a secret into a property, where whoever describes the resource would read it."""
    assert not [each for each in app.all() if "{{resolve:secretsmanager" in json.dumps(each.properties)]
    assert not [each for each in app.all("AWS::SSM::Parameter") if each.properties["Type"] == "SecureString"]


@pytest.mark.parametrize(
    "role", [*(f"causeway-{{app}}-{name}" for name in ("agents", "agent-worker", "break-glass", "secret-setter")), "Administrator"]
)
def test_one_function_reads_a_key_and_not_even_who_sets_it(app: Synthesized, role: str) -> None:
    for action in READS:
        assert by(app, role, action) == "deny"
        assert by(app, "causeway-{app}-agent-outside", action) is None
    assert by(app, f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-us-east-1", READS[0]) is None
    anonymous = Request(READS[0], ARN, {})
    assert verdict(policy(app), anonymous) == "deny"


def test_by_their_own_policies_one_role_reads_a_key_and_one_sets_it(prod: Synthesized) -> None:
    arn = f"{secret(prod).id}.Id"
    assert who(prod, READS[0], arn) == {"agent-outside"}
    for action in SETS:
        assert who(prod, action, arn) == {"secret-setter"}, action
    assert not who(prod, READS[0], "*") | who(prod, "secretsmanager:BatchGetSecretValue", "*")
    key = prod.target(secret(prod).stack, secret(prod).properties["KmsKeyId"])
    assert key
    through = {"kms__ViaService": "secretsmanager.us-east-1.amazonaws.com"}
    assert who(prod, "kms:Decrypt", resolver(prod).arn(key), **through) == {"agent-outside", "secret-setter"}
    assert not who(prod, "kms:Decrypt", resolver(prod).arn(key), kms__ViaService="s3.us-east-1.amazonaws.com")


@pytest.mark.parametrize("action", CHANGES)
def test_where_a_role_sets_keys_nobody_else_does_but_a_deploy(app: Synthesized, action: str) -> None:
    others = "deny" if app.environment.people.secrets else None
    for role in ("Administrator", "causeway-{app}-break-glass", "causeway-{app}-agent-outside"):
        assert by(app, role, action) == others, role
    for role in ("causeway-{app}-secret-setter", f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-us-east-1"):
        assert by(app, role, action) is None, role


def test_no_mistake_in_the_policy_locks_a_key_up(app: Synthesized) -> None:
    for action in ("PutResourcePolicy", "DeleteResourcePolicy", "GetResourcePolicy", "DescribeSecret"):
        assert by(app, "Administrator", f"secretsmanager:{action}") is None, action


def test_prod_and_staging_have_a_role_that_sets_keys(app: Synthesized) -> None:
    assert bool(app.environment.people.secrets) == app.environment.protect_data


def test_the_function_is_told_how_keys_are_called(app: Synthesized) -> None:
    name = secret(app).properties["Name"]
    for function in app.all("AWS::Lambda::Function"):
        told = function.properties["Environment"]["Variables"].get("TOOL_SECRETS")
        assert (told is not None) == function.properties["FunctionName"].endswith("-agent-outside"), function
        assert told is None or name == f"{told}wholesaler"


@pytest.mark.parametrize("named", [NAME, ARN])
@pytest.mark.parametrize(
    ("caller", "read", "changed"),
    [
        (PERSON, True, True),
        (session("Administrator"), True, True),
        (session("causeway-prod-agents"), True, True),
        (session("causeway-prod-agent-outside"), False, True),
        (session("causeway-prod-secret-setter"), True, False),
        (DEPLOY, True, False),
    ],
)
def test_whoever_else_reads_or_changes_a_key_is_told_of(
    prod: Synthesized, named: str, caller: dict[str, Any], read: bool, changed: bool
) -> None:
    assert matches(prod, "SecretRead", call("GetSecretValue", {"secretId": named}, caller, source=SM)) == read
    for name in (*(each.partition(":")[2] for each in CHANGES), "PutResourcePolicy", "DeleteResourcePolicy"):
        assert matches(prod, "SecretChanged", call(name, {"secretId": named}, caller, source=SM)) == changed, name
    assert not matches(prod, "SecretRead", call("GetSecretValue", {"secretId": "theirs"}, caller, source=SM))
    assert not matches(prod, "SecretChanged", call("PutSecretValue", {"secretId": f"x-{NAME}"}, caller, source=SM))


def test_the_rule_hears_of_calls_that_only_read(prod: Synthesized) -> None:
    """In the usual state a rule gets no event of an operation whose name begins with Get."""
    states = {name: rule.properties.get("State") for name, rule in rules(prod).items()}
    assert {name for name, state in states.items() if state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"} == {"SecretRead"}


def test_an_old_key_is_told_of(prod: Synthesized) -> None:
    event = {"source": "aws.ssm", "detail-type": "Parameter Store Policy Action"}
    detail = {"parameter-name": AGE, "parameter-type": "String", "policy-type": "NoChangeNotification", "action-status": "Success"}
    assert matches(prod, "SecretOld", {**event, "detail": detail})
    assert not matches(prod, "SecretOld", {**event, "detail": {**detail, "parameter-name": AGE.replace("prod", "staging")}})


@pytest.mark.parametrize(
    ("caller", "told"),
    [(PERSON, True), (session("causeway-prod-agents"), True), (session("causeway-prod-secret-setter"), False), (DEPLOY, False)],
)
def test_parameters_changed_by_hand_are_told_of(prod: Synthesized, caller: dict[str, Any], told: bool) -> None:
    for name, parameters in (
        ("PutParameter", {"name": "/causeway/prod/switches/switches", "value": "HIDDEN_DUE_TO_SECURITY_REASONS"}),
        ("DeleteParameter", {"name": "/causeway/prod/search/endpoint"}),
        ("DeleteParameters", {"names": ["/theirs", "/causeway/prod/search/endpoint"]}),
    ):
        assert matches(prod, "ParameterChanged", call(name, parameters, caller, source="aws.ssm")) == told, name
    assert not matches(prod, "ParameterChanged", call("PutParameter", {"name": "/causeway/staging/x"}, caller, source="aws.ssm"))


def test_a_key_that_cannot_be_used_is_alarmed(app: Synthesized) -> None:
    (found,) = [each for each in app.all("AWS::CloudWatch::Alarm") if each.properties.get("MetricName") == "SecretsUnusable"]
    assert found.properties["Dimensions"] == [{"Name": "service", "Value": "agent-outside"}]
    assert (found.properties["Threshold"], found.properties["EvaluationPeriods"], found.properties["Statistic"]) == (3, 1, "Sum")
    assert found.properties["AlarmDescription"].endswith("See docs/operations/function-secrets-unusable.md")
