"""The running local deployment, for the tables that ask it."""

from benchmarks.measure import Unavailable
from local import settings
from local.settings import State


def running() -> State:
    """Where it is; Unavailable when there is none."""
    state = settings.read()
    if not state.cloud_url:
        raise Unavailable("no local AWS runs here: `make up` first")
    return state
