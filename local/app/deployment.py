"""Deploys the app to the local AWS with the real CDK command line."""

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from local import places, settings
from local.app.aws import client
from local.app.domain import current
from local.fingerprint import fingerprint
from local.servers.processes import run
from local.settings import ACCOUNT, PREFIX, REGION, ROOT

SOURCES = ("app.py", "cdk.json", "stacks", "environments/local.yaml", "lambdas", "sagemaker", "requirements.txt")
DEPLOYED = places.STATE / "deployed"
FUNCTION = "AWS::Lambda::Function"
MADE_FROM = places.CLOUD_OUT / "made-from"


def is_synthesized() -> bool:
    """Whether the templates in the state folder were made from the present sources."""
    return MADE_FROM.exists() and MADE_FROM.read_text() == app_fingerprint()


def synthesize() -> None:
    """Write templates and assets into the state folder."""
    MADE_FROM.unlink(missing_ok=True)
    wanted = app_fingerprint()
    chosen = ["-c", "env=local", "-c", f"domain={current().folder.name}"]
    _cdk(["synth", "--quiet", *chosen, "--output", places.CLOUD_OUT], "synth", "cdk synth")
    MADE_FROM.write_text(wanted)


def bootstrap() -> None:
    """Do once what every account needs before CDK can deploy to it."""
    with tempfile.TemporaryDirectory() as empty:
        # In a folder with a cdk.json the command would run the app first.
        _cdk(["bootstrap", f"aws://{ACCOUNT}/{REGION}"], "bootstrap", "cdk bootstrap", folder=Path(empty))


def deploy(note: Callable[[str], None]) -> None:
    """Deploy all stacks. note: is called with the name of the stack in progress. Raises Trouble with the end of the command's output."""

    def follow(line: str) -> None:
        if match := re.search(rf"{PREFIX}(\w+)", line):
            note(match[1])

    everything = ["deploy", "--all", "--app", places.CLOUD_OUT, "--require-approval", "never", "--concurrency", "4", "--progress", "events"]
    DEPLOYED.unlink(missing_ok=True)
    _cdk(everything, "deploy", "cdk deploy", follow)
    DEPLOYED.write_text(app_fingerprint())


def destroy() -> None:
    """Delete all stacks and what they hold. Raises Trouble with the end of the command's output."""
    DEPLOYED.unlink(missing_ok=True)
    _cdk(["destroy", "--all", "--force", "--app", places.CLOUD_OUT], "destroy", "cdk destroy")


def is_bootstrapped() -> bool:
    """Whether CDK can deploy to the running local AWS."""
    return "CDKToolkit" in _stacks(client)


def damage(client: Callable[[str], Any] = client) -> str:
    """Why no deployment can repair what the account holds; empty when it is sound.

    A stack was still in progress when the account was saved, or a function is missing although its stack created it.
    """
    stacks = client("cloudformation").describe_stacks()["Stacks"]
    if any(stack["StackStatus"].endswith("_IN_PROGRESS") for stack in stacks):
        return "The last deployment was cut off half-way"
    gone = {function for stack in _stacks(client) for function in _made_functions(client, stack)} - _functions(client)
    return f"{', '.join(sorted(gone))} of the last deployment is gone" if gone else ""


def is_deployed() -> bool:
    """Whether the running local AWS holds what the present sources describe."""
    if not DEPLOYED.exists() or DEPLOYED.read_text() != app_fingerprint():
        return False
    return _stacks(client) >= {file.name.partition(".")[0] for file in places.CLOUD_OUT.glob("*.template.json")}


def _made_functions(client: Callable[[str], Any], stack: str) -> set[str]:
    """Names of the functions that the stack created."""
    pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return {resource["PhysicalResourceId"] for resource in resources if resource["ResourceType"] == FUNCTION}


def _functions(client: Callable[[str], Any]) -> set[str]:
    """Names of the existing functions."""
    pages = client("lambda").get_paginator("list_functions").paginate()
    return {function["FunctionName"] for page in pages for function in page["Functions"]}


def _stacks(client: Callable[[str], Any]) -> set[str]:
    """Names of the completely deployed stacks."""
    stacks = client("cloudformation").describe_stacks()["Stacks"]
    return {stack["StackName"] for stack in stacks if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")}


def app_fingerprint() -> str:
    """A digest that changes with the domain and with every source of a template or an asset."""
    folder = current().folder
    told = [
        *(folder / f"{name}.yaml" for name in ("conversations", "domain", "retrieval", "triggers")),
        *(folder / part for part in ("agents", "policies", "tools")),
    ]
    return fingerprint([*(ROOT / source for source in SOURCES), *told], folder.name)


def _cdk(arguments: Sequence[object], name: str, what: str, on_line: Callable[[str], None] | None = None, folder: Path = ROOT) -> None:
    path = f"{places.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    variables = {"PATH": path, "CI": "true", "CDK_DISABLE_CLI_TELEMETRY": "true", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"}
    if name != "synth":
        variables |= settings.read().aws_variables()
    command = [places.CDK, "--no-notices", "--no-color", *arguments]
    run(command, log=places.LOGS / f"{name}.log", what=what, folder=folder, variables=variables, on_line=on_line)
