"""What begins runs of agents here, with what came of it today; or one schedule begun now, as its time would.

    python -m local.commands.triggers [NAME]

NAME: a trigger with a schedule. AS names the sample user whose tenant it is begun for, or whose triggers are listed.
"""

import sys

from local.app.domain import asking
from local.app.triggers import begin, listed
from local.console import Console, command


def main() -> int:
    console, tenant, wanted = Console(), asking().tenant, sys.argv[1] if len(sys.argv) > 1 else ""
    for line in [begin(wanted, tenant)] if wanted else listed(tenant):
        console.say(line)
    return 0


if __name__ == "__main__":
    command(main)
