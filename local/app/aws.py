"""AWS clients for the running local AWS, and the parameters that the deployment publishes."""

from collections.abc import Callable
from functools import cache
from typing import Any

from local import settings
from local.console import Trouble

PARAMETERS = "/causeway/local/"


@cache
def client(service: str) -> Any:
    """A boto3 client of the local AWS. Raises Trouble when it does not run."""
    import boto3
    from botocore.config import Config

    state = settings.read()
    if not state.cloud_url:
        raise Trouble("Nothing runs here yet: start it with make up.")
    make: Callable[..., Any] = boto3.client  # its stubs know no service by a name that is not literal
    return make(
        service,
        endpoint_url=state.cloud_url,
        region_name=state.region,
        aws_access_key_id=state.access_key_id,
        aws_secret_access_key=settings.SECRET_ACCESS_KEY,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}, inject_host_prefix=False),
    )


@cache
def parameter(name: str) -> str:
    """A value that the stacks publish, such as "assistant/api-id". Raises Trouble when nothing is deployed."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(client("ssm").get_parameter(Name=PARAMETERS + name)["Parameter"]["Value"])
    except (ClientError, BotoCoreError) as error:
        raise Trouble(f"The local AWS does not answer for {PARAMETERS}{name} ({error}): run make up.") from error
