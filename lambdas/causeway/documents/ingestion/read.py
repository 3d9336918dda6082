"""The second step: the file's passages, written beside it, and the report of the reading."""

from collections.abc import Collection
from dataclasses import replace

from causeway.documents.bad import BadDocument
from causeway.documents.chunking.passages import passages_of_content
from causeway.documents.ingestion.execution import Registered, WasRead
from causeway.documents.ingestion.instructions import instructions_tally
from causeway.documents.ingestion.languages import language_tally
from causeway.documents.ingestion.lines import passage_lines
from causeway.documents.ingestion.report import Report
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import Store
from causeway.documents.readers.isolation import read_isolated


def read_document(document: Registered, documents: Store, max_lost_share: float, served: Collection[str]) -> WasRead:
    """max_lost_share: of the visible text, 0 to 1; a document that lost more has a shortfall. served: the embedding model's languages.

    Raises BadDocument, or MissingObject when a newer run has removed the file.
    """
    content = read_isolated(documents.read(document.raw_key), document.name)
    passages = passages_of_content(
        content, tenant=document.tenant, document_id=document.document_id, version=document.version, name=document.name
    )
    if not passages:
        raise BadDocument("no_text", "The document has no text. Check that the right file was uploaded.")
    title, language = passages[0].title, passages[0].language
    content = replace(content, report=[*content.report, *language_tally(language, served), *instructions_tally(passages)])
    key, report = Run(document, document.version).passages_key, Report.of(content)
    documents.save(key, passage_lines(passages), "application/jsonl")
    return WasRead(
        **document.model_dump(),
        passages_key=key,
        passages=len(passages),
        title=title,
        language=language,
        report=report,
        shortfall=report.shortfall(max_lost_share),
    )
