"""What keeps data stays under the logical id that it was deployed with; a former commit's templates can be made."""

from collections.abc import Iterator
from typing import Any

from stacks.reports.diff.before import named, of_commit, short
from stacks.reports.diff.stateful import Listed, found_in, listed, together
from tests.infrastructure.synthesized import Synthesized


def test_the_committed_list_says_where_everything_stands_that_keeps_data(everywhere: list[Synthesized]) -> None:
    """When it fails: a construct was moved or renamed (then a deploy makes a new, empty resource: give it the old id), or something is
    new or gone on purpose: `python -m stacks.reports.diff --list > stacks/reports/diff/stateful.yaml`.
    """
    found = together(found_in(_short(each)) for each in everywhere)
    assert sorted(set(_flat(listed())) - set(_flat(found))) == [], "on the list, in no template"
    assert sorted(set(_flat(found)) - set(_flat(listed()))) == [], "in a template, not on the list"


def test_a_former_commit_is_synthesized_from_its_own_files() -> None:
    made = of_commit(named("HEAD"), "local")
    assert {"data", "search", "assistant"} <= set(made)
    assert made["data"]["Resources"]


def _short(each: Synthesized) -> dict[str, Any]:
    return {short(stack, each.name): template for stack, template in each.templates.items()}


def _flat(kinds: Listed) -> Iterator[tuple[str, str, str]]:
    return ((stack, kind, name) for stack, several in kinds.items() for kind, names in several.items() for name in names)
