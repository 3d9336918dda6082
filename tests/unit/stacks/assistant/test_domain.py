"""The API under a name of its own."""

from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk.assertions import Match, Template

from stacks.assistant.domain import serve_at
from stacks.assistant.settings import Domain

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
NAME = "api.harbour-books.co.uk"


def served(**domain: Any) -> tuple[str, Template]:
    stack = Stack(App(), "s")
    api = apigateway.RestApi(stack, "Api", cloud_watch_role=False)
    api.root.add_method("GET", apigateway.MockIntegration())
    return serve_at(api, Domain(name=NAME, certificate_arn=CERTIFICATE, **domain)), Template.from_stack(stack)


@pytest.fixture(scope="module")
def template() -> Template:
    return served(hosted_zone_id="Z0123456789")[1]


def test_the_name_takes_no_tls_below_1_2_and_requests_for_itself_only(template: Template) -> None:
    template.has_resource_properties(
        "AWS::ApiGateway::DomainName",
        {
            "DomainName": NAME,
            "SecurityPolicy": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",  # TLS 1.2 or newer
            "EndpointAccessMode": "STRICT",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "RegionalCertificateArn": CERTIFICATE,
        },
    )


def test_the_api_is_behind_the_name_and_nowhere_else(template: Template) -> None:
    template.has_resource_properties("AWS::ApiGateway::RestApi", {"DisableExecuteApiEndpoint": True})
    template.has_resource_properties("AWS::ApiGateway::BasePathMapping", {"BasePath": Match.absent(), "Stage": Match.any_value()})


def test_the_name_is_entered_for_both_kinds_of_addresses_where_its_zone_is_given(template: Template) -> None:
    records = [each["Properties"] for each in template.find_resources("AWS::Route53::RecordSet").values()]
    assert {(each["Name"], each["Type"], each["HostedZoneId"]) for each in records} == {
        (NAME, "A", "Z0123456789"),
        (NAME, "AAAA", "Z0123456789"),
    }


def test_without_a_zone_nothing_is_entered_and_the_address_is_the_name() -> None:
    address, template = served()
    template.resource_count_is("AWS::Route53::RecordSet", 0)
    assert address == f"https://{NAME}/"
