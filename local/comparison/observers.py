"""What the describe calls return for a resource, with the names of its CloudFormation type.

An observer takes (client, resource): client(service) gives a boto3 client. It returns properties; those that the
API does not show are missing, so that the comparison lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.comparison import access, api, compute, models, network, storage, switches, watch
from local.comparison.template import Resource

Observer = Callable[[Callable[[str], Any], Resource], dict[str, Any]]

OBSERVERS: dict[str, Observer] = (
    access.OBSERVERS
    | api.OBSERVERS
    | compute.OBSERVERS
    | models.OBSERVERS
    | network.OBSERVERS
    | storage.OBSERVERS
    | switches.OBSERVERS
    | watch.OBSERVERS
)
