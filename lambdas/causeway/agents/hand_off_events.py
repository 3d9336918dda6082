"""Events of hand-offs on the bus. `look` is what the queue of runs is sent: the rule takes it out of the event as it is."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from causeway.conversations.keys import Owner
from causeway.events.event import Event


class OwnerIds(BaseModel):
    """Whose run it is. The name is not said: it stands in the run.

    Data class: restricted; tenant: internal.
    """

    model_config = ConfigDict(frozen=True)

    tenant: str
    user: str


class LookAt(BaseModel):
    """The run that is to be gone on with, as `queue.Look` reads it.

    Data class: restricted; run_id: internal.
    """

    model_config = ConfigDict(frozen=True)

    owner: OwnerIds
    run_id: str

    @classmethod
    def of(cls, owner: Owner, run_id: str) -> "LookAt":
        return cls(owner=OwnerIds(tenant=owner.tenant, user=owner.user), run_id=run_id)


class HandOff(Event):
    """hand_off: names it for good; the same event again has the same. by, to: agents. run_id: of the agent `by`. handed_run_id: of `to`.

    look: what the queue of runs is sent.
    Data class: restricted; hand_off, by, to, run_id, handed_run_id: internal.
    """

    hand_off: str
    by: str
    to: str
    run_id: str
    handed_run_id: str
    look: LookAt


class HandOffRequested(HandOff):
    """chain: agents from the first on; the last of them is `to`.

    Data class: internal.
    """

    detail_type: ClassVar[str] = "Hand-off requested"

    chain: list[str]


class HandOffCompleted(HandOff):
    """stopped: why the turn of `to` ended.

    tokens: that it took.
    Data class: internal.
    """

    detail_type: ClassVar[str] = "Hand-off completed"

    stopped: str
    usd: float
    tokens: int


EVENTS: tuple[type[Event], ...] = (HandOffRequested, HandOffCompleted)
