"""The list of what an account still needs, and what a look at the account says of each step."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stacks.environment import Environment
from stacks.reports.assembly import Assembly
from stacks.reports.preflight.quotas import reserved_concurrency
from stacks.reports.preflight.step import Clients, Step
from stacks.reports.preflight.steps import steps

QUICKLY = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
MARKS = {"done": "[x]", "missing": "[ ]", "unknown": "[?]", "not checked": " - "}


def outcome(step: Step, clients: Clients | None) -> tuple[str, str]:
    """(done, missing, unknown or not checked; what was seen). No answer of the account ever stops the list."""
    if step.check is None or (clients is None and step.needs_account):
        return "not checked", ""
    try:
        return step.check(clients or _no_clients)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        absent = "NotFound" in code or code.startswith("NoSuch")
        return ("missing" if absent else "unknown"), f"{code}: {error.response['Error']['Message']}"
    except BotoCoreError as error:
        return "unknown", str(error)


def _no_clients(service: str, region: str) -> Any:
    raise LookupError(f"a check without an account asked for {service} in {region}")


def account_here(environment: Environment) -> tuple[Clients | None, str]:
    """`account_of` the credentials of this shell; a profile that does not exist is reported like credentials that do not work."""
    try:
        return account_of(boto3.Session(), environment)
    except BotoCoreError as error:
        return None, f"The credentials do not work, nothing is checked: {error}"


def account_of(session: boto3.Session, environment: Environment) -> tuple[Clients | None, str]:
    """Clients for the account the credentials belong to, and a line about it; None when there are no usable credentials."""

    def clients(service: str, region: str) -> Any:
        return session.client(service, region_name=region, config=QUICKLY)  # type: ignore[call-overload]

    if session.get_credentials() is None:
        return None, "No credentials: nothing is checked."
    try:
        account = clients("sts", environment.region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        return None, f"The credentials do not work, nothing is checked: {error}"
    if environment.account not in (None, account):
        return (
            None,
            f"The credentials are of account {account}; {environment.name}.yaml pins {environment.account}: nothing is checked.",
        )
    return clients, f"Checked against account {account}."


def report(assembly: Assembly, clients: Clients | None) -> tuple[str, bool]:
    """The list as text, and whether a checked step is missing."""
    lines, missing = [], False
    for step in steps(assembly):
        state, seen = outcome(step, clients)
        missing = missing or state == "missing"
        lines += [f"{MARKS[state]} {step.title}" + (f": {seen}" if seen else ""), f"      {step.how}"]
    lines += ["", f"Reserved concurrency, summed over all functions: {reserved_concurrency(assembly)}"]
    return "\n".join(lines), missing
