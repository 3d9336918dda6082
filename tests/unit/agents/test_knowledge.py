import pytest

from causeway.agents.knowledge import NOTHING, Documents
from causeway.answering.finding import finding_steps
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Turn
from causeway.conversations.keys import Owner
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from tests.unit.loopback import TENANT, Reply, Services, hit

QUESTION = "How long may books be returned?"


def search(user: str = "", tenant: str = TENANT) -> str:
    steps = finding_steps(AnswerSettings.from_environment(), reserved_seconds=0.0)
    return Documents(lambda: steps, Owner(tenant, "1", user)).search(QUESTION, Deadline.after(20.0))


def test_a_passage_is_shown_with_its_document_heading_and_page(services: Services) -> None:
    services.hits = [hit("returns", text="Within 30 days.", page=7), hit("gifts", text="Never.", heading="")]
    services.keep("gifts")
    assert search() == "Returns > Policies (returns.md, page 7)\nWithin 30 days.\n\nGifts (gifts.md)\nNever."


def test_a_folder_that_the_user_may_not_read_is_not_searched(services: Services) -> None:
    services.hits = [hit("board", source="board/returns.md", text="The board may return books for ever.")]
    services.keep("board")
    services.restrict("board", "directors")
    services.enrol("dora", "directors")
    assert "for ever" in search("dora")
    assert search("carl") == search() == NOTHING


def test_documents_of_another_tenant_are_not_found(services: Services) -> None:
    assert search(tenant="lantern") == NOTHING


def test_passages_that_are_far_from_the_question_are_not_shown(services: Services) -> None:
    services.hits, services.similarity = [hit("returns", text="Lighthouses are tall.")], 0.1
    assert search() == NOTHING


def test_what_was_searched_without_is_told_whether_something_is_found_or_not(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERS_WITHOUT", "embedding")
    services.script("embedding", Reply({"message": "no"}, status=500))
    told = "\n\nSearched without: embedding. There may be better passages."
    assert search().endswith(told)
    services.hits = []
    assert search() == NOTHING + told


def test_a_search_that_fails_says_which_service(services: Services) -> None:
    services.script("search", Reply({"error": "no"}, status=500))
    with pytest.raises(DependencyError) as failed:
        search()
    assert failed.value.dependency == "search"


def test_no_step_is_taken_after_one_that_found_nothing() -> None:
    def refuse(turn: Turn) -> None:
        taken.append("refuse")
        turn.refuse("nothing-found")

    taken: list[str] = []
    steps = [refuse, lambda turn: taken.append("later")]
    assert Documents(lambda: steps, Owner(TENANT, "1")).search(QUESTION, Deadline.after(5.0)) == NOTHING
    assert taken == ["refuse"]
