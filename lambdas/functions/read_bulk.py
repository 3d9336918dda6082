"""What waits in the lane `bulk`, read outside Lambda by the handler of `read_documents`: the work of one worker of a bulk job."""

import json
import logging
import os
from collections.abc import Mapping

from causeway.documents.ingestion.drain import RECEIVING, Drain, Outcomes, Source
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings
from functions import read_documents


class ReadBulkSettings(Settings):
    """Beside those of `read_documents`, less its queues. to_read: URL of the lane's first queue; to_index: of its second."""

    to_read: str
    to_read_arn: str
    to_index: str


def drain(seconds: float, idle_seconds: int) -> Mapping[str, int]:
    """What became of how many documents, by outcome; `messages`: all of them.

    Works until no message has come for `idle_seconds`, 60 at most, and for `seconds` at most.

    Raises what `Drain.run` raises; then every message comes again.
    """
    settings = ReadBulkSettings.from_environment()
    queues = {settings.to_read_arn: {"own": settings.to_read, "onward": settings.to_index}}
    os.environ["QUEUES"] = json.dumps(queues)  # one more setting of `read_documents`, longer than a job takes
    outcomes = Outcomes()
    log = logging.getLogger(logger.name)
    log.addHandler(outcomes)
    try:
        source = Source(settings.to_read_arn, settings.to_read)
        taken = Drain(client("sqs", **RECEIVING.patience), source, read_documents.handler, idle_seconds).run(Deadline.after(seconds))
    finally:
        log.removeHandler(outcomes)
    return {**outcomes.counts, "messages": taken}
