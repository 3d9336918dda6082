"""What is to be explained: a question with its gold, and the question behind a request."""

from collections.abc import Iterator
from pathlib import Path

from causeway.answering.services import conversations
from causeway.answering.settings import AnswerSettings
from causeway.conversations.conversation import Message
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from evaluation.golden import Evidence, Question, plain, questions

PAGE = 50


def of_text(text: str, tenant: str, gold: str, domain: Path) -> tuple[Question, bool]:
    """The question, and whether its gold is known.

    gold: "document: quote", else "" for that of the domain's golden question of the same words, if there is one.
    Raises ValueError for a gold of another shape.
    """
    if gold:
        return Question("explain", tenant, "single", text, (_evidence(gold),)), True
    same = (each for each in _golden(domain) if each.tenant == tenant and plain(each.text) == plain(text))
    found = next(same, None)
    return (found, True) if found else (Question("explain", tenant, "none", text, ()), False)


def remembered(request_id: str, tenant: str, user: str) -> Message | None:
    """The turn of a request, if one of the user's conversations still has it; nothing is written. user: the token's subject."""
    owner, memory = Owner(tenant, user), conversations(AnswerSettings.from_environment())
    turns = (message for session_id in _sessions(owner, memory) for _, message in memory.messages(owner, session_id))
    return next((message for message in turns if message.request_id == request_id), None)


def _sessions(owner: Owner, memory: Memory) -> Iterator[str]:
    after: str | None = None
    while True:
        rows, after = memory.sessions(owner, PAGE, after)
        yield from (row["session_id"]["S"] for row in rows)
        if after is None:
            return


def _golden(domain: Path) -> list[Question]:
    return questions(domain) if (domain / "questions.yaml").exists() else []


def _evidence(gold: str) -> Evidence:
    document, _, quote = gold.partition(": ")
    if not document.strip() or not quote.strip():
        raise ValueError('GOLD is "document: quote", such as GOLD="policies/returns.md: within 30 days"')
    return Evidence(document.strip(), quote.strip())
