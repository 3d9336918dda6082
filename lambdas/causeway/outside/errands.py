"""What the function does for each kind of tool that goes outside."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from causeway.agents.outside import Errand, Found, Operation, Outside, Pages, RemoteTool
from causeway.agents.places import place_of
from causeway.agents.tool import Refused, Tool
from causeway.outside.exchange import Exchange, Unanswered
from causeway.outside.operations import ask
from causeway.outside.pages import read_page
from causeway.runtime.deadlines import Deadline


class Errands:
    """tools: those of the domain that go outside, by name."""

    def __init__(self, tools: Mapping[str, Tool[Any]], exchange: Exchange) -> None:
        self._tools, self._exchange = tools, exchange

    def run(self, errand: Errand, deadline: Deadline) -> Found:
        """What came of it, in words where nothing did. Raises nothing that a service causes."""
        tool = self._tools.get(errand.tool)
        if tool is None:
            return Found(refused=f"There is no tool {errand.tool} that goes outside.")
        try:
            arguments = tool.arguments.model_validate(errand.arguments)
            return Found(result=self._done(tool.run, arguments, errand.key, deadline.within(errand.seconds)))
        except ValidationError as error:
            return Found(refused=f"The arguments are not valid: {error.errors(include_url=False)[0]['msg']}")
        except Refused as error:
            return Found(refused=str(error))
        except Unanswered as error:
            return Found(unknown=str(error)) if tool.effect == "once" else Found(refused=f"{error} Nothing was found out.")

    def _done(self, run: Any, arguments: BaseModel, key: str, deadline: Deadline) -> Any:
        match run:
            case Outside(errand=Pages() as pages):
                return read_page(self._exchange, pages, place_of(arguments.model_dump()["url"]), deadline)
            case Outside(errand=Operation() as operation):
                return ask(self._exchange, operation, arguments.model_dump(mode="json"), key, deadline)
            case Outside(errand=RemoteTool() as remote):
                from causeway.outside.remote import call_tool  # its package is loaded where a domain has such tools

                return call_tool(self._exchange, remote, arguments.model_dump(mode="json"), key, deadline)
