"""Pictures of documents: from the file to a citation, by the rights of whoever asks, and gone with their document."""

import io
import json
import time
import urllib.error
import urllib.request

from PIL import Image
from reportlab.platypus import Image as Shown
from reportlab.platypus import Spacer

from local.app import aws
from local.app.api import call
from local.app.uploads import Library
from local.commands import ask, documents
from tests.unit.documents import drawings, making

ASKED = "Which sluice empties the timber dock?"
CAPTION = "Figure 7: The western sluice of the timber dock"
PATIENCE = 60


def manual(document):
    document.add_heading("The timber dock", 1)
    document.add_paragraph("The western sluice empties the timber dock at low tide, as Figure 7 shows.")
    document.add_picture(io.BytesIO(drawings.diagram()))
    document.add_paragraph(CAPTION)


def added(deployment, person, tmp_path, name, content):
    """The id of a document that can be asked about."""
    file = tmp_path / name.rpartition("/")[2]
    file.write_bytes(content)
    assert deployment.add(person, file, name).state == "ready"
    return next(key for key, record in Library(person).records().items() if record["name"] == name)


def shown(answer):
    """The pictures of an answer's citations by their ids."""
    return {picture["id"]: picture for citation in answer["citations"] for picture in citation["pictures"]}


def got(url):
    """Status and bytes of what an address shows to somebody without credentials."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def kept(person, document_id):
    """The keys of a document's pictures in the bucket."""
    place = {"Bucket": aws.parameter("data/documents-bucket"), "Prefix": f"pictures/{person.tenant}/{document_id}/"}
    return [entry["Key"] for entry in aws.client("s3").list_objects_v2(**place).get("Contents", ())]


def pictures(person, document_id):
    return call("GET", f"/v1/documents/{document_id}/pictures", person)


def test_a_citation_shows_the_diagram_of_a_word_file_and_both_go_with_it(deployment, tmp_path):
    document = added(deployment, deployment.ada, tmp_path, "dock/sluices.docx", making.word(manual))
    answer = deployment.ask(deployment.ada, ASKED).body
    assert "western sluice" in answer["answer"]
    (picture,) = shown(answer).values()
    assert picture["caption"] == CAPTION
    status, data = got(picture["url"])
    assert (status, Image.open(io.BytesIO(data)).size) == (200, drawings.SIZE)

    listed = pictures(deployment.ada, document).body["pictures"]
    assert [(each["id"], each["caption"], each["width"]) for each in listed] == [(picture["id"], CAPTION, drawings.SIZE[0])]
    assert got(listed[0]["url"])[1] == data
    assert pictures(deployment.bela, document).status == 404

    before = kept(deployment.ada, document)
    assert len(before) == 1
    added(deployment, deployment.ada, tmp_path, "dock/sluices.docx", making.word(lambda each: each.add_paragraph("The dock is empty.")))
    assert until(lambda: not kept(deployment.ada, document))
    added(deployment, deployment.ada, tmp_path, "dock/sluices.docx", making.word(manual))
    assert len(kept(deployment.ada, document)) == 1
    assert call("DELETE", f"/v1/documents/{document}", deployment.ada).status == 202
    assert pictures(deployment.ada, document).body.get("pictures", []) == []
    assert until(lambda: not kept(deployment.ada, document))


def test_a_picture_of_a_pdf_has_its_page_and_only_those_who_may_read_the_document_get_it(bookshop, tmp_path):
    diagram = [Spacer(0, 20), Shown(io.BytesIO(drawings.diagram("red")), 300, 180), Spacer(0, 20)]
    second = [making.prose("The vault of the shop opens with two keys."), *diagram, making.prose("Fig. 1: The vault")]
    pages = making.pages([making.prose()], second)
    document = added(bookshop, bookshop.ada, tmp_path, "staff/vault.pdf", making.pdf(pages))
    question = "With how many keys does the vault of the shop open?"
    (picture,) = shown(bookshop.ask(bookshop.ada, question).body).values()
    assert (picture["page"], picture["caption"]) == (2, "Fig. 1: The vault")
    assert got(picture["url"])[0] == 200
    assert shown(bookshop.ask(bookshop.carl, question).body) == {}
    assert pictures(bookshop.carl, document).status == 404


def test_a_folder_that_is_a_bundle_is_one_document_with_its_pictures(deployment, tmp_path):
    folder = tmp_path / "manuals" / "crane"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "crane.png").write_bytes(drawings.diagram("green"))
    image = {"file": "images/crane.png", "page": 12, "caption": "Figure 4: The crane of the eastern quay"}
    (folder / "manifest.json").write_text(json.dumps({"title": "The crane", "images": [image]}))
    (folder / "document.md").write_text(
        "# The crane\n\n<!-- page 12 -->\nThe crane of the eastern quay lifts nine tons.\n\n![](images/crane.png)\n"
    )
    assert [(outcome.upload.name, outcome.state) for outcome in deployment.add_all(deployment.ada, tmp_path / "manuals")] == [
        ("crane.zip", "ready")
    ]
    answer = deployment.ask(deployment.ada, "How many tons does the crane of the eastern quay lift?").body
    (picture,) = shown(answer).values()
    assert (picture["page"], picture["caption"]) == (12, image["caption"])
    assert got(picture["url"])[0] == 200
    said = ask.shown(answer, ask.names_of(answer, deployment.ada))
    assert f"picture {picture['id']} · page 12 · {image['caption']}" in said
    listed = "\n".join(documents.one(deployment.ada, "crane.zip"))
    assert f"{picture['id']} p. 12 (400 x 240" in listed
    addresses = [line.strip() for line in listed.splitlines() if "X-Amz-Signature" in line]
    assert [got(address)[0] for address in addresses] == [200]


def until(found):
    ends = time.monotonic() + PATIENCE
    while not found():
        if time.monotonic() > ends:
            return False
        time.sleep(0.3)
    return True
