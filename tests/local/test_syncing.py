"""make documents, make document and make sync on the deployment: what they tell is there, and what they change is changed."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from local import settings
from local.app import aws
from local.app.uploads import Library
from local.commands import documents
from local.console import Trouble
from tests.local.conftest import UNNAMED


def run(folder, **switches):
    """The command as a user types it: its exit status and what it says."""
    command = [sys.executable, "-m", "local.commands.sync", str(folder)]
    done = subprocess.run(command, env={**os.environ, "AS": "ada", **switches}, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def names(person, beginning):
    found = Library(person).records().values()
    return {each["name"] for each in found if each["name"].startswith(beginning) and each["state"] not in ("deleting", "deleted")}


def indexed(identifiers):
    """How many of these ids the search index holds."""
    query = {"size": 0, "track_total_hits": True, "query": {"ids": {"values": identifiers}}}
    body, headers = json.dumps(query).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{settings.read().search_url}/_all/_search", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["hits"]["total"]["value"]


def becomes_ready(person, name, seconds=60):
    end = time.monotonic() + seconds
    while (ready := Library(person).named(name)["state"] == "ready") is False and time.monotonic() < end:
        time.sleep(0.5)
    return ready


def shelf(number):
    return f"# Shelf {number}\n\nThe books of shelf {number} are about ships, and they may be borrowed for {number} days.\n\n"


def test_each_passage_of_a_document_leads_to_its_upload_and_to_the_index(deployment, written):
    text = "".join(map(shelf, range(40)))
    assert deployment.add(deployment.ada, written("shelves.md", text), "lineage/shelves.md").state == "ready"
    library = Library(deployment.ada)
    record = library.named("lineage/shelves.md")
    pages = library.passages(record["document_id"])
    passages = [passage for page in pages for passage in page["passages"]]
    assert [each["position"] for each in passages] == list(range(record["passages"]))
    assert indexed([each["id"] for each in passages]) == len(passages)

    place = {"Bucket": aws.parameter("data/incoming-bucket"), "Key": "harbour/lineage/shelves.md", "VersionId": pages[0]["read_from"]}
    content = aws.client("s3").get_object(**place)["Body"].read()
    assert hashlib.sha256(content).hexdigest() == record["content_hash"]

    said = list(documents.one(deployment.ada, "shelves.md"))
    assert said[0].startswith("lineage/shelves.md · ")
    assert f"    read from    object version {pages[0]['read_from']} of lineage/shelves.md" in said
    assert "  who may read   everybody of harbour" in said


def test_a_document_of_a_closed_folder_is_listed_only_for_its_readers(deployment, written):
    name = "staff/rota.md"
    assert deployment.add(deployment.ada, written("rota.md", shelf(7)), name).state == "ready"
    assert any("members of staff" in line for line in documents.one(deployment.ada, name))
    with pytest.raises(Trouble, match="carl sees no document"):
        list(documents.one(deployment.carl, name))


def test_documents_of_one_state_are_told_with_their_reasons(deployment, written):
    deployment.add(deployment.ada, written("nothing.md", ""), "lineage/nothing.md")
    said = "\n".join(documents.every(deployment.ada, "quarantined"))
    assert "quarantined" in said
    assert "lineage/nothing.md" in said
    assert " ready " not in said


def test_a_folder_is_mirrored_new_changed_renamed_and_deleted(deployment, tmp_path):
    folder = tmp_path / "mirrored"
    (folder / "sync").mkdir(parents=True)
    for number in range(4):
        (folder / "sync" / f"{number}.md").write_text(shelf(number))
    deployment.add(deployment.ada, folder / "sync" / "0.md", "sync/by-hand.md")

    status, said = run(folder, DRY="1")
    assert (status, "4 new, 0 changed" in said, "nothing was changed" in said) == (0, True, True)
    assert names(deployment.ada, "sync/") == {"sync/by-hand.md"}

    assert run(folder)[0] == 0
    assert names(deployment.ada, "sync/") == {"sync/by-hand.md", *(f"sync/{number}.md" for number in range(4))}
    assert "0 new, 0 changed, 0 renamed, 0 deleted, 4 unchanged" in run(folder)[1]

    (folder / "sync" / "1.md").write_text(shelf(111))
    (folder / "sync" / "2.md").rename(folder / "sync" / "two.md")
    (folder / "sync" / "3.md").unlink()
    (folder / "sync" / "new.md").write_text(shelf(99))
    dry = run(folder, DRY="1")[1]
    assert "1 new, 1 changed, 1 renamed, 1 deleted, 1 unchanged" in dry
    assert "> sync/2.md is now sync/two.md" in dry
    status, said = run(folder)
    assert status == 0
    assert "can be asked about: 2 of 3 documents" in said
    assert "1 duplicate not searched" in said  # the renamed file, as long as its former name was there
    assert names(deployment.ada, "sync/") == {"sync/by-hand.md", "sync/0.md", "sync/1.md", "sync/two.md", "sync/new.md"}
    assert becomes_ready(deployment.ada, "sync/two.md")
    changed = Library(deployment.ada).named("sync/1.md")
    assert changed["content_hash"] == hashlib.sha256(shelf(111).encode()).hexdigest()


def test_an_empty_folder_deletes_nothing_without_force_and_all_of_its_own_with_it(deployment, tmp_path):
    folder = tmp_path / "emptied"
    (folder / "emptied").mkdir(parents=True)
    for number in range(3):
        (folder / "emptied" / f"{number}.md").write_text(shelf(number))
    assert run(folder)[0] == 0
    for file in (folder / "emptied").iterdir():
        file.unlink()
    status, said = run(folder)
    assert (status, "FORCE=1 deletes the 3 documents" in said) == (1, True)
    assert len(names(deployment.ada, "emptied/")) == 3
    assert run(folder, FORCE="1")[0] == 0
    for _ in range(60):
        if not names(deployment.ada, "emptied/"):
            return
        time.sleep(0.5)
    raise AssertionError(names(deployment.ada, "emptied/"))


SOURCE = "company-handbooks"


def mirror(bucket=SOURCE, **switches):
    command = [sys.executable, "-m", "local.commands.sync_bucket", bucket, "books/"]
    done = subprocess.run(command, env={**os.environ, "AS": "ada", **switches}, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def interrupted():
    """The command, ended by Ctrl-C once its machine is at work."""
    command = [sys.executable, "-m", "local.commands.sync_bucket", SOURCE, "books/"]
    with subprocess.Popen(command, env={**os.environ, "AS": "ada"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as begun:
        while "Mirroring" not in begun.stdout.readline():
            pass
        time.sleep(1)
        begun.send_signal(signal.SIGINT)


def states(person):
    """Names and states below bucketed/."""
    found = Library(person).records().values()
    return {each["name"]: each["state"] for each in found if each["name"].startswith("bucketed/") and each["state"] != "deleting"}


def settled(person, wanted):
    """Once they are as wanted."""
    for _ in range(240):
        if (found := states(person)) == wanted:
            return
        time.sleep(0.5)
    raise AssertionError(found)


def test_a_bucket_that_the_environment_does_not_name_is_refused_with_what_to_do(deployment):
    aws.client("s3").create_bucket(Bucket=UNNAMED)
    aws.client("s3").put_object(Bucket=UNNAMED, Key="books/a.md", Body=b"# A")
    status, said = mirror(bucket=UNNAMED)
    assert (status, "add the bucket to ingestion.sources of environments/local.yaml" in said) == (1, True), said
    aws.client("s3").delete_object(Bucket=UNNAMED, Key="books/a.md")
    aws.client("s3").delete_bucket(Bucket=UNNAMED)


@pytest.fixture
def may_be_read():
    """What the template gives the role for a source that the environment's file names."""
    iam, role = aws.client("iam"), "causeway-local-sync-bucket"
    allowed = {"s3:ListBucket": f"arn:aws:s3:::{SOURCE}", "s3:GetObject": f"arn:aws:s3:::{SOURCE}/books/*"}
    statements = [{"Effect": "Allow", "Action": action, "Resource": arn} for action, arn in allowed.items()]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=role, PolicyName="source", PolicyDocument=document)
    yield
    iam.delete_role_policy(RoleName=role, PolicyName="source")


