"""What a user may be told, for tests."""

from benchmarks.verdicts import Asked
from evaluation.golden import questions
from local.app.api import Reply
from local.app.domain import BOOKSHOP
from local.app.people import Person

ADA = Person("ada", "harbour", "token")
QUESTION = next(each for each in questions(BOOKSHOP) if each.tenant == "harbour")
BUSY = Reply(503, {"type": "urn:causeway:problem:service-busy"}, "", {"retry-after": "2"})


def answer(text="30 days [1].", document="returns", degraded=()):
    body = {"answer": text, "citations": [{"document": document, "quote": "30 days"}], "degraded": list(degraded)}
    return Reply(200, body, "", {})


def asked(reply):
    return Asked(QUESTION, ADA, reply, 1.0)
