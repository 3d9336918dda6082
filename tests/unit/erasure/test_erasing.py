"""From a request to the certificate, in process: every store by the app's own code, ingestion at work beside it."""

import json
import random
from typing import Any

import pytest

from causeway.conversations.keys import Owner
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.intake import Intake
from causeway.erasure.certificate import digest_of
from causeway.erasure.erasure import Erasure
from causeway.erasure.store import Erasures
from causeway.retrieval.generations import Live
from causeway.runtime.clients import client, session
from causeway.runtime.tables import Overtaken
from causeway.safety.personal.policy import PersonalData
from tests.unit.documents.cloud import FIRST_GENERATION, INCOMING, TOKEN_KEY, Cloud, documents
from tests.unit.documents.lanes import Deaths
from tests.unit.documents.making import word
from tests.unit.erasure.town import AUDIT, ERASURES, PATIENT, SECRET, Town, administration, kept_certificate

ADA, BOB = Owner("harbour", "ada-sub", "ada"), Owner("harbour", "bob-sub", "bob")
NAMESAKE = Owner("lantern", "ada-sub", "ada")
NAMED = {"user": "ada-sub", "name": "ada"}
FOUND = {
    "archived-conversations": 1,
    "conversations": 3,
    "facts": 0,
    "feedback": 1,
    "reviews": 1,
    "batches": 1,
    "runs": 3,
    "list-of-runs": 2,
    "runs-by-name": 1,
    "list-of-runs-by-name": 0,
    "groups": 1,
}
LETTER = "# Letter\n\nAda Lovelace lives at 12 Quay Street, call +49 30 1234-567 or ada@harbour.io.\n\nBooks may be returned."


@pytest.fixture
def lived(town: Town) -> Town:
    for owner in (ADA, BOB, NAMESAKE):
        town.live(owner)
    return town


def erased(erasure: Erasure) -> dict[str, Any]:
    """Of a certificate, by trace."""
    assert erasure.certificate is not None
    return {trace: counts for place in erasure.certificate["places"] for trace, counts in place["erased"].items()}


def read(cloud: Cloud, name: str, tenant: str = "harbour") -> str:
    """What was read of a document's current version."""
    record = cloud.record(name, tenant)
    kept = cloud.stored(f"processed/{tenant}/{record.document_id}/")
    (key,) = (each for each in kept if each.endswith(f".{record.current_version}/passages.jsonl"))
    return "\n".join(passage.text for passage in passages_in(documents().read(key)))


def outcomes(town: Town, erasure: Erasure) -> dict[str, str]:
    return dict(town.erasures.units(erasure, "documents", 100)[0])


def test_nothing_is_left_of_a_user_and_everything_of_the_others(lived: Town) -> None:
    before = [lived.traces(BOB), lived.traces(NAMESAKE)]
    assert len(lived.traces(ADA)) > 15
    done, _ = lived.finish(lived.ask(**NAMED))
    assert lived.traces(ADA) == []
    assert [lived.traces(BOB), lived.traces(NAMESAKE)] == before
    assert {trace: counts["found"] for trace, counts in erased(done).items()} == FOUND
    assert erased(done)["runs"]["outcomes"] == {"erased": 3}


def test_a_dry_run_counts_and_erases_nothing(lived: Town) -> None:
    before = lived.traces(ADA)
    done, _ = lived.finish(lived.ask(**NAMED, dry_run=True))
    assert lived.traces(ADA) == before
    assert {**done.units, "facts": 0} == FOUND
    assert done.certificate is None


def test_what_comes_between_the_passes_is_erased_in_the_second(lived: Town) -> None:
    lived.settle_seconds = 1000
    settling = lived.go_on(lived.ask(**NAMED))
    lived.live(ADA, conversations=1)
    lived.archive(ADA, "9" * 32)
    lived.settle_now(settling)
    done, _ = lived.finish(settling)
    assert lived.traces(ADA) == []
    assert erased(done)["conversations"]["found"] == 4


def test_what_a_worker_of_a_batch_adds_after_its_batch_was_erased_goes_in_the_second_pass(lived: Town) -> None:
    lived.settle_seconds = 1000
    settling = lived.go_on(lived.ask(**NAMED))
    late = {"batch_key": {"S": f"{ADA.key}#{'b' * 32}"}, "item": {"S": "answer#00001"}, "content": {"S": SECRET}}
    client("dynamodb").put_item(TableName="batches-table", Item=late)
    lived.settle_now(settling)
    lived.finish(settling)
    assert not [each for each in lived.traces(ADA) if each.startswith("batches")]


