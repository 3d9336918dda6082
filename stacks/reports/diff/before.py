"""The templates to compare with: those of a commit, or those that are deployed."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stacks.environment import Environment
from stacks.reports.assembly import WITHOUT_COPIES_OF_ASSETS
from stacks.reports.preflight.step import Clients

TOP = Path(__file__).resolve().parents[3]
LAYERS = Path(".causeway") / "layers"  # each is kept by what it is made from, so a former commit may use ours and leave its own
RELEASE = "release"
EMPTY = ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE")  # states of stacks that have no resource


class NothingBefore(Exception):
    """There is nothing to compare with; the message says why, and what to do."""


def named(since: str) -> str:
    """The commit that a person names; `release` is the newest tag before this one. Raises NothingBefore."""
    tag = _git("describe", "--tags", "--abbrev=0") if since == RELEASE else since
    if not tag:
        raise NothingBefore("SINCE=release: no commit up to this one has a tag; name a commit")
    commit = _git("rev-parse", "--verify", "--quiet", f"{tag}^{{commit}}")
    if not commit:
        raise NothingBefore(f"SINCE={since}: git knows no such commit here")
    return commit


def of_commit(commit: str, environment: str) -> dict[str, Any]:
    """Stack → template, synthesized from the files of that commit by the packages installed here. Raises NothingBefore."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, made = Path(scratch) / "files", Path(scratch) / "made"
        files = subprocess.run(["git", "archive", "--format=zip", commit], cwd=TOP, capture_output=True, check=True).stdout
        zipfile.ZipFile(io.BytesIO(files)).extractall(folder)
        (TOP / LAYERS).mkdir(parents=True, exist_ok=True)
        (folder / LAYERS).parent.mkdir(exist_ok=True)
        (folder / LAYERS).symlink_to(TOP / LAYERS)
        context = json.dumps({"env": environment, WITHOUT_COPIES_OF_ASSETS: True})
        variables = {**os.environ, "CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(made)}
        done = subprocess.run([sys.executable, "app.py"], cwd=folder, env=variables, capture_output=True, text=True, check=False)
        if not (made / "manifest.json").exists():
            said = "\n".join(done.stderr.strip().splitlines()[-5:])
            raise NothingBefore(f"{commit[:7]} makes no templates for {environment} with the packages installed here:\n{said}")
        return read(made, environment)


def read(folder: Path, environment: str) -> dict[str, Any]:
    """Stack → template, of a folder that synthesis wrote."""
    files = {file.name.removesuffix(".template.json"): file for file in sorted(folder.glob("*.template.json"))}
    return {short(name, environment): json.loads(file.read_text()) for name, file in files.items()}


def short(stack: str, environment: str) -> str:
    """As in `data`."""
    return stack.removeprefix(f"causeway-{environment}-")


def deployed(clients: Clients, environment: Environment, regions: Mapping[str, str]) -> dict[str, Any]:
    """Stack → template, as CloudFormation holds it; only of stacks that are there. regions: stack → its region. Raises NothingBefore."""
    found = {}
    try:
        for stack, region in regions.items():
            name = f"causeway-{environment.name}-{stack}"
            if _is_there(client := clients("cloudformation", region), name):
                body = client.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
                found[stack] = json.loads(body) if isinstance(body, str) else body
    except (BotoCoreError, ClientError) as error:
        raise NothingBefore(f"the deployed templates cannot be read: {error}") from error
    if not found:
        raise NothingBefore(f"no stack of {environment.name} is deployed in this account: everything would be new")
    return found


def _is_there(client: Any, name: str) -> bool:
    try:
        state = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return state not in EMPTY


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True, check=False).stdout.strip()
