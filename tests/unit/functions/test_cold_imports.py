import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.loopback import environment

FOLDER = Path("lambdas/functions")
PARSERS = {
    *("boto3", "liteparse", "lxml", "markdown_it"),
    *("mdit_py_plugins", "pypdfium2", "tokenizers", "yaml", "spellchecker", "turbohtml"),
    *("phonenumbers", "rensa"),
}
NOWHERE = "http://127.0.0.1:9"


def has_a_handler(file: Path) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name == "handler" for node in ast.parse(file.read_text()).body)


FUNCTIONS = sorted(file.stem for file in FOLDER.glob("*.py") if has_a_handler(file))
ACTING = {"agents", "agent_stream", "agent_worker", "team_role"}
OF_A_DOMAIN = {"agent_outside", *ACTING, "teams", "agent_triggered"}  # they read its agents, teams or triggers
SEARCHING = {"answers", "answer_batch", "answer_stream", "index_documents", "reindex", "search_setup", "search_upkeep"}


def imported(function: str, started: str = "on-demand") -> set[str]:
    """Top-level packages that a fresh process has after importing an entry point. started: how, as Lambda names it."""
    program = f"import sys, functions.{function}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    variables = {**os.environ, **environment(NOWHERE), "PYTHONPATH": "lambdas", "AWS_LAMBDA_INITIALIZATION_TYPE": started}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_at_its_start_only_what_it_always_needs(function: str) -> None:
    """No parser before a file wants it, no second SDK, and a search client only to search."""
    found = imported(function)
    assert not found & ({*PARSERS, "boto3"} - ({"yaml"} if function in OF_A_DOMAIN else set()))
    assert ("opensearchpy" in found) == (function in SEARCHING)


@pytest.mark.parametrize("started", ["snap-start", "provisioned-concurrency"])
@pytest.mark.parametrize("function", sorted(ACTING))
def test_agents_have_their_search_ready_where_nobody_waits_for_the_start(function: str, started: str) -> None:
    assert "opensearchpy" in imported(function, started)


def test_every_function_is_looked_at() -> None:
    assert {"answers", "documents", "read_documents"} < set(FUNCTIONS)
    assert set(FUNCTIONS) >= SEARCHING
