"""What the domain's intake.yaml does to documents of the deployment, and what `make quality` tells of it."""

import time
from datetime import UTC, datetime, timedelta

from local.app.api import call
from local.app.quality import lines
from local.app.uploads import Library
from tests.local.test_documents import REFUSAL

REFUNDS = "# Refunds of the pottery class\n\nThe pottery class refunds to the account DE89 3704 0044 0532 0130 00 within nine days.\n"
KILN = "# The kiln\n\nThe kiln of the pottery class is fired on Thursdays and must cool for eighteen hours.\n"
QUESTION = "When is the kiln of the pottery class fired?"


def record(person, name):
    return next(each for each in Library(person).records().values() if each["name"] == name)


def until_ready(person, name):
    for _ in range(120):
        found = record(person, name)
        if found["state"] == "ready":
            return found
        time.sleep(0.5)
    raise AssertionError(f"{name} is {found['state']}")


def test_an_account_number_reaches_no_answer_and_its_uploader_is_told(deployment, written):
    outcome = deployment.add(deployment.ada, written("pottery.md", REFUNDS))
    assert (outcome.state, [row["why"] for row in outcome.report if row["part"] == "personal data"]) == (
        "ready",
        ["Left out, with its kind in its place: 1 account number (IBAN)."],
    )
    answer = deployment.ask(deployment.ada, "To which account does the pottery class refund?").body
    assert "within nine days" in answer["answer"]
    assert "[account number (IBAN)]" in answer["answer"]
    assert "0532" not in str(answer)


def test_a_duplicate_is_skipped_and_takes_the_place_of_the_original_when_that_is_deleted(deployment, written):
    first = deployment.add(deployment.bela, written("kiln.md", KILN), "workshops/kiln.md")
    copy = deployment.add(deployment.bela, written("copy.txt", KILN.replace("# ", "")), "workshops/copy.txt")
    assert (first.state, copy.state, copy.code) == ("ready", "duplicate", "duplicate")
    assert "workshops/kiln.md" in copy.reason
    told = list(lines(list(Library(deployment.bela).records().values()), datetime.now(UTC), timedelta(days=365)))
    assert "  workshops/kiln.md = workshops/copy.txt (not searched)" in told

    assert {each["document"] for each in _cited(deployment)} == {record(deployment.bela, "workshops/kiln.md")["document_id"]}
    assert call("DELETE", f"/v1/documents/{record(deployment.bela, 'workshops/kiln.md')['document_id']}", deployment.bela).status == 202
    until_ready(deployment.bela, "workshops/copy.txt")
    assert {each["document"] for each in _cited(deployment)} == {record(deployment.bela, "workshops/copy.txt")["document_id"]}
    call("DELETE", f"/v1/documents/{record(deployment.bela, 'workshops/copy.txt')['document_id']}", deployment.bela)
    assert deployment.ask(deployment.bela, QUESTION).body["answer"] == REFUSAL


def _cited(deployment):
    reply = deployment.ask(deployment.bela, QUESTION).body
    assert "Thursdays" in reply["answer"], reply
    return reply["citations"]
