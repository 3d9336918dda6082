"""What roles may do, in every environment."""

import json
from collections.abc import Iterator

from stacks.account.api_logs import ACTIONS
from stacks.catalogue.stack import CHOOSING
from stacks.constructs.boundary import CEILINGS
from stacks.constructs.looking import LOOKING, RECORDS
from stacks.drift.detection import READS
from stacks.drift.stack import DETECT
from stacks.foundation.stack import INTERFACE_ACTIONS, TRACING_ACTIONS
from stacks.people.keys import LISTS
from tests.infrastructure.conftest import NAMES
from tests.infrastructure.policies import Request, Resolver, verdict
from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Resource, Statement, Synthesized, as_list

# The statements that may allow actions on every resource: what they are for → the actions.
ON_EVERYTHING = {
    **{
        f"the boundary of {name}: it grants nothing, each role's own policy names resources": frozenset(each.actions)
        for name, each in CEILINGS.items()
    },
    "boundaries: keys beneath notifications, dead letters and schedules alone": frozenset({"kms:Decrypt", "kms:GenerateDataKey"}),
    "an auditor: looks at the settings of whatever there is": frozenset((*LOOKING, *RECORDS)),
    "the account: API Gateway's role writes the logs of every API": frozenset(ACTIONS),
    "the account: Inspector is switched on for all of it": frozenset({"inspector2:Enable"}),
    "the account: a job of Macie exists once it was made": frozenset({"macie2:CreateClassificationJob"}),
    "the account: calls of models are logged for all of it": frozenset({"bedrock:PutModelInvocationLoggingConfiguration"}),
    "boundaries: of what documents are kept with, for data scientists, through S3 alone": frozenset({"kms:Decrypt"}),
    "who administers keys: lists of keys and of aliases take no resource": frozenset(LISTS),
    "boundaries: grants on keys, only for a service's own resources": frozenset({"kms:CreateGrant"}),
    "boundaries: roles are given to the services that their condition names, and to no other": frozenset({"iam:PassRole"}),
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
    "what closes the VPC's default group: EC2 describes groups of any name only": frozenset({"ec2:DescribeSecurityGroups"}),
    "who decides about an outcome: a task token names its task, and there is no resource": frozenset({"states:SendTaskSuccess"}),
    "documents: Comprehend reads the text of its request, Textract works on jobs: neither has a resource": frozenset(
        {"comprehend:DetectPiiEntities", "textract:GetDocumentTextDetection", "textract:StartDocumentTextDetection"}
    ),
    "drift: CloudFormation reads what holds rights as whoever has it look": frozenset(
        {*DETECT, *(action for actions in READS.values() for action in actions)}
    ),
    "who asks what turns cost: lists of Athena take no resource, and its console shows them first": frozenset(CHOOSING),
    "the embedding endpoint: metrics take no resource; a condition names their namespace": frozenset({"cloudwatch:PutMetricData"}),
}
# Who assumes a role → what the role is for. Roles that other roles assume are those of functions for one tenant.
PERSONS = {
    **dict.fromkeys(("break-glass", "auditor", "analyst", "secret-setter"), "people"),
    "key-administrator": "keys",
    "data-scientist": "science",
}
PURPOSES = {
    **dict.fromkeys(("lambda",), "functions"),
    **dict.fromkeys(("states", "scheduler"), "machines"),
    **dict.fromkeys(("backup", "bedrock", "es", "firehose", "logs", "s3", "sagemaker", "textract"), "jobs"),
    **dict.fromkeys(("apigateway", "appconfig", "cloudtrail", "codedeploy", "events", "ssm", "vpc-flow-logs"), "administration"),
}


def allowed(app: Synthesized) -> list[Statement]:
    return [statement for statement in app.statements() if statement.effect == "Allow"]


def test_no_role_acts_on_everything_but_by_the_listed_statements(app: Synthesized) -> None:
    strangers = [
        statement for statement in allowed(app) if "*" in statement.resources and frozenset(statement.actions) not in ON_EVERYTHING.values()
    ]
    assert not strangers
    assert len(ON_EVERYTHING) <= 28


def test_every_listed_statement_is_in_use(prod: Synthesized) -> None:
    """That of emptying where data goes with its stack, all others in prod too."""
    used = {frozenset(statement.actions) for statement in allowed(prod) if "*" in statement.resources}
    assert used == set(ON_EVERYTHING.values()) - {frozenset(CEILINGS["emptying"].actions)}


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


