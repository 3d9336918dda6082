"""What documents there are, in which state and why; or one with its versions, its passages, and where they came from.

    python -m local.commands.documents [NAME]

NAME: of a document, or its end. AS names the sample user who looks. STATE=name shows the documents of one state alone.
"""

import os
import sys
from collections.abc import Iterator
from datetime import datetime

from local import places
from local.app import holdings
from local.app.api import call
from local.app.domain import asking
from local.app.people import Person, sign_in
from local.app.results import plain, some
from local.app.uploads import Library, Record
from local.console import Console, Trouble, command, counted


def main() -> int:
    console, person = Console(), sign_in(asking())
    for line in one(person, sys.argv[1]) if len(sys.argv) > 1 else every(person, os.environ.get("STATE", "")):
        console.say(line)
    return 0


def every(person: Person, state: str = "") -> Iterator[str]:
    if state and state not in holdings.STATES:
        raise Trouble(f"STATE={state} is none: it is one of {', '.join(holdings.STATES)}.")
    records = list(Library(person).records(state).values())
    yield from holdings.lines(person, records, state)
    if len(records) > holdings.FEW:
        file = places.LOGS / f"documents-{datetime.now():%Y%m%d-%H%M%S}.tsv"
        holdings.write(file, holdings.in_full(records))
        yield f"each of them: {file}"


def one(person: Person, name: str) -> Iterator[str]:
    if not name:
        raise Trouble("Give a document's name: make document NAME=policies/returns.md")
    library = Library(person)
    record = found(library, person, name)
    pages = library.passages(record["document_id"])
    passages = [passage for page in pages for passage in page["passages"]]
    yield from holdings.described(record, passages, pages[0], readers(person, record["name"]))
    yield from holdings.pictured(library.pictures(record["document_id"]))
    if passages:
        file = places.LOGS / f"document-{record['document_id']}.txt"
        holdings.write(file, holdings.each_passage(passages))
        yield f"each passage whole: {file}"


def found(library: Library, person: Person, name: str) -> Record:
    """The document of that name, or the only one whose name ends so. Raises Trouble that names those that are like it."""
    if record := library.named(name):
        return record
    records = library.records().values()
    like = [each for each in records if f"/{each['name']}".endswith(f"/{name.strip('/')}")]
    if len(like) == 1:
        return like[0]
    if like:
        raise Trouble(
            f"{counted(len(like), 'document')} are called so: {some(sorted(each['name'] for each in like))}. Give the whole name."
        )
    near = sorted(each["name"] for each in records if name.casefold() in each["name"].casefold())
    hint = f" Similar: {some(near)}." if near else ""
    raise Trouble(f"{person.name} sees no document {plain(name)} in {person.tenant}.{hint}")


def readers(person: Person, name: str) -> str:
    """Who may read the document, as far as this user may know."""
    reply = call("GET", "/v1/folders", person)
    if reply.status == 403:
        return f"{person.name} does; administrators see who else"
    closed = [each for each in reply.require("Permissions cannot be read")["folders"] if name.startswith(each["folder"])]
    if not closed:
        return f"everybody of {person.tenant}"
    return " and ".join(f"members of {', '.join(each['readers']) or 'no group'} ({each['folder']})" for each in closed)


if __name__ == "__main__":
    command(main)
