"""What the functions share that agents' turns are begun by."""

import re

from causeway.agents.agent import AGENT_NAME
from causeway.agents.contract import TurnRequest
from causeway.agents.listening import Listener
from causeway.agents.run import Run
from causeway.runtime.deadlines import Deadline
from causeway.runtime.problems import not_found
from functions.admission import admit
from functions.agent_runs import agents
from functions.api import RestApi, body, request_id

SECONDS_TO_ANSWER = 3.0  # kept back from the function's time to write the last step, hand the run over and answer


def begun(app: RestApi, agent: str, listener: Listener | None = None) -> Run:
    """The turn that the request at hand begins, or has begun before."""
    request, name = body(app, TurnRequest), of_form(AGENT_NAME, agent, "such agent")
    caller = admit(app)
    token = request.client_token or request_id(app)
    return agents().begin(caller, name, request.message, request.session_id, token, time_to_answer(app), listener)


def time_to_answer(app: RestApi) -> Deadline:
    return Deadline.before_end(app.lambda_context, SECONDS_TO_ANSWER)


def of_form(form: str, name: str, what: str) -> str:
    """Raises a 404 Problem for a name that nothing can have."""
    if not re.fullmatch(form, name):
        raise not_found(what)
    return name
