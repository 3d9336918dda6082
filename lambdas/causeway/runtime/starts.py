"""How this process was started, as Lambda says."""

import os

AHEAD = ("snap-start", "provisioned-concurrency")


def is_waited_for() -> bool:
    """Whether a caller waits while the function initialises; none does where that was done ahead of any request."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") not in AHEAD
