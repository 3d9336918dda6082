"""The small parts of the commands that need no server."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from local import deployment, dev, logs, services, setup, up, weights
from local.add import bar
from local.api import Reply
from local.ask import shown
from local.console import Console, Trouble
from local.dev import affected
from local.domain import Domain
from local.fingerprint import fingerprint
from local.people import Person
from local.uploads import uploads_of

ADA = Person("ada", "harbour", "token")


def test_a_fingerprint_changes_with_content_name_and_presence(tmp_path):
    file = tmp_path / "a.py"
    changes = (lambda: file.write_text("1"), lambda: file.write_text("2"), lambda: file.rename(tmp_path / "b.py"))
    seen = {fingerprint([file, tmp_path])}
    for change in changes:
        change()
        seen.add(fingerprint([file, tmp_path]))
    assert len(seen) == 1 + len(changes)


def test_a_fingerprint_does_not_see_what_running_leaves_behind(tmp_path):
    before = fingerprint([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("")
    assert fingerprint([tmp_path]) == before


def test_one_requirement_is_cut_out_of_a_lock_file_with_its_hashes():
    lock = "ruff==1 \\\n    --hash=sha256:a\nuv==2 ; python_version > '3' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\nzipp==3\n"
    assert setup.requirement("uv", lock) == "uv==2 ; python_version > '3' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\n"
    with pytest.raises(Trouble, match="does not pin pip"):
        setup.requirement("pip", lock)


def test_the_lock_file_pins_the_installer_itself():
    assert "--hash=sha256:" in setup.requirement("uv", setup.LOCK.read_text())


def test_a_folder_is_uploaded_under_paths_without_hidden_files(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("policies/returns.md", "a.txt", ".DS_Store", ".git/config"):
        (tmp_path / name).write_text("x")
    assert [upload.name for upload in uploads_of(tmp_path, ADA)] == ["a.txt", "policies/returns.md"]
    assert [upload.name for upload in uploads_of(tmp_path / "policies" / "returns.md", ADA)] == ["returns.md"]


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(Trouble, match="no folder with files"):
        uploads_of(tmp_path, ADA)


@pytest.fixture
def lambdas(tmp_path):
    """Two functions; only `answers` reaches causeway/search.py, by way of causeway/answering.py."""
    files = {
        "functions/__init__.py": "",
        "functions/answers.py": "from causeway.answering import answer",
        "functions/read_document.py": "from causeway import reading",
        "causeway/__init__.py": "",
        "causeway/answering.py": "import json\nimport causeway.search",
        "causeway/search.py": "",
        "causeway/reading.py": "",
        "causeway/words.json": "{}",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "functions"),
    [
        ("causeway/search.py", ["answers"]),
        ("causeway/reading.py", ["read-document"]),
        ("causeway/__init__.py", ["answers", "read-document"]),
        ("causeway/words.json", ["answers", "read-document"]),
        ("functions/answers.py", ["answers"]),
        ("causeway/unused.py", []),
    ],
)
def test_a_change_reaches_only_the_functions_that_import_it(lambdas, changed, functions):
    assert dev.affected({lambdas / changed}, {"answers", "read-document"}, lambdas) == functions


def test_a_file_saved_half_written_is_said_and_the_watch_goes_on(lambdas, monkeypatch):
    (lambdas / "functions" / "answers.py").write_text("def (")
    monkeypatch.setattr(dev, "LAMBDAS", lambdas)
    monkeypatch.setattr(dev, "affected", lambda changed, functions: affected(changed, functions, lambdas))
    monkeypatch.setattr(dev, "_deployed", lambda: frozenset({"answers"}))
    stream = io.StringIO()
    dev._update(Console(stream), {lambdas / "functions" / "answers.py"})
    assert "functions/answers.py" in stream.getvalue()


class Account:
    """A stack that made the function `answers`, as CloudFormation and Lambda tell of it."""

    def __init__(self, status, functions):
        self.stacks = {"Stacks": [{"StackName": "app", "StackStatus": status}]}
        made = [{"ResourceType": "AWS::Lambda::Function", "PhysicalResourceId": "answers"}]
        self.pages = {
            "list_stack_resources": [{"StackResourceSummaries": made}],
            "list_functions": [{"Functions": [{"FunctionName": name} for name in functions]}],
        }

    def describe_stacks(self):
        return self.stacks

    def get_paginator(self, name):
        return SimpleNamespace(paginate=lambda **_: self.pages[name])


@pytest.mark.parametrize(
    ("status", "functions", "said"),
    [
        ("CREATE_COMPLETE", ["answers", "other"], ""),
        ("ROLLBACK_COMPLETE", ["answers"], ""),
        ("CREATE_IN_PROGRESS", ["answers"], "cut off half-way"),
        ("CREATE_COMPLETE", ["other"], "answers of the last deployment is gone"),
    ],
)
def test_up_begins_with_an_empty_account_when_a_deployment_was_cut_off_or_lost_a_function(monkeypatch, status, functions, said):
    monkeypatch.setattr(deployment, "client", lambda service: Account(status, functions))
    monkeypatch.setattr(deployment, "is_bootstrapped", lambda: True)
    done, stream = [], io.StringIO()
    for name in ("start", "stop", "forget_the_account"):
        monkeypatch.setattr(services, name, lambda *given, name=name: done.append(name))
    up._start(Console(stream), services.Choice("stand-in", ""))
    assert done == (["start", "stop", "forget_the_account", "start"] if said else ["start"])
    assert said in stream.getvalue()


@pytest.mark.parametrize(
    ("part", "name", "kept"),
    [
        ("with", "chat", True),
        ("with", "model", True),
        ("at", "chat", True),
        ("with", "sources", False),
        ("with", "search", False),
        ("with", "port", False),
        ("at", "cloud", False),
        ("at", "search", False),
    ],
)
def test_an_account_outlives_its_chat_model_and_no_other_server(part, name, kept):
    def started(**more):
        start = {"with": dict.fromkeys(("sources", "search", "chat", "model", "port"), "a")}
        start["at"] = dict.fromkeys(("cloud", "search", "chat"), "a")
        return start | {part: start[part] | more}

    assert services.keeps(started(), started(**{name: "b"})) is kept
    assert not services.keeps({}, started())


def test_a_person_is_never_shown_with_the_token():
    assert "ey.secret" not in repr(Person("ada", "harbour", "ey.secret"))


def test_a_refusal_says_each_fault_once():
    problem = {"detail": "name: must end in .md", "errors": [{"field": "name", "message": "must end in .md"}]}
    assert Reply(400, problem, "", {}).said == "name: must end in .md"


def test_the_weights_go_where_the_templates_copy_them_from(tmp_path):
    resource = {"Type": "Custom::ModelArtifact", "Properties": {"WeightsBucket": "models", "WeightsPrefix": "bge/"}}
    (tmp_path / "a.template.json").write_text(json.dumps({"Resources": {"Artifact": resource, "Other": {"Type": "AWS::S3::Bucket"}}}))
    assert weights.sources(tmp_path) == {("models", "bge/")}


def line(number, message):
    return logs.Line(number, "answers", message)


def test_a_requests_trail_holds_the_lines_of_the_call_that_served_it():
    start, said, other = (
        line(1, "START RequestId: call-1"),
        line(2, '{"correlation_id": "req-1", "function_request_id": "call-1"}'),
        line(3, "x"),
    )
    assert logs.related([start, said, other], "req-1") == [start, said]


def test_a_json_log_line_is_shown_as_level_message_and_fields():
    text = logs.shown(line(0, '{"level": "INFO", "message": "answered", "passages": 3, "service": "answers"}'))
    assert "INFO answered passages=3" in text
    assert "service" not in text


def test_an_answer_is_shown_with_name_heading_page_and_score_of_its_sources():
    citation = {"n": 1, "document": "d1", "title": "Returns", "heading": "Books", "page": 2, "quote": "q", "score": 0.7312}
    text = shown({"answer": "Thirty days [1].", "citations": [citation]}, {"d1": "policies/returns.md"})
    assert "Thirty days [1]." in text
    assert "[1] policies/returns.md · Books · page 2 (0.73)" in text


def test_a_progress_bar_fills():
    assert bar(0, 4).startswith("····")
    assert bar(2, 4) == "█" * 12 + "·" * 12 + " 2/4"


def test_an_unknown_user_is_answered_with_those_there_are(tmp_path):
    (tmp_path / "domain.yaml").write_text("title: T\nusers: [{name: ada, tenant: harbour}]\nexamples: [{as: ada, question: Reason}]\n")
    domain = Domain.read(Path(tmp_path))
    assert domain.user("ada").tenant == "harbour"
    with pytest.raises(Trouble, match="AS is one of ada"):
        domain.user("eve")
