"""Calls of the launcher to its own APIs, with arguments in CloudFormation's form."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from local.settings import ACCOUNT, REGION

NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


@functools.cache
def client(service: str) -> Any:
    """The one client of a service: creating a client costs up to 200 ms and several megabytes."""
    make: Callable[..., Any] = boto3.client  # its stubs know no service by a name that is not literal
    return make(
        service,
        endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        region_name=REGION,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False, s3={"addressing_style": "path"}),
    )


def call(service: str, operation: str, **arguments: Any) -> dict[str, Any]:
    """Make one API call. Arguments that the operation does not know are dropped; scalars, which are strings in CloudFormation, are cast.

    Raises botocore.exceptions.ClientError. Never call it on the event loop, which has to answer it.
    """
    api = client(service)
    shape = api.meta.service_model.operation_model(api.meta.method_to_api_mapping[operation]).input_shape
    answer: dict[str, Any] = getattr(api, operation)(**cast(shape, arguments))
    return answer


def cast(shape: Any, value: Any) -> Any:
    """The value with the types of a shape of botocore.model; None and unknown members are left out."""
    kind = shape.type_name
    if kind == "structure":
        return {name: cast(shape.members[name], each) for name, each in value.items() if name in shape.members and each is not None}
    if kind == "list":
        return [cast(shape.member, each) for each in value]
    if kind == "map":
        return {name: cast(shape.value, each) for name, each in value.items()}
    if kind in NUMBERS:
        return NUMBERS[kind](value)
    if kind == "boolean":
        return truth(value)
    return str(value) if kind == "string" and not isinstance(value, str) else value


def truth(value: Any) -> bool:
    """The value of a template's boolean, which may be a text."""
    return str(value).lower() == "true"


def camel(value: Any) -> Any:
    """CloudFormation's PascalCase as the camelCase of REST JSON APIs."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: camel(each) for name, each in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value
