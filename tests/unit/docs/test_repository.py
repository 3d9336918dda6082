"""What someone who picks the repository up relies on: its licence, its checks, and updates that miss no pinned package."""

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).resolve().parents[3]


def tracked(ending: str) -> set[str]:
    """Files of the repository whose names end so."""
    listed = subprocess.run(["git", "ls-files", f"*{ending}"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    return set(listed.split())


def test_every_list_of_pins_has_a_lock_that_make_lock_writes() -> None:
    written = set(re.findall(r"[\w./-]+/[\w.-]+|requirements[\w-]*", " ".join(re.findall(r"^(?:LOCKS|PEERS) := (.*)$", makefile(), re.M))))
    written |= set(re.findall(r"([\w./-]+)\.in --output-file \1\.txt", makefile().replace("$$lock", "")))
    assert {name.removesuffix(".in") for name in tracked(".in")} == written


def test_updates_are_proposed_for_every_list_of_pins_and_every_package_json() -> None:
    renovate = json.loads((TOP / "renovate.json").read_text())
    [pattern] = renovate["pip_requirements"]["managerFilePatterns"]
    assert all(re.search(pattern.strip("/"), name) for name in tracked(".in"))
    assert {"pip_requirements", "npm", "github-actions"} <= set(renovate["enabledManagers"])


def test_updated_pins_get_their_lock_files_and_the_whole_check() -> None:
    branches = json.loads((TOP / "renovate.json").read_text())["branchPrefix"]
    lock = workflow("lock")
    assert lock[True]["push"]["branches"] == [f"{branches}**"]
    assert any("make setup lock" in step.get("run", "") for step in lock["jobs"]["lock"]["steps"])
    assert lock["jobs"]["ci"]["uses"] == "./.github/workflows/ci.yml"


def test_github_runs_what_a_developer_runs() -> None:
    assert [step["run"] for step in workflow("ci")["jobs"]["run"]["steps"] if "run" in step] == [".ci/run"]


@pytest.mark.parametrize("report", ["comply", "cost", "deployer", "diff", "flow", "preflight"])
@pytest.mark.parametrize("typed", ["", "dev prod"])
def test_a_report_gets_the_environment_as_it_is_typed_and_answers_with_those_there_are(report: str, typed: str) -> None:
    asked = subprocess.run(
        ["make", "-n", "-o", "setup", report, f"ENV={typed}"], cwd=TOP, capture_output=True, text=True, check=True
    ).stdout
    assert typed in shlex.split(asked)


def test_the_licence_is_said_in_the_package_and_given_in_full() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (TOP / project["license-files"][0]).read_text()


def makefile() -> str:
    return (TOP / "Makefile").read_text()


def workflow(name: str) -> dict:
    """YAML 1.1 reads the key `on` as True."""
    return yaml.safe_load((TOP / ".github" / "workflows" / f"{name}.yml").read_text())