@pytest.mark.parametrize("seed", range(20))
def test_deaths_at_any_call_change_neither_what_is_left_nor_the_counts(lived: Town, deaths: Deaths, seed: int) -> None:
    tell = random.Random(seed)
    lived.upload("letter.md", LETTER)
    lived.upload("other.md", "# Other\n\nNothing of anybody.")
    before = lived.traces(BOB)

    def plan(died: int) -> tuple[float, bool]:
        return (tell.randint(1, 40) if died < 25 else float("inf"), tell.random() < 0.5)

    asked = lived.ask(**NAMED, about=("Ada Lovelace", "ada@harbour.io"), documents="redact")
    done, died = lived.finish(asked, deaths, plan)
    assert died >= 3
    assert lived.traces(ADA) == []
    assert lived.traces(BOB) == before
    assert {trace: counts["found"] for trace, counts in erased(done).items()} == {**FOUND, "documents": 1}
    assert erased(done)["documents"] == {"found": 1, "outcomes": {"erased": 1}, "looked_at": erased(done)["documents"]["looked_at"]}
    assert "Lovelace" not in read(lived.cloud, "letter.md")
    assert kept_certificate(done) == done.certificate


def test_two_workers_at_once_leave_the_erasure_to_one(lived: Town) -> None:
    asked = lived.ask(**NAMED)
    lived.erasures.save(asked, asked.at("conversations"))
    with pytest.raises(Overtaken):
        lived.assembly().work(lambda: None)._erasures.save(asked, asked.at("facts"))


def test_a_file_is_stored_again_without_the_words_and_read_anew(town: Town) -> None:
    town.upload("letter.md", LETTER)
    town.upload("letter.md", LETTER, tenant="lantern")
    done, _ = town.finish(town.ask(about=("ada LOVELACE", "+49 (30) 1234567"), documents="redact"))
    assert outcomes(town, done) == {town.cloud.record("letter.md").document_id: "erased"}
    said = client("s3").get_object(Bucket=INCOMING, Key="harbour/letter.md")["Body"].read().decode()
    assert said == LETTER.replace("Ada Lovelace", "[erased]").replace("+49 30 1234-567", "[erased]")
    assert "Lovelace" not in read(town.cloud, "letter.md")
    assert "Books may be returned." in read(town.cloud, "letter.md")
    assert "Lovelace" in read(town.cloud, "letter.md", "lantern")
    assert not [each for each in town.cloud.engine.passages.values() if each["tenant"] == "harbour" and "Lovelace" in each["text"]]


def test_nothing_of_a_document_is_left_in_either_index_however_it_was_cut(town: Town) -> None:
    """One that is read while an index with smaller passages alone answers; then one more is made beside that."""
    small = FIRST_GENERATION.model_copy(update={"number": 2, "chunking": "small"})
    town.cloud.roll(Live(serving=small))
    town.upload("letter.md", LETTER)
    town.cloud.roll(Live(serving=small, beside=FIRST_GENERATION.model_copy(update={"number": 3})))
    town.upload("other.md", LETTER)
    town.finish(town.ask(about=("Lovelace",), documents="redact"))
    assert not [each for each in town.cloud.engine.passages.values() if "Lovelace" in each["text"]]
    assert not [key for key in town.cloud.stored("processed/") if b"Lovelace" in documents().read(key)]


def test_a_document_is_deleted_where_that_was_asked(town: Town) -> None:
    town.upload("letter.md", LETTER)
    done, _ = town.finish(town.ask(about=("Lovelace",), documents="delete"))
    assert town.cloud.record("letter.md").state == "deleted"
    assert not town.cloud.engine.passages
    assert set(outcomes(town, done).values()) == {"erased"}


def test_a_document_is_only_listed_where_nothing_else_was_asked(town: Town) -> None:
    town.upload("letter.md", LETTER)
    done, _ = town.finish(town.ask(about=("Lovelace",)))
    assert "Lovelace" in read(town.cloud, "letter.md")
    assert set(outcomes(town, done).values()) == {"listed"}


def test_what_cannot_be_redacted_or_was_never_read_is_said(town: Town) -> None:
    town.upload("lovelace-cv.md", "# CV\n\nSomebody.")
    town.upload("entities.html", "<html><body><p>Ada <b>Love</b>lace wrote this.</p></body></html>")
    town.upload("broken.pdf", "no pdf")
    done, _ = town.finish(town.ask(about=("Ada Lovelace", "lovelace"), documents="redact"))
    names = {town.cloud.record(name).document_id: name for name in ("lovelace-cv.md", "entities.html", "broken.pdf")}
    assert {names[unit]: outcome for unit, outcome in outcomes(town, done).items()} == {
        "lovelace-cv.md": "by-hand",
        "entities.html": "by-hand",
        "broken.pdf": "unreadable",
    }


def test_words_that_tokens_stand_for_are_found_and_erased_from_the_file(town: Town) -> None:
    town.cloud.intake = Intake(personal_data=PersonalData(kinds={"email": "tokenise"}))
    town.upload("letter.md", LETTER)
    town.upload("other.md", LETTER.replace("ada@harbour.io", "ida@harbour.io"))
    assert "ada@" not in read(town.cloud, "letter.md")
    done, _ = town.finish(town.ask(about=("ada@harbour.io",), documents="redact"))
    assert outcomes(town, done) == {town.cloud.record("letter.md").document_id: "erased"}
    assert "[erased]" in read(town.cloud, "letter.md")
    said = client("s3").get_object(Bucket=INCOMING, Key="harbour/letter.md")["Body"].read().decode()
    assert "ada@harbour.io" not in said