def test_a_prefix_of_a_bucket_is_mirrored_by_the_state_machine(deployment, written, may_be_read):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=SOURCE)
    for number in range(230):
        s3.put_object(Bucket=SOURCE, Key=f"books/bucketed/{number}.md", Body=shelf(number).encode())
    s3.put_object(Bucket=SOURCE, Key="books/bucketed/film.mp4", Body=b"film")
    s3.put_object(Bucket=SOURCE, Key="secret/bucketed/no.md", Body=b"# No")
    deployment.add(deployment.ada, written("by-hand.md", shelf(999)), "bucketed/by-hand.md")
    ready = {"bucketed/by-hand.md": "ready", **{f"bucketed/{number}.md": "ready" for number in range(230)}}

    status, said = mirror(DRY="1")
    assert (status, "230 new, 0 changed" in said, "DRY=1: nothing was changed" in said) == (0, True, True)
    settled(deployment.ada, {"bucketed/by-hand.md": "ready"})

    status, said = mirror()
    assert (status, "230 new, 0 changed, 0 renamed, 0 deleted, 0 unchanged, 1 skipped" in said) == (0, True)
    assert "1 skipped: .mp4 is not read" in said
    assert "can be asked about: 230 of 230 documents" in said
    assert states(deployment.ada) == ready

    s3.delete_object(Bucket=SOURCE, Key="books/bucketed/0.md")
    s3.put_object(Bucket=SOURCE, Key="books/bucketed/1.md", Body=b"# Changed\n\nThe kiosk sells tickets for the ferry at noon.")
    s3.copy_object(Bucket=SOURCE, Key="books/bucketed/two.md", CopySource={"Bucket": SOURCE, "Key": "books/bucketed/2.md"})
    s3.delete_object(Bucket=SOURCE, Key="books/bucketed/2.md")
    s3.put_object(Bucket=SOURCE, Key="books/bucketed/empty.md", Body=b" ")
    interrupted()
    status, said = mirror()
    assert (status, "of 3 documents" in said) == (0, True), said  # two.md may be a duplicate until 2.md is gone
    assert "1 refused: The file has no content" in said
    del ready["bucketed/0.md"], ready["bucketed/2.md"]
    settled(deployment.ada, ready | {"bucketed/two.md": "ready", "bucketed/empty.md": "quarantined"})
    assert "ferry" in deployment.ask(deployment.ada, "What does the kiosk sell at noon?").body["answer"]

    for each in s3.list_objects_v2(Bucket=SOURCE, Prefix="books/")["Contents"]:
        s3.delete_object(Bucket=SOURCE, Key=each["Key"])
    status, said = mirror()
    assert (status, "give FORCE=1" in said) == (1, True)
    assert mirror(FORCE="1")[0] == 0
    settled(deployment.ada, {"bucketed/by-hand.md": "ready"})
    s3.delete_object(Bucket=SOURCE, Key="secret/bucketed/no.md")
    s3.delete_bucket(Bucket=SOURCE)
