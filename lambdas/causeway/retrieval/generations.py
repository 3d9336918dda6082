"""Which generations of the index are alive: written by ingestion, and searched by which share of users.

One row of the document registry says so. Functions read it while they run and keep it for some seconds; whoever writes passages reads it
anew. See docs/decisions/232-generations-of-the-index.md.
"""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from causeway.retrieval.schema import DIMENSIONS, FIRST_MODEL
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROW = {"tenant": {"S": "#generations"}, "document_id": {"S": "live"}}  # no tenant's name has a `#`
SECONDS_KEPT = 5.0

Provider = Literal["sagemaker", "bedrock"]
Vectors = tuple[Provider, str, int]


class Embedding(BaseModel):
    """An embedding model, as passages and the questions put to them are embedded by it.

    model: the endpoint's name for SageMaker, the model id for Bedrock. dimensions: of its vectors. version: of what the endpoint serves;
    "" where the model's id says it, or nobody has noted it. name: as the environment calls it.
    """

    model_config = ConfigDict(frozen=True)

    provider: Provider
    model: str
    dimensions: int = DIMENSIONS
    version: str = ""
    name: str = FIRST_MODEL

    @property
    def vectors(self) -> Vectors:
        """Equal for vectors that can be compared, as long as an endpoint serves the same version."""
        return self.provider, self.model, self.dimensions

    @property
    def label(self) -> str:
        """All that its vectors depend on, for names of indexes."""
        return "-".join(filter(None, (self.model, self.version, str(self.dimensions))))


class Generation(Embedding):
    """number: from 1. chunking: as `chunkings` names it."""

    number: int
    chunking: str = "standard"


class Live(BaseModel):
    """The generations that are written.

    serving: is searched, but for the share of users that the other one serves. share: of users, in per cent.
    leaving: is about to be removed. It is neither searched nor written, but what is deleted is deleted from it, too.
    """

    model_config = ConfigDict(frozen=True)

    serving: Generation
    beside: Generation | None = None
    share: int = Field(default=0, ge=0, le=100)
    leaving: Generation | None = None

    @property
    def written(self) -> tuple[Generation, ...]:
        return (self.serving, self.beside) if self.beside else (self.serving,)

    def searched(self, tenant: str, user: str) -> Generation:
        """The one generation that this user's request is answered from; the same for every request while the share is the same."""
        return self.beside if self.beside and _place(self.beside.number, tenant, user) < self.share else self.serving

    def without(self, unknown: Callable[[Generation], bool]) -> "Live":
        """For a function that is deployed without the model of one of both: the other one alone is searched."""
        if self.beside is None or not (unknown(self.serving) or unknown(self.beside)):
            return self
        serving = self.beside if unknown(self.serving) else self.serving
        return self.model_copy(update={"serving": serving, "beside": None, "share": 0})


def _place(number: int, tenant: str, user: str) -> int:
    """0..99, spread evenly over users, anew for each re-index. A user who is in a share is in every greater one."""
    return int.from_bytes(sha256(f"{number}:{tenant}:{user}".encode()).digest()[:8]) % 100


class Generations:
    """Reads the row. Without one, the first generation is alone."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        dependency: Dependency,
        first: Generation,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """first: as the environment's settings say. clock: seconds; not the monotonic one, which stands still while a process is frozen."""
        self._client, self._table, self._dependency, self._first, self._clock = client, table, dependency, first, clock
        self._known: tuple[float, Live] | None = None

    def live(self, deadline: Deadline) -> Live:
        """As they were at most 5 seconds ago. While the registry cannot be read, what was last known holds.

        Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "registry", when nothing is known.
        """
        if self._known and 0 <= self._clock() - self._known[0] < SECONDS_KEPT:
            return self._known[1]
        try:
            return self.now(deadline)
        except DependencyError as error:
            if not self._known:
                raise
            record_failure(error)
            return self._known[1]

    def now(self, deadline: Deadline) -> Live:
        """As they are. Raises as `live` when the registry cannot be read."""
        began = self._clock()
        item = self._dependency.call(self._read, deadline)
        found = Live.model_validate_json(item["live"]["S"]) if item else Live(serving=self._first)
        self._known = began, found
        return found

    def _read(self) -> Any:
        return self._client.get_item(TableName=self._table, Key=ROW, ConsistentRead=True).get("Item")
