"""The bookshop's teams with the stand-in model, from its own documents and orders, each driven as its pattern's state machine does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.scripted_agents import START
from causeway.agents.domain import AgentDomain
from causeway.agents.domain_toolbox import DomainToolbox
from causeway.conversations.keys import Owner
from causeway.models.acting import ActReply, ActRequest
from causeway.models.chat import Usage
from causeway.models.tool_use import call_of, in_wire_form
from causeway.permissions.access import Access
from causeway.runtime.deadlines import Deadline
from causeway.teams.contracts import OUTPUTS
from causeway.teams.domain import teams_of
from causeway.teams.handing_in import hand_in
from causeway.teams.roles import Step
from causeway.teams.run import TeamRun
from evaluation.domain_documents import DomainDocuments
from local.app.domain import BOOKSHOP
from local.cloud import chat_messages, chat_tools
from local.models.chat import complete
from local.models.scripts import FILE, read
from tests.unit.local.models.test_chat import embed
from tests.unit.teams.bench import RUN, Bench

DOMAIN = AgentDomain.load("bookshop")
TEAMS = teams_of(DOMAIN)
RULES = read(BOOKSHOP / "teams" / FILE).rules
ADA, CARL = Owner("harbour", "1", "ada"), Owner("harbour", "2", "carl")
DOCUMENTS = DomainDocuments(BOOKSHOP)


def plays(request: ActRequest, before: int) -> ActReply:
    """The stand-in, asked as the local AWS asks it."""
    wire = in_wire_form(request)
    asked = chat_messages.messages(wire["messages"], [{"text": request.system}], has_tools=True)
    choice = complete({"messages": asked, **chat_tools.tools(wire["toolConfig"])}, embed, lambda: RULES)["choices"][0]
    blocks, reason = chat_tools.blocks_of({**choice["message"], "finish_reason": choice["finish_reason"]})
    text = "".join(block["text"] for block in blocks if "text" in block)
    return ActReply(text, [call_of(block["toolUse"]) for block in blocks if "toolUse" in block], reason, Usage(100, 20, "model"))


class Groups:
    def of(self, tenant: str, user: str) -> Access:
        return Access(groups=frozenset({"staff"} if user == "ada" else ()))


class Orders:
    def __init__(self, tenant: str) -> None:
        rows = yaml.safe_load((BOOKSHOP / "records" / "orders.yaml").read_text())
        self._orders = {row["id"]: row["record"] for row in rows if row["tenant"] == tenant}

    def get(self, kind: str, id: str) -> Any:
        return self._orders.get(id)


class Library:
    """The passages of the tenant's documents with most of a question's words; staff's folder for staff alone."""

    def __init__(self, owner: Owner) -> None:
        names = [name for name in DOCUMENTS.names(owner.tenant) if owner == ADA or not name.startswith("staff/")]
        self._shelf = [piece for name in names for piece in DOCUMENTS.passages(owner.tenant, name) or ()]

    def search(self, question: str, deadline: Deadline) -> str:
        wanted = _words(question)
        best = sorted(self._shelf, key=lambda piece: -len(wanted & _words(f"{piece.source} {piece.text}")))[:5]
        return "\n\n".join(f"{Path(piece.source).stem} ({piece.source})\n{piece.text}" for piece in best)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))


@dataclass
class Played:
    """One run, driven by hand."""

    bench: Bench
    owner: Owner

    def do(self, step: str, role: str, key: str, **given: Any) -> Mapping[str, Any]:
        piece = self.bench.roles.do(Step(self.owner, RUN, step, role, key, given), Deadline.after(25))
        assert piece.output is not None
        return piece.output

    def found(self, tasks: Sequence[Mapping[str, str]]) -> list[Mapping[str, Any]]:
        work = [self.do("work", each["role"], f"work-{at}", task=each["task"]) for at, each in enumerate(tasks, 1)]
        return [{**each, "state": "done", "output": output} for each, output in zip(tasks, work, strict=True)]

    def synthesized(self, role: str, found: list[Mapping[str, Any]]) -> None:
        verdict = self.do("verify", "verify", "verify", found=found)
        self.do("synthesize", role, "synthesize", found=found, verdict=verdict)

    def ended(self) -> TeamRun:
        self.do("end", "end", "end", stopped="")
        run = self.bench.record.read(self.owner, RUN)
        assert run is not None
        return run


