"""What a deploy would replace, and what it would lose.

    python -m stacks.reports.diff prod                   (make diff ENV=prod: against what is deployed, with the account's credentials)
    python -m stacks.reports.diff prod --since REF       (make diff ENV=prod SINCE=v1.2; SINCE=release is the newest tag)
    python -m stacks.reports.diff --list                 (stacks/reports/diff/stateful.yaml as the templates are now)

Exits with 1 when something that keeps data leaves the app, or when CloudFormation will refuse a change.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence

import yaml

from stacks.environment import ENVIRONMENTS, InvalidEnvironment
from stacks.reports.assembly import Assembly, synthesized
from stacks.reports.diff.before import NothingBefore, deployed, named, of_commit, read
from stacks.reports.diff.comparison import Templates, compared
from stacks.reports.diff.report import report
from stacks.reports.diff.stateful import Listed, found_in, together
from stacks.reports.ending import end
from stacks.reports.preflight.report import account_here


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", nargs="?", metavar="ENV")
    parser.add_argument("--since", metavar="REF")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args(arguments)
    if given.list == bool(given.environment):
        parser.error("name an environment, or say --list")
    try:
        if given.list:
            print(yaml.safe_dump(together(_stateful()), sort_keys=False), end="")
            return 0
        return _told(given.environment, given.since)
    except (InvalidEnvironment, NothingBefore) as error:
        print(error, file=sys.stderr)
        return 1


def _told(environment: str, since: str | None) -> int:
    commit = named(since) if since else None
    with synthesized(environment) as assembly:
        new = read(assembly.folder, environment)
        before, old = (f"commit {commit[:7]}", of_commit(commit, environment)) if commit else _deployed(assembly)
    found = compared(old, new, assembly.environment.region)
    print(f"{environment}: {before} → these files\n\n{report(found)}")
    return 1 if found.lost or found.refused else 0


def _deployed(assembly: Assembly) -> tuple[str, Templates]:
    clients, about = account_here(assembly.environment)
    if clients is None:
        raise NothingBefore(f"{about} Name a commit to compare with instead: SINCE=release, or SINCE=abc1234")
    regions = {each.environment.region for each in assembly.app.synth().stacks}
    return "what is deployed", deployed(clients, assembly.environment.name, sorted(regions))


def _stateful() -> Iterator[Listed]:
    for environment in sorted(file.stem for file in ENVIRONMENTS.glob("*.yaml")):
        with synthesized(environment) as assembly:
            yield found_in(read(assembly.folder, environment))


if __name__ == "__main__":
    end(lambda: main(sys.argv[1:]))
