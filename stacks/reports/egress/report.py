"""The review of egress as text: who reaches what, workloads that reach the same on one line."""

from collections import defaultdict
from collections.abc import Sequence
from textwrap import wrap

from stacks.reports.egress.review import EgressReview, Reach

WIDTH = 140


def lines(review: EgressReview) -> list[str]:
    """The whole list, and a line for each fault."""
    grouped: dict[str, list[Reach]] = defaultdict(list)
    for each in review.reaches:
        grouped[_ways(each)].append(each)
    return [
        f"Where packets can go; declared in environments/{review.environment}.yaml under network.egress",
        *(line for ways, reaches in grouped.items() for line in _line(ways, reaches)),
        *(line for said in of_its_owner(review) for line in wrap(said, WIDTH, initial_indent="  ", subsequent_indent="  ")),
        f"  {review.checks} comparisons in {review.seconds:.2f} s",
        *(f"  FAULT: {fault}" for fault in review.faults),
    ]


def of_its_owner(review: EgressReview) -> list[str]:
    """What the proof rests on where the VPC is somebody else's; nothing where it is ours."""
    if not review.adopted:
        return []
    return [
        f"{review.adopted} is made by no template. What is written here of its subnets, routes and endpoints is what the environment's "
        "file says; `make preflight` compares that with the account. Its access lists, its resolver and the policies of its endpoints "
        "are its owner's: nothing here proves them."
    ]


def _ways(reach: Reach) -> str:
    named = ", ".join(way.to + (f" ({way.through})" if way.through else "") for way in reach.ways) or "nowhere"
    return named + ("; its container itself has no network" if reach.cut_off else "")


def _line(ways: str, reaches: Sequence[Reach]) -> list[str]:
    names = ", ".join(sorted(each.name for each in reaches))
    kinds = sorted({each.kind for each in reaches})
    head = f"{len(reaches)} {kinds[0]}s: " if len(reaches) > 1 and len(kinds) == 1 else ""
    to = wrap(f"→ {ways}", WIDTH, initial_indent="    ", subsequent_indent="      ")
    return [*wrap(head + names, WIDTH, initial_indent="  ", subsequent_indent="    "), *to]
