"""Watch lambdas/ and the domain, and update the functions that use a changed file, until Ctrl-C. Changes since the deployment count too.

python -m local.commands.dev
"""

import io
import time
import zipfile
from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import Any

from local.app.aws import client, parameter
from local.app.deployment import MADE_FROM
from local.app.domain import deployed as deployed_domain
from local.app.domain_layers import archive_of, exchange, shipped
from local.console import Console, Trouble, command
from local.settings import PREFIX
from stacks.constructs.code import LAMBDAS, PACKAGES, is_data, reached

SECONDS_BETWEEN_LOOKS = 0.5
NEEDS_DEPLOYMENT = "A record, a trigger, a package in a layer, and a tool that goes outside or calls a function need make up"

Times = dict[Path, int]


def main() -> int:
    parameter("assistant/api-id")  # says what to do when no local AWS answers
    console, functions, domain = Console(), deployed(), deployed_domain()
    console.say(f"Watching lambdas/ and domains/{domain.name}/ (Ctrl-C ends it). {NEEDS_DEPLOYMENT}")
    seen = unchanged(watched(domain), MADE_FROM.stat().st_mtime_ns)
    while True:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        now = watched(domain)
        changed = {path for path in seen.keys() | now.keys() if seen.get(path) != now.get(path)}
        seen = now
        of_domain = {path for path in changed if path.is_relative_to(domain)}
        if changed - of_domain:
            update(console, changed - of_domain, functions)
        if of_domain:
            update_domain(console, of_domain, domain, functions)


def watched(domain: Path) -> Times:
    return modified(LAMBDAS) | _times(shipped(domain))


def modified(folder: Path) -> Times:
    """Modification times of the files that go into the functions."""
    files = (file for package_name in PACKAGES for file in (folder / package_name).rglob("*"))
    return _times(file for file in files if file.suffix == ".py" or is_data(file))


def _times(files: Iterable[Path]) -> Times:
    """Of those that are still there when they are looked at."""
    found: Times = {}
    for file in files:
        with suppress(FileNotFoundError):
            found[file] = file.stat().st_mtime_ns
    return found


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


def update_domain(console: Console, changed: Set[Path], domain: Path, functions: Set[str]) -> None:
    """Give the functions of agents the domain as it is now. What does not fit together is printed, and nothing is exchanged."""
    names = ", ".join(sorted(str(path.relative_to(domain)) for path in changed))
    try:
        with console.step(f"{names} → agents of {domain.name}"):
            for name in exchange(client("lambda"), archive_of(domain), sorted(PREFIX + name for name in functions)):
                _publish(name)
    except Exception as error:
        console.say(f"  {error}")


def _replace(function: str, code: bytes) -> None:
    """Give the function new code, and its aliases a version with that code."""
    client("lambda").update_function_code(FunctionName=function, ZipFile=code)
    _publish(function)


def _publish(function: str) -> None:
    """Give the aliases a version of what the function is now."""
    lambdas = client("lambda")
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
