"""A comparison as text for the person who is about to deploy."""

from collections.abc import Iterator, Sequence

from stacks.reports.diff.comparison import Change, Comparison, Kind

BY_FUNCTION: Kind = "changed, as its function says"
COUNTED: dict[str, tuple[Kind, ...]] = {
    "added": ("added",),
    "removed": ("removed",),
    "replaced": ("replaced",),
    "perhaps": ("perhaps replaced",),
    "changed": ("changed", BY_FUNCTION),
}


def report(found: Comparison) -> str:
    """What loses data comes first, then what CloudFormation refuses, what protects data and changes, what is replaced, how much changes."""
    if not (found.changes or found.new or found.left):
        return "Nothing changes."
    return "\n".join(
        [
            *_part("What keeps data, or is an address that others hold, and leaves the app", [_lost(each) for each in found.lost]),
            *_part("What CloudFormation will refuse", found.refused),
            *_part("What protects data, and is otherwise from now on", found.loosened),
            *_part("Replaced beside these: the new one is made, then the old one goes", list(_replaced(found))),
            *_part(
                "Changed by functions of the app, which decide for themselves",
                [f"{each.stack}/{each.id} ({each.type})" for each in found.of(BY_FUNCTION)],
            ),
            *_table(found),
            *(f"{stack}: a new stack" for stack in found.new),
            *(f"{stack}: the app makes it no more; a deploy leaves it as it is, `cdk destroy` does not know it" for stack in found.left),
        ]
    ).rstrip()


def _part(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *(f"  {line}" for line in lines), ""] if lines else []


def _lost(change: Change) -> str:
    """One sentence: what happens, why, and what becomes of what it holds."""
    happens = {"removed": "is removed", "replaced": "is replaced", "perhaps replaced": "may be replaced"}[change.kind]
    why = f" ({', '.join(change.because)})" if change.because else ""
    stays = "It stays in the account, outside the app" if change.keeps else "IT IS DELETED WITH ALL IN IT"
    empty = "; the new one begins empty" if change.kind != "removed" else ""
    return f"! {change.stack}/{change.id} ({change.type}) {happens}{why}. It holds {change.holds}. {stays}{empty}."


def _replaced(found: Comparison) -> Iterator[str]:
    for each in found.of("replaced", "perhaps replaced"):
        if not each.holds:
            perhaps = "perhaps: " if each.kind == "perhaps replaced" else ""
            yield f"{each.stack}/{each.id} ({each.type}): {perhaps}{', '.join(each.because)}"


def _table(found: Comparison) -> list[str]:
    """How many resources of each stack."""
    if not found.changes:
        return []
    rows = [(stack, [sum(kinds[kind] for kind in each) for each in COUNTED.values()]) for stack, kinds in found.by_stack().items()]
    heads = f"{'stack':<14}" + "".join(f"{head:>10}" for head in COUNTED)
    return [heads, *(f"{stack:<14}" + "".join(f"{number:>10}" for number in numbers) for stack, numbers in rows), ""]
