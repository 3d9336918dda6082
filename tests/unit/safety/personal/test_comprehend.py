"""What Comprehend is asked and how its answer is read; the service model checks names and types."""

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from causeway.safety.personal import comprehend as module
from causeway.safety.personal.comprehend import Comprehend
from causeway.safety.personal.kinds import KINDS, Personal

TEXT = "Ada Lovelace, 12 Quay Street, SSN 219-09-9999"


def stubbed():
    client = botocore.session.get_session().create_client(
        "comprehend", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1})
    )
    return client, Stubber(client)


def entity(kind: str, start: int, end: int, score: float = 0.9) -> dict[str, object]:
    return {"Type": kind, "BeginOffset": start, "EndOffset": end, "Score": score}


@pytest.mark.parametrize("language", ["en", "es"])
def test_entities_are_read_and_what_is_no_personal_data_alone_is_left_out(language: str) -> None:
    client, stub = stubbed()
    answer = {"Entities": [entity("NAME", 0, 12, 0.99), entity("DATE_TIME", 3, 5), entity("ADDRESS", 14, 28), entity("SSN", 34, 45, 0.8)]}
    stub.add_response("detect_pii_entities", answer, {"Text": TEXT, "LanguageCode": language})
    with stub:
        found = Comprehend(client)(TEXT, language)
    assert found == [
        Personal("name", 0, 12, 0.99),
        Personal("address", 14, 28, 0.9),
        Personal("national_number", 34, 45, 0.8, "us-ssn"),
    ]
    stub.assert_no_pending_responses()


@pytest.mark.parametrize(("text", "language"), [(TEXT, "de"), (TEXT, "und"), (" \n", "en"), ("", "en")])
def test_it_is_not_asked_for_other_languages_or_for_nothing(text: str, language: str) -> None:
    client, stub = stubbed()
    with stub:
        assert Comprehend(client)(text, language) == []


def test_a_text_that_is_too_large_is_not_sent() -> None:
    client, stub = stubbed()
    with stub, pytest.raises(ValueError, match="at most 100,000 bytes"):
        Comprehend(client)("é" * 50_001, "en")


def test_a_throttled_call_is_no_document_without_personal_data() -> None:
    client, stub = stubbed()
    stub.add_client_error("detect_pii_entities", "ThrottlingException")
    with stub, pytest.raises(ClientError, match="ThrottlingException"):
        Comprehend(client)(TEXT, "en")


def test_every_type_is_one_of_the_service_and_every_kind_one_of_ours() -> None:
    model = botocore.session.get_session().get_service_model("comprehend")
    types = model.shape_for("PiiEntityType").enum
    assert set(module._KINDS) <= set(types)
    assert {kind for kind, _ in module._KINDS.values()} <= set(KINDS)
