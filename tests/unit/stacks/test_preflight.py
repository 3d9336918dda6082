"""Preflight against an account that moto plays."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from stacks.account_steps import BOOTSTRAP_VERSION, Quota, Step, quotas, reserved_concurrency, steps
from stacks.environment import Environment, load
from stacks.preflight import account_of, outcome, report


class Templates:
    """An assembly of a few resources."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def properties(self, *types: str) -> list[dict[str, Any]]:
        made: dict[str, list[dict[str, Any]]] = {
            "AWS::Lambda::Function": [{"ReservedConcurrentExecutions": 700}, {"ReservedConcurrentExecutions": 250}],
            "AWS::EC2::VPC": [{}],
            "AWS::EC2::EIP": [{}, {}],
            "AWS::EC2::VPCEndpoint": [{"VpcEndpointType": "Interface"}, {"VpcEndpointType": "Gateway"}],
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
    assert quotas(prod)[0].asked == 1050


def test_gateway_endpoints_do_not_count_as_interface_endpoints(prod: Any) -> None:
    assert [quota.asked for quota in quotas(prod) if quota.name.startswith("interface")] == [1]


def test_without_credentials_the_list_is_printed_and_nothing_is_missing(prod: Any) -> None:
    text, missing = report(prod, None)
    assert "cdk bootstrap aws://ACCOUNT/us-west-2" in text
    assert "[ ]" not in text
    assert not missing


def test_an_account_without_bootstrap_is_told_so(prod: Any, account: boto3.Session) -> None:
    clients, about = account_of(account, prod.environment)
    assert "Checked against account" in about
    assert outcome(step(prod, "CDK bootstrap in us-east-1"), clients)[0] == "missing"


def test_a_bootstrapped_account_is_ticked(prod: Any, account: boto3.Session) -> None:
    account.client("ssm").put_parameter(Name="/not/it", Value="1", Type="String")
    clients, _ = account_of(account, prod.environment)

    def with_version(service: str, region: str) -> Any:
        assert (service, region) == ("ssm", "us-east-1")
        return type(
            "Parameters", (), {"get_parameter": lambda self, Name: {"Parameter": {"Value": "27"}} if Name == BOOTSTRAP_VERSION else None}
        )()

    assert clients is not None
    assert outcome(step(prod, "CDK bootstrap in us-east-1"), with_version) == ("done", "bootstrap version 27")


def test_zones_of_the_account_are_checked(prod: Any, account: boto3.Session) -> None:
    clients, _ = account_of(account, prod.environment)
    assert outcome(step(prod, "Availability zones"), clients) == ("done", "available")


def test_the_pinned_account_is_the_only_one_checked(account: boto3.Session) -> None:
    pinned = load("prod").model_copy(update={"account": "999999999999"})
    clients, about = account_of(account, pinned)
    assert clients is None
    assert "pins 999999999999" in about


def test_a_quota_below_what_is_asked_is_missing() -> None:
    quota = Quota("lambda", "L-B99A9384", "concurrent executions", 1050, 1000)

    def clients(service: str, region: str) -> Any:
        return type("Quotas", (), {"get_service_quota": lambda self, **_: {"Quota": {"Value": 1000.0}}})()

    assert quota.check(clients, "us-east-1") == ("missing", "the account has 1000")


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
    assert json.dumps(report(prod, clients)[1]) == "false"
