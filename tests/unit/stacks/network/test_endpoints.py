"""Interface endpoints are those that functions in the VPC call, and no others."""

import pytest

from stacks.environment import InvalidEnvironment, load
from stacks.network.endpoints import endpoints_fit
from stacks.network.settings import Network

CALLS = ("sqs:SendMessage", "bedrock:InvokeModel", "appconfig:GetLatestConfiguration", "sagemaker:InvokeEndpoint")
CARRIED = ("sqs:ReceiveMessage", "kms:Decrypt", "s3:GetObject", "dynamodb:Query", "es:ESHttpGet")


def listing(*names: str) -> Network:
    return load("dev").network.model_copy(update={"interface_endpoints": names})


def test_endpoints_that_are_called_fit() -> None:
    endpoints_fit(listing("sqs", "bedrock-runtime", "appconfigdata", "sagemaker.runtime"), (*CALLS, *CARRIED))


def test_what_nothing_calls_is_refused_as_is_what_is_called_without_an_endpoint() -> None:
    with pytest.raises(InvalidEnvironment) as caught:
        endpoints_fit(listing("sqs", "xray", "kms", "bedrock-runtime"), (*CALLS, *CARRIED, "textract:StartDocumentTextDetection"))
    assert str(caught.value).split("\n") == [
        "network.interface_endpoints=kms: nothing in the VPC calls it; take it out",
        "network.interface_endpoints=xray: nothing in the VPC calls it; take it out",
        "network.interface_endpoints lacks appconfigdata: functions in the VPC call appconfig:GetLatestConfiguration",
        "network.interface_endpoints lacks sagemaker.runtime: functions in the VPC call sagemaker:InvokeEndpoint",
        "network.interface_endpoints lacks textract: functions in the VPC call textract:StartDocumentTextDetection",
    ]


@pytest.mark.parametrize("action", CARRIED)
def test_what_services_do_in_a_roles_name_needs_no_endpoint(action: str) -> None:
    with pytest.raises(InvalidEnvironment, match=r"network\.interface_endpoints=kms: nothing"):
        endpoints_fit(listing("kms", "bedrock-runtime"), ("bedrock:InvokeModel", action))


def test_signatures_are_asked_of_kms_by_the_code() -> None:
    endpoints_fit(listing("kms"), ("kms:GenerateMac",))


def test_another_domain_that_is_tried_out_may_call_less_but_nothing_without_an_endpoint() -> None:
    endpoints_fit(listing("sqs", "states"), ("sqs:SendMessage",), another_domain=True)
    with pytest.raises(InvalidEnvironment, match=r"lacks states"):
        endpoints_fit(listing("sqs"), ("states:StartExecution",), another_domain=True)
