"""Erase a person from the local deployment, and show what was done and what is left until when.

    python -m local.commands.erase

USER is a name in the user pool: everything that is kept of that user is erased. ABOUT holds names, addresses or numbers that documents
mention, with semicolons between; DOCUMENTS says what is done with these documents: list (the default), redact or delete. DRY=1 finds and
counts, and erases nothing. AS names the privacy officer, by default the first of the domain. Exit status 1 when a person has to look at
documents.
"""

import json
import os

from local import places
from local.app.domain import erasing
from local.app.erasures import Wanted, documents, erase, is_open, report
from local.app.people import Person, id_of, sign_in
from local.console import Console, Trouble, command
from local.switches import is_on

ACTIONS = ("list", "redact", "delete")


def main() -> int:
    return run(asked(), sign_in(erasing()), Console())


def run(wanted: Wanted, officer: Person, console: Console) -> int:
    """The exit status."""
    who = " and ".join([*([f"the user {wanted.name}"] if wanted.name else []), *(["mentions in documents"] if wanted.about else [])])
    with console.step(f"{'Looking for' if wanted.dry_run else 'Erasing'} {who} in {officer.tenant}, asked by {officer.name}") as note:
        erasure = erase(officer, wanted, lambda seen: note(seen["state"]))
    found = list(documents(officer, erasure["erasure_id"])) if wanted.about else []
    for line in report(erasure, found):
        console.say(f"  {line}")
    if erasure["certificate"]:
        file = places.STATE / "erasures" / f"{erasure['erasure_id']}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(erasure["certificate"], indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        console.say(f"  certificate: {file}")
    return 1 if is_open(found) else 0


def asked() -> Wanted:
    """What the variables say. Raises Trouble for what cannot be meant."""
    name, action = os.environ.get("USER", "").strip() or None, os.environ.get("DOCUMENTS", "").strip() or ACTIONS[0]
    about = [each.strip() for each in os.environ.get("ABOUT", "").split(";") if each.strip()]
    if not (name or about):
        raise Trouble('Say who: make erase USER=ada, or make erase ABOUT="Ada Lovelace; ada@example.com".')
    if action not in ACTIONS:
        raise Trouble(f"DOCUMENTS={action} is none: it is one of {', '.join(ACTIONS)}.")
    return Wanted(id_of(name) if name else None, name, about, action, is_on("DRY"))


if __name__ == "__main__":
    command(main)
