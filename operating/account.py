"""Where an environment runs: clients of its AWS, and the parameters that its stacks publish."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from local.app import aws
from local.console import Trouble

ENVIRONMENTS = Path(__file__).resolve().parent.parent / "environments"
LOCAL = "local"


@dataclass(frozen=True)
class Account:
    """environment: as in `environments/`. where: for people. client, parameter: by the names of a service and of a parameter.

    of_copies: as `client`, in the region that holds copies; None where there is none.
    """

    environment: str
    where: str
    client: Callable[[str], Any]
    parameter: Callable[[str], str]
    of_copies: Callable[[str], Any] | None = None

    @property
    def is_real(self) -> bool:
        return self.environment != LOCAL


def account() -> Account:
    """That of the environment which ENV names, the laptop's without. Raises Trouble when it cannot be used."""
    environment = os.environ.get("ENV") or LOCAL
    file = ENVIRONMENTS / f"{environment}.yaml"
    if not file.is_file():
        raise Trouble(f"ENV={environment}: there is no environments/{environment}.yaml.")
    if environment == LOCAL:
        return Account(LOCAL, "the local AWS", aws.client, aws.parameter)
    settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    return _real(environment, str(settings["region"]), settings["data"].get("replica_region"))


def _real(environment: str, region: str, of_copies: str | None) -> Account:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    session = boto3.Session(region_name=region)
    make = cast(Callable[[str], Any], session.client)  # its stubs know no service by a name that is not literal
    try:
        number = make("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise Trouble(f"ENV={environment} needs credentials of its account: {error}") from error

    def parameter(name: str) -> str:
        try:
            return str(make("ssm").get_parameter(Name=f"/causeway/{environment}/{name}")["Parameter"]["Value"])
        except (BotoCoreError, ClientError) as error:
            raise Trouble(f"{environment} of account {number} has no parameter {name} ({error}): is it deployed there?") from error

    elsewhere = cast(Callable[[str], Any], boto3.Session(region_name=of_copies).client) if of_copies else None
    return Account(environment, f"account {number}, {region}", make, parameter, elsewhere)
