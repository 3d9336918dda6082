"""A re-index of the local deployment: started, followed, and returned from."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.golden import questions
from local.app.aws import client, parameter
from local.console import Trouble, counted
from local.settings import PREFIX

Object = dict[str, Any]
FUNCTION = f"{PREFIX}reindex:live"
FOLLOWED = ("kept", "done")
MOST_QUESTIONS = 200


def ask(do: str, **more: Any) -> Object:
    """What the function answers. Raises Trouble with its own sentence for what cannot be done."""
    answer = client("lambda").invoke(FunctionName=FUNCTION, Payload=json.dumps({"do": do, **more}))
    body: Object = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Trouble(str(body.get("errorMessage", body)))
    return body


def golden(folder: Path) -> list[Object]:
    """The golden questions of a domain's folder as the workflow puts them, those without an answer left out."""
    asked = questions(folder) if (folder / "questions.yaml").is_file() else []
    told = [
        {"tenant": each.tenant, "question": each.text, "documents": sorted({piece.document for piece in each.evidence})}
        for each in asked
        if each.evidence
    ]
    return told[:MOST_QUESTIONS]


def go_on(asked: Sequence[Object], anew: bool = False) -> None:
    """Begins an execution if none is at work. anew: ends the one that is, which may sleep for an hour: what is next is in the row."""
    machine = parameter("ingestion/reindex-arn")
    states = client("stepfunctions")
    running = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    if anew:
        for execution in running:
            states.stop_execution(executionArn=execution["executionArn"])
    if anew or not running:
        states.start_execution(stateMachineArn=machine, input=json.dumps({"questions": list(asked)}))


@dataclass
class Following:
    """Follows a re-index until searches have moved over, or back. hear: gets a line of progress. pause: seconds between two looks."""

    hear: Callable[[str], None]
    pause: float = 1.0

    def run(self) -> Object:
        """The last status."""
        while True:
            status = ask("status")
            work = status["work"]
            self.hear(progress(status))
            if work["step"] in FOLLOWED:
                return status
            time.sleep(self.pause)


def progress(status: Object) -> str:
    """One line on how far it is."""
    work, live = status["work"], status["live"]
    if work is None:
        return "none"
    filled = work["filled"]
    match work["step"]:
        case "filling" | "refilling":
            waiting = f", {counted(filled['waiting'], 'document')} to be cut" if filled["waiting"] else ""
            return f"pass {work['passes']}, {counted(work['passages'], 'passage')} written{waiting}"
        case "shifting":
            return f"{live['share']}% of the users search generation {work['to']['number']}{_checked(work)}"
        case "kept":
            return f"generation {work['to']['number']} answers, {work['former']['number']} is kept until {work['until'][:16]}"
        case step:
            return str(step)


def _checked(work: Object) -> str:
    if not work["checks"]:
        return ""
    last = work["checks"][-1]
    return f"; golden questions: {last['found']} of {last['asked']} found, {last['found_before']} before"


def lines(status: Object) -> list[str]:
    """What stands at the end, or now."""
    live, work = status["live"], status["work"]
    told = [f"generation {live['serving']['number']} answers: {_named(live['serving'])}"]
    if live["beside"]:
        told.append(
            f"generation {live['beside']['number']} is written beside it: {_named(live['beside'])}; {live['share']}% of the users search it"
        )
    if not work:
        return told
    filled = work["filled"]
    told.append(f"back-fill: {counted(filled['documents'], 'document')}, {counted(work['passages'], 'passage')} written")
    if work["outcome"] == "rebuilt":
        told.append(f"its index was made anew{': ' + work['reason'] if work['reason'] else ''}")
    if filled["kept"]:
        told.append(f"{counted(filled['kept'], 'document')} stay as they were cut: the file is gone")
    if work["checks"]:
        told.append(_checked(work).removeprefix("; "))
    if work["outcome"] == "returned":
        told.append(f"returned to generation {work['former']['number']}: {work['reason']}")
    if work["step"] == "kept":
        told.append(
            f"generation {work['former']['number']} is kept until {work['until'][:16]}: make reindex BACK=1 returns, DONE=1 removes it now"
        )
    return told


def _named(generation: Object) -> str:
    return f"model {generation['name']} ({generation['model']}, {generation['dimensions']} dimensions), chunking {generation['chunking']}"
