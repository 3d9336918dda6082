"""What is kept of a batch's answers, across versions of the app."""

from causeway.batches.contract import KeptAnswer

# As kept by the release that had batches first; a field that answers get later has a default.
FIRST = {
    "request_id": "r", "answer": "30 days [1].", "grounded": True, "confidence": 0.9, "verify": [], "withheld": 0, "citations": [],
    "session": None, "degraded": [], "appeal": None, "usage": {"input_tokens": 1, "output_tokens": 1, "model": "m"}, "sources": ["a.md"],
}  # fmt: skip


def test_an_answer_that_an_earlier_release_kept_is_still_given():
    assert KeptAnswer.model_validate(FIRST).shown.answer == "30 days [1]."
