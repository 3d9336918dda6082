"""One run of a sync: from which bucket and prefix, to which tenant, and which name an object's key becomes."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from causeway.documents.names import clean_name

Tenant = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Bucket = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
SYNCS = "syncs"
MANY = 10  # deletions; more, if they are most of what is there, have to be forced


def _whole_folder(prefix: str) -> str:
    if prefix and not re.search(r"[^/]/$", prefix):
        raise ValueError("must end with one '/', or be empty: objects of a folder beside it might begin the same")
    return prefix


class Sync(BaseModel):
    """run: the execution's name. prefix: of keys; what follows it is the document's name.

    dry: nothing is changed. force: deletes also what looks like too much.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    bucket: Bucket
    prefix: Annotated[str, AfterValidator(_whole_folder)] = ""
    tenant: Tenant
    dry: bool = False
    force: bool = False

    def name_of(self, key: str) -> str:
        """The document's name. Raises ValueError, in a sentence that follows "its name", for one that no document can have."""
        return clean_name(key.removeprefix(self.prefix))

    def object_key(self, name: str) -> str:
        """Where the incoming bucket keeps the document's file."""
        return f"{self.tenant}/{name}"

    @property
    def folder(self) -> str:
        """Of what the run writes down, in the documents bucket."""
        return f"{SYNCS}/{self.tenant}/{self.run}/"


class Found(BaseModel):
    """What the incoming bucket's listing lacks and has beyond the source's. known: names that are in both. after: where to go on, None at
    the end.
    """

    known: int = 0
    gone: int = 0
    after: str | None = None

    def is_too_much(self, sync: Sync) -> bool:
        """Whether so much would be deleted that somebody should look first: all of it, or most."""
        return not sync.force and bool(self.gone) and (not self.known or self.gone > max(MANY, self.known))

    def plus(self, more: "Found") -> Self:
        return self.model_copy(update={"known": self.known + more.known, "gone": self.gone + more.gone, "after": more.after})
