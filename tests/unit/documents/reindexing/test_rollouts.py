"""The row of a re-index: everything that is known comes back from it, and of two who change it at once, none is lost."""

from datetime import UTC, datetime

from causeway.documents.ingestion.registry import REGISTRY
from causeway.documents.reindexing.course import started
from causeway.documents.reindexing.work import Rollouts, Row
from causeway.retrieval.generations import Generations, Live
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from tests.unit.documents.cloud import FIRST_GENERATION, TABLE, Cloud

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def rollouts() -> Rollouts:
    return Rollouts(client("dynamodb"), TABLE, REGISTRY, FIRST_GENERATION)


def begun(row: Row) -> Row:
    return started(row, {"chunking": "small"}, NOW)


def test_what_is_written_is_read_again_by_all_who_search(cloud: Cloud) -> None:
    assert rollouts().read() == Row(live=Live(serving=FIRST_GENERATION))
    row = rollouts().change(begun)
    assert rollouts().read() == row.model_copy(update={"changes": 1})
    assert row.work
    live = Live(serving=row.work.to, leaving=FIRST_GENERATION)
    rollouts().change(lambda row: row.model_copy(update={"live": live}))
    assert Generations(client("dynamodb"), TABLE, REGISTRY, FIRST_GENERATION).now(Deadline.after(10)) == live


def test_a_change_that_came_in_between_is_kept(cloud: Cloud) -> None:
    seen: list[int] = []

    def changed(row: Row) -> Row:
        seen.append(row.changes)
        if len(seen) == 1:
            rollouts().change(begun)
        return row.model_copy(update={"live": Live(serving=FIRST_GENERATION, share=len(seen))})

    rollouts().change(changed)
    after = rollouts().read()
    assert seen == [0, 1]
    assert (after.live.share, after.work is not None) == (2, True)
