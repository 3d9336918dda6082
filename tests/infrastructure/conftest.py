"""Every environment, synthesized once per run by app.py itself, two at a time; one worker runs all of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks.environment import ENVIRONMENTS
from tests.infrastructure.synthesized import Synthesis, Synthesized

NAMES = sorted(file.stem for file in ENVIRONMENTS.glob("*.yaml"))
AT_ONCE = 2


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("infrastructure"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Groups that pytest-xdist does not see would cost each worker minutes of synthesis."""
    here = [item for item in session.items if item.path.is_relative_to(Path(__file__).parent)]
    if session.config.getoption("loadgroup", default=False) and not all(item.nodeid.endswith("@infrastructure") for item in here):
        raise pytest.UsageError("pytest-xdist does not group tests under this pytest: see requirements-dev.in")


@pytest.fixture(scope="session")
def synthesized(request: pytest.FixtureRequest) -> dict[str, Synthesized]:
    """Environment name → templates."""
    return dict(_synthesize(_wanted(request.session)))


@pytest.fixture(params=NAMES)
def app(request: pytest.FixtureRequest, synthesized: dict[str, Synthesized]) -> Synthesized:
    """One environment after the other."""
    return synthesized[request.param]


@pytest.fixture
def everywhere(synthesized: dict[str, Synthesized]) -> list[Synthesized]:
    """All environments, for what is said of them together."""
    return list(synthesized.values())


@pytest.fixture
def prod(synthesized: dict[str, Synthesized]) -> Synthesized:
    return synthesized["prod"]


@pytest.fixture
def dev(synthesized: dict[str, Synthesized]) -> Synthesized:
    return synthesized["dev"]


@pytest.fixture
def local(synthesized: dict[str, Synthesized]) -> Synthesized:
    return synthesized["local"]


def _wanted(session: pytest.Session) -> list[str]:
    """The environments the chosen tests look at."""
    if any("everywhere" in getattr(item, "fixturenames", ()) for item in session.items):
        return NAMES
    chosen = {item.callspec.params["app"] for item in session.items if "app" in getattr(getattr(item, "callspec", None), "params", {})}
    named = {name for item in session.items for name in NAMES if name in getattr(item, "fixturenames", ())}
    return [name for name in NAMES if name in chosen | named]


def _synthesize(names: list[str]) -> Iterator[tuple[str, Synthesized]]:
    for first in range(0, len(names), AT_ONCE):
        started = [Synthesis(name) for name in names[first : first + AT_ONCE]]
        yield from ((each.name, each.finish()) for each in started)
