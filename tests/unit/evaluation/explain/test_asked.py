from causeway.answering.services import conversations
from causeway.answering.settings import AnswerSettings
from causeway.conversations.conversation import Message
from causeway.conversations.keys import Owner
from evaluation.explain import asked
from tests.unit.loopback import Services

ADA = Owner("harbour", "ada")


def test_a_remembered_request_is_found_in_any_conversation_of_its_user_alone(services: Services, monkeypatch):
    memory = conversations(AnswerSettings.from_environment())
    for request in ("r1", "r2", "r3"):
        memory.save_message(
            ADA, memory.create_session(ADA), Message("And online?", "Yes.", "answered", request, "2026-11-26T00:00:00+00:00")
        )
    monkeypatch.setattr(asked, "PAGE", 1)
    found = asked.remembered("r1", "harbour", "ada")
    assert found is not None
    assert (found.question, found.request_id) == ("And online?", "r1")
    assert asked.remembered("r1", "harbour", "bela") is None
    assert asked.remembered("r9", "harbour", "ada") is None
