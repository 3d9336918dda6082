"""Names that tools outside the app look up, as parameters of the Systems Manager."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm


def publish(stack: Stack, environment: str, values: Mapping[str, str]) -> None:
    """Write each value to the parameter `/causeway/{environment}/{stack}/{name}`; names are unique in a stack."""
    room = stack.node.id.rpartition("-")[2]
    for name, value in values.items():
        ssm.StringParameter(stack, f"Parameter-{name}", parameter_name=f"/causeway/{environment}/{room}/{name}", string_value=value)
