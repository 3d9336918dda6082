"""Another domain in the same deployment: its users, its documents, its answers."""

from collections.abc import Iterator

import pytest

from local.app import people
from local.app.domain import BOOKSHOP, Domain
from local.app.people import sign_in
from local.app.uploads import Library
from local.commands.up import ask_examples, move_in
from local.console import Console


@pytest.fixture
def write(tmp_path):
    """Writes a domain with one user, ada, of the tenant `north`: {document name: text}."""

    def domain(name, documents):
        folder = tmp_path / name
        for document, text in documents.items():
            file = folder / "documents" / "north" / document
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        example = '{as: ada, question: "How long is a visitor badge valid?"}'
        (folder / "domain.yaml").write_text(f"title: {name}\nusers: [{{name: ada, tenant: north}}]\nexamples: [{example}]\n")
        return Domain.read(folder)

    return domain


@pytest.fixture(autouse=True)
def _bookshop_again(deployment) -> Iterator[None]:
    """The users of the sample are as they were."""
    yield
    for user in Domain.read(BOOKSHOP).users:
        people.create(user)


def names(domain):
    records = Library(sign_in(domain.user("ada"))).records().values()
    return {record["name"] for record in records if record["state"] in ("ready", "partial")}


def test_a_second_domain_answers_with_its_own_documents_and_a_third_takes_its_place(write):
    clinic = write(
        "clinic", {"badges.md": "# Badges\n\nA visitor badge is valid for nine hours.", "parking.md": "# Parking\n\nPark in hall two."}
    )
    bank = write("bank", {"badges.md": "# Badges\n\nA visitor badge is valid for three days.", "vault.md": "# Vault\n\nClosed at night."})
    move_in(Console(), clinic)
    (answered,) = ask_examples(Console(), clinic)
    assert "nine hours" in answered.reply.body["answer"]
    assert names(clinic) == {"badges.md", "parking.md"}
    move_in(Console(), bank)
    (answered,) = ask_examples(Console(), bank)
    assert "three days" in answered.reply.body["answer"]
    assert names(bank) == {"badges.md", "vault.md"}
