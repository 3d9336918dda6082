"""What a domain brings for agents, as a layer: its agents, teams, triggers, tools and policies, importable as `domains.NAME`.

A change there publishes the functions of agents and no other.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from pydantic import BaseModel

from stacks.constructs.code import digest, publish
from stacks.constructs.runtime import architecture_of, runtime_of
from stacks.constructs.settings import Common
from stacks.data.domains import DOMAINS
from stacks.environment import InvalidEnvironment

TOP = Path(__file__).resolve().parents[2]
BUILT = TOP / ".causeway" / "domains"
PARTS = {
    ".": ("triggers.yaml",),
    "agents": ("*.yaml",),
    "policies": ("*.cedar",),
    "teams": ("*.yaml",),
    "tools": ("*.py", "*.yaml", "*.json"),
}
NOT_SHIPPED = {"stand-in.yaml"}  # of the laptop's chat model
# As the functions load it when they start. It prints what the tools need.
CHECK = """
import json
import sys
from causeway.agents.domain import AgentDomain, InvalidDomain
from causeway.agents.needs import needs_of
from causeway.teams.domain import teams_of
from causeway.triggers.domain import triggers_of
try:
    domain = AgentDomain.load(sys.argv[1])
    teams_of(domain)
    triggers = [each.model_dump(mode="json") for each in triggers_of(domain)]
    print(json.dumps({**needs_of(domain.tools.values()), "triggers": triggers}))
except InvalidDomain as error:
    sys.exit(str(error))
"""


class When(BaseModel):
    """As `causeway.triggers.trigger` has it: what of it the templates must know."""

    kind: Literal["document", "schedule", "stream", "execution", "account"]
    at: str = ""
    time_zone: str = ""
    of: str = ""
    became: str = ""
    below: str = ""
    source: str = ""
    detail_type: str = ""


class Trigger(BaseModel):
    name: str
    when: When


class Needs(BaseModel):
    """What a domain's tools need, as `causeway.agents.needs` says it, and its triggers."""

    outside: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    secrets: Mapping[str, str] = {}
    mcp: bool = False
    functions: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()


def brings_tools(domain: str | None, domains: Path = DOMAINS) -> bool:
    """Whether there is something for agents to do; an agent can do nothing without tools."""
    return domain is not None and any((domains / domain / "tools").glob("*.py"))


def domain_layer(scope: Construct, domain: str, environment: Common) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        scope,
        "DomainLayer",
        description=f"Agents, teams, triggers, tools and policies of domains/{domain}",
        code=lambda_.Code.from_asset(str(build(domain))),
        compatible_runtimes=[runtime_of(environment.functions)],
        compatible_architectures=[architecture_of(environment.functions)],
        removal_policy=environment.removal_policy,
    )


def needs(domain: str, domains: Path = DOMAINS, built: Path = BUILT) -> Needs:
    """As `build`, which found them out."""
    folder = build(domain, domains, built)
    noted = _noted(folder)
    if not noted.is_file():
        noted.write_text(_check(domain, domains))
    return Needs.model_validate_json(noted.read_text())


def build(domain: str, domains: Path = DOMAINS, built: Path = BUILT) -> Path:
    """The folder that holds `python/` with the domain's files. Raises InvalidEnvironment that says what does not fit together."""
    files = {str(PurePosixPath("python/domains", domain, part, file.name)): file for part, file in _files(domains / domain)}
    folder = built / f"{domain}-{digest(files)}"
    if not folder.is_dir():
        found = _check(domain, domains)
        built.mkdir(parents=True, exist_ok=True)
        _noted(folder).write_text(found)
        with tempfile.TemporaryDirectory(dir=built) as scratch:
            for name, file in files.items():
                copied = Path(scratch) / "layer" / name
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copied)
            publish(Path(scratch) / "layer", folder)
    return folder


def _files(folder: Path) -> list[tuple[str, Path]]:
    found = [(part, file) for part, patterns in PARTS.items() for pattern in patterns for file in (folder / part).glob(pattern)]
    return sorted((part, file) for part, file in found if file.name not in NOT_SHIPPED)


def _noted(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.needs.json")


def _check(domain: str, domains: Path) -> str:
    """The needs of its tools, as JSON."""
    variables = {**os.environ, "PYTHONPATH": f"{TOP / 'lambdas'}{os.pathsep}{domains.parent}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-P", "-c", CHECK, domain], env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InvalidEnvironment(f"agents of domains/{domain} cannot be deployed:\n{done.stderr.strip()}")
    return done.stdout