def purpose(role: Resource) -> str:
    """What a role is for, by who assumes it."""
    for short, its in PERSONS.items():
        if role.properties.get("RoleName") in [f"causeway-{name}-{short}" for name in NAMES]:
            return its
    if role.properties.get("RoleName") in [f"causeway-{name}-default-group" for name in NAMES]:
        return "network"
    if role.properties.get("RoleName") in [f"causeway-{name}-empty-bucket" for name in NAMES]:
        return "emptying"
    if role.stack.endswith("-account") and not role.id.startswith("HistoryReplication"):
        return "administration"
    (principal,) = {json.dumps(statement["Principal"]) for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]}
    service = json.loads(principal).get("Service")
    return PURPOSES[str(service).removesuffix(".amazonaws.com")] if service else "functions"


def statements_of(app: Synthesized) -> Iterator[tuple[Resource, Statement]]:
    """Each role with each statement that allows it something."""
    resolver = Resolver(app)
    attached = {id(policy.raw): list(resolver.roles(policy)) for policy in app.all("AWS::IAM::ManagedPolicy")}
    for role in app.all("AWS::IAM::Role"):
        for policy in role.properties.get("ManagedPolicyArns", []):
            target = app.target(role.stack, policy)
            assert target is not None, role
            attached[id(target.raw)].append(role)
    for statement in allowed(app):
        yield from ((role, statement) for role in attached[id(statement.policy.raw)])


def test_every_role_carries_the_boundary_of_its_purpose(app: Synthesized) -> None:
    for role in app.all("AWS::IAM::Role"):
        wanted = f"causeway-{app.name}-{purpose(role)}-boundary"
        boundary = app.target(role.stack, role.properties["PermissionsBoundary"])
        if role.stack.endswith("-replica"):
            assert resolved(app, role.stack, role.properties["PermissionsBoundary"]) == f"arn:aws:iam::{ACCOUNT}:policy/{wanted}", role
        else:
            assert boundary is not None, role
            assert boundary.properties["ManagedPolicyName"] == wanted, role


def test_a_boundary_knows_every_action_that_a_role_of_its_purpose_is_allowed(app: Synthesized) -> None:
    for role, statement in statements_of(app):
        assert set(statement.actions) <= CEILINGS[purpose(role)].every_action, (role, statement)


def test_no_boundary_holds_what_no_role_of_its_purpose_uses(everywhere: list[Synthesized]) -> None:
    used: dict[str, set[str]] = {name: set() for name in CEILINGS}
    for app in everywhere:
        for role, statement in statements_of(app):
            used[purpose(role)] |= set(statement.actions)
    assert {name: each.every_action - used[name] for name, each in CEILINGS.items()} == {name: set() for name in CEILINGS}


def test_what_one_purpose_needs_raises_no_other_ceiling(prod: Synthesized) -> None:
    """Even a role whose own policy allowed everything."""
    documents = {
        each.properties["ManagedPolicyName"].split("-")[2]: each.properties["PolicyDocument"]
        for each in prod.all("AWS::IAM::ManagedPolicy")
        if str(each.properties.get("ManagedPolicyName", "")).endswith("-boundary")
    }
    assert documents.keys() == CEILINGS.keys() - {"emptying"}
    for name, document in documents.items():
        for other in CEILINGS.values():
            for action in other.every_action - CEILINGS[name].every_action:
                assert verdict(document, Request(action, "arn:aws:any:::x")) is None, (name, action)
    for name, action in (
        ("functions", "sagemaker:CreateProcessingJob"),
        ("machines", "dynamodb:GetItem"),
        ("jobs", "bedrock:InvokeModel"),
        ("administration", "s3:GetObject"),
        ("administration", "dynamodb:GetItem"),
        ("administration", "ec2:RevokeSecurityGroupIngress"),
        ("functions", "ec2:RevokeSecurityGroupIngress"),
        ("network", "s3:GetObject"),
        ("people", "dynamodb:GetItem"),
        ("people", "iam:PassRole"),
        ("people", "kms:PutKeyPolicy"),
        ("keys", "kms:Decrypt"),
        ("keys", "s3:GetObject"),
        ("science", "dynamodb:GetItem"),
        ("science", "lambda:InvokeFunction"),
    ):
        assert action not in CEILINGS[name].every_action


def test_boundaries_let_grants_be_made_for_a_services_own_resources_only(app: Synthesized) -> None:
    grants = [each for each in allowed(app) if not list(Resolver(app).roles(each.policy)) and "kms:CreateGrant" in each.actions]
    assert [each.conditions for each in grants] == [{"Bool": {"kms:GrantIsForAWSResource": "true"}}]


def test_every_role_that_a_service_assumes_serves_this_account_only(app: Synthesized) -> None:
    for role in app.all("AWS::IAM::Role"):
        for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]:
            if "Bool" in statement.get("Condition", {}):
                assert purpose(role) in PERSONS.values(), role  # tests of people say who
                continue
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
        if calls_chat and any(action.startswith("bedrock:InvokeModel") for action in statement.actions):
            assert "bedrock:GuardrailIdentifier" in json.dumps(statement.conditions), statement.policy
