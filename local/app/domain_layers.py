"""Agents, tools, policies and teams of a domain, exchanged in the running local AWS without a deployment."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stacks.agents.domain_layer import NOT_SHIPPED, PARTS, build

LAYER = "DomainLayer"  # in the layer's name, as the stacks call it
DEPLOYED_ONLY = {"triggers.yaml"}  # rules and schedules are made of it


def shipped(folder: Path) -> list[Path]:
    """The domain's files that can be exchanged."""
    found = {file for part, patterns in PARTS.items() for pattern in patterns for file in (folder / part).glob(pattern)}
    return sorted(file for file in found if file.name not in NOT_SHIPPED | DEPLOYED_ONLY)


def archive_of(domain: Path) -> bytes:
    """The domain's layer, zipped. Raises InvalidEnvironment that says what does not fit together."""
    folder, content = build(domain.name, domain.parent), io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            archive.write(file, file.relative_to(folder))
    return content.getvalue()


def exchange(lambdas: Any, archive: bytes, functions: Sequence[str]) -> list[str]:
    """Give every function that has the domain's layer a version of it with this content, and return their names.

    lambdas: a client of Lambda. The functions' aliases stay as they are.
    """
    published: dict[str, str] = {}
    changed: list[str] = []
    for function in functions:
        layers = [each["Arn"] for each in lambdas.get_function_configuration(FunctionName=function).get("Layers", ())]
        for name in {_name(arn) for arn in layers if LAYER in _name(arn)} - published.keys():
            published[name] = lambdas.publish_layer_version(LayerName=name, Content={"ZipFile": archive})["LayerVersionArn"]
        if (exchanged := [published.get(_name(arn), arn) for arn in layers]) != layers:
            lambdas.update_function_configuration(FunctionName=function, Layers=exchanged)
            changed.append(function)
    return changed


def _name(version: str) -> str:
    """version: ARN, arn:aws:lambda:REGION:ACCOUNT:layer:NAME:NUMBER."""
    return version.split(":")[6]
