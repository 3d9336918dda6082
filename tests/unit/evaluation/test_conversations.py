import gzip
import json
from pathlib import Path
from typing import Any

from evaluation.conversations import Conversation, mt_rag

DOCUMENTS = frozenset({"d.txt"})


def task(*questions: str, answerability: str = "ANSWERABLE") -> dict[str, Any]:
    turns = [turn for text in questions for turn in ({"speaker": "user", "text": text}, {"speaker": "agent", "text": "An answer."})]
    contexts = [{"document_id": "d", "text": "Books may be returned."}]
    return {"input": turns[:-1], "contexts": contexts, "answerability": [answerability], "Multi-Turn": ["Follow-up"]}


def test_a_task_is_a_conversation_when_questions_follow_each_other_and_a_passage_answers_the_last(tmp_path: Path):
    tasks = [
        task("How are books returned?", "And maps?"),
        task("One question only?"),
        task("How are books returned?", "Who won?", answerability="UNANSWERABLE"),
    ]
    (tmp_path / "tasks.json.gz").write_bytes(gzip.compress(json.dumps(tasks).encode()))
    corpus, conversations = mt_rag(tmp_path)
    assert [file.name for file in corpus.files] == ["d.txt"]
    assert conversations == [Conversation(["How are books returned?", "And maps?"], DOCUMENTS, "Follow-up")]


def test_a_follow_up_is_searched_for_with_what_it_follows_and_a_new_subject_alone():
    follow_up = Conversation(["How are books returned?", "And maps?"], DOCUMENTS, "Follow-up")
    assert follow_up.rewritten.text == "How are books returned? And maps?"
    new = Conversation(["How are books returned?", "Which train goes from Plymouth to Bristol on Sundays?"], DOCUMENTS, "Follow-up")
    assert new.rewritten == new.alone
    assert new.whole.text == " ".join(new.questions)
