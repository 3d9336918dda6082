"""The bill of materials has what the lock has, no more and no less."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from cyclonedx.output.json import JsonV1Dot6

TOP = Path(__file__).resolve().parents[3]
LOCK = TOP / "lambdas" / "layers" / "answering.txt"


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", TOP / ".ci" / "sbom.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_pin_is_listed_with_its_files_and_its_licence(sbom: ModuleType) -> None:
    text = LOCK.read_text()
    listed = json.loads(JsonV1Dot6(sbom.bill("answering.txt", text)).output_as_string())["components"]
    assert {f"{each['name']}=={each['version']}" for each in listed} == set(re.findall(r"^[\w.-]+==[^\s;]+", text, re.M))
    assert sum(len(each["hashes"]) for each in listed) == text.count("--hash=")
    assert {each["name"] for each in listed if not each.get("licenses")} <= {"tzdata"}  # of Windows alone
    assert all(each["purl"].startswith("pkg:pypi/") for each in listed)


def test_a_licence_that_another_version_states_says_so(sbom: ModuleType) -> None:
    [other] = json.loads(JsonV1Dot6(sbom.bill("x.txt", "pydantic==0.0.1\n")).output_as_string())["components"]
    assert other["licenses"] == [{"license": {"id": "MIT"}}]
    assert [each["name"] for each in other["properties"]] == [sbom.SAID_BY]


def test_what_is_not_installed_has_no_licence(sbom: ModuleType) -> None:
    [unknown] = json.loads(JsonV1Dot6(sbom.bill("x.txt", "no-such-package==1\n")).output_as_string())["components"]
    assert "licenses" not in unknown


def test_a_lock_that_pins_nothing_is_an_error(sbom: ModuleType) -> None:
    with pytest.raises(ValueError, match="pins no package"):
        sbom.bill("empty.txt", "# nothing\n")
