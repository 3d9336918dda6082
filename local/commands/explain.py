"""Take one answer of the local deployment apart: what each step made of the question, and why the answer is wrong if it is.

    python -m local.commands.explain

Q is the question, or REQUEST the id of a request whose turn is remembered in a conversation; AS names the sample user who asked. GOLD is
"document: quote" of what should have been answered; a golden question of the domain has its own. The question is asked once more, by the
product's own steps with the deployed function's settings; nothing is remembered.
"""

import base64
import json
import os

from evaluation.explain.asked import of_text, remembered
from evaluation.explain.explanation import Explanation
from evaluation.explain.report import report
from evaluation.retrieval import deployed_variables
from local import settings
from local.app.domain import asking, current
from local.app.people import Person, sign_in
from local.console import Trouble, command


def main() -> int:
    user = asking()
    use_the_deployment()
    text = os.environ.get("Q") or requested(os.environ.get("REQUEST", ""), sign_in(user))
    try:
        question, gold = of_text(text, user.tenant, os.environ.get("GOLD", ""), current().folder)
    except ValueError as wrong:
        raise Trouble(str(wrong)) from wrong
    print(f"A re-run, over the documents as they are now: {user.name} of {user.tenant} asks: {text}")
    for line in report(Explanation.deployed(question, user.name, gold)):
        print(line)
    return 0


def use_the_deployment() -> None:
    """This process takes the environment of the deployed function, and the addresses of the local AWS. Raises Trouble when none runs."""
    state = settings.read()
    if not state.cloud_url:
        raise Trouble("Nothing runs here yet: start it with make up.")
    os.environ.update(state.aws_variables())
    os.environ.update({**deployed_variables("local"), **state.aws_variables()})


def requested(request_id: str, person: Person) -> str:
    """The question of a request as it was understood. Raises Trouble when no conversation of the person has it."""
    if not request_id:
        raise Trouble('Say what to explain: make explain Q="How long can I return a book?", or REQUEST=id')
    message = remembered(request_id, person.tenant, subject_of(person.token))
    if message is None:
        raise Trouble(
            f"No conversation of {person.name} has the request {request_id}, and logs hold no text of questions. "
            'Give the question: make explain Q="..." [AS=user]'
        )
    print(f"Asked at {message.asked_at}: {message.question}\nAnswered then ({message.outcome}): {message.answer}\n")
    return message.standalone or message.question


def subject_of(token: str) -> str:
    """The user that an ID token names, as the functions know it."""
    payload = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


if __name__ == "__main__":
    command(main)
