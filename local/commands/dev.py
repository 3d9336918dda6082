"""Watch lambdas/ and update the functions that use a changed file, until Ctrl-C. Changes since the deployment count too.

python -m local.commands.dev
"""

import ast
import io
import time
import zipfile
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from local.app.aws import client, parameter
from local.app.deployment import MADE_FROM
from local.console import Console, Trouble, command
from local.settings import PREFIX, ROOT

LAMBDAS = ROOT / "lambdas"
PACKAGES = ("functions", "causeway")
SECONDS_BETWEEN_LOOKS = 0.5

Times = dict[Path, int]


def main() -> int:
    parameter("assistant/api-id")  # says what to do when no local AWS answers
    console, functions = Console(), deployed()
    console.say("Watching lambdas/ (Ctrl-C ends it). A new package in a layer needs make up")
    seen = unchanged(modified(LAMBDAS), MADE_FROM.stat().st_mtime_ns)
    while True:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        now = modified(LAMBDAS)
        changed = {path for path in seen.keys() | now.keys() if seen.get(path) != now.get(path)}
        seen = now
        if changed:
            update(console, changed, functions)


def modified(folder: Path) -> Times:
    """Modification times of the files that are packed into the functions."""
    return {file: file.stat().st_mtime_ns for file in _files(folder)}


def unchanged(times: Times, synthesized: int) -> Times:
    """The files that have not changed since the deployment. synthesized: when it read them, in nanoseconds."""
    return {file: modified for file, modified in times.items() if modified <= synthesized}


def affected(changed: Set[Path], functions: Set[str], folder: Path = LAMBDAS) -> list[str]:
    """The functions whose entry point imports a changed file, directly or not; names with dashes.

    Any function may read a changed file that is not Python.
    """
    if any(path.suffix != ".py" for path in changed):
        return sorted(functions)
    entries = {name: folder / "functions" / f"{name.replace('-', '_')}.py" for name in functions}
    return sorted(name for name, entry in entries.items() if changed & reached(entry, folder))


def reached(entry: Path, folder: Path) -> set[Path]:
    """The entry point and every file below `folder` that it imports, directly or indirectly."""
    found: set[Path] = set()
    waiting = [entry]
    while waiting:
        file = waiting.pop()
        if file in found or not file.exists():
            continue
        found.add(file)
        waiting += _imported(file, folder)
    return found


def package(folder: Path = LAMBDAS) -> bytes:
    """The functions' code as the deployment zips it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in _files(folder):
            archive.write(file, file.relative_to(folder))
    return content.getvalue()


def update(console: Console, changed: Set[Path], functions: Set[str], folder: Path = LAMBDAS) -> None:
    """Update the functions that use the changes. An error is printed; the next save tries again."""
    names = ", ".join(sorted(str(path.relative_to(folder)) for path in changed))
    try:
        concerned = affected(changed, functions, folder)
        if not concerned:
            return console.say(f"· {names}: no function uses it")
        with console.step(f"{names} → {', '.join(concerned)}"):
            code = package(folder)
            for name in concerned:
                _replace(PREFIX + name, code)
    except Exception as error:
        console.say(f"  {error}")


def _replace(function: str, code: bytes) -> None:
    """Give the function new code, and its aliases a version with that code."""
    lambdas = client("lambda")
    lambdas.update_function_code(FunctionName=function, ZipFile=code)
    for alias in lambdas.list_aliases(FunctionName=function)["Aliases"]:
        version = lambdas.publish_version(FunctionName=function)["Version"]
        lambdas.update_alias(FunctionName=function, Name=alias["Name"], FunctionVersion=version)


def deployed() -> frozenset[str]:
    """Names of the functions of the running local AWS. Raises Trouble when there is none."""
    pages: Iterator[dict[str, Any]] = client("lambda").get_paginator("list_functions").paginate()
    found = frozenset(
        item["FunctionName"].removeprefix(PREFIX) for page in pages for item in page["Functions"] if item["FunctionName"].startswith(PREFIX)
    )
    if not found:
        raise Trouble("No function is deployed: run make up.")
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(
        file
        for package_name in PACKAGES
        for file in (folder / package_name).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    )


def _imported(file: Path, folder: Path) -> list[Path]:
    """Files of our own packages that a file imports, including the __init__ of each package on the way."""
    try:
        tree = ast.parse(file.read_text())
    except SyntaxError as error:
        raise Trouble(f"{file.relative_to(folder)}: {error}") from error
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    ours = [name.split(".") for name in names if name.partition(".")[0] in PACKAGES]
    parents = [parts[:length] for parts in ours for length in range(1, len(parts) + 1)]
    return [path for parts in parents for path in (folder.joinpath(*parts, "__init__.py"), folder.joinpath(*parts).with_suffix(".py"))]


if __name__ == "__main__":
    command(main)
