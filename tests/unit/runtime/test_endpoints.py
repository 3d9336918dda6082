from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from causeway.runtime.clients import forget_clients
from causeway.runtime.endpoints import endpoint

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "bedrock-runtime": ("converse", {"modelId": "model", "messages": []}),
    "dynamodb": ("batch_get_item", {"RequestItems": {}}),
    "sagemaker-runtime": ("invoke_endpoint", {"EndpointName": "endpoint", "Body": b""}),
}


class Caught(Exception):
    """Carries a request away before it is sent."""


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    yield
    forget_clients()


def asked_by_botocore(service: str, region: str) -> str:
    """The URL to which a botocore client sends a request."""
    operation, parameters = CALLS[service]
    client = botocore.session.get_session().create_client(service, region, config=Config(parameter_validation=False))

    def catch(request: Any, **_: Any) -> None:
        raise Caught(request.url)

    client.meta.events.register("before-send", catch)
    with pytest.raises(Caught) as caught:
        getattr(client, operation)(**parameters)
    return str(caught.value)


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("variants", [(), ("AWS_USE_FIPS_ENDPOINT",), ("AWS_USE_DUALSTACK_ENDPOINT",)])
def test_a_service_is_where_botocore_finds_it(monkeypatch: pytest.MonkeyPatch, service: str, region: str, variants: tuple[str, ...]):
    monkeypatch.setenv("AWS_REGION", region)
    for name in variants:
        monkeypatch.setenv(name, "true")
    path = {"bedrock-runtime": "/model/model/converse", "dynamodb": "/", "sagemaker-runtime": "/endpoints/endpoint/invocations"}[service]
    assert endpoint(service) + path == asked_by_botocore(service, region)


@pytest.mark.parametrize("missing", ["EndpointProvider", "EndpointProvider.resolve_endpoint"])
def test_a_botocore_that_reads_its_rules_otherwise_is_asked_through_a_client(monkeypatch: pytest.MonkeyPatch, missing: str):
    monkeypatch.delattr(f"botocore.endpoint_provider.{missing}")
    assert endpoint("sagemaker-runtime") == "https://runtime.sagemaker.us-east-1.amazonaws.com"


def test_a_url_of_the_environment_goes_first_and_the_services_own_before_that_of_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all.example")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://one.example")
    assert (endpoint("dynamodb"), endpoint("sagemaker-runtime")) == ("http://one.example", "http://all.example")


def test_urls_of_the_environment_can_be_ignored(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all.example")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert endpoint("dynamodb") == "https://dynamodb.us-east-1.amazonaws.com"
