"""TestState for JSONata, as its reference states it: ministack's looks at Catch before Retry, evaluates no Output, Assign or variables
of a mocked task, and knows no Map or Parallel.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.cloud import emulator
from local.cloud.workflows import seconds_to_wait

State = dict[str, Any]
MOCKED = ("Task", "Map", "Parallel")


def install() -> None:
    machine = emulator.part("services.stepfunctions")
    machine._test_state = _testing(machine._test_state, machine)


def _testing(otherwise: Callable[[State], Any], machine: Any) -> Callable[[State], Any]:
    def run(data: State) -> Any:
        definition = json.loads(data.get("definition") or "{}")
        state = definition["States"].get(data.get("stateName", definition.get("StartAt"))) if "States" in definition else definition
        language = (state or {}).get("QueryLanguage") or definition.get("QueryLanguage")
        if not state or language != "JSONata" or (state["Type"] in MOCKED and not data.get("mock")):
            return otherwise(data)
        return machine.json_response(StateTest(machine, state, data).run())

    return run


@dataclass
class StateTest:
    """One state, tested with a mock where it would call a service. data: the request."""

    machine: Any
    state: State
    data: Mapping[str, Any]
    seen: State = field(default_factory=dict)
    context: State = field(init=False)

    def __post_init__(self) -> None:
        self.input = json.loads(self.data.get("input") or "{}")
        self.context = json.loads(self.data.get("context") or "{}")
        self.context |= {"QueryLanguage": "JSONata", "variables": json.loads(self.data.get("variables") or "{}")}

    def run(self) -> State:
        """The response, with what was looked at on the way where more than INFO is asked for."""
        try:
            found = self._mocked() if self.state["Type"] in MOCKED else self._of_itself()
        except self.machine._ExecutionError as error:
            found = self._failed(error.error, error.cause)
        if self.data.get("inspectionLevel", "INFO") == "INFO":
            return found
        return {
            **found,
            "inspectionData": {"input": json.dumps(self.input), "variables": json.dumps(self.context["variables"]), **self.seen},
        }

    def _of_itself(self) -> State:
        machine, kind = self.machine, self.state["Type"]
        if kind == "Fail":
            error, cause = machine._fail_state_error(self.state, self.input, self.context)
            return {"status": "FAILED", "error": error, "cause": cause}
        if kind == "Succeed":
            return self._succeeded(machine._apply_jsonata_output(self.state, self.input, self.context, default=self.input), None)
        perform = {"Pass": machine._execute_pass, "Choice": machine._execute_choice, "Wait": machine._execute_wait}[kind]
        return self._succeeded(*perform(self.state, self.input, self.context))

    def _mocked(self) -> State:
        self._look_at_what_is_sent()
        mock = self.data["mock"]
        if "errorOutput" in mock:
            return self._failed(mock["errorOutput"].get("error", ""), mock["errorOutput"].get("cause", ""))
        machine, result = self.machine, json.loads(mock["result"])
        output = machine._apply_jsonata_output(self.state, self.input, self.context, result=result, default=result)
        machine._apply_state_assign(self.state, self.input, self.context, result=result)
        return self._succeeded(output, machine._next_or_end(self.state))

    def _look_at_what_is_sent(self) -> None:
        """Evaluates what the state would send, so that a wrong expression fails here too."""
        if self.state["Type"] == "Map":
            items = self._evaluated(self.state["Items"], self.context)
            if not isinstance(items, list):
                raise self.machine._ExecutionError("States.QueryEvaluationError", "Items is no array")
            inputs = [self._of_item(at, item) for at, item in enumerate(items)]
            self.seen |= {"afterItemSelector": json.dumps(inputs), "maxConcurrency": self.state.get("MaxConcurrency", 0)}
        else:
            arguments = self.machine._apply_jsonata_arguments(self.state, self.input, self.context)
            self.seen["afterArguments"] = json.dumps(arguments)

    def _of_item(self, at: int, item: Any) -> Any:
        context = {**self.context, "Map": {"Item": {"Index": at, "Value": item}}}
        return self._evaluated(self.state.get("ItemSelector", item), context)

    def _evaluated(self, template: Any, context: State) -> Any:
        return self.machine._apply_jsonata_template(template, self.input, context)

    def _succeeded(self, output: Any, following: str | None) -> State:
        return {"status": "SUCCEEDED", "output": json.dumps(output), **({"nextState": following} if following else {})}

    def _failed(self, error: str, cause: str) -> State:
        """Retry first, and Catch when the matching retrier has no attempt left."""
        told, machine = {"error": error, "cause": cause}, self.machine
        retries = (self.data.get("stateConfiguration") or {}).get("retrierRetryCount", 0)
        retriers = self.state.get("Retry", [])
        _, at = machine._find_matching_retrier(retriers, error, dict.fromkeys(range(len(retriers)), retries))
        if at >= 0:
            self.seen["errorDetails"] = {"retryIndex": at, "retryBackoffIntervalSeconds": int(seconds_to_wait(retriers[at], retries))}
            return {"status": "RETRIABLE", **told}
        catcher = machine._find_matching_catcher(self.state.get("Catch", []), error)
        if catcher is None:
            return {"status": "FAILED", **told}
        self.seen["errorDetails"] = {"catchIndex": self.state["Catch"].index(catcher)}
        output = machine._apply_catcher(catcher, self.input, self.context, "JSONata", {"Error": error, "Cause": cause})
        return {"status": "CAUGHT_ERROR", "output": json.dumps(output), "nextState": catcher["Next"], **told}
