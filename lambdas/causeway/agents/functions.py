"""Lambda functions that tools call, and the tools that are such functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from causeway.agents.tool import OUTSIDE, Arguments, Calling, Refused, Tool
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable

CONNECT_SECONDS, READ_SECONDS = 1.0, 60.0  # a tool has its own, shorter time


class LambdaFunctions:
    """As `Functions`. The client is made when the first tool calls."""

    def __init__(self, outside: str, dependency: Dependency) -> None:
        """outside: ARN of the function with a way out, "" where there is none."""
        self._outside, self._dependency = outside, dependency

    def call(self, name: str, payload: Mapping[str, Any], deadline: Deadline) -> Any:
        function = self._outside if name == OUTSIDE else name
        if not function:
            raise Refused("There is no way to the internet from here. Do not try it again.")
        body = to_json(payload)
        answer = self._dependency.call(
            lambda: client("lambda", connect=CONNECT_SECONDS, read=READ_SECONDS).invoke(FunctionName=function, Payload=body), deadline
        )
        said = answer["Payload"].read()
        if "FunctionError" in answer:
            raise DependencyUnavailable(self._dependency.name, f"{function} failed: {said[:500]!r}")
        try:
            return from_json(said)
        except ValueError:
            raise DependencyRejected(self._dependency.name, f"{function} returned no JSON") from None


@dataclass(frozen=True)
class ByFunction:
    """The `run` of a tool that is a Lambda function: it gets `arguments` and `key`, and returns `result` or why it `refused`."""

    function: str

    def __call__(self, arguments: BaseModel, calling: Calling) -> Any:
        found = calling.functions.call(
            self.function, {"arguments": arguments.model_dump(mode="json"), "key": calling.key}, calling.deadline
        )
        if not isinstance(found, dict) or not found.keys() & {"result", "refused"}:
            raise DependencyRejected("functions", f"{self.function} returned neither result nor refused")
        if found.get("refused"):
            raise Refused(str(found["refused"]))
        return found.get("result")


def function_tool(name: str, description: str, arguments: type[Arguments], function: str, **facts: Any) -> Tool[Arguments]:
    """A tool that is a Lambda function of the same account and region. function: its name, or NAME:ALIAS. facts: more of `Tool`."""
    return Tool(name=name, description=description, arguments=arguments, run=ByFunction(function), **facts)
