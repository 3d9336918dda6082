"""Documents through the presigned upload, the state machine and the index, until they answer or are put aside."""

import io
import zipfile

from local.api import call
from local.uploads import listed

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

    identifier = next(key for key, record in listed(deployment.ada).items() if record["name"] == name)
    assert call("DELETE", f"/v1/documents/{identifier}", deployment.ada).status == 202
    assert deployment.ask(deployment.ada, QUESTION).body["answer"] == REFUSAL


def test_the_same_file_twice_is_one_document_in_one_version(deployment, written):
    file = written("twice.md", "# Lanterns\n\nThe lantern of the harbour wall is lit at dusk.\n")
    versions = set()
    for _ in range(2):
        assert deployment.add(deployment.ada, file).state == "ready"
        versions |= {record["version"] for record in listed(deployment.ada).values() if record["name"] == "twice.md"}
    assert len(versions) == 1


def test_a_bad_document_is_put_aside_with_its_reason_and_the_rest_goes_on(deployment, tmp_path):
    (tmp_path / "good.md").write_text("# Kayaks\n\nKayaks are rented by the hour at the slipway.\n")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00" * 400)
    (tmp_path / "blank.txt").write_text("\n\n   \n")
    with zipfile.ZipFile(tmp_path / "not-word.docx", "w") as archive:
        archive.writestr("readme.txt", "no document in here")
    outcomes = {outcome.upload.name: outcome for outcome in deployment.add_all(deployment.ada, tmp_path)}
    assert outcomes.pop("good.md").state == "ready"
    assert {outcome.state for outcome in outcomes.values()} == {"quarantined"}
    assert all(len(outcome.reason) > 20 for outcome in outcomes.values())


def test_an_empty_file_is_refused_by_the_upload_itself(deployment, written):
    assert deployment.add(deployment.ada, written("empty.md", "")).state == "refused"


def test_an_announced_size_over_the_limit_is_refused_with_the_limit(deployment):
    reply = call("POST", "/v1/documents", deployment.ada, {"name": "huge.pdf", "bytes": 500_000_000})
    assert reply.status == 413
    assert "bytes" in reply.body["detail"]


def test_a_tenant_neither_sees_nor_deletes_anothers_document(deployment, written):
    deployment.add(deployment.bela, written("secret.md", "# Safe\n\nThe safe of the lantern shop opens on Fridays.\n"))
    identifier = next(key for key, record in listed(deployment.bela).items() if record["name"] == "secret.md")
    assert identifier not in listed(deployment.ada)
    assert call("GET", f"/v1/documents/{identifier}", deployment.ada).status == 404
    assert call("DELETE", f"/v1/documents/{identifier}", deployment.ada).status == 404
    assert call("GET", f"/v1/documents/{identifier}", deployment.bela).body["state"] == "ready"


def test_the_archive_of_a_word_file_that_grows_without_end_is_put_aside(deployment, tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    (tmp_path / "bomb.docx").write_bytes(content.getvalue())
    assert deployment.add(deployment.ada, tmp_path / "bomb.docx").state == "quarantined"
