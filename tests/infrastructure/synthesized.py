"""One environment's cloud assembly, read from disk, with the look-ups the properties need."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from stacks.environment import Environment, load

TOP = Path(__file__).resolve().parents[2]
KEPT = TOP / ".causeway" / "synthesized"
INPUTS = ("app.py", "cdk.json", "requirements.txt", "stacks", "environments", "lambdas", "sagemaker", "domains")
AN_HOUR = 3600
WITHOUT_COPIES_OF_ASSETS = {"aws:cdk:disable-asset-staging": True}


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    stack: str
    id: str
    raw: dict[str, Any] = field(hash=False, compare=False)

    @property
    def type(self) -> str:
        return str(self.raw["Type"])

    @property
    def properties(self) -> dict[str, Any]:
        found: dict[str, Any] = self.raw.get("Properties", {})
        return found

    @property
    def acknowledged(self) -> dict[str, str]:
        """Rule → reason, as written for auditors."""
        return {each["id"]: each["reason"] for each in self.raw.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", [])}

    def __str__(self) -> str:
        return f"{self.stack}/{self.id}"


@dataclass(frozen=True)
class Statement:
    """One statement of an IAM policy of a role."""

    policy: Resource
    effect: str
    actions: tuple[str, ...]
    resources: tuple[Any, ...]
    conditions: dict[str, Any] = field(hash=False, compare=False)

    @classmethod
    def of(cls, policy: Resource, raw: dict[str, Any]) -> "Statement":
        return cls(
            policy, raw["Effect"], tuple(as_list(raw.get("Action", []))), tuple(as_list(raw.get("Resource", []))), raw.get("Condition", {})
        )


class Synthesized:
    """The templates of one environment, the report of the validation plugins, and construct path → metadata entries."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.environment: Environment = load(name)
        self.templates = {file.name.split(".")[0]: json.loads(file.read_text()) for file in sorted(folder.glob("*.template.json"))}
        self.validation: dict[str, Any] = json.loads((folder / "validation-report.json").read_text())
        self.metadata: dict[str, list[dict[str, Any]]] = {}
        for file in folder.glob("*.metadata.json"):
            self.metadata |= json.loads(file.read_text())

    def all(self, *types: str) -> list[Resource]:
        """The resources of these types, or every one."""
        found = [
            Resource(stack, id, raw) for stack, template in self.templates.items() for id, raw in template.get("Resources", {}).items()
        ]
        return [resource for resource in found if not types or resource.type in types]

    def target(self, stack: str, reference: Any) -> Resource | None:
        """The resource a Ref, GetAtt or import in a template of `stack` names; None when it names none."""
        match reference:
            case {"Fn::ImportValue": name}:
                owner, value = self.exports[name]
                return self.target(owner, value)
            case {"Fn::GetAtt": [id, _]} | {"Ref": id} if id in self.templates[stack]["Resources"]:
                return Resource(stack, id, self.templates[stack]["Resources"][id])
        return None

    def statements(self) -> Iterator[Statement]:
        """Every statement a role can act by; resource policies are others' business."""
        for policy in self.all("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
            for raw in policy.properties["PolicyDocument"]["Statement"]:
                yield Statement.of(policy, raw)

    @cached_property
    def exports(self) -> dict[str, tuple[str, Any]]:
        """Name of an export → its stack and the value as that stack's template writes it."""
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }


def as_list(value: Any) -> list[Any]:
    """CloudFormation writes one or many; this reads many."""
    return value if isinstance(value, list) else [value]


class Synthesis:
    """app.py at work on one environment; no work where these very inputs were synthesized before."""

    def __init__(self, name: str) -> None:
        self.name, self.folder = name, KEPT / f"{name}-{_fingerprint()}"
        self._fresh = Path(f"{self.folder}.{os.getpid()}")
        self._process = None if self.folder.is_dir() else self._start()

    def finish(self) -> Synthesized:
        """Wait, and read the templates. Raises RuntimeError with what app.py printed when it made none."""
        if self._process:
            output = self._process.communicate()[0]
            if not (self._fresh / "manifest.json").exists():
                raise RuntimeError(f"app.py made no templates for {self.name}:\n{output}")
            self._keep()
        return Synthesized(self.name, self.folder)

    def _start(self) -> subprocess.Popen[str]:
        context = json.dumps({"env": self.name, **WITHOUT_COPIES_OF_ASSETS})
        variables = {**os.environ, "CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(self._fresh)}
        command = [sys.executable, "app.py"]
        return subprocess.Popen(command, cwd=TOP, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def _keep(self) -> None:
        """Give the templates their name, for the next run, and drop those of inputs an hour ago; another run may have been first."""
        if self.folder.is_dir():
            shutil.rmtree(self._fresh)
        else:
            self._fresh.rename(self.folder)
        for older in KEPT.glob(f"{self.name}-*"):
            if older != self.folder and time.time() - older.stat().st_mtime > AN_HOUR:
                shutil.rmtree(older, ignore_errors=True)


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(file for name in INPUTS for file in _files(TOP / name)):
        digest.update(f"{path.relative_to(TOP)}:{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for file in path.rglob("*") if path.is_dir() else ():
        if file.is_file() and "__pycache__" not in file.parts:
            yield file
