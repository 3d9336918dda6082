"""One domain after another: a tenant of both holds the documents of the one that is deployed."""

import pytest

from local.app.domain import Domain
from local.app.people import Person
from local.app.switching import Added, remove_outdated


@pytest.fixture
def domain(tmp_path):
    """Writes a domain: {tenant: [document names]}, with a user for each tenant."""

    def write(name, documents):
        folder = tmp_path / "domains" / name
        for tenant, names in documents.items():
            for document in ("", *names):
                file = folder / "documents" / tenant / document
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("x") if document else file.mkdir(exist_ok=True)
        users = ", ".join(f"{{name: of-{tenant}, tenant: {tenant}}}" for tenant in documents)
        (folder / "domain.yaml").write_text(f"title: {name}\nusers: [{users}]\n")
        return Domain.read(folder)

    return write


class Deployment:
    """The documents of each tenant, by name."""

    def __init__(self, **tenants):
        self.tenants = {tenant: set(names) for tenant, names in tenants.items()}

    def library(self, owner):
        return Library(self.tenants[owner.tenant])


class Library:
    def __init__(self, names):
        self.names = names

    def records(self):
        return {name: {"name": name, "state": "ready"} for name in self.names}

    def remove(self, document_id):
        self.names.remove(document_id)


@pytest.fixture
def added(tmp_path):
    return Added(tmp_path / "state" / "domains.json")


def move_in(domain, added, deployment):
    removed = remove_outdated(domain, added, lambda user: Person(user.name, user.tenant, ""), deployment.library)
    added.note(domain)
    return removed


def test_the_first_domain_removes_nothing(domain, added):
    deployment = Deployment(harbour={"mine.md"})
    assert move_in(domain("shop", {"harbour": ["a.md"]}), added, deployment) == 0
    assert deployment.tenants == {"harbour": {"mine.md"}}


def test_a_tenant_of_two_domains_keeps_the_documents_of_the_second_and_what_a_user_added(domain, added):
    move_in(domain("shop", {"harbour": ["a.md", "both.md"], "lantern": ["l.md"]}), added, Deployment())
    deployment = Deployment(harbour={"a.md", "both.md", "mine.md"}, lantern={"l.md"})
    assert move_in(domain("clinic", {"harbour": ["both.md", "c.md"]}), added, deployment) == 1
    assert deployment.tenants == {"harbour": {"both.md", "mine.md"}, "lantern": {"l.md"}}


def test_domains_with_tenants_of_their_own_leave_each_other_alone(domain, added):
    move_in(domain("shop", {"harbour": ["a.md"]}), added, Deployment())
    deployment = Deployment(harbour={"a.md"}, north={"n.md"})
    assert move_in(domain("clinic", {"north": ["n.md"]}), added, deployment) == 0
    assert deployment.tenants["harbour"] == {"a.md"}


def test_the_way_back_and_a_third_domain_find_what_each_has_left(domain, added):
    shop, clinic = domain("shop", {"harbour": ["a.md"], "lantern": ["l.md"]}), domain("clinic", {"harbour": ["c.md"]})
    bank = domain("bank", {"lantern": ["b.md"]})
    deployment = Deployment(harbour=set(), lantern=set())
    for each, left in ((shop, "a.md"), (clinic, "c.md")):
        move_in(each, added, deployment)
        deployment.tenants["harbour"].add(left)
    deployment.tenants["lantern"].add("l.md")
    assert move_in(bank, added, deployment) == 1
    assert deployment.tenants == {"harbour": {"c.md"}, "lantern": set()}
    assert move_in(shop, added, deployment) == 1
    assert deployment.tenants["harbour"] == set()


def test_a_document_that_the_domain_no_longer_has_is_removed(domain, added):
    shop = domain("shop", {"harbour": ["a.md", "old.md"]})
    move_in(shop, added, Deployment())
    (shop.documents("harbour") / "old.md").unlink()
    deployment = Deployment(harbour={"a.md", "old.md"})
    assert move_in(shop, added, deployment) == 1
    assert deployment.tenants == {"harbour": {"a.md"}}
