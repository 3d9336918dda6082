"""Messages by which the function that erases is called."""

import json

from causeway.erasure.erasure import Erasure


def written(erasure: Erasure) -> str:
    return json.dumps({"tenant": erasure.tenant, "erasure": erasure.id})


def read(body: str) -> tuple[str, str]:
    """Tenant and id. Raises ValueError, TypeError or KeyError for what no message of ours looks like."""
    content = json.loads(body)
    return content["tenant"], content["erasure"]
