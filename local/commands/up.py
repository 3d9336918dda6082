"""Deploy the app to a local AWS, add the sample documents and ask about them: what a newcomer runs first.

    python -m local.commands.up

Environment: CHAT=small for a real small language model; CAUSEWAY_CHAT_URL (with CAUSEWAY_CHAT_MODEL and CAUSEWAY_CHAT_KEY),
CAUSEWAY_OPENSEARCH_URL and CAUSEWAY_PORT for another chat model, another OpenSearch or another port; CAUSEWAY_STATE for a
second deployment beside the first.
"""

import signal
import time
from dataclasses import dataclass
from types import FrameType

from local.app import deployment, people, weights
from local.app.api import Reply
from local.app.domain import Domain
from local.app.uploads import add, not_there_yet, uploads_of
from local.commands.add import bar, report
from local.commands.ask import ask, names_of, shown
from local.comparison.report import compare
from local.console import Console, command
from local.servers import services
from local.servers.processes import together
from local.servers.services import Choice

SMALL = """
SmolLM2-135M wrote these answers: a real model, and a very small one. It makes things up, repeats itself and often cites
nothing. What no passage carries is refused, so many of its answers come out as "I could not find this in the documents."
On a busy machine it reads fewer passages; when it has no time left at all, the answer is 503 model-unavailable."""
NEXT = """
Next:
  make ask Q="..." [AS=ada|bela]    ask something yourself
  make add FILE=path                add a PDF, Word, HTML, Markdown or text file, or a folder
  make dev                          change code under lambdas/ and have it live in seconds
  make logs                         what the functions say
  make down                         stop everything"""


def main() -> int:
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    console, began = Console(), time.monotonic()
    choice = Choice.of_environment()
    bring_up(console, choice)
    try:
        domain = Domain.read()
        add_documents(console, domain)
        answered = ask_examples(console, domain)
        is_answering = all(each.reply.status == 200 for each in answered)
        state = "deployed and answering" if is_answering else "deployed, but not answering,"
        console.say(f"\n{domain.title}, {state} after {time.monotonic() - began:.0f} s")
        show(console, answered)
    except KeyboardInterrupt:
        services.stop()
        raise
    if choice.chat == "small":
        console.say(SMALL)
    console.say(NEXT)
    return 0 if is_answering else 1


def bring_up(console: Console, choice: Choice) -> None:
    """Servers, deployment and users. Whatever interrupts it, nothing it started goes on."""
    try:
        together(lambda: _synthesize(console), lambda: _start(console, choice))
        if not deployment.is_deployed():
            weights.put_where_the_app_looks()
            with console.step("Deploying with cdk deploy --all") as note:
                deployment.deploy(note)
            compare_with_the_templates(console)
        for user in Domain.read().users:
            people.create(user)
    except BaseException:
        services.stop()
        raise


def compare_with_the_templates(console: Console) -> None:
    """Say where what was made is not what the templates ask for; what is accepted stands in docs/local.md."""
    with console.step("Comparing what was made with the templates"):
        found = compare()
    console.say(
        f"  {found.compared} resources, {len(found.differences)} differences, {len(found.accepted)} accepted: make compare"
    )
    for difference in found.differences:
        console.say(f"  ✗ {difference}")


def add_documents(console: Console, domain: Domain) -> None:
    """Upload what is new or changed of the sample documents and wait until all can be asked about."""
    owners = [people.sign_in(user.name) for user in domain.users]
    uploads = not_there_yet([upload for owner in owners for upload in uploads_of(domain.documents(owner.tenant), owner)])
    if not uploads:
        return console.say("✓ The sample documents are there already")
    with console.step(f"Adding {len(uploads)} sample documents") as note:
        outcomes = add(uploads, lambda done, total: note(bar(done, total)))
    report(console, outcomes)


@dataclass(frozen=True)
class Answered:
    """An example question, who asked it, and what the API replied."""

    question: str
    person: people.Person
    reply: Reply


def ask_examples(console: Console, domain: Domain) -> list[Answered]:
    """The domain's example questions, each asked by its user."""
    with console.step(f"Asking {len(domain.examples)} questions"):
        return [
            Answered(example.question, person, ask(example.question, person))
            for example in domain.examples
            for person in [people.sign_in(example.user)]
        ]


def show(console: Console, answered: list[Answered]) -> None:
    """Questions with their answers and citations, or with the problem in its own words."""
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
        console.say(f"· {damage}: beginning with an empty account")
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
