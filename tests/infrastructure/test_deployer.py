"""CloudFormation may make what the templates hold, and nothing beside it, by the policy of `make deployer`."""

import json
from pathlib import Path
from typing import Any

import pytest

from stacks.assistant.identity import IdentityProvider, OpenId
from stacks.constructs.boundary import CEILINGS
from stacks.environment import load
from stacks.reports.deployer import __main__ as program
from stacks.reports.deployer.policy import LARGEST, PASSED_TO, SERVICES, document
from tests.infrastructure.policies import Request, verdict
from tests.infrastructure.synthesized import Synthesized, as_list

ACCOUNT = "arn:aws:iam::123456789012"
# Service of CloudFormation → IAM's prefix, where they differ.
PREFIXES = {
    "AccessAnalyzer": "access-analyzer",
    "ApplicationAutoScaling": "application-autoscaling",
    "CE": "ce",
    "Cognito": "cognito-idp",
    "EventSchemas": "schemas",
    "KinesisFirehose": "firehose",
    "Macie": "macie2",
    "OpenSearchService": "es",
    "StepFunctions": "states",
}
MADE_BY = {"Backup": {"backup", "backup-storage"}}  # a vault is made in two services
BESIDE = {"application-signals", "cloudformation", "tag"}  # Transaction Search switches it on; the service itself; tags
SERVICE_OF_CUSTOM = "lambda"


def prefix(kind: str) -> set[str]:
    if kind.startswith("Custom::"):
        return {SERVICE_OF_CUSTOM}
    service = kind.split("::")[1]
    return MADE_BY.get(service, {PREFIXES.get(service, service.lower())})


def asked(app: Synthesized, action: str, resource: str, **context: str) -> Any:
    region = {"aws:RequestedRegion": app.environment.region}
    return verdict(document(app.environment), Request(action, resource, {**region, **context}))


def boundary(app: Synthesized, purpose: str = "functions") -> dict[str, str]:
    return {"iam:PermissionsBoundary": f"{ACCOUNT}:policy/causeway-{app.name}-{purpose}-boundary"}


def role(app: Synthesized, name: str = "answers") -> str:
    return f"{ACCOUNT}:role/causeway-{app.name}-{name}"


def test_every_type_of_the_templates_can_be_made(app: Synthesized) -> None:
    needed = {each for resource in app.all() if resource.type != "AWS::CDK::Metadata" for each in prefix(resource.type)} - {"iam"}
    assert needed <= set(SERVICES)
    for service in needed:
        assert asked(app, f"{service}:CreateSomething", "*") == "allow", service


def test_no_service_is_allowed_of_which_no_environment_makes_anything(everywhere: list[Synthesized]) -> None:
    used = {each for every in everywhere for resource in every.all() for each in prefix(resource.type)}
    assert set(SERVICES) - used - BESIDE == set()


def test_every_role_of_the_templates_can_be_made_with_its_boundary_and_handed_to_its_service(app: Synthesized) -> None:
    for each in app.all("AWS::IAM::Role"):
        assert "PermissionsBoundary" in each.properties, each
        name = each.properties.get("RoleName", f"{each.stack}-{each.id}")  # CloudFormation begins a name with that of the stack
        assert isinstance(name, str), each
        assert asked(app, "iam:CreateRole", f"{ACCOUNT}:role/{name}", **boundary(app)) == "allow", each
        for statement in each.properties["AssumeRolePolicyDocument"]["Statement"]:
            for service in as_list(statement["Principal"].get("Service", [])):
                assert asked(app, "iam:PassRole", f"{ACCOUNT}:role/{name}", **{"iam:PassedToService": service}) == "allow", each


def test_roles_are_handed_to_no_service_that_none_of_them_trusts(everywhere: list[Synthesized]) -> None:
    trusted = {
        str(service).removesuffix(".amazonaws.com")
        for every in everywhere
        for each in every.all("AWS::IAM::Role")
        for statement in each.properties["AssumeRolePolicyDocument"]["Statement"]
        for service in as_list(statement["Principal"].get("Service", []))
    }
    assert set(PASSED_TO) == trusted


