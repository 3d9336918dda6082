"""What the dictionary says of rows and records is what the app's own code writes, and nothing is left out."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from causeway.agents.audit import AuditRecord, audit_record
from causeway.agents.recorded import Recorded
from causeway.agents.records import TenantRecords
from causeway.agents.steps import Begun, HandedOver
from causeway.approvals.approval import Approval
from causeway.conversations.keys import Owner
from causeway.erasure.certificate import Certificate, certificate
from causeway.retrieval.passage import IndexedPassage
from causeway.retrieval.schema import mappings
from causeway.runtime.clients import client
from causeway.triggers.tally import Tally
from docs.dictionary.meanings import Unsaid, class_of, fields_of, said_of
from docs.dictionary.stores import STORES, Held, Store
from tests.unit.documents.cloud import FINGERPRINTS_TABLE, PERMISSIONS, TABLE, Cloud, cloud
from tests.unit.erasure.town import ERASURES, PATIENT, RETENTION, Town, made_town
from tests.unit.loopback import BATCHES, MEMORY, RECORDS, REVIEWS, RUNS, SESSIONS, make_table

__all__ = ["cloud"]

OF_TABLES = {
    MEMORY: "data/ConversationsAgentMemory",
    SESSIONS: "data/ConversationsAgentSessions",
    REVIEWS: "data/ReviewsTable",
    BATCHES: "data/Batches",
    RUNS: "data/AgentRunsRows",
    PERMISSIONS: "data/PermissionsTable",
    RECORDS: "data/RecordsRows",
    TABLE: "data/Registry",
    FINGERPRINTS_TABLE: "data/FingerprintsRows",
    ERASURES: "data/ErasuresTable",
}
JSON = ("content", "kept", "follower", "ending")
FREE = "data/RecordsRows"  # what a record holds is the domain's to say
ADA = Owner("harbour", "ada-sub", "ada")


def store_of(resource: str) -> Store:
    return next(each for each in STORES if resource in each.resources)


@pytest.fixture
def lived(cloud: Cloud) -> Town:
    """Every store written to by the app's own code."""
    town = made_town(cloud)
    make_table(RECORDS, "record_key", "item")
    town.live(ADA)
    town.upload("letter.md", "# Letter\n\n" + "Books may be returned within thirty days. " * 40)
    town.upload("copy.md", "# Letter\n\n" + "Books may be returned within thirty days. " * 40)
    town.upload("letter.md", "# Letter\n\n" + "Gift cards are never returned. " * 40)
    TenantRecords(lambda _: client("dynamodb"), RECORDS, PATIENT, "harbour").put("orders", "1", {"state": "sent"}, key="k")
    tally = Tally(lambda _: client("dynamodb"), RUNS, PATIENT)
    tally.begin("harbour", "digest", "e1", "f" * 32, 3)
    tally.hold("harbour", "digest", "e2", "late")
    town.go_on(town.ask(user="ada-sub", name="ada", dry_run=True))
    return town


def written(table: str) -> list[dict[str, Any]]:
    return list(client("dynamodb").scan(TableName=table)["Items"])


def names(models: Iterable[type]) -> set[str]:
    """Fields of the classes, and of those that they are made of."""
    return {name for model in models for field in fields_of(model) for name in (field.name, *names(field.of))}


def test_every_attribute_that_is_written_stands_in_the_dictionary(lived: Town) -> None:
    for table, resource in OF_TABLES.items():
        declared = {field.name for held in store_of(resource).holds for row in held.rows for field in fields_of(row)}
        items = written(table)
        assert items, table
        assert {name for item in items for name in item} <= declared, table


def test_every_field_of_what_is_written_as_json_stands_in_the_dictionary(lived: Town) -> None:
    for table, resource in OF_TABLES.items():
        known = names(model for held in store_of(resource).holds for model in held.models)
        for item in written(table) if resource != FREE else ():
            for name in set(JSON) & item.keys():
                said = json.loads(item[name]["S"])
                found = {key for each in (said if isinstance(said, list) else [said]) for key in each}
                assert found <= known, (table, sorted(found - known))


