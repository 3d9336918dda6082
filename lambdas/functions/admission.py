"""Who may ask now: what the routes share on which a user asks something."""

from functools import cache

from causeway.admission.allowance import Allowance
from causeway.admission.settings import AdmissionSettings
from causeway.conversations.keys import Owner
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.logs import record_breaker, record_uncounted
from functions.api import RestApi, is_partner, owner, tier

# What was throttled has not been counted and is asked once more; what got no answer may have been.
ADMISSION = Dependency("admission", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5, retries=(Throttled,), attempts=2)


@cache
def allowance() -> Allowance:
    settings, guarded = AdmissionSettings.from_environment(), ADMISSION.guarded(record_breaker)
    rows = client("dynamodb", **guarded.patience)
    return Allowance(rows, settings.sessions_table, guarded, settings.questions_a_minute, record_uncounted)


def admit(app: RestApi) -> Owner:
    """The caller, who has used one of the minute's questions. Raises a 401 Problem as `owner` does, and a 429 one when none is left.

    A partner's requests are counted by its plan before they come here.
    """
    caller = owner(app)
    if not is_partner(app):
        allowance().take(caller, tier(app))
    return caller
