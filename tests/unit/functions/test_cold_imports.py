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
}
NOWHERE = "http://127.0.0.1:9"


def has_a_handler(file: Path) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name == "handler" for node in ast.parse(file.read_text()).body)


FUNCTIONS = sorted(file.stem for file in FOLDER.glob("*.py") if has_a_handler(file))
ACTING = {"agents", "agent_stream", "agent_worker", "team_role"}
OF_A_DOMAIN = {*ACTING, "teams"}  # they read its agents or teams
SEARCHING = {*ACTING, "answers", "answer_batch", "answer_stream", "index_passages", "remove_document", "search_setup"}


def imported(function: str) -> set[str]:
    """Top-level packages that a fresh process has after importing an entry point."""
    program = f"import sys, functions.{function}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    variables = {**os.environ, **environment(NOWHERE), "PYTHONPATH": "lambdas"}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_at_its_start_only_what_it_always_needs(function: str) -> None:
    """No parser before a file wants it, no second SDK, and a search client only to search."""
    found = imported(function)
    assert not found & ({*PARSERS, "boto3"} - ({"yaml"} if function in OF_A_DOMAIN else set()))
    assert ("opensearchpy" in found) == (function in SEARCHING)


def test_every_function_is_looked_at() -> None:
    assert {"answers", "documents", "read_document"} < set(FUNCTIONS)
    assert set(FUNCTIONS) >= SEARCHING
