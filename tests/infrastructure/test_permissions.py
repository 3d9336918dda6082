"""What roles may do, in every environment."""

import json

from stacks.constructs.boundary import BOUNDED_ACTIONS, CONDITIONED_ACTIONS
from stacks.foundation.stack import INTERFACE_ACTIONS, TRACING_ACTIONS
from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Statement, Synthesized, as_list

# The statements that may allow actions on every resource: what they are for → the actions.
ON_EVERYTHING = {
    "the boundary: it grants nothing, each role's own policy names resources": frozenset(BOUNDED_ACTIONS),
    "the boundary: grants on keys, only for a service's own resources": frozenset({"kms:CreateGrant"}),
    "the boundary: roles are given to Bedrock, OpenSearch, SageMaker and Textract, and to no other service": frozenset({"iam:PassRole"}),
    "functions: interfaces have no ARN before they exist, traces none at all": frozenset(INTERFACE_ACTIONS + TRACING_ACTIONS),
    "the state machine: log delivery and tracing take no resource": frozenset(
        {
            *("logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies"),
            *("logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"),
            *("xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
        }
    ),
    "the embedding endpoint: describing networks and signing in to the registry take no resource": frozenset(
        {
            *("ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets"),
            *("ec2:DescribeVpcs", "ecr:GetAuthorizationToken"),
        }
    ),
    "who decides about an outcome: a task token names its task, and there is no resource": frozenset({"states:SendTaskSuccess"}),
    "documents: Comprehend reads the text of its request, Textract works on jobs: neither has a resource": frozenset(
        {"comprehend:DetectPiiEntities", "textract:GetDocumentTextDetection", "textract:StartDocumentTextDetection"}
    ),
    "the embedding endpoint: metrics take no resource; a condition names their namespace": frozenset({"cloudwatch:PutMetricData"}),
}


BOUNDED = {*BOUNDED_ACTIONS, *CONDITIONED_ACTIONS}


def allowed(app: Synthesized) -> list[Statement]:
    return [statement for statement in app.statements() if statement.effect == "Allow"]


def test_no_role_acts_on_everything_but_by_the_listed_statements(app: Synthesized) -> None:
    strangers = [
        statement for statement in allowed(app) if "*" in statement.resources and frozenset(statement.actions) not in ON_EVERYTHING.values()
    ]
    assert not strangers
    assert len(ON_EVERYTHING) <= 9


def test_every_listed_statement_is_in_use(prod: Synthesized) -> None:
    used = {frozenset(statement.actions) for statement in allowed(prod) if "*" in statement.resources}
    assert used == set(ON_EVERYTHING.values())


def test_no_statement_allows_a_wildcard_of_actions(app: Synthesized) -> None:
    assert not [statement for statement in allowed(app) for action in statement.actions if "*" in action]
    assert not [statement for statement in allowed(app) if not statement.actions]


def test_no_resource_policy_but_a_keys_own_lets_anyone_do_everything(app: Synthesized) -> None:
    policies = app.all(
        "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::EC2::VPCEndpoint", "AWS::Logs::ResourcePolicy"
    )
    for policy in policies:
        document = policy.properties["PolicyDocument"]
        statements = (json.loads(document) if isinstance(document, str) else document).get("Statement", [])
        assert not [
            raw for raw in statements if raw["Effect"] == "Allow" and any(action.endswith("*") for action in as_list(raw["Action"]))
        ], policy


def test_every_role_carries_the_permission_boundary(app: Synthesized) -> None:
    for role in app.all("AWS::IAM::Role"):
        boundary = app.target(role.stack, role.properties.get("PermissionsBoundary"))
        if role.stack.endswith("-replica"):
            name = resolved(app, role.stack, role.properties["PermissionsBoundary"])
            assert name == f"arn:aws:iam::{ACCOUNT}:policy/causeway-{app.name}-boundary", role
        else:
            assert boundary is not None, role
            assert boundary.id.startswith("PermissionBoundary"), role


def test_the_boundary_knows_every_allowed_action(app: Synthesized) -> None:
    assert not {action for statement in allowed(app) for action in statement.actions} - BOUNDED


def test_the_boundary_holds_nothing_that_no_role_uses(prod: Synthesized, local: Synthesized, dev: Synthesized) -> None:
    every = [*allowed(prod), *allowed(local), *allowed(dev)]
    grants = [statement for statement in every if not statement.policy.id.startswith("PermissionBoundary")]
    assert not BOUNDED - {action for statement in grants for action in statement.actions}


def test_the_boundary_lets_grants_be_made_for_a_services_own_resources_only(app: Synthesized) -> None:
    (grants,) = [each for each in allowed(app) if each.policy.id.startswith("PermissionBoundary") and "kms:CreateGrant" in each.actions]
    assert grants.conditions == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_every_role_that_a_service_assumes_serves_this_account_only(app: Synthesized) -> None:
    for role in app.all("AWS::IAM::Role"):
        for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]:
            if list(statement["Principal"]) == ["AWS"]:
                callers = [app.target(role.stack, each) for each in as_list(statement["Principal"]["AWS"])]
                assert all(each and each.type == "AWS::IAM::Role" for each in callers), role  # tests of agents say which
                continue
            assert list(statement["Principal"]) == ["Service"], role
            (operator,) = statement["Condition"].keys() - {"ArnLike"}  # as for jobs of Bedrock: of these alone
            assert operator in ("StringEquals", "StringEqualsIfExists"), role
            assert statement["Condition"][operator] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}, role


def test_no_role_has_an_inline_policy_or_one_of_aws(app: Synthesized) -> None:
    assert not app.all("AWS::IAM::Policy", "AWS::IAM::User", "AWS::IAM::Group")
    for role in app.all("AWS::IAM::Role"):
        assert not role.properties.get("Policies"), role
        for policy in role.properties.get("ManagedPolicyArns", []):
            assert app.target(role.stack, policy) is not None, f"{role} carries {policy}"


def test_every_function_has_a_role_of_its_own(app: Synthesized) -> None:
    roles = [str(app.target(function.stack, function.properties["Role"])) for function in app.all("AWS::Lambda::Function")]
    assert len(roles) == len(set(roles))


def test_function_code_is_denied_the_interface_calls(app: Synthesized) -> None:
    denied = [
        statement for statement in app.statements() if statement.effect == "Deny" and set(statement.actions) >= set(INTERFACE_ACTIONS)
    ]
    assert len(denied) == 1
    assert "lambda:SourceFunctionArn" in denied[0].conditions["ArnLike"]


def test_a_chat_model_is_called_only_with_the_guardrail(app: Synthesized) -> None:
    for statement in allowed(app):
        calls_chat = any(
            "inference-profile" in json.dumps(resource) or "anthropic" in json.dumps(resource) for resource in statement.resources
        )
        if calls_chat and "bedrock:InvokeModel" in statement.actions:
            assert "bedrock:GuardrailIdentifier" in json.dumps(statement.conditions), statement.policy
