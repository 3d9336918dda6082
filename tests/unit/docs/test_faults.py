"""The table of faults speaks of handlers, tests and alarms that exist."""

import ast
import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
PAGE = TOP / "docs" / "operations" / "faults.md"
HEAD = ["fault", "the caller sees", "kept", "alarm", "test"]
RUNBOOK = re.compile(r"\]\(([a-z-]+\.md)\)")


def sections() -> dict[str, list[list[str]]]:
    """Heading → rows of the table below it, the head left out."""
    found: dict[str, list[list[str]]] = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _, text = part.partition("\n")
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("|")]
        assert [cell.strip() for cell in rows[0]] == HEAD, heading
        found[heading] = rows[2:]
    return found


def rows() -> list[list[str]]:
    return [row for table in sections().values() for row in table]


def handlers() -> set[str]:
    """The functions, by the names that they have in AWS."""
    files = (TOP / "lambdas" / "functions").glob("*.py")
    return {file.stem.replace("_", "-") for file in files if "\ndef handler(" in file.read_text(encoding="utf-8")}


def named_tests() -> set[str]:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (TOP / "tests").rglob("test_*.py")]
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_handler_has_its_faults() -> None:
    named = {name for heading in sections() for name in heading.split(", ")}
    assert named == handlers() | {"Before any function"}
    assert all(sections().values())


def test_every_fault_names_tests_that_exist() -> None:
    there = named_tests()
    for row in rows():
        assert len(row) == len(HEAD), row[0]
        named = re.findall(r"`(test_\w+)`", row[-1])
        assert named, row[0]
        assert set(named) <= there, row[0]


def test_every_fault_names_alarms_that_have_a_runbook_or_says_why_there_is_none() -> None:
    for row in rows():
        pages = RUNBOOK.findall(row[3])
        assert all((PAGE.parent / page).is_file() for page in pages), row[0]
        assert pages or re.match(r"none: \w+", row[3]), row[0]
