"""What new versions of the functions that answer are asked before they get traffic, read from `domains/NAME/release.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from stacks.constructs.settings import Section
from stacks.data.domains import DOMAINS, content_of
from stacks.environment import InvalidEnvironment

FILE, GOLDEN = "release.yaml", "questions.yaml"


class Asked(Section):
    """A domain's `release.yaml`. questions: ids of its questions.yaml; each is asked of each version, so a few are enough."""

    questions: tuple[str, ...] = Field(min_length=1, max_length=4)


def golden_questions(domain: str | None, domains: Path = DOMAINS) -> list[dict[str, str]]:
    """Each with its id, tenant, question and the name of the document that answers. Raises InvalidEnvironment where none can be asked."""
    content = content_of(domain, FILE, domains)
    if not content:
        raise InvalidEnvironment(
            f"assistant.canary and assistant.rehearsal ask golden questions: name some in domains/{domain or 'NAME'}/{FILE} "
            "(domains/README.md), with data.domain set"
        )
    known = {each["id"]: each for each in content_of(domain, GOLDEN, domains) or []}
    file = f"domains/{domain}/{FILE}"
    try:
        asked = Asked.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False))
        raise InvalidEnvironment(f"{file}: {wrong}") from None
    return [_asked(name, known.get(name), file) for name in asked.questions]


def _asked(name: str, golden: Mapping[str, Any] | None, file: str) -> dict[str, str]:
    if golden is None:
        raise InvalidEnvironment(f"{file}: questions={name} is no id of {GOLDEN}")
    if golden["kind"] != "single":
        raise InvalidEnvironment(f"{file}: questions={name} is of kind {golden['kind']}; only a single one has one document")
    (answer,) = golden["answers"]
    return {"id": name, "tenant": golden["tenant"], "question": golden["question"], "document": answer["document"]}
