"""What the functions that answer share: their pipeline, and the turn of a request."""

from functools import cache

from causeway.answering.contract import AnswerRequest
from causeway.answering.settings import AnswerSettings
from causeway.answering.switchboard import SwitchboardSettings, switched_pipeline
from causeway.answering.switched import SwitchedPipeline
from causeway.answering.turn import Turn
from causeway.retrieval.links import PictureLinks
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.settings import Settings
from functions.admission import admit
from functions.api import RestApi, request_id, tenant, user, user_name

SECONDS_TO_ANSWER = 0.7  # kept back from the function's timeout to write the response


@cache
def pipeline() -> SwitchedPipeline:
    """The steps with their clients, made while the function initialises."""
    return switched_pipeline(AnswerSettings.from_environment(), SwitchboardSettings.from_environment())


class PictureSettings(Settings):
    documents_bucket: str


@cache
def links() -> PictureLinks:
    """Addresses of pictures. Made with the pipeline: signing needs no call, but a client."""
    return PictureLinks(client("s3"), PictureSettings.from_environment().documents_bucket)


def turn_of(app: RestApi, request: AnswerRequest) -> Turn:
    """Raises a 401 Problem when the token names no tenant or no user, and a 429 one when the user has asked too often."""
    caller = admit(app)
    return Turn(
        request_id=request_id(app),
        tenant=tenant(app),
        user_name=user_name(app),
        question=request.question,
        deadline=Deadline.before_end(app.lambda_context, SECONDS_TO_ANSWER),
        filters=request.filters.chosen(),
        top_k=request.top_k,
        top_k_asked="top_k" in request.model_fields_set,
        user=user(app),
        owner=caller,
        session_id=request.session_id,
    )
