"""The data dictionary: the committed page, that it knows every store, and that tags say what it says."""

from collections.abc import Iterator

import pytest

from causeway.erasure.places import PLACES
from docs.dictionary import FILE
from docs.dictionary.meanings import CLASSES
from docs.dictionary.page import page
from docs.dictionary.stores import STORES, Store
from docs.dictionary.templates import Deployed, data_class
from stacks.reports.templates import Resource, Templates
from tests.infrastructure.synthesized import Synthesized

EXACTLY = ("AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::OpenSearchService::Domain", "AWS::Backup::BackupVault")


@pytest.fixture
def deployed(app: Synthesized) -> Deployed:
    return Deployed(Templates(app.templates), app.name)


def test_the_committed_page_is_what_the_code_and_the_templates_of_prod_say(prod: Synthesized) -> None:
    assert FILE.read_text() == page(Deployed(Templates(prod.templates), "prod")), "write it anew: make dictionary"


def test_every_store_that_erasing_knows_is_in_the_dictionary_once() -> None:
    listed = [resource for store in STORES for resource in store.resources]
    assert sorted(listed) == sorted({resource for place in PLACES for resource in place.resources})


def test_every_part_of_a_store_is_in_some_environment(everywhere: list[Synthesized]) -> None:
    every = [Deployed(Templates(each.templates), each.name) for each in everywhere]
    for store in STORES:
        names = {deployed.names(each)[0] for deployed in every for each in deployed.resources(store)}
        assert names, store.name
        for held in store.holds:
            assert any(held.concerns(name) for name in names), (store.name, held.what)


def test_tags_say_the_class_of_what_is_held(deployed: Deployed) -> None:
    """Exactly where data rests in a table, a bucket or the index of the first region; elsewhere a tag may be higher."""
    tagged = [(each, store.class_in(deployed.names(each)[0]), found) for store, each, found in every_tag(deployed)]
    assert len(tagged) > 50
    too_low = [str(each) for each, wanted, found in tagged if CLASSES.index(found) < CLASSES.index(wanted)]
    assert not too_low
    exact = [(each, wanted, found) for each, wanted, found in tagged if each.type in EXACTLY and not each.stack.endswith("-replica")]
    assert [str(each) for each, wanted, found in exact if found != wanted] == []


def every_tag(deployed: Deployed) -> Iterator[tuple[Store, Resource, str]]:
    for store in STORES:
        for each in deployed.resources(store):
            if found := data_class(each):
                yield store, each, found


def test_every_kind_of_thing_says_how_long_it_is_kept_and_which_key_it_has(prod: Synthesized) -> None:
    deployed = Deployed(Templates(prod.templates), "prod")
    for store in STORES:
        assert deployed.keys(store), store.name
        for held in store.holds:
            assert deployed.kept(held, store), (store.name, held.what)