def test_a_document_whose_tokens_are_of_a_former_key_needs_a_person(town: Town) -> None:
    town.cloud.intake = Intake(personal_data=PersonalData(kinds={"email": "tokenise"}))
    town.upload("letter.md", LETTER)
    kms = client("kms")
    key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName=TOKEN_KEY, TargetKeyId=key)
    done, _ = town.finish(town.ask(about=("ada@harbour.io",), documents="redact"))
    assert outcomes(town, done) == {town.cloud.record("letter.md").document_id: "unreadable"}


def test_words_that_were_left_out_of_passages_are_looked_for_in_the_file(town: Town) -> None:
    """A file of another format may have them; a person looks at it."""
    town.cloud.intake = Intake(personal_data=PersonalData(kinds={"email": "redact"}))
    town.upload("letter.md", LETTER)
    town.upload("other.md", LETTER.replace("ada@harbour.io", "ida@harbour.io"))
    letter = word(lambda document: document.add_paragraph("Write to ida@harbour.io at any time you like."))
    town.upload("letter.docx", letter)
    done, _ = town.finish(town.ask(about=("ada@harbour.io",), documents="redact"))
    names = {town.cloud.record(name).document_id: name for name in ("letter.md", "other.md", "letter.docx")}
    assert {names[unit]: outcome for unit, outcome in outcomes(town, done).items()} == {"letter.md": "erased", "letter.docx": "unreadable"}


def test_a_document_that_comes_between_the_passes_is_found(town: Town) -> None:
    town.settle_seconds = 1000
    settling = town.go_on(town.ask(about=("Lovelace",), documents="redact"))
    town.upload("late.md", LETTER)
    town.settle_now(settling)
    done, _ = town.finish(settling)
    assert "Lovelace" not in read(town.cloud, "late.md")
    assert erased(done)["documents"]["found"] == 1


def test_an_upload_of_the_words_between_reading_and_storing_is_not_overwritten(town: Town) -> None:
    """The newer file is redacted in its turn."""
    town.upload("letter.md", LETTER)
    s3, newer = client("s3"), "# Newer\n\nLovelace again."
    once = [True]

    def upload_first(**_: Any) -> None:
        if once and once.pop():
            s3.put_object(Bucket=INCOMING, Key="harbour/letter.md", Body=newer.encode())

    asked = town.ask(about=("Lovelace",), documents="redact")
    session().register("before-send.s3.PutObject", upload_first)
    try:
        done, _ = town.finish(asked)
    finally:
        session().unregister("before-send.s3.PutObject", upload_first)
    said = s3.get_object(Bucket=INCOMING, Key="harbour/letter.md")["Body"].read().decode()
    assert said == newer.replace("Lovelace", "[erased]")
    assert set(outcomes(town, done).values()) == {"erased"}


def test_the_certificate_names_nobody_says_what_is_left_and_is_kept_once(lived: Town) -> None:
    done, _ = lived.finish(lived.ask(**NAMED, about=("Ada Lovelace",)))
    kept = kept_certificate(done)
    facts = {name: value for name, value in kept.items() if name != "digest"}
    assert kept["digest"] == digest_of(facts)
    text = json.dumps(kept)
    assert not [word for word in ("ada", "lovelace", "ada-sub") if f'"{word}' in text.lower()]
    asked = Erasure.model_validate({**done.model_dump(), "user": "ada-sub"})
    assert kept["user"] == asked.hashed("ada-sub")
    by_place = {place["place"]: place["remains"] for place in kept["places"]}
    assert any(each["until"] is None for each in by_place["user pool"])
    assert all(each["until"] for each in by_place["audit records"])
    row = client("dynamodb").get_item(TableName=ERASURES, Key={"tenant": {"S": "harbour"}, "item": {"S": done.id}})["Item"]
    assert not [word for word in ("ada-sub", "Lovelace", '"ada"') if word in row["content"]["S"]]
    again = done.model_copy(update={"certificate": {"another": "one"}})
    lived.assembly().work(lambda: None)._certifying.keep(again)
    assert kept_certificate(done) == kept


def test_of_somebody_who_is_no_user_nothing_but_documents_is_said_to_be_erased(town: Town) -> None:
    done, _ = town.finish(town.ask(about=("Lovelace",)))
    assert set(erased(done)) == {"documents"}
    assert done.certificate is not None
    assert done.certificate["user"] is None


def test_a_worker_without_time_begins_nothing(lived: Town) -> None:
    asked = lived.ask(**NAMED)
    assert lived.go_on(asked, seconds=1) == asked


def test_erasures_of_another_tenant_are_not_to_be_had(lived: Town) -> None:
    assert Erasures(client("dynamodb"), ERASURES, PATIENT).get("lantern", lived.ask(**NAMED).id) is None


def test_groups_are_gone(lived: Town) -> None:
    lived.finish(lived.ask(name="ada"))
    assert not administration().is_member("harbour", "ada")
    assert administration().is_member("harbour", "bob")
    assert client("s3").list_objects_v2(Bucket=AUDIT)["KeyCount"] == 1
