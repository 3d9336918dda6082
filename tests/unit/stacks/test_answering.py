import pytest

from causeway.answering.settings import AnswerSettings
from causeway.retrieval.boosts import Boosts
from stacks import answering as told
from stacks.answering import ordering
from stacks.data.boosts import Boosts as Told
from stacks.environment import load
from tests.unit.loopback import environment


def test_the_functions_read_the_domains_boosts_and_the_tokens_for_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    known = load("local")
    joining = known.model_copy(update={"assistant": known.assistant.model_copy(update={"join_tokens": 900})})
    monkeypatch.setattr(told, "boosts", lambda domain: Told(sources={f"{domain}/": 1.5}))
    settings = AnswerSettings.from_environment({**environment("http://localhost"), **ordering(joining)})
    assert settings.join_tokens == 900
    assert settings.boosts == Boosts(sources={"bookshop/": 1.5})


def test_functions_are_told_nothing_where_nothing_is_boosted_or_joined() -> None:
    assert ordering(load("local")) == {}
