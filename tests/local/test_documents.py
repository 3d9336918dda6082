"""Documents through the presigned upload, the state machine and the index, until they answer or are put aside."""

import time

from reportlab.lib.pdfencrypt import StandardEncryption

from benchmarks.scans import CONDITIONS, scanned, set_page
from local.app import aws
from local.app.api import call
from local.app.uploads import SETTLED, Library
from tests.unit.documents import making

REFUSAL = "I could not find this in the documents."
QUESTION = "Where may visitors leave a unicycle overnight?"


def text(place):
    return f"# Unicycles\n\nVisitors may leave a unicycle overnight in the {place}. The caretaker locks it at ten.\n"


def test_a_document_can_be_asked_about_replaced_and_deleted(deployment, written):
    name = "rules/unicycles.md"
    assert deployment.add(deployment.ada, written("a.md", text("boat shed")), name).state == "ready"
    assert "boat shed" in deployment.ask(deployment.ada, QUESTION).body["answer"]

    assert deployment.add(deployment.ada, written("a.md", text("bell tower")), name).state == "ready"
    answer = deployment.ask(deployment.ada, QUESTION).body["answer"]
    assert "bell tower" in answer
    assert "boat shed" not in answer

    identifier = next(key for key, record in Library(deployment.ada).records().items() if record["name"] == name)
    assert call("DELETE", f"/v1/documents/{identifier}", deployment.ada).status == 202
    assert deployment.ask(deployment.ada, QUESTION).body["answer"] == REFUSAL


def test_the_same_file_twice_is_one_document_in_one_version(deployment, written):
    file = written("twice.md", "# Lanterns\n\nThe lantern of the harbour wall is lit at dusk.\n")
    versions = set()
    for _ in range(2):
        assert deployment.add(deployment.ada, file).state == "ready"
        versions |= {record["version"] for record in Library(deployment.ada).records().values() if record["name"] == "twice.md"}
    assert len(versions) == 1


def test_a_scanned_page_can_be_asked_about(deployment, tmp_path):
    page, _ = set_page(["Lost umbrellas are kept in the blue cupboard behind the ferry office for six weeks.", "Then they are sold."])
    scanned(page, CONDITIONS["rotated 2°"]).save(tmp_path / "umbrellas.png")
    assert deployment.add(deployment.ada, tmp_path / "umbrellas.png").state == "ready"
    assert "blue cupboard" in deployment.ask(deployment.ada, "Where are lost umbrellas kept?").body["answer"]
    record = next(record for record in Library(deployment.ada).records().values() if record["name"] == "umbrellas.png")
    assert any("recognised, with a confidence of 9" in tally["why"] for tally in record["report"])


def bad_files():
    """Name, content and the word that its reason must hold: what the reader refuses, each with what its uploader can do.

    Endings that are not read are missing here: `make add` does not upload them.
    """
    word = making.word(lambda document: document.add_paragraph("Hello"))
    pdf = making.pdf([making.prose()])
    return {
        "empty.md": (b"", "no content"),
        "encrypted.pdf": (making.pdf([making.prose()], encrypt=StandardEncryption("secret", strength=128)), "password"),
        "truncated.pdf": (pdf[: len(pdf) // 2], "cut off"),
        "word-named.pdf": (word, "ZIP archive"),
        "bomb.docx": (making.with_part(word, "word/media/big.bin", bytes(260 * 2**20)), "Unpacked"),
        "scanned.pdf": (making.picture_only_pdf(), "text"),
        "latin-1.txt": ("Caf\u00e9 au lait.".encode("latin-1"), "UTF-8"),
        "macros.docx": (making.with_part(word, "word/vbaProject.bin", b"macro"), "macros"),
        "one-long-line.html": (b"<p>" + b"word " * 30_000 + b"</p>", "paragraphs"),
    }


def test_bad_documents_are_put_aside_with_their_reasons_and_the_rest_goes_on(deployment, tmp_path):
    bad = bad_files()
    (tmp_path / "good.md").write_text("# Kayaks\n\nKayaks are rented by the hour at the slipway.\n")
    for name, (content, _) in bad.items():
        (tmp_path / name).write_bytes(content)
    outcomes = {outcome.upload.name: outcome for outcome in deployment.add_all(deployment.ada, tmp_path)}
    assert outcomes.pop("good.md").state == "ready"
    assert {name: outcome.state for name, outcome in outcomes.items()} == dict.fromkeys(bad, "quarantined")
    assert [name for name, outcome in outcomes.items() if bad[name][1] not in outcome.reason] == []


def test_a_file_over_the_limit_put_straight_into_the_bucket_is_put_aside_unread(deployment, tmp_path):
    """Put by its path, sparse: 51 MB of no disk and little memory."""
    bucket = aws.parameter("data/incoming-bucket")
    with (tmp_path / "huge.pdf").open("wb") as file:
        file.truncate(51 * 2**20)
    with (tmp_path / "huge.pdf").open("rb") as file:
        aws.client("s3").put_object(Bucket=bucket, Key=f"{deployment.ada.tenant}/huge.pdf", Body=file)
    record = settled(deployment.ada, "huge.pdf")
    assert record["state"] == "quarantined"
    assert "at most 52.4 MB are read" in record["reason"]["message"]
    assert record["content_hash"] is None


def settled(person, name):
    """The document's record once its state is final."""
    for _ in range(120):
        found = [record for record in Library(person).records().values() if record["name"] == name and record["state"] in SETTLED]
        if found:
            return found[0]
        time.sleep(0.5)
    raise AssertionError(f"{name} is not settled")


def test_an_announced_size_over_the_limit_is_refused_with_the_limit(deployment):
    reply = call("POST", "/v1/documents", deployment.ada, {"name": "huge.pdf", "bytes": 500_000_000})
    assert reply.status == 413
    assert "bytes" in reply.body["detail"]


def test_a_tenant_neither_sees_nor_deletes_anothers_document(deployment, written):
    deployment.add(deployment.bela, written("secret.md", "# Safe\n\nThe safe of the lantern shop opens on Fridays.\n"))
    identifier = next(key for key, record in Library(deployment.bela).records().items() if record["name"] == "secret.md")
    assert identifier not in Library(deployment.ada).records()
    assert call("GET", f"/v1/documents/{identifier}", deployment.ada).status == 404
    assert call("DELETE", f"/v1/documents/{identifier}", deployment.ada).status == 404
    assert call("GET", f"/v1/documents/{identifier}", deployment.bela).body["state"] == "ready"
