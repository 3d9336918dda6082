"""One deployment to a local AWS for each process that runs these tests, in a state folder and on ports of its own."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("CAUSEWAY_STATE", ".causeway/test")
if process := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["CAUSEWAY_STATE"] += f"-{process}"

import pytest

from local import places
from local.app import people, records, rights
from local.app.adding import Adding
from local.app.api import Reply, call
from local.app.domain import BOOKSHOP, Domain
from local.app.people import Person
from local.app.selection import selected
from local.app.uploads import Outcome, Upload
from local.commands import up
from local.console import Console
from local.servers import services
from local.servers.services import Choice

ON_PURPOSE = "asks-on-purpose"  # the name of sessions that ask for what they may not have
UNNAMED = "somebody-elses-handbooks"  # a bucket that no source names
MISSING = "a-table-that-is-not-there"  # which a release that is held reads
TAKEN_AWAY = ("causeway-local-answers", "bedrock:InvokeModel")  # by a test of permissions, for a while


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes the deployment down comes last. It is one test: of files with as many tests, pytest-xdist keeps the order."""
    items.sort(key=lambda item: item.path.name == "test_destroy.py")


@dataclass(frozen=True)
class Deployment:
    """The deployed app as its users see it. ada administers harbour and is in its group staff, carl is in none, rita is a reviewer;
    bela is of lantern.
    """

    ada: Person
    bela: Person
    carl: Person
    rita: Person

    def ask(self, person: Person | None, question: Any, **more: Any) -> Reply:
        """POST /v1/answers."""
        return call("POST", "/v1/answers", person, {"question": question, **more})

    def add(self, person: Person, file: Path, name: str | None = None) -> Outcome:
        """Upload one file and wait for what becomes of it."""
        return Adding([Upload(file, name or file.name, person)], again=True, patience=120).run()[0]

    def add_all(self, person: Person, folder: Path) -> list[Outcome]:
        """Upload a folder's files and wait for what becomes of each."""
        return Adding(selected(folder, person).uploads, again=True, patience=240).run()


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    """The app, deployed to an empty account by the real CDK command line; everything is stopped at the end."""
    if places.STATE == places.HOME:
        pytest.exit("tests/local would use the deployment of `make up`: run them by themselves, as in pytest tests/local", 2)
    with _alone():
        services.stop()
        services.forget_the_account()
        up.bring_up(Console(), Choice(chat="stand-in", search=""))
    try:
        domain = Domain.read(BOOKSHOP)
        for user in domain.users:
            people.create(user)
        rights.settle(domain)
        records.settle(domain)
        yield Deployment(*(people.sign_in(domain.user(name)) for name in ("ada", "bela", "carl", "rita")))
    finally:
        services.stop()
    refused = _denied_to_the_app()
    assert not refused, f"roles of the templates lack rights that the app's code uses: {refused}"


def _denied_to_the_app() -> set[str]:
    """What IAM denied to roles of the app while these tests ran, but for what tests have asked on purpose or taken away."""
    said = (places.LOGS / "cloud.log").read_text().splitlines()
    meant = (f"/{ON_PURPOSE} may not", f"/{TAKEN_AWAY[0]} may not {TAKEN_AWAY[1]} ", f"/{MISSING}: ", f":::{UNNAMED}")
    denied = {line for line in said if line.startswith("denied: ") and ":assumed-role/causeway-local-" in line}
    return {line for line in denied if not any(each in line for each in meant)}


@contextmanager
def _alone() -> Iterator[None]:
    """Two deployments at once would take twice as long, and wait for each other longer than they may."""
    places.HOME.mkdir(parents=True, exist_ok=True)
    with (places.HOME / "deploying.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def bookshop(deployment: Deployment) -> Deployment:
    """The deployment with the sample documents of both tenants."""
    domain = Domain.read(BOOKSHOP)
    for person in (deployment.ada, deployment.bela):
        outcomes = deployment.add_all(person, domain.documents(person.tenant))
        assert [outcome for outcome in outcomes if outcome.state != "ready"] == []
    return deployment


@pytest.fixture
def scripted() -> Iterator[Callable[[str], None]]:
    """Gives the stand-in chat model a script of the test's own, which comes before the domain's."""
    file = places.STATE / "scripts" / "test.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    yield file.write_text
    file.unlink(missing_ok=True)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file of that name and text."""

    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text)
        return file

    return write
