"""What a domain's conversations.yaml may say."""

from pathlib import Path

import pytest

from stacks.data.remembering import FILE, remembering
from stacks.environment import InvalidEnvironment, load
from tests.unit.stacks.data.shops import shop


def domain(folder: Path, text: str | None) -> str:
    return shop(folder, FILE, text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("turn_hours: 6", "turn_hours"),
        ("turn_hour: 24", "turn_hour"),
        ("session_hours: 48", "session_hours=48: a turn or a summary is kept for 72, longer than its conversation"),
        ("intents: [{name: a, phrases: [b], turn_hours: 721}]", "is kept for 721, longer than its conversation"),
        ("fact_hours: {secret: 5}", "fact_hours.secret"),
        ("fact_hours: {about: 0}", "fact_hours.about"),
        ("intents: [{name: A b, phrases: [b]}]", "intents.0.name"),
        ("intents: [{name: a, phrases: []}]", "intents.0.phrases"),
        ("intents: [{name: a, phrases: ['...']}]", "intents.0.phrases.0"),
        (f"intents: [{{name: a, phrases: [{'b' * 2000}]}}]", "a function's variables have room for 2000"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        remembering(domain(tmp_path, text), tmp_path)


def test_a_domain_without_the_file_and_no_domain_have_the_defaults(tmp_path: Path) -> None:
    assert remembering(domain(tmp_path, None), tmp_path) == remembering(None)
    assert (remembering(None).turn_hours, remembering(None).summary_hours, remembering(None).variable) == (24, 72, "{}")


def test_an_environment_may_be_read_for_another_domain_and_names_one_that_is_not_there() -> None:
    assert load("local").data.domain == load("local", domain="bookshop").data.domain == "bookshop"
    with pytest.raises(InvalidEnvironment, match=r"data.domain='nowhere': there is no domains/nowhere; there are: bookshop"):
        load("local", domain="nowhere")
