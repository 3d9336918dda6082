"""Preflight against an account that moto plays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from stacks.assistant.identity import IdentityProvider, OpenId
from stacks.constructs.settings import Perimeter
from stacks.environment import Environment, load
from stacks.reports.preflight.quotas import Quota, instances_asked, quotas, reserved_concurrency
from stacks.reports.preflight.report import account_here, account_of, outcome, report
from stacks.reports.preflight.step import Step
from stacks.reports.preflight.steps import steps
from tests.unit.stacks.reports.preflight.accounts import ENDPOINT, Account, ready


class Templates:
    """An assembly of a few resources."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def properties(self, *types: str) -> list[dict[str, Any]]:
        made: dict[str, list[dict[str, Any]]] = {
            "AWS::Lambda::Function": [{"ReservedConcurrentExecutions": 700}, {"ReservedConcurrentExecutions": 250}],
            "AWS::EC2::VPC": [{}],
            "AWS::EC2::EIP": [{}, {}],
            "AWS::EC2::VPCEndpoint": [{"VpcEndpointType": "Interface", "ServiceName": ENDPOINT}, {"VpcEndpointType": "Gateway"}],
            "AWS::EC2::NatGateway": [{}, {}],
            "AWS::OpenSearchService::Domain": [
                {
                    "EngineVersion": "OpenSearch_3.5",
                    "ClusterConfig": {"InstanceType": "r7g.large.search", "InstanceCount": 2, "DedicatedMasterType": "m7g.medium.search"},
                }
            ],
            "AWS::SageMaker::EndpointConfig": [{"ProductionVariants": [{"InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 2}]}],
            "AWS::ApplicationAutoScaling::ScalableTarget": [{"MaxCapacity": 6}],
            "AWS::Logs::ResourcePolicy": [{"PolicyName": "causeway-prod-search"}],
        }
        return [properties for type in types for properties in made[type]]


@pytest.fixture
def prod() -> Any:
    return Templates(load("prod"))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")


THERE = "Account-wide services that others made"


def step(prod: Any, title: str) -> Step:
    return next(each for each in steps(prod) if each.title.startswith(title))


def test_every_kind_of_step_is_listed(prod: Any) -> None:
    titles = [each.title for each in steps(prod)]
    for part in (
        "CDK bootstrap in us-east-1",
        "CDK bootstrap in us-west-2",
        "Anthropic's first-use form",
        "Inference profile",
        "Quota: ml.g5.xlarge",
    ):
        assert any(title.startswith(part) for title in titles)


def test_reserved_concurrency_is_summed_and_held_against_the_quota(prod: Any) -> None:
    assert reserved_concurrency(prod) == 950
    assert "950 reserved + 100" in step(prod, "Quota: concurrent executions").how


def test_gateway_endpoints_do_not_count_as_interface_endpoints(prod: Any) -> None:
    assert [quota.asked for quota in quotas(prod) if quota.name.startswith("interface")] == [1]


def test_without_credentials_the_list_is_printed_and_only_what_the_files_lack_is_missing(prod: Any) -> None:
    text, missing = report(prod, None)
    assert text.count("[ ]") == 1
    assert "[ ] Someone who hears alarms: nobody is named" in text
    assert missing


def with_someone_to_alarm(prod: Any) -> Any:
    foundation = prod.environment.foundation.model_copy(update={"alarm_emails": ("ops@harbour.co.uk",)})
    return Templates(prod.environment.model_copy(update={"foundation": foundation}))


def test_without_credentials_nothing_is_missing_once_someone_hears_alarms(prod: Any) -> None:
    text, missing = report(with_someone_to_alarm(prod), None)
    assert "ops@harbour.co.uk confirm the subscription mail" in text
    assert "cdk bootstrap aws://ACCOUNT/us-west-2" in text
    assert "[ ]" not in text
    assert not missing


def test_an_account_without_bootstrap_is_told_so(prod: Any, account: boto3.Session) -> None:
    clients, about = account_of(account, prod.environment)
    assert "Checked against account" in about
    assert outcome(step(prod, "CDK bootstrap in us-east-1"), clients)[0] == "missing"


def test_zones_of_the_account_are_checked(prod: Any, account: boto3.Session) -> None:
    clients, _ = account_of(account, prod.environment)
    assert outcome(step(prod, "Availability zones"), clients) == ("done", "available")


def test_the_pinned_account_is_the_only_one_checked(account: boto3.Session) -> None:
    pinned = load("prod").model_copy(update={"account": "999999999999"})
    clients, about = account_of(account, pinned)
    assert clients is None
    assert "pins 999999999999" in about


def test_the_hosting_quota_holds_both_fleets_of_an_update_and_the_widest_scaling(prod: Any) -> None:
    assert instances_asked(prod) == {"ml.g5.xlarge": 6}


def states(prod: Any, account: Account) -> dict[str, str]:
    return {each.title: outcome(each, account.clients)[0] for each in steps(prod)}


def test_an_account_that_lacks_nothing_has_every_checked_step_done(prod: Any) -> None:
    seen = states(prod, Account(ready(prod)))
    assert {title for title, state in seen.items() if state != "done"} == {"Someone who hears alarms", "Quota: model requests per minute"}


def test_every_answer_prepared_here_is_asked_for_and_both_regions_are(prod: Any) -> None:
    account = Account(ready(prod))
    states(prod, account)
    assert {(service, operation) for service, _, operation in account.asked} == set(ready(prod))
    assert {region for service, region, _ in account.asked if service == "ssm"} == {"us-east-1", "us-west-2"}


DENIED = "AccessDeniedException"
NOT_SUBSCRIBED = {
    "modelId": "m",
    "agreementAvailability": {"status": "NOT_AVAILABLE"},
    "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE",
    "regionAvailability": "AVAILABLE",
}


@pytest.mark.parametrize(
    ("call", "answer", "title", "state"),
    [
        (("ssm", "GetParameter"), "ParameterNotFound", "CDK bootstrap in us-east-1", "missing"),
        (("ssm", "GetParameter"), {"Parameter": {"Value": "5"}}, "CDK bootstrap in us-west-2", "missing"),
        (("ssm", "GetParameter"), DENIED, "CDK bootstrap in us-east-1", "unknown"),
        (("ec2", "DescribeAvailabilityZones"), {"AvailabilityZones": []}, "Availability zones", "missing"),
        (
            ("ec2", "DescribeVpcEndpointServices"),
            {"ServiceDetails": [{"ServiceName": ENDPOINT, "AvailabilityZones": ["us-east-1a"]}]},
            "Endpoints in these zones",
            "missing",
        ),
        (("ec2", "DescribePrefixLists"), {"PrefixLists": [{"PrefixListId": "pl-63a5400a"}]}, "Prefix lists", "missing"),
        (("opensearch", "ListInstanceTypeDetails"), {"InstanceTypeDetails": []}, "Search nodes in these zones", "missing"),
        (("bedrock", "GetUseCaseForModelAccess"), "ResourceNotFoundException", "Anthropic's first-use form", "missing"),
        (("bedrock", "GetFoundationModelAvailability"), NOT_SUBSCRIBED, "Access to the model anthropic", "missing"),
        (("s3", "ListObjectsV2"), {"Contents": [{"Key": "a/README.md"}]}, "Embedding weights", "missing"),
        (("s3", "ListObjectsV2"), "AccessDenied", "Embedding weights", "unknown"),
        (("ecr", "BatchGetImage"), {"images": []}, "Embedding container", "missing"),
        (("iam", "GetRole"), "NoSuchEntity", "Service-linked role of OpenSearch", "missing"),
        (("iam", "GetRole"), "NoSuchEntity", "Service-linked role of config", "missing"),
        (("iam", "GetRole"), "NoSuchEntity", "Service-linked role of inspector2", "missing"),
        (("config", "DescribeConfigurationRecorders"), {"ConfigurationRecorders": [{"name": "default"}]}, THERE, "missing"),
        (("guardduty", "ListDetectors"), {"DetectorIds": ["d"]}, THERE, "missing"),
        (("securityhub", "DescribeHub"), {}, THERE, "missing"),
        (("macie2", "GetMacieSession"), {"status": "ENABLED"}, THERE, "missing"),
        (("macie2", "GetMacieSession"), "InternalServerException", THERE, "unknown"),
        (("ce", "ListCostAllocationTags"), {"CostAllocationTags": []}, "Costs by the tag application", "missing"),
        (
            ("lambda", "GetAccountSettings"),
            {"AccountLimit": {"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}},
            "Quota: concurrent",
            "missing",
        ),
        (("service-quotas", "GetServiceQuota"), {"Quota": {"Value": 1.0}}, "Quota: elastic addresses", "missing"),
        (("service-quotas", "ListServiceQuotas"), {"Quotas": []}, "Quota: ml.g5.xlarge", "missing"),
        (("logs", "DescribeResourcePolicies"), {"resourcePolicies": [{"policyName": str(n)} for n in range(9)]}, "Room for log", "missing"),
        (("ec2", "DescribeVpcs"), {"Vpcs": []}, "The VPC's default security group", "unknown"),
    ],
)
def test_what_an_account_lacks_is_told(prod: Any, call: tuple[str, str], answer: Any, title: str, state: str) -> None:
    account = Account({**ready(prod), call: answer})
    assert outcome(step(prod, title), account.clients)[0] == state


def test_what_the_account_stack_has_made_is_nobody_elses(prod: Any) -> None:
    mine = {"Stacks": [{"StackName": "causeway-prod-account", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE"}]}
    account = Account({**ready(prod), ("cloudformation", "DescribeStacks"): mine, ("guardduty", "ListDetectors"): {"DetectorIds": ["d"]}})
    assert outcome(step(prod, THERE), account.clients) == ("done", "causeway-prod-account has them")


@pytest.mark.parametrize(("role", "state"), [({}, "missing"), ({"cloudwatchRoleArn": "arn:aws:iam::123456789012:role/logs"}, "done")])
def test_where_no_environment_owns_the_account_the_log_role_of_apis_is_looked_for(prod: Any, role: Any, state: str) -> None:
    without = Templates(prod.environment.model_copy(update={"account_wide": None}))
    account = Account({**ready(prod), ("apigateway", "GetAccount"): role})
    assert outcome(step(without, "API Gateway's log role"), account.clients)[0] == state
    assert not [each for each in steps(without) if each.title in (THERE, "Service-linked role of config")]


def test_a_profile_that_routes_to_a_region_no_role_may_call_is_told(prod: Any) -> None:
    def wider(asked: Any) -> Any:
        profile = ready(prod)["bedrock", "GetInferenceProfile"](asked)
        return {**profile, "models": [*profile["models"], {"modelArn": "arn:aws:bedrock:us-west-1::foundation-model/m"}]}

    account = Account({**ready(prod), ("bedrock", "GetInferenceProfile"): wider})
    assert outcome(step(prod, "Inference profile"), account.clients) == ("missing", "ACTIVE, routes to us-west-1 too: list them")


def test_a_quota_that_was_never_raised_is_read_from_its_default() -> None:
    answers = {
        ("service-quotas", "GetServiceQuota"): "NoSuchResourceException",
        ("service-quotas", "GetAWSDefaultServiceQuota"): {"Quota": {"Value": 5.0}},
    }
    quota = Quota("vpc", "L-F678F1CE", "VPCs per region", 6, 5)
    assert quota.check(Account(answers).clients, "us-east-1") == ("missing", "the account has 5")


def test_a_profile_that_does_not_exist_is_no_crash(prod: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    clients, about = account_here(prod.environment)
    assert clients is None
    assert "nobody" in about


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ClientError({"Error": {"Code": "ParameterNotFound", "Message": "none"}}, "GetParameter"), "missing"),
        (ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetParameter"), "unknown"),
        (EndpointConnectionError(endpoint_url="https://example.invalid"), "unknown"),
    ],
)
def test_no_answer_of_the_account_stops_the_list(error: Exception, state: str) -> None:
    def check(clients: Any) -> Any:
        raise error

    assert outcome(Step("title", "how", check), lambda service, region: None)[0] == state


def test_a_role_of_people_that_nobody_made_is_missing(account: boto3.Session) -> None:
    perimeter = Perimeter(break_glass_roles=("BreakGlass",), operator_roles=("ops/OnCall",))
    prod = Templates(load("prod").model_copy(update={"perimeter": perimeter}))
    clients, _ = account_of(account, prod.environment)
    assert outcome(step(prod, "Break-glass role"), clients)[0] == "missing"
    account.client("iam").create_role(RoleName="BreakGlass", AssumeRolePolicyDocument="{}")
    assert outcome(step(prod, "Break-glass role"), clients) == ("done", "role exists")
    assert outcome(step(prod, "Operators' role ops/OnCall"), clients)[0] == "missing"


def test_the_list_names_the_weights_the_endpoint_needs(prod: Any) -> None:
    assert prod.environment.models.embedding.artifact in step(prod, "Embedding weights").how


def test_no_credentials_are_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, prod: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    clients, about = account_of(boto3.Session(), prod.environment)
    assert clients is None
    assert about == "No credentials: nothing is checked."
    assert not report(with_someone_to_alarm(prod), clients)[1]


def test_the_secret_of_an_identity_provider_is_looked_for_before_cloudformation_needs_it(prod: Any, account: boto3.Session) -> None:
    oidc = OpenId(issuer="https://login.harbour.example", client_id="abc", secret="causeway/prod/provider")
    pages = ("https://app.harbour.example/in",)
    provider = IdentityProvider(name="corporate", oidc=oidc, claim="company", tenants={"Harbour": "harbour"}, callback_urls=pages)
    assistant = prod.environment.assistant.model_copy(update={"identity_provider": provider})
    prod.environment = prod.environment.model_copy(update={"assistant": assistant})
    clients = account_of(account, prod.environment)[0]
    asked = step(prod, "The client's secret of the identity provider corporate")
    assert outcome(asked, clients)[0] == "missing"
    account.client("secretsmanager").create_secret(Name="causeway/prod/provider", SecretString="s")
    assert outcome(asked, clients)[0] == "done"
