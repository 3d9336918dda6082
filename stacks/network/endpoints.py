"""Which interface endpoints the VPC needs: those of the services that functions in it may call, and no others."""

from collections import defaultdict
from collections.abc import Iterable

from stacks.environment import InvalidEnvironment
from stacks.network.settings import Network

# Where the name of an endpoint is not that of its service's actions.
PREFIXES = {
    "appconfigdata": "appconfig",
    "bedrock-runtime": "bedrock",
    "ecr.api": "ecr",
    "ecr.dkr": "ecr",
    "sagemaker.runtime": "sagemaker",
}
ENDPOINTS = {prefix: name for name, prefix in PREFIXES.items() if prefix != "ecr"}
# Reached by gateway endpoints, and inside the VPC.
OTHERWISE = ("dynamodb", "es", "s3")
# What services do in a role's name, from their own network: they read queues for functions, and use keys below what they keep. Nothing is
# sent to pass a role on.
BY_SERVICES = {"iam:PassRole", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
BY_CODE_OF_KEYS = {"kms:GenerateMac", "kms:VerifyMac"}


def prefix_of(endpoint: str) -> str:
    """How the actions of an endpoint's service begin."""
    return PREFIXES.get(endpoint, endpoint)


def endpoints_fit(network: Network, allowed: Iterable[str], another_domain: bool = False) -> None:
    """Raises InvalidEnvironment with a sentence for each endpoint that nothing calls, and for each service that is called without one.

    allowed: actions of the functions in the VPC. another_domain: than the environment's own is tried out, which may call less.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    for action in (each for each in allowed if not _passes_no_endpoint(each)):
        service = action.partition(":")[0]
        needed[ENDPOINTS.get(service, service)].add(action)
    listed = set(network.interface_endpoints)
    idle = [] if another_domain else sorted(listed - set(needed))
    wrong = [
        *(f"network.interface_endpoints={name}: nothing in the VPC calls it; take it out" for name in idle),
        *(
            f"network.interface_endpoints lacks {name}: functions in the VPC call {', '.join(sorted(needed[name]))}"
            for name in sorted(set(needed) - listed)
        ),
    ]
    if wrong:
        raise InvalidEnvironment("\n".join(wrong))


def _passes_no_endpoint(action: str) -> bool:
    service = action.partition(":")[0]
    return service in OTHERWISE or action in BY_SERVICES or (service == "kms" and action not in BY_CODE_OF_KEYS)
