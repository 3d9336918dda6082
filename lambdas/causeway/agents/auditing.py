"""Audit records of agents' turns."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from pydantic_core import to_json

from causeway.agents.audit import audit_record
from causeway.agents.recorded import Recorded
from causeway.runtime.errors import DependencyError
from causeway.runtime.locked_records import LockedRecords
from causeway.runtime.logs import record_failure


class Auditing:
    """Writes the record of each ended turn once."""

    def __init__(self, records: LockedRecords, key_of: Callable[[Recorded], str]) -> None:
        """key_of: the key of a run's conversation, see `audit_record`."""
        self._records, self._key_of = records, key_of

    def keep(self, run: Recorded) -> None:
        """Once, however often this is called. Raises Throttled, DependencyUnavailable or DependencyRejected."""
        if run.progress.ended:
            self._records.write_once(object_key(run), to_json(audit_record(run, self._key_of(run))))

    def try_to_keep(self, run: Recorded) -> None:
        """As `keep`; a failure is logged, and the worker writes the record when it looks at the run."""
        try:
            self.keep(run)
        except DependencyError as failure:
            record_failure(failure)


def object_key(run: Recorded) -> str:
    day = datetime.fromtimestamp(run.created_at, UTC)
    return f"{quote(run.owner.tenant, safe='', errors='surrogatepass')}/{day:%Y/%m/%d}/{run.id}.json"
