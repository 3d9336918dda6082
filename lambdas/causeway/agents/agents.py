"""The service of agents: a turn is begun, looked at, consented to, and gone on with."""

from collections.abc import Mapping
from dataclasses import dataclass

from causeway.agents.agent import Agent
from causeway.agents.journal import Journal
from causeway.agents.prices import Prices
from causeway.agents.queue import RunQueue
from causeway.agents.run import Run
from causeway.agents.toolbox import Toolbox
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.models.acting import ActingModel
from causeway.runtime.deadlines import Deadline


@dataclass(frozen=True)
class Pace:
    """model_seconds: no call of the model begins with less time left; what is to be done is left to the worker then.

    lease_margin: seconds after the deadline when the function that had it has certainly ended.
    """

    model_seconds: float = 16.0
    lease_margin: float = 5.0


class Agents:
    def __init__(
        self,
        model: ActingModel,
        agents: Mapping[str, Agent],
        toolbox: Toolbox,
        *,
        journal: Journal,
        queue: RunQueue,
        memory: Memory,
        prices: Prices,
        settings: Pace | None = None,
    ) -> None:
        """agents: by name."""

    def begin(self, owner: Owner, agent_name: str, message: str, session_id: str | None, client_token: str, deadline: Deadline) -> Run:
        """One turn, as far as it comes until the deadline: its state is "working" when the worker goes on with it.

        The same request again, by its client token, finds the same run.
        Raises a 404 Problem for an unknown agent or session, a 409 Problem when the token belongs to another message.
        """
        raise NotImplementedError

    def show(self, owner: Owner, run_id: str) -> Run:
        """Raises a 404 Problem for a run that the owner does not have."""
        raise NotImplementedError

    def decide(self, owner: Owner, run_id: str, call_id: str, approve: bool, deadline: Deadline) -> Run:
        """The owner's answer to what a call asks; the same answer again changes nothing.

        Raises a 404 Problem for an unknown run or question, a 409 Problem when it was decided otherwise or has expired.
        """
        raise NotImplementedError

    def resume(self, owner: Owner, run_id: str, deadline: Deadline) -> Run:
        """Go on with a run that nobody works on; any other is left alone. Raises a 404 Problem when it is gone."""
        raise NotImplementedError
