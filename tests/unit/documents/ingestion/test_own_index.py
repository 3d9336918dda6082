"""A large tenant's documents go into an index of its own."""

import pytest

from tests.unit.documents.cloud import FIRST, SECOND, Cloud

OWN = frozenset({"harbour", "northern"})


@pytest.fixture
def owning(cloud: Cloud) -> Cloud:
    """harbour has an index of its own."""
    cloud.own = OWN
    return cloud


def test_passages_are_written_and_counted_in_the_tenants_own_index_and_removed_from_the_shared_one(owning: Cloud) -> None:
    assert owning.run(owning.upload("returns.md", FIRST)) == "indexed"
    assert owning.run(owning.upload("returns.md", SECOND)) == "indexed"
    own = [path for path in owning.engine.paths if path.startswith("/passages-of-harbour/")]
    assert {path.rpartition("/")[2] for path in own} == {"_bulk", "_refresh", "_search", "_delete_by_query"}
    assert set(owning.engine.paths) - set(own) == {"/passages/_delete_by_query"}
    assert set(owning.engine.places.values()) == {"passages-of-harbour"}


def test_a_document_moves_out_of_the_shared_index_when_it_is_ingested_anew(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    cloud.run(cloud.upload("shipping.md", FIRST))
    cloud.own = OWN
    cloud.run(cloud.upload("returns.md", SECOND))
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 2}
    assert len(cloud.indexed("shipping.md")) == 1, "what was not ingested anew stays where it was"


def test_a_removed_document_is_removed_from_both(owning: Cloud) -> None:
    owning.run(owning.upload("returns.md", FIRST))
    owning.engine.paths.clear()
    assert owning.run(owning.delete("returns.md")) == "removed"
    assert owning.engine.paths == ["/passages-of-harbour/_delete_by_query", "/passages/_delete_by_query"]


def test_other_tenants_use_the_shared_index_and_no_other(owning: Cloud) -> None:
    owning.run(owning.upload("returns.md", FIRST, tenant="lantern"))
    owning.run(owning.delete("returns.md", tenant="lantern"))
    assert {path.split("/")[1] for path in owning.engine.paths} == {"passages"}
