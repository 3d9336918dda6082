"""A file of questions on its way: how it is read, cut, sent once, waited for, and written down."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.app import batches
from local.app.api import Reply
from local.app.batches import QUESTIONS, Sending, in_batches, read, token, write
from local.app.people import Person
from local.commands.batch import priority, report
from local.console import Trouble

ADA = Person("ada", "harbour", "token")
BUSY = Reply(503, {"type": "urn:causeway:problem:service-busy"}, "", {"retry-after": "0"})


@dataclass
class Api:
    """Takes a batch once for each token, and has all its questions answered at the second look. trouble: met before the first replies."""

    trouble: list[Any] = field(default_factory=list)
    batches: dict[str, Any] = field(default_factory=dict)
    looks: int = 0

    def __call__(self, method: str, path: str, person: Person, body: Any = None) -> Reply:
        if self.trouble and (met := self.trouble.pop(0)):
            if isinstance(met, Exception):
                raise met
            return met
        if method == "POST":
            self.batches[body["client_token"]] = body["questions"]
            return Reply(202, {"batch_id": body["client_token"]}, "", {})
        identifier, _, after = path.removeprefix(f"{batches.PATH}/").partition("?after=")
        return Reply(200, self._page(self.batches[identifier], int(after or 0)), "", {})

    def _page(self, questions: list[Any], after: int) -> Any:
        self.looks += 1
        state = "answered" if self.looks > 1 else "waiting"
        results = [{"number": number, "state": state, **question} for number, question in enumerate(questions, start=1)][after : after + 25]
        following = after + 25 if after + 25 < len(questions) else None
        return {
            "state": "finished" if self.looks > 1 else "running",
            "counts": {state: len(questions)},
            "results": results,
            "next": following,
        }


def sending(api: Api, count: int = 30, **more: Any) -> Sending:
    return Sending([{"question": f"Question {number}?"} for number in range(1, count + 1)], lambda: ADA, api=api, pause=0, **more)


def test_a_text_file_has_a_question_on_each_line(tmp_path):
    (tmp_path / "q.txt").write_text("One?\n\n  Two? \n", encoding="utf-8-sig")
    assert read(tmp_path / "q.txt") == [{"question": "One?"}, {"question": "Two?"}]


def test_a_jsonl_file_has_an_object_on_each_line_with_what_the_api_takes(tmp_path):
    (tmp_path / "q.jsonl").write_text('{"id": "a", "question": "One?", "top_k": 3}\n')
    assert read(tmp_path / "q.jsonl") == [{"id": "a", "question": "One?", "top_k": 3}]


@pytest.mark.parametrize(
    "text", ['{"question": "One?"}\nno json\n', '{"question": "One?"}\n{"id": "a"}\n', '{"question": "One?"}\n"Two?"\n']
)
def test_a_line_that_is_no_question_is_named(tmp_path, text):
    (tmp_path / "q.jsonl").write_text(text)
    with pytest.raises(Trouble, match="line 2"):
        read(tmp_path / "q.jsonl")


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\xff", None])
def test_a_file_without_questions_says_so(tmp_path, content):
    if content is not None:
        (tmp_path / "q.txt").write_bytes(content)
    with pytest.raises(Trouble):
        read(tmp_path / "q.txt")


def test_a_long_file_is_cut_where_one_request_ends_and_nothing_is_lost():
    many = [{"question": f"{number}?"} for number in range(QUESTIONS + 1)]
    assert [len(each) for each in in_batches(many)] == [QUESTIONS, 1]
    large = [{"question": "ü" * 1000} for _ in range(300)]
    cut = list(in_batches(large))
    assert [question for each in cut for question in each] == large
    assert all(len(json.dumps(each).encode()) < 256 * 1024 for each in cut)


def test_results_come_in_the_order_of_the_file_across_batches_and_pages():
    api = Api()
    results = sending(api, QUESTIONS + 30).run()
    assert [each["question"] for each in results] == [f"Question {number}?" for number in range(1, QUESTIONS + 31)]
    assert [each["number"] for each in results] == list(range(1, QUESTIONS + 31))
    assert len(api.batches) == 2


def test_the_same_questions_are_the_same_batch_and_other_ones_or_asked_anew_are_not():
    api = Api()
    for _ in range(2):
        sending(api).run()
    assert len(api.batches) == 1
    sending(api, priority="high").run()
    sending(api, salt="again").run()
    sending(api, 31).run()
    assert len(api.batches) == 4
    assert all(8 <= len(each) <= 64 for each in api.batches)


def test_the_token_of_a_batch_depends_on_its_questions_order():
    one, other = {"question": "One?"}, {"question": "Other?"}
    assert token([one, other], "normal") != token([other, one], "normal")


def test_a_busy_or_absent_api_is_asked_again():
    assert len(sending(Api([BUSY, Trouble("away"), None, BUSY])).run()) == 30
    with pytest.raises(Trouble, match="away"):
        sending(Api([Trouble("away")] * 100)).run()


def test_a_refusal_ends_the_run_with_the_apis_own_words():
    refused = Reply(400, {"detail": "questions.0.question: must not be blank"}, "", {})
    with pytest.raises(Trouble, match="must not be blank"):
        sending(Api([refused])).run()


def test_the_progress_says_how_many_are_in_which_state():
    heard = []
    sending(Api(), hear=lambda progress: heard.append(str(progress))).run()
    assert "30 waiting" in heard
    assert heard[-1] == "30 answered"


def test_results_are_written_whole_one_on_each_line(tmp_path):
    write(tmp_path / "r.jsonl", [{"number": 1, "question": "Größe?"}, {"number": 2}])
    lines = (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2]
    assert "Größe" in lines[0]
    assert [file.name for file in tmp_path.iterdir()] == ["r.jsonl"]


def test_the_report_counts_answers_and_says_why_others_failed():
    failed = {"state": "failed", "answer": None, "problem": {"detail": "Too late."}}
    lines = report(
        [{"state": "answered", "answer": {"grounded": True}}, {"state": "answered", "answer": {"grounded": False}}, failed, failed]
    )
    assert lines == ["2 answered, 1 of them from the documents", "2 failed: Too late."]


def test_a_priority_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("PRIORITY", "urgent")
    with pytest.raises(Trouble, match="normal, high"):
        priority()
