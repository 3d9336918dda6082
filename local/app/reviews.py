"""The queues of reviews, as a reviewer's client reads them."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from local.app.api import call
from local.app.people import Person
from local.console import counted


def reviews(person: Person, state: str, say: Callable[[str], None] = print) -> Iterator[dict[str, Any]]:
    """The tenant's, oldest first, page by page. state: "open" or "decided". Raises Trouble for a person who is no reviewer.

    say: hears at the end how many this person may not see.
    """
    query, closed = {"state": state}, 0
    while True:
        page = call("GET", f"/v1/reviews?{urlencode(query)}", person).require("No reviews")
        yield from page["reviews"]
        closed += page["closed"]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    if closed:
        say(f"  {counted(closed, 'review')} left out: they rest on folders that {person.name} may not read.")
