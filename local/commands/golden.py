"""Turn what reviewers have decided into golden questions of the domain, each once.

    python -m local.commands.golden

AS names a reviewer; without it, those of every tenant of the domain. Look at what was added before it is committed: questions are kept
as users asked them, unless their reviewer reworded them.
"""

import os
from collections.abc import Iterator

from evaluation.from_reviews import FILE, Export, export
from local.app.domain import REVIEWERS, User, current, reviewing
from local.app.people import sign_in
from local.app.results import plain
from local.app.reviews import reviews
from local.console import command, counted


def main() -> int:
    domain = current()
    everyone = {user.tenant: user for user in reversed(domain.users) if REVIEWERS in user.groups}
    for user in [reviewing()] if os.environ.get("AS") else everyone.values() or [reviewing()]:
        decided = list(reviews(sign_in(user), "decided"))
        for line in lines(user, len(decided), export(domain.folder, user.tenant, decided)):
            print(line)
    return 0


def lines(user: User, decided: int, exported: Export) -> Iterator[str]:
    """What became of the decisions, for a terminal."""
    counts = f"{len(exported.added)} added to {FILE}, {len(exported.known)} there already, {len(exported.refused)} not fit"
    yield f"{user.tenant}: {counted(decided, 'decision')}: {counts}"
    yield from (f"  + {each.id}: {plain(each.text)}" for each in exported.added)
    yield from (f"  ✗ {request_id}: {plain(why)}" for request_id, why in exported.refused)


if __name__ == "__main__":
    command(main)
