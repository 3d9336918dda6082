"""Turn a token in a document back into what it stands for, as a privacy officer; who did it and why is kept.

    python -m local.commands.reveal NAME

NAME: of the document, or its end. TOKEN: the sixteen letters and digits that stand in its passages. REASON: why the value is needed.
AS names the privacy officer, by default the first of the domain.
"""

import os
import re
import sys

from local.app.api import call
from local.app.domain import erasing
from local.app.people import Person, sign_in
from local.app.results import plain
from local.app.uploads import Library
from local.commands.documents import found
from local.console import Console, Trouble, command

TOKEN = re.compile(r"[a-z2-7]{16}")


def main() -> int:
    token, reason = os.environ.get("TOKEN", "").strip(), os.environ.get("REASON", "").strip()
    if not (sys.argv[1:] and sys.argv[1] and TOKEN.fullmatch(token) and reason):
        raise Trouble('Say what and why: make reveal NAME=policies/refunds.md TOKEN=abcdefghijklmnop REASON="a refund went astray".')
    return run(sign_in(erasing()), sys.argv[1], token, reason, Console())


def run(officer: Person, name: str, token: str, reason: str, console: Console) -> int:
    record = found(Library(officer), officer, name)
    reply = call("POST", f"/v1/documents/{record['document_id']}/tokens/{token}", officer, {"reason": reason})
    shown = reply.require("Not turned back")
    console.say(f"{plain(shown['value'])}   ({shown['kind']}, {record['name']})")
    console.say(f"kept as reveal {shown['reveal_id']}: {officer.name} of {officer.tenant}, {plain(reason)}")
    return 0


if __name__ == "__main__":
    command(main)
