import pytest

from local.app.api import Reply
from local.app.people import Person
from local.commands.up import Answered, what_is_wrong


def answered(*statuses):
    return [Answered("Why?", Person("ada", "harbour", ""), Reply(status, {}, "", {})) for status in statuses]


@pytest.mark.parametrize(
    ("missing", "statuses", "fault"),
    [
        (0, [200, 200], ""),
        (0, [], ""),
        (44, [200, 200], "44 documents failed"),
        (0, [200, 503], "1 of 2 questions got no answer"),
        (1, [503], "1 document failed and 1 of 1 question got no answer"),
    ],
)
def test_a_deployment_with_failed_documents_or_unanswered_questions_is_called_faulty(missing, statuses, fault):
    assert what_is_wrong(missing, answered(*statuses)) == fault
