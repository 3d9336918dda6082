"""What the state machines of teams tell apart in their Retry and Catch: the class's name is part of the contract.

No message holds words of people: execution histories and logs show it.
"""


class Unfinished(Exception):
    """The work goes on with the next attempt, from its last written step."""


class Busy(Exception):
    """A service is throttled or away; the same attempt may succeed later."""


class Failed(Exception):
    """No attempt helps: a contract is not met, a budget is used up, or a right is missing. The record says more."""
