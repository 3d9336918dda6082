"""Stop all servers; with --clean also remove their state, but not the installed packages.

python3 -m local.commands.down [--clean]
"""

import shutil
import sys

from local import places
from local.console import Console, command
from local.servers import services
from local.settings import HOME

# Installed once, checked by hash, and slow to download again.
KEPT = {"venvs", "node", "opensearch", "layers"}


def main() -> int:
    console = Console()
    stopped = services.stop()
    console.say(f"✓ Stopped {', '.join(stopped)}" if stopped else "✓ Nothing was running")
    if "--clean" in sys.argv:
        clean()
        console.say(f"✓ Removed the state in {places.STATE}")
    return 0


def clean() -> None:
    """Remove data, logs, templates and passwords of this state folder."""
    for path in places.STATE.iterdir() if places.STATE.exists() else ():
        if path.parent == HOME and path.name in KEPT:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    command(main)
