"""The agents' service as the function makes it, but for the services behind it: tables, queue and rights answer in this process.

What is left is what peers do: the loop, its checks, the tools, and a Converse call for each step. Run by `handler_process`.
"""

import json
from types import SimpleNamespace
from typing import Any

from benchmarks.instant_agents import order
from causeway.agents.agents import Agents
from causeway.agents.assembly import QUEUE, RUNS, acting_model
from causeway.agents.domain import AgentDomain
from causeway.agents.domain_toolbox import DomainToolbox
from causeway.agents.journal import Journal
from causeway.agents.queue import RunQueue
from causeway.agents.settings import AgentSettings
from causeway.answering.services import conversations
from causeway.conversations.keys import Owner
from causeway.permissions.access import Access
from causeway.runtime.deadlines import Deadline

ADA = Owner("harbour", "6d0c2c9e-1111-4444-8888-2b8f6f1f2a33", "ada")
NOTHING: Any = SimpleNamespace(
    transact_write_items=lambda **asked: None,
    send_message=lambda **asked: None,
    of=lambda *user: Access(),
    get=lambda kind, number: order(number, "ada"),
)


def service(settings: AgentSettings) -> Agents:
    domain = AgentDomain.load(settings.agent_domain)
    return Agents(
        acting_model(settings),
        domain.agents,
        DomainToolbox(domain, NOTHING, lambda tenant: NOTHING, lambda owner: NOTHING),
        journal=Journal(lambda tenant: NOTHING, settings.agent_runs_table, RUNS),
        queue=RunQueue(NOTHING, settings.agent_runs_queue, QUEUE),
        bus=NOTHING,
        memory=conversations(settings),
        prices=settings.prices,
    )


agents = service(AgentSettings.from_environment())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    request = json.loads(event["body"])
    deadline = Deadline.before_end(context, 3.0)
    run = agents.begin(ADA, event["pathParameters"]["agent"], request["message"], None, request["client_token"], deadline)
    return {"statusCode": 200, "body": json.dumps({"answer": run.text, "calls": len(run.calls)})}
