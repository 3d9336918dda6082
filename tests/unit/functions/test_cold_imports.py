import os
import subprocess
import sys

import pytest

PARSERS = {"docx", "lxml", "markdown_it", "liteparse", "pypdfium2", "spellchecker", "selectolax", "tokenizers", "boto3"}


def imported(function: str) -> set[str]:
    """Top-level packages that a fresh process has after importing an entry point."""
    program = f"import sys, functions.{function}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    environment = {**os.environ, "PYTHONPATH": "lambdas", "CAUSEWAY_ENVIRONMENT": "test"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "function",
    [
        *("documents", "start_ingestion", "register_document", "read_document"),
        *("embed_passages", "index_passages", "quarantine_document", "remove_document"),
    ],
)
def test_no_function_imports_a_parser_before_a_file_wants_it(function: str) -> None:
    assert not imported(function) & PARSERS


@pytest.mark.parametrize("function", ["documents", "start_ingestion", "register_document", "embed_passages", "quarantine_document"])
def test_functions_that_do_not_search_import_no_search_client(function: str) -> None:
    assert "opensearchpy" not in imported(function)
