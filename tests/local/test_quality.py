"""What the domain's intake.yaml does to documents of the deployment, and what `make quality` tells of it."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

from local.app.api import call
from local.app.aws import client, parameter
from local.app.contradictions import contradictions
from local.app.domain import BOOKSHOP, Domain
from local.app.people import id_of, sign_in
from local.app.quality import lines
from local.app.uploads import Library
from tests.local.test_documents import REFUSAL

REFUNDS = "# Refunds of the pottery class\n\nThe pottery class refunds to the account DE89 3704 0044 0532 0130 00 within nine days.\n"
GLAZE = "# The glaze course\n\nThe glaze course is paid with the card 4111 1111 1111 1111 on the first evening.\n"
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


def test_a_card_number_is_a_token_that_only_a_privacy_officer_turns_back(deployment, written):
    name = deployment.add(deployment.ada, written("glaze.md", GLAZE)).upload.name
    answer = deployment.ask(deployment.ada, "Which card pays for the glaze course?").body["answer"]
    (token,) = re.findall(r"\[card number ([a-z2-7]{16})\]", answer)
    assert "4111" not in answer
    place, why = f"/v1/documents/{record(deployment.ada, name)['document_id']}/tokens/{token}", {"reason": "the payment came twice"}
    assert call("POST", place, deployment.ada, why).status == 403
    pia = sign_in(Domain.read(BOOKSHOP).user("pia"))
    shown = call("POST", place, pia, why)
    assert (shown.status, shown.body["value"]) == (200, "4111 1111 1111 1111"), shown.text
    assert call("POST", place, pia, {"reason": ""}).status == 400
    told = json.loads(client("s3").get_object(Bucket=parameter("data/audit-bucket"), Key=_kept(shown.body["reveal_id"]))["Body"].read())
    assert (told["user"], told["token"], told["reason"]) == (id_of("pia"), token, why["reason"])


def _kept(reveal_id):
    listed = client("s3").list_objects_v2(Bucket=parameter("data/audit-bucket"), Prefix="harbour/reveals/")["Contents"]
    return next(each["Key"] for each in listed if each["Key"].endswith(f"/{reveal_id}.json"))


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


def test_documents_that_contradict_each_other_are_told_with_both_sentences(deployment, written, tmp_path):
    """Only of documents that the user may read."""
    rule = "# The darkroom\n\n## Hours\n\nMembers of the photo club may use the darkroom for {} hours a week.\n"
    for year, hours in {2024: 6, 2026: 9}.items():
        deployment.add(deployment.ada, written(f"darkroom-{year}.md", rule.format(hours)), f"darkroom-{year}.md")
    library = Library(deployment.ada)
    records = [each for each in library.records().values() if each["name"].startswith("darkroom")]
    assert list(contradictions(records, library, tmp_path / "statements")) == [
        "9 hour or 6 hour",
        "  darkroom-2026.md, “Hours”: Members of the photo club may use the darkroom for 9 hours a week.",
        "  older says: darkroom-2024.md, “Hours”: Members of the photo club may use the darkroom for 6 hours a week.",
    ]
    assert list(contradictions(records[:1], library, tmp_path / "statements")) == []
