"""Deploy the app to a local AWS, add the documents of a domain and ask about them: what a newcomer runs first.

    python -m local.commands.up

Environment: DOMAIN for another domain of domains/ than the one deployed last, which is the bookshop at first; CHAT=small for
a real small language model; CAUSEWAY_CHAT_URL (with CAUSEWAY_CHAT_MODEL and CAUSEWAY_CHAT_KEY), CAUSEWAY_OPENSEARCH_URL and
CAUSEWAY_PORT for another chat model, another OpenSearch or another port; CAUSEWAY_STATE for a second deployment beside the first.
"""

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

from local.app import deployment, people, records, rights, weights
from local.app.adding import Adding
from local.app.api import Reply
from local.app.domain import Domain, choose, current
from local.app.results import failed
from local.app.selection import Selection, selected
from local.app.switching import Added, remove_outdated
from local.app.uploads import Outcome
from local.commands.add import report
from local.commands.ask import ask, names_of, shown
from local.comparison.report import compare
from local.console import Console, command, counted
from local.servers import services
from local.servers.processes import together
from local.servers.services import Choice

PATIENCE = 900.0  # seconds for which no document may have moved
SMALL = """
SmolLM2-135M wrote these answers: a real model, but a very small one. It makes things up, repeats itself and often cites
nothing. Claims that no passage supports are refused, so many of its answers become "I could not find this in the documents."
On a busy machine it reads fewer passages; when no time is left, the answer is 503 model-unavailable."""
NEXT = """
Next:
  make ask Q="..." [AS=name]        ask something yourself
  make chat [AS=name]               a conversation: words as they are written, follow-ups understood
  make chat AGENT=name              an agent of domains/NAME/agents, who acts and asks before it does
  make team TEAM=name TASK="..."    a team of domains/NAME/teams: several roles on one task
  make add FILE=path                add a document (PDF, Office, e-mail, EPUB, HTML, Markdown, text), or a folder
  make token                        a curl command of your own
  make dev                          change code under lambdas/ or a tool of the domain, and have it live in seconds
  make logs                         what the functions log
  make down                         stop everything"""


def main() -> int:
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    console, began = Console(), time.monotonic()
    choice, domain = Choice.of_environment(), current()
    bring_up(console, choice)
    try:
        choose(domain)
        missing = move_in(console, domain)
        answered = ask_examples(console, domain)
        fault = what_is_wrong(missing, answered)
        state = f"deployed, but {fault}," if fault else "deployed and answering"
        console.say(f"\n{domain.title}, {state} after {time.monotonic() - began:.0f} s")
        show(console, answered)
    except KeyboardInterrupt:
        services.stop()
        raise
    if choice.chat == "small":
        console.say(SMALL)
    console.say(NEXT)
    return 1 if fault else 0


def bring_up(console: Console, choice: Choice) -> None:
    """Servers and deployment. Whatever interrupts it, nothing that it started goes on."""
    try:
        together(lambda: _synthesize(console), lambda: _start(console, choice))
        if not deployment.is_deployed():
            weights.put_where_the_app_looks()
            with console.step("Deploying with cdk deploy --all") as note:
                deployment.deploy(note)
            compare_with_the_templates(console)
    except BaseException:
        services.stop()
        raise


def compare_with_the_templates(console: Console) -> None:
    """Print what differs from the templates; docs/local.md lists the differences that are accepted."""
    with console.step("Comparing what was made with the templates"):
        found = compare()
    console.say(f"  {found.compared} resources, {len(found.differences)} differences, {len(found.accepted)} accepted: make compare")
    for difference in found.differences:
        console.say(f"  ✗ {difference}")


def move_in(console: Console, domain: Domain) -> int:
    """The domain's users and documents, in place of what an earlier domain has left in the same tenants.

    Returns the number of documents that failed.
    """
    for user in domain.users:
        people.create(user)
    rights.settle(domain)
    records.settle(domain)
    added = Added()
    if removed := remove_outdated(domain, added):
        console.say(f"· Removed {counted(removed, 'document')} that {domain.folder.name} does not have from its tenants")
    outcomes = add_documents(console, domain)
    added.note(domain)
    return len(failed(outcomes))


def add_documents(console: Console, domain: Domain) -> list[Outcome]:
    """Upload what is new or changed of the domain's documents and wait until all can be asked about."""
    owners = [people.sign_in(user) for user in domain.owners.values()]
    selections = [selected(domain.documents(owner.tenant), owner) for owner in owners]
    everything = Selection([each for one in selections for each in one.uploads], [each for one in selections for each in one.skipped])
    with console.step(f"Adding {counted(len(everything.uploads), 'document')} of {domain.folder.name}") as note:
        outcomes = Adding(everything.uploads, lambda progress: note(str(progress)), patience=PATIENCE).run()
    report(console, outcomes, everything)
    return outcomes


@dataclass(frozen=True)
class Answered:
    """An example question, the user who asked it, and the API's reply."""

    question: str
    person: people.Person
    reply: Reply


def ask_examples(console: Console, domain: Domain) -> list[Answered]:
    """The domain's example questions, each asked by its user."""
    with console.step(f"Asking {counted(len(domain.examples), 'question')}"):
        return [
            Answered(example.question, person, ask(example.question, person))
            for example in domain.examples
            for person in [people.sign_in(domain.user(example.user))]
        ]


def what_is_wrong(missing: int, answered: Sequence[Answered]) -> str:
    """Why the deployment is not as it should be; empty when it is. missing: the number of documents that failed."""
    silent = sum(each.reply.status != 200 for each in answered)
    faults = {
        f"{counted(missing, 'document')} failed": missing,
        f"{silent} of {counted(len(answered), 'question')} got no answer": silent,
    }
    return " and ".join(fault for fault, count in faults.items() if count)


def show(console: Console, answered: list[Answered]) -> None:
    """Print the questions with their answers and citations, or with the API's error."""
    for each in answered:
        console.say(f'\n{each.person.name} of {each.person.tenant} asks: "{each.question}"')
        body = each.reply.body
        console.say(shown(body, names_of(body, each.person)) if each.reply.status == 200 else f"  {each.reply.status} {each.reply.said}")


def _synthesize(console: Console) -> None:
    if deployment.is_synthesized():
        return
    with console.step("Synthesizing the templates"):
        deployment.synthesize()


def _start(console: Console, choice: Choice) -> None:
    services.start(console, choice)
    if damage := deployment.damage():
        console.say(f"· {damage}: starting with an empty account")
        services.stop()
        services.forget_the_account()
        services.start(console, choice)
    if not deployment.is_bootstrapped():
        with console.step("Bootstrapping the account"):
            deployment.bootstrap()


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    command(main)