@pytest.mark.parametrize("purpose", sorted(CEILINGS))
def test_a_role_is_made_with_a_boundary_of_the_app_alone(prod: Synthesized, purpose: str) -> None:
    for action in ("iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"):
        assert asked(prod, action, role(prod), **boundary(prod, purpose)) == "allow"
        assert asked(prod, action, role(prod)) is None
        assert asked(prod, action, role(prod), **{"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}) is None
        assert asked(prod, action, role(prod, "x").replace("prod-x", "dev-x"), **boundary(prod, purpose)) is None


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateUser", f"{ACCOUNT}:user/causeway-prod-x"),
        ("iam:CreateAccessKey", f"{ACCOUNT}:user/somebody"),
        ("iam:DeleteRolePermissionsBoundary", f"{ACCOUNT}:role/causeway-prod-answers"),
        ("iam:PutRolePolicy", f"{ACCOUNT}:role/causeway-prod-answers"),
        ("iam:AttachRolePolicy", f"{ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1"),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}:role/OrganizationAccountAccessRole"),
        ("iam:CreatePolicyVersion", f"{ACCOUNT}:policy/causeway-prod-deployer"),
        ("iam:SetDefaultPolicyVersion", f"{ACCOUNT}:policy/causeway-dev-deployer"),
        ("iam:CreatePolicyVersion", f"{ACCOUNT}:policy/somebody-elses"),
        ("sts:AssumeRole", f"{ACCOUNT}:role/causeway-prod-answers"),
        ("organizations:LeaveOrganization", "*"),
        ("secretsmanager:GetSecretValue", "*"),
        ("s3:GetObject", "arn:aws:s3:::causeway-prod-documents/raw/harbour/a.pdf"),
        ("s3:PutObject", "arn:aws:s3:::causeway-prod-documents/raw/harbour/a.pdf"),
        ("es:ESHttpGet", "*"),
        ("bedrock:InvokeModel", "*"),
        ("sqs:ReceiveMessage", "*"),
        ("logs:GetLogEvents", "*"),
        ("cognito-idp:AdminCreateUser", "*"),
        ("ec2:RunInstances", "*"),
        ("cloudtrail:StopLogging", "*"),
    ],
)
def test_what_no_template_needs_is_not_allowed(prod: Synthesized, action: str, resource: str) -> None:
    assert asked(prod, action, resource, **boundary(prod)) != "allow"


def test_the_secret_of_an_identity_provider_is_read_and_no_other(prod: Synthesized) -> None:
    oidc = OpenId(issuer="https://login.harbour.example", client_id="abc", secret="causeway/prod/provider")
    pages = ("https://app.harbour.example/in",)
    provider = IdentityProvider(name="corporate", oidc=oidc, claim="company", tenants={"Harbour": "harbour"}, callback_urls=pages)
    assistant = prod.environment.assistant.model_copy(update={"identity_provider": provider})
    policy = document(prod.environment.model_copy(update={"assistant": assistant}))
    secrets = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
    for name, expected in {
        "causeway/prod/provider-AbC123": "allow",
        "causeway/prod/provider-two-AbC123": "deny",
        "other-AbC123": "deny",
    }.items():
        assert verdict(policy, Request("secretsmanager:GetSecretValue", f"{secrets}{name}", {})) == expected, name
    assert len(json.dumps(policy, separators=(",", ":"))) <= LARGEST


def test_a_role_is_handed_to_no_service_that_could_run_a_machine_with_it(prod: Synthesized) -> None:
    for service in ("ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "glue.amazonaws.com", "cloudformation.amazonaws.com"):
        assert asked(prod, "iam:PassRole", role(prod), **{"iam:PassedToService": service}) is None


def test_nothing_is_made_in_another_region(prod: Synthesized) -> None:
    assert asked(prod, "lambda:CreateFunction", "*", **{"aws:RequestedRegion": "us-west-2"}) == "allow", "the region of copies"
    assert asked(prod, "lambda:CreateFunction", "*", **{"aws:RequestedRegion": "eu-central-1"}) is None


def test_code_of_functions_is_read_from_the_bucket_of_assets(prod: Synthesized) -> None:
    assert asked(prod, "s3:GetObject", "arn:aws:s3:::cdk-hnb659fds-assets-123456789012-us-east-1/a.zip") == "allow"


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_the_policy_fits_into_one(name: str) -> None:
    assert len(json.dumps(document(load(name)), separators=(",", ":"))) <= LARGEST


def test_the_lines_name_the_policy_as_rights_and_as_boundary_in_each_region(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(program, "BUILT", tmp_path)
    assert program.main(["prod"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("cdk bootstrap")]
    assert [line.split()[2] for line in lines] == ["aws://ACCOUNT/us-east-1", "aws://ACCOUNT/us-west-2"]
    assert all(line.endswith("--custom-permissions-boundary causeway-prod-deployer") for line in lines)
    assert all("--cloudformation-execution-policies arn:aws:iam::ACCOUNT:policy/causeway-prod-deployer " in line for line in lines)
    assert json.loads((tmp_path / "prod.json").read_text()) == document(load("prod"))


@pytest.mark.parametrize(("named", "sentence"), [("local", "checks no rights"), ("nowhere", "no environment 'nowhere'")])
def test_an_environment_without_an_account_is_refused(named: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main([named]) == 1
    assert sentence in capsys.readouterr().err
