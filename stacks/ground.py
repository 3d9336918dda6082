"""What the application's stacks stand on."""

from dataclasses import dataclass

from stacks.environment import Environment
from stacks.foundation import FoundationStack
from stacks.network import NetworkStack


@dataclass(frozen=True)
class Ground:
    """One environment with its first two stacks; every later stack and function is given all three."""

    environment: Environment
    foundation: FoundationStack
    network: NetworkStack
