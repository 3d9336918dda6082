"""What the function does for each kind of tool that goes outside."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from causeway.agents.outside import Errand, Found, Operation, Outside, Pages, RemoteTool
from causeway.agents.places import place_of
from causeway.agents.tool import Refused, Tool
from causeway.outside.credentials import Credentials, Kept, NoSecrets
from causeway.outside.exchange import Sends, Unanswered
from causeway.outside.operations import ask
from causeway.outside.pages import read_page
from causeway.runtime.deadlines import Deadline


class Errands:
    """tools: those of the domain that go outside, by name. kept: the keys that they send. told: as `Credentials` has it."""

    def __init__(
        self,
        tools: Mapping[str, Tool[Any]],
        exchange: Sends,
        kept: Kept | None = None,
        told: Callable[[str, str], None] = lambda name, why: None,
    ) -> None:
        self._tools, self._exchange, self._kept, self._told = tools, exchange, kept or NoSecrets(), told

    def run(self, errand: Errand, deadline: Deadline) -> Found:
        """What came of it, in words where nothing did. Raises nothing that a service causes."""
        tool = self._tools.get(errand.tool)
        if tool is None:
            return Found(refused=f"There is no tool {errand.tool} that goes outside.")
        secret = tool.run.secret if isinstance(tool.run, Outside) else None
        if secret is None:
            return self._found(tool, self._exchange, errand, deadline)
        credentials = Credentials(self._exchange, secret, self._kept, self._told)
        return credentials.hide(self._found(tool, credentials, errand, deadline))

    def _found(self, tool: Tool[Any], exchange: Sends, errand: Errand, deadline: Deadline) -> Found:
        try:
            arguments = tool.arguments.model_validate(errand.arguments)
            return Found(result=self._done(tool.run, exchange, arguments, errand.key, deadline.within(errand.seconds)))
        except ValidationError as error:
            return Found(refused=f"The arguments are not valid: {error.errors(include_url=False)[0]['msg']}")
        except Refused as error:
            return Found(refused=str(error))
        except Unanswered as error:
            return Found(unknown=str(error)) if tool.effect == "once" else Found(refused=f"{error} Nothing was found out.")

    def _done(self, run: Any, exchange: Sends, arguments: BaseModel, key: str, deadline: Deadline) -> Any:
        match run:
            case Outside(errand=Pages() as pages):
                return read_page(exchange, pages, place_of(arguments.model_dump()["url"]), deadline)
            case Outside(errand=Operation() as operation):
                return ask(exchange, operation, arguments.model_dump(mode="json"), key, deadline)
            case Outside(errand=RemoteTool() as remote):
                from causeway.outside.remote import call_tool  # its package is loaded where a domain has such tools

                return call_tool(exchange, remote, arguments.model_dump(mode="json"), key, deadline)
