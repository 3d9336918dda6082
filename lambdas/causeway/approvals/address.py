"""Where the page for approvers is, as API Gateway names itself to a function."""

from collections.abc import Mapping
from typing import Any

from causeway.approvals.contract import SHOW_PAGE


def page_address(context: Mapping[str, Any]) -> str:
    """context: `requestContext` of an event. A name below localhost never leaves the machine, and has no certificate."""
    host = str(context["domainName"])
    scheme = "http" if host.partition(":")[0].endswith(".localhost") else "https"
    stage = f"/{context['stage']}" if ".execute-api." in host else ""  # an API with a name of its own leaves the stage out
    return f"{scheme}://{host}{stage}{SHOW_PAGE.path}"
