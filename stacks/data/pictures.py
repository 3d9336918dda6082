"""Pictures of documents: their folder, and the functions that show them by addresses which they sign."""

from stacks.constructs.perimeter import Shown, role_name
from stacks.environment import Environment

FOLDER = "pictures"
SIGNED_BY = ("answers", "answer-stream", "documents")
MINUTES = 5  # as causeway.retrieval.links signs them


def shown(environment: Environment) -> Shown:
    return Shown(FOLDER, [role_name(environment, name) for name in SIGNED_BY], MINUTES)
