"""Step Functions as on AWS: retries wait with MaxDelaySeconds and JitterStrategy, which ministack ignores, and the expressions of
an Assign see the variables as they were before it, which ministack changes from one to the next. A distributed Map gets its items in
batches, and evaluates JSONata in its reader, its batcher and its output, all of which ministack leaves out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from local.cloud import emulator

Retrier = dict[str, Any]
State = dict[str, Any]
Found = tuple[Retrier | None, int]


def install() -> None:
    """Give ministack, which knows only interval and rate, the delay as an interval with rate one."""
    machine = emulator.part("services.stepfunctions")
    machine._find_matching_retrier = _waiting_as_said(machine._find_matching_retrier)
    machine._apply_state_assign = _assigning_at_once(machine._apply_state_assign)
    machine._read_map_items = _in_batches(machine._read_map_items)
    machine._run_distributed_map = _with_jsonata(machine._run_distributed_map, machine._apply_jsonata_template)


def _waiting_as_said(find: Callable[..., Found]) -> Callable[..., Found]:
    def run(retriers: Any, error: str, counts: Mapping[int, int]) -> Found:
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return None, index
        return {**retrier, "IntervalSeconds": seconds_to_wait(retrier, counts.get(index, 0)), "BackoffRate": 1}, index

    return run


def seconds_to_wait(retrier: Retrier, retries: int) -> float:
    """Seconds before the next attempt, after `retries` retries. With full jitter, a random part of them."""
    delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** retries
    longest = min(delay, retrier.get("MaxDelaySeconds", delay))
    return random.uniform(0, longest) if retrier.get("JitterStrategy") == "FULL" else longest


def _assigning_at_once(assign: Callable[..., None]) -> Callable[..., None]:
    def run(state: State, given: Any, context: State | None, **more: Any) -> None:
        before = dict((context or {}).get("variables", {}))
        for name, template in state.get("Assign", {}).items():
            alone = {**(context or {}), "variables": dict(before)}
            assign({**state, "Assign": {name: template}}, given, alone, **more)
            if context is not None and name in alone["variables"]:
                context.setdefault("variables", {})[name] = alone["variables"][name]

    return run


def _with_jsonata(run_map: Callable[..., tuple[Any, Any]], evaluate: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """A Map whose reader says where it reads in JSONata; what is to go in batches is handed to the reader."""

    def run(state: State, given: Any, effective: Any, iterator: Any, execution: Any, context: State) -> tuple[Any, Any]:
        reader, batcher = state.get("ItemReader"), state.get("ItemBatcher")
        if reader is None or "Arguments" not in reader:
            return run_map(state, given, effective, iterator, execution, context)
        wanted = evaluate({**reader, "Batcher": batcher} if batcher else reader, given, context)
        output, following = run_map({**state, "ItemReader": wanted}, given, effective, iterator, execution, context)
        return (evaluate(state["Output"], given, context, result=output) if "Output" in state else output), following

    return run


def _in_batches(read: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def run(reader: State, *arguments: Any) -> list[Any]:
        items, batcher = read(reader, *arguments), reader.get("Batcher")
        if not batcher:
            return items
        size, shared = int(batcher["MaxItemsPerBatch"]), batcher.get("BatchInput")
        told = {} if shared is None else {"BatchInput": shared}
        return [{**told, "Items": items[start : start + size]} for start in range(0, len(items), size)]

    return run
