"""Settings of the functions that take batches and answer them."""

from collections.abc import Mapping

from causeway.batches.batch import Priority
from causeway.runtime.settings import Settings


class BatchSettings(Settings):
    """high_queue, normal_queue: URLs."""

    batches_table: str
    high_queue: str
    normal_queue: str

    @property
    def queues(self) -> Mapping[Priority, str]:
        return {"high": self.high_queue, "normal": self.normal_queue}