def played(team: str, task: str, owner: Owner = ADA) -> Played:
    bench = Bench(plays, team=TEAMS[team])
    bench.toolbox = DomainToolbox(DOMAIN, Groups(), Orders, Library)  # type: ignore[arg-type]
    bench.record.begin(TeamRun(RUN, owner, team, task, START))
    return Played(bench, owner)


def complaint(task: str, owner: Owner = ADA) -> TeamRun:
    run = played("complaint", task, owner)
    plan = run.do("plan", "lead", "plan")
    run.synthesized("answer", run.found(plan["tasks"]))
    return run.ended()


def text_of(run: TeamRun) -> str:
    assert (run.state, run.outcome is not None) == ("done", True)
    return str((run.outcome or {})["text"])


def test_a_complaint_is_answered_from_the_order_the_rules_and_what_staff_may_offer() -> None:
    text = text_of(complaint("My parcel H-10482 arrived wet and the book is damaged. What now?"))
    assert "Order H-10482 (The Salt Path) is delivered." in text
    assert "If a parcel arrives wet or crushed, keep the packaging for 14 days" in text
    assert "Any bookseller may spend up to £15" in text
    assert "not certain" not in text


def test_a_customer_s_complaint_has_nothing_of_staff_s_folder_nor_of_another_s_order() -> None:
    text = text_of(complaint("My parcel H-10482 arrived wet and the book is damaged. What now?", CARL))
    assert "£15" not in text
    assert "The Salt Path" not in text
    assert "This user may not do this." in text


def test_a_letter_is_improved_until_it_passes() -> None:
    run = played("letter", "How many days does a customer have to return a book?")
    draft = run.do("draft", "write", "draft-1", draft={}, faults=[])
    score = run.do("score", "mark", "score-1", draft=draft)
    assert score["score"] < TEAMS["letter"].passes
    better = run.do("draft", "write", "draft-2", draft=draft, faults=score["faults"])
    assert run.do("score", "mark", "score-2", draft=better)["score"] >= TEAMS["letter"].passes
    text = text_of(run.ended())
    assert text.startswith("Dear customer,")
    assert "days" in text
    assert "Left as it is" not in text


@pytest.mark.parametrize(
    ("task", "says"),
    [
        ("May H-10482 come back?", "Yes, if the time is not over: Order H-10482 (The Salt Path) is delivered."),
        ("May H-10517 come back?", "Not yet, for it is still on its way. Order H-10517 (Jamaica Inn, Rebecca) is packed."),
        ("May H-99999 come back?", "I cannot tell, for the order is not known to me."),
        ("May my book come back?", "I cannot tell, for the order is not known to me."),
    ],
)
def test_a_return_is_checked_against_the_order_and_the_rules(task: str, says: str) -> None:
    run = played("return-check", task)
    found: list[Mapping[str, Any]] = []
    for at, role in enumerate(TEAMS["return-check"].roles, 1):
        found = [*found, {"role": role, "state": "done", "output": run.do("work", role, f"work-{at}", found=found)}]
    text = text_of(run.ended())
    assert text.startswith(says)
    assert "30 days" in text


def test_ways_of_sending_are_compared_from_three_pages() -> None:
    run = played("offers", "What is the cheapest way to get my order of £20?", CARL)
    run.synthesized("compare", run.found([{"role": role, "task": ""} for role in TEAMS["offers"].handing_in("findings")]))
    outcome = run.ended().outcome
    assert outcome is not None
    sources = {name for claim in outcome["claims"] for name in claim["evidence"]}
    assert {"policies/shipping.html", "shops/click-and-collect.md", "policies/memberships.md"} <= sources
    assert {claim["carried"] for claim in outcome["claims"]} == {"carried"}


def test_every_call_of_the_stand_in_is_one_of_its_role_s_tools_with_arguments_that_it_has() -> None:
    for rule in RULES:
        team = next(team for name, team in TEAMS.items() if re.match(rf"\^\(?{name}/", rule.when))
        tools = {**DOMAIN.tools, **{f"hand_in {output}": hand_in(output, team) for output in OUTPUTS}}
        for asked in [*(each for step in rule.steps for each in step), *rule.otherwise]:
            fitting = [tool for name, tool in tools.items() if name.split()[0] == asked.tool]
            assert isinstance(asked.arguments, dict)
            assert any(set(asked.arguments) <= set(tool.schema["properties"]) for tool in fitting), asked