def test_types_of_attributes_are_those_that_are_written(lived: Town) -> None:
    kinds = {"text": "S", "number": "N", "yes or no": "BOOL"}
    for table, resource in OF_TABLES.items():
        declared = defaultdict(set)
        for held in store_of(resource).holds:
            for field in (field for row in held.rows for field in fields_of(row)):
                declared[field.name].add(kinds.get(field.form.removesuffix(" or none"), ""))
        for item in written(table):
            for name, value in item.items():
                wanted = declared[name] - {""}
                assert not wanted or set(value) <= wanted, (table, name, value)


def test_an_attribute_that_nothing_writes_does_not_stand_in_the_dictionary(lived: Town) -> None:
    """But for those of moments that this town does not see."""
    unseen = {
        MEMORY: {"archived"},
        SESSIONS: {"asked"},
        BATCHES: {"version", "claim"},
        RUNS: {"ending"},
        PERMISSIONS: {"folders", "version"},
        TABLE: {"duplicate_of", "followed", "pending_version", "reason", "shortfall", "attempted", "expires_at"},
        FINGERPRINTS_TABLE: {"mark", "follower"},
        REVIEWS: {"conversation"},
    }
    for table, resource in OF_TABLES.items():
        declared = {field.name for held in store_of(resource).holds for row in held.rows for field in fields_of(row)}
        assert declared - {name for item in written(table) for name in item} == unseen.get(table, set()), table


def test_an_audit_record_has_the_fields_that_the_dictionary_has() -> None:
    handed = HandedOver("r", "c", ["a", "b"], "task", [], 1.0, 1)
    run = Recorded("1" * 32, ADA, "service", "s", "", 0, [Begun("hello", "code", at=0, handed=handed)])
    assert {field.name for field in fields_of(AuditRecord)} == set(audit_record(run, "00" * 32))


def test_an_index_that_has_a_field_has_it_in_the_dictionary() -> None:
    assert {field.name for field in fields_of(IndexedPassage)} == set(mappings()["properties"])


def test_certificates_have_the_fields_that_the_dictionary_has(lived: Town) -> None:
    asked = lived.ask(user="ada-sub", name="ada", about=("Ada",))
    assert {field.name for field in fields_of(Certificate)} == set(certificate(asked, RETENTION, datetime.now(UTC)))


def declared(docstring: str) -> type:
    """A class of the app with two fields and these words about them."""
    return type("Made", (), {"__doc__": docstring, "__module__": "causeway.made", "__annotations__": {"who": str, "said": str}})


@pytest.mark.parametrize(
    ("docstring", "complaint"),
    [
        ("who: asked.\n\nData class: restricted.", "does not say what said means"),
        ("who, said: words.", "does not say which class of data said, who are"),
        ("who, said: words.\n\nData class: secret.", "secret is no class of data; there are: internal, confidential, restricted"),
        ("who, said: words.\n\nData class: restricted; speaker: internal.", "has no field speaker"),
        ("who, said: words.\n\nData class: internal; who: restricted.", "has to be the highest"),
    ],
)
def test_a_field_without_a_meaning_or_a_class_is_refused_with_what_to_write(docstring: str, complaint: str) -> None:
    with pytest.raises(Unsaid, match=complaint):
        fields_of(declared(docstring))


def test_a_new_field_is_as_high_as_the_highest_of_its_class() -> None:
    found = fields_of(declared("who, said: words.\n\nData class: restricted; who: internal."))
    assert [(each.name, each.data_class) for each in found] == [("who", "internal"), ("said", "restricted")]


def test_a_field_is_at_least_what_it_is_made_of() -> None:
    (owner,) = (each for each in fields_of(Approval) if each.name == "owner")
    assert (owner.form, owner.data_class, owner.of) == ("Owner", "restricted", (Owner,))
    assert class_of(Approval) == "restricted"


def test_a_store_is_as_high_as_the_highest_that_it_holds() -> None:
    store = Store("any", (), [Held("counts", data_class="internal"), Held("words", data_class="restricted", of=["assistant/*"])])
    assert store.data_class == "restricted"
    assert [store.class_in(each) for each in ("assistant/Queue", "agents/Queue")] == ["restricted", "internal"]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (str | None, "text or none"),
        (list[tuple[int, int]], "list of (number, number)"),
        (dict[str, list[float]], "list of number by text"),
        (Owner, "Owner"),
        (Any, "JSON"),
    ],
)
def test_types_are_said_in_words(hint: Any, words: str) -> None:
    assert said_of(hint) == words
