import pytest

from local.app.domain import BOOKSHOP, SAMPLE, Domain, User, choose, current, named, reviewing
from local.console import Trouble

CLINIC = "title: Clinic\nusers: [{name: ada, tenant: north}]\nexamples: [{as: ada, question: Why}]\n"


@pytest.fixture
def domains(tmp_path):
    """A folder with one small domain, `clinic`."""
    (tmp_path / "clinic" / "documents" / "north").mkdir(parents=True)
    (tmp_path / "clinic" / "domain.yaml").write_text(CLINIC)
    return tmp_path


def test_a_domain_is_found_by_its_name(domains):
    domain = named("clinic", domains)
    assert domain.title == "Clinic"
    assert domain.tenants == {"north"}
    assert domain.user("ada").tenant == "north"


@pytest.mark.parametrize("name", ["shop", "", ".", "../clinic", "clinic/documents"])
def test_an_unknown_name_is_answered_with_those_there_are(domains, name):
    (domains / "empty").mkdir()
    with pytest.raises(Trouble, match=r"DOMAIN is one of clinic\."):
        named(name, domains)


def test_an_unknown_user_is_answered_with_those_there_are(domains):
    with pytest.raises(Trouble, match="AS is one of ada"):
        named("clinic", domains).user("eve")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("users: [{name: ada, tenant: north}]", "lacks 'title'"),
        ("title: T\nusers: [{name: ada}]", "lacks 'tenant'"),
        ("title: T\nusers: []", "names no user"),
        ("title: T\nusers: [ada]", "another shape"),
        ("title: T\nusers: 3", "another shape"),
        ("- a list", "another shape"),
        ("", "another shape"),
        ("title: [", "cannot be read"),
        ("title: T\nusers: [{name: ada, tenant: south}]", "south is missing"),
        ("title: T\nusers: [{name: ada, tenant: north}]\nexamples: [{as: eve, question: Why}]", "no user eve"),
        ("title: T\nusers: [{name: ada, tenant: north, groups: staff}]", "another shape"),
        ("title: T\nusers: [{name: ada, tenant: north}]\nfolders: [{tenant: north, folder: hr, readers: [hr]}]", "no user of north"),
    ],
)
def test_a_faulty_description_is_refused_with_what_is_wrong(domains, content, said):
    (domains / "clinic" / "domain.yaml").write_text(content)
    with pytest.raises(Trouble, match=said):
        Domain.read(domains / "clinic")


def test_the_first_user_of_a_tenant_adds_its_documents_and_the_first_administrator_sets_who_may_read_them():
    users = (User("ada", "north"), User("eve", "north", ("admins",)), User("bob", "north", ("admins", "hr")), User("carl", "south"))
    domain = Domain("T", users, (), BOOKSHOP)
    assert {tenant: user.name for tenant, user in domain.owners.items()} == {"north": "ada", "south": "carl"}
    assert {tenant: user.name for tenant, user in domain.admins.items()} == {"north": "eve"}


def test_a_domain_may_have_no_examples(domains):
    (domains / "clinic" / "domain.yaml").write_text("title: T\nusers: [{name: ada, tenant: north}]")
    assert Domain.read(domains / "clinic").examples == ()


def test_the_domain_deployed_last_is_used_until_another_is_named(tmp_path, monkeypatch):
    chosen = tmp_path / "state" / "domain"
    monkeypatch.delenv("DOMAIN", raising=False)
    assert current(chosen).folder.name == SAMPLE
    choose(Domain.read(BOOKSHOP), chosen)
    assert current(chosen).folder.name == SAMPLE
    chosen.write_text("gone\n")
    with pytest.raises(Trouble, match="no domain gone"):
        current(chosen)
    monkeypatch.setenv("DOMAIN", SAMPLE)
    assert current(chosen).folder.name == SAMPLE


def test_the_sample_has_a_reviewer_for_each_tenant_and_none_is_the_one_who_asks():
    domain = Domain.read(BOOKSHOP)
    reviewers = [user for user in domain.users if "reviewers" in user.groups]
    assert {user.tenant for user in reviewers} == domain.tenants
    assert domain.users[0] not in reviewers


def test_who_reviews_is_named_by_as_or_the_first_reviewer(monkeypatch):
    monkeypatch.setenv("DOMAIN", SAMPLE)
    monkeypatch.delenv("AS", raising=False)
    assert reviewing().name == "rita"
    monkeypatch.setenv("AS", "rolf")
    assert reviewing() == User("rolf", "lantern", ("admins", "approvers", "reviewers"))
