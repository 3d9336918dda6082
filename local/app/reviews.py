"""The queues of reviews, as a reviewer's client reads them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from local.app.api import call
from local.app.people import Person


def reviews(person: Person, state: str) -> Iterator[dict[str, Any]]:
    """The tenant's, oldest first, page by page. state: "open" or "decided". Raises Trouble for a person who is no reviewer."""
    query = {"state": state}
    while True:
        page = call("GET", f"/v1/reviews?{urlencode(query)}", person).require("No reviews")
        yield from page["reviews"]
        if page["next"] is None:
            return
        query["after"] = page["next"]
