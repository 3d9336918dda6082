import boto3
import pytest

from local.cloud.clients import camel, cast, truth


def shape(service: str, operation: str):
    return boto3.client(service, region_name="us-east-1").meta.service_model.operation_model(operation).input_shape


def test_text_from_a_template_becomes_what_the_api_takes() -> None:
    arguments = {"FunctionName": "f", "ReservedConcurrentExecutions": "4"}
    assert cast(shape("lambda", "PutFunctionConcurrency"), arguments) == {"FunctionName": "f", "ReservedConcurrentExecutions": 4}


def test_members_the_api_does_not_know_are_left_out() -> None:
    assert cast(shape("lambda", "PutFunctionConcurrency"), {"FunctionName": "f", "Colour": "red"}) == {"FunctionName": "f"}


@pytest.mark.parametrize("text", ["true", "True", True])
def test_a_boolean_may_be_a_word(text: object) -> None:
    assert truth(text)
    assert not truth("false")


def test_names_are_put_into_the_case_of_rest_apis_at_every_depth() -> None:
    assert camel({"FiltersConfig": [{"InputStrength": "HIGH"}]}) == {"filtersConfig": [{"inputStrength": "HIGH"}]}
