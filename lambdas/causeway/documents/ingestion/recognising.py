"""Reading a file whose pages may be pictures: what several calls have recognised, and what Textract has.

A document that waits for Textract is the message in its queue: it comes again and asks. Textract's notice only makes that sooner.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ConfigDict

from causeway.documents.content import Content, Tally
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.documents.readers.isolation import read_isolated
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.wording import counted
from causeway.documents.recognition import RecognisedPage, Size, page_lines, pages_in
from causeway.documents.textract import LINES, Line, Place, Textract, recognised_pages, takes
from causeway.runtime.errors import DependencyError, DependencyRejected
from causeway.runtime.logs import logger, metrics

LONGEST_SECONDS = 2 * 3600.0  # that Textract is waited for
COLLECT_SECONDS = 40.0  # of a call, for what it gives: 1,000 pieces of text at a time
SOONEST_SECONDS, LATEST_SECONDS = 60, 900  # between two questions; the notice comes in between


@dataclass(frozen=True)
class Waiting:
    """The document is not read: the same change is to be taken again after so many seconds."""

    seconds: int


class Job(BaseModel):
    """What is known of Textract's work on one version of a document. The id is good for seven days, and asking costs nothing.

    started: seconds since 1970. sizes: of the pages that are pictures. onward: of the part of the result that follows. unread: numbers of
    pages. pages: of the document, which are paid for. why: it was given up.
    state: how far it is. id: of Textract's.
    Data class: internal.
    """

    model_config = ConfigDict(frozen=True)

    state: Literal["working", "done", "given up"]
    id: str = ""
    started: float = 0.0
    sizes: dict[int, Size] = {}
    onward: str | None = None
    unread: tuple[int, ...] = ()
    pages: int = 0
    why: str = ""


class Recognising:
    """Reads files. Raises Throttled, DependencyUnavailable or DependencyRejected of storage, and the first two of "textract"."""

    def __init__(self, documents: Store, alive: Callable[[], None], textract: Textract | None = None) -> None:
        """alive: is called every few seconds. textract: None where this deployment has none."""
        self._documents, self._alive, self._textract = documents, alive, textract

    def said(self, change: Change, found: str, content: bytes, again: bool, object_version: str | None = None) -> Content | Waiting:
        """What the file says, or that pages are to be recognised first. Raises BadDocument.

        found: the version. again: another call may have begun. object_version: whose content it is; that of the change by default.
        """
        key, job_key = Run(change).recognised(found), Run(change).job_key(found)
        known = self._known(key) if again else ()
        job = self._job(job_key) if self._textract and again else None
        if self._textract and job and (job.state == "working" or (job.state == "done" and not known)):
            job, known = self._asked(self._textract, key, job_key, job)
            if job.state == "working":
                return Waiting(0 if job.onward else _until_next(job))
        return self._read(change, found, content, known, job, object_version or change.object_version)

    def _read(
        self, change: Change, found: str, content: bytes, known: Sequence[RecognisedPage], job: Job | None, object_version: str | None
    ) -> Content | Waiting:
        elsewhere = self._textract is not None and job is None and takes(change.name, len(content))
        said = read_isolated(content, change.name, replace(DEFAULT, elsewhere=elsewhere), known, self._alive)
        if self._textract and said.recognition.elsewhere:
            place = Place(change.bucket, change.key, object_version)
            begun = self._begun(self._textract, change, found, place, said.recognition.elsewhere)
            if begun.state == "given up":
                return self._read(change, found, content, (), begun, object_version)
            return Waiting(_until_next(begun))
        if said.recognition.goes_on:
            self._documents.save(Run(change).recognised(found), page_lines(said.recognition.pages), "application/jsonl")
            return Waiting(0)
        return replace(said, report=[*said.report, *_told(job)]) if job else said

    def _begun(self, textract: Textract, change: Change, found: str, place: Place, sizes: Mapping[int, Size]) -> Job:
        """The job on this version; the same one after a death in between, and for the same file told twice."""
        key = Run(change).job_key(found)
        before = self._job(key)
        if before:
            return before
        try:
            token = sha256(f"{place.bucket}/{place.key}/{place.version}/{found}".encode()).hexdigest()
            job = Job(state="working", id=textract.start(place, token), started=time.time(), sizes=dict(sizes))
        except DependencyRejected as rejected:
            job = _given_up(Job(state="working"), rejected.reason)
        self._keep(key, job)
        return job

    def _asked(self, textract: Textract, key: str, job_key: str, job: Job) -> tuple[Job, Sequence[RecognisedPage]]:
        """The job as it stands now, which is kept, and the pages if it is done."""
        now, lines = self._collected(textract, key, job)
        pages = recognised_pages(lines, now.sizes, now.unread) if now.state == "done" else ()
        if pages:
            self._documents.save(key, page_lines(pages), "application/jsonl")
        if now != job:
            self._keep(job_key, now)
        if now.state == "done" and job.state == "working":
            metrics.add_metric("TextractPages", MetricUnit.Count, now.pages)
            metrics.flush_metrics()
        return now, pages

    def _collected(self, textract: Textract, key: str, job: Job) -> tuple[Job, list[Line]]:
        """What the job gives, as much of it as there is time for; what is there already is kept when the rest has to wait."""
        end, kept = time.monotonic() + COLLECT_SECONDS, self._lines(key) if job.onward else []
        lines, now = list(kept), job
        try:
            while time.monotonic() < end:
                self._alive()
                answer = textract.answer(job.id, now.onward)
                if answer.state == "working":
                    is_late = time.time() - job.started > LONGEST_SECONDS
                    return (_given_up(job, f"no result after {LONGEST_SECONDS / 3600:.0f} hours") if is_late else job), []
                if answer.state == "failed":
                    return _given_up(job, answer.why), []
                lines += answer.lines
                unread = tuple(sorted({*now.unread, *answer.unread}))
                now = now.model_copy(update={"onward": answer.onward, "unread": unread, "pages": answer.pages or now.pages})
                if now.onward is None:
                    return now.model_copy(update={"state": "done"}), lines
        except DependencyRejected as rejected:
            return _given_up(job, rejected.reason), []
        except DependencyError:
            if len(lines) == len(kept):
                raise
        self._documents.save(_lines_key(key), LINES.dump_json(lines), "application/json")
        return now.model_copy(update={"state": "working"}), []

    def _keep(self, key: str, job: Job) -> None:
        if job.state == "given up":
            logger.warning("textract given up", extra={"reason": job.why})
            metrics.add_metric("TextractGivenUp", MetricUnit.Count, 1)
            metrics.flush_metrics()
        self._documents.save(key, job.model_dump_json().encode(), "application/json")

    def _job(self, key: str) -> Job | None:
        try:
            return Job.model_validate_json(self._documents.read(key))
        except MissingObject:
            return None

    def _known(self, key: str) -> Sequence[RecognisedPage]:
        try:
            return pages_in(self._documents.read(key))
        except MissingObject:
            return ()

    def _lines(self, key: str) -> list[Line]:
        return LINES.validate_json(self._documents.read(_lines_key(key)))


def _lines_key(key: str) -> str:
    """Beside the recognised pages, of which it is the raw form; removed with them."""
    return f"{key}.lines"


def _given_up(job: Job, why: str) -> Job:
    return job.model_copy(update={"state": "given up", "why": why, "onward": None})


def _until_next(job: Job) -> int:
    """As long as it has worked until now: a long document is not asked after all the time."""
    if job.state == "done":
        return 0
    return int(min(LATEST_SECONDS, max(SOONEST_SECONDS, time.time() - job.started)))


def _told(job: Job) -> list[Tally]:
    if job.state == "done":
        return [Tally("pages", 0, 0, f"Amazon Textract was paid for {counted(job.pages, 'page', 'pages')}")]
    return [Tally("pages", 0, 0, f"Amazon Textract gave no result ({job.why}), so Tesseract recognised the pages")]
