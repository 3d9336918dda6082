"""The route of a turn that is read along: `POST /v1/agents/{agent}/turns/stream`, with its events."""

from pydantic import BaseModel

from causeway.agents.agent import AgentName
from causeway.agents.contract import CallBody, RunBody, TurnRequest
from causeway.answering.stream_contract import Delta, Replaced
from causeway.runtime.routes import Parameter, Reply, Route


class BeganBody(BaseModel):
    """The turn is written down, and goes on whether or not somebody reads along."""

    run_id: str


SAYS = (
    "Server-sent events: `began`; `delta` and `replaced` while a reply of the model grows, from the beginning again after each `call`; "
    "`call` before a tool runs and `result` after it; `handed` where the turn goes to another agent; "
    "`asks` where the user has to consent. The last is `done` with a run that has ended "
    "or waits for the user, or `working` with one that goes on without the caller. "
    "After the first event a failure is an `error` event with a problem, and the stream ends."
)
TURN_STREAM = Route(
    "POST",
    "/v1/agents/{agent}/turns/stream",
    "Say something to an agent and read along",
    Reply(
        200,
        SAYS,
        RunBody,
        events={
            "began": BeganBody,
            "delta": Delta,
            "replaced": Replaced,
            "call": CallBody,
            "result": CallBody,
            "handed": CallBody,
            "asks": CallBody,
            "done": RunBody,
            "working": RunBody,
        },
    ),
    body=TurnRequest,
    in_path={"agent": Parameter(AgentName)},
    problems=(404, 409),
)
ROUTES = (TURN_STREAM,)
