"""Watch lambdas/ and update the functions that use a changed file, until Ctrl-C. Changes since the deployment count too.

python -m local.commands.dev
"""

import io
import time
import zipfile
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from local.app.aws import client, parameter
from local.app.deployment import MADE_FROM
from local.console import Console, Trouble, command
from local.settings import PREFIX
from stacks.constructs.code import LAMBDAS, PACKAGES, is_data, reached

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
    """Modification times of the files that go into the functions."""
    files = (file for package_name in PACKAGES for file in (folder / package_name).rglob("*"))
    return {file: file.stat().st_mtime_ns for file in files if file.suffix == ".py" or is_data(file)}


def unchanged(times: Times, synthesized: int) -> Times:
    """The files that have not changed since the deployment. synthesized: when it read them, in nanoseconds."""
    return {file: modified for file, modified in times.items() if modified <= synthesized}


def affected(changed: Set[Path], functions: Set[str], folder: Path = LAMBDAS) -> list[str]:
    """The functions, by name with dashes, whose code has a changed file, or had one that is gone."""
    return sorted(name for name in functions if _holds(reached(name, folder), changed))


def _holds(code: Set[Path], changed: Set[Path]) -> bool:
    folders = {file.parent for file in code}
    return bool(changed & code) or any(path.parent in folders and is_data(path) for path in changed)


def package(name: str, folder: Path = LAMBDAS) -> bytes:
    """A function's code as the deployment zips it, without byte code, which would cost the seconds that a save may take."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(reached(name, folder)):
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
            for name in concerned:
                _replace(PREFIX + name, package(name, folder))
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


if __name__ == "__main__":
    command(main)
