"""Tools that go outside, for the functions that run agents: it alone has a way to the internet, and it has nothing of any tenant.

It alone reads the keys that such tools send. See docs/decisions/210-tools-that-go-outside.md and 278-keys-of-other-peoples-services.md.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, Json

from causeway.agents.domain_tools import tools_of
from causeway.agents.outside import Errand, outside_tools
from causeway.outside.addresses import Resolver
from causeway.outside.errands import Errands
from causeway.outside.exchange import Exchange
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger, metrics, record_unusable
from causeway.runtime.secrets import secrets
from causeway.runtime.settings import Settings

SECONDS_TO_ANSWER = 1.0


class OutsideSettings(Settings):
    """agent_domain: whose tools these are, "" for none. tool_secrets: how the names of the keys begin that they send, "" for none.

    outside_on_loopback: hosts that are servers on this machine, with their ports; JSON. Environments that protect data set none.
    """

    agent_domain: str = ""
    tool_secrets: str = ""
    outside_on_loopback: Json[Mapping[str, int]] = Field(default_factory=dict)


@cache
def errands() -> Errands:
    settings = OutsideSettings.from_environment()
    kept = secrets(settings.tool_secrets) if settings.tool_secrets else None
    tools, exchange = outside_tools(tools_of(settings.agent_domain).values()), Exchange(Resolver(settings.outside_on_loopback))
    return Errands(tools, exchange, kept, record_unusable)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`Errand` to `Found`."""
    errand = Errand.model_validate(event)
    found = errands().run(errand, Deadline.before_end(context, SECONDS_TO_ANSWER))
    outcome = "unknown" if found.unknown else "refused" if found.refused else "done"
    logger.info("went outside", extra={"tool": errand.tool, "outcome": outcome})
    return found.model_dump(mode="json")


errands()
