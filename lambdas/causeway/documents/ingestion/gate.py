"""What stands between reading a document and indexing it: checks of its text, personal data, its last version, and its duplicates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from causeway.documents.bad import BadDocument
from causeway.documents.checks import checked
from causeway.documents.chunking.passages import content_language
from causeway.documents.content import Content, Tally
from causeway.documents.duplicates.words import text_hash, words
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.fingerprints import Fingerprints, Kept
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.record import Record
from causeway.documents.intake import Intake
from causeway.documents.personal import Treated, treated
from causeway.documents.shifts import Statistics, shifts
from causeway.safety.personal import comprehend
from causeway.safety.personal.comprehend import Comprehend
from causeway.safety.personal.kinds import Recogniser
from causeway.safety.personal.policy import PersonalData
from causeway.safety.personal.tokens import Tokens

ACCEPT = "The former version stays in answers. If this file is the right one, add it again, and it is taken."


@dataclass(frozen=True)
class Gate:
    """intake: what the domain says about documents that come in. tokens_of: a tenant's; asked where the domain tokenises.
    comprehend: None where this deployment has none.
    """

    intake: Intake
    fingerprints: Fingerprints
    tokens_of: Callable[[str], Tokens]
    comprehend: Comprehend | None = None

    def screened(self, content: Content, tenant: str) -> Treated:
        """Without what the domain does not want in the index, and with what the uploader is told of it.

        Raises BadDocument, and Throttled, DependencyUnavailable or DependencyRejected of "tokens" or "comprehend".
        """
        language, policy = content_language(content), self.intake.personal_data
        told = checked(content, language, self.intake.checks)
        tokens = self.tokens_of(tenant) if policy.tokenises else None
        asked = self.comprehend if language in comprehend.LANGUAGES else None
        unseen = () if asked else comprehend.ALONE
        without = treated(content, language, policy, _recognisers(policy, asked), tokens, unseen)
        return replace(without, content=replace(without.content, report=[*without.content.report, *told]))

    def formers(self, documents: Sequence[tuple[Change, str, Record]]) -> list[Mapping[str, Kept]]:
        """What is kept of the versions of each document, by version. documents: each with the version that is being read."""
        first = [(change, version) for change, version, record in documents if record.is_first]
        known = self.fingerprints.of_versions(first) if first else {}
        found: list[Mapping[str, Kept]] = []
        for change, version, record in documents:
            if not record.is_first:
                found.append(self.fingerprints.of(change.tenant, change.document_id))
            else:
                found.append({version: known[change.document_id]} if change.document_id in known else {})
        return found

    def compared(
        self,
        change: Change,
        version: str,
        current: str | None,
        content: Content,
        content_hash: str,
        passages_key: str,
        former: Mapping[str, Kept],
    ) -> "Compared":
        """content: screened. current: the version that answers use. former: as `formers` returns it.

        Raises BadDocument for what is held back until it is added again.
        """
        kept = _kept(change, version, content, content_hash, passages_key, former)
        stay = {version, *([current] if current else [])}
        if former.keys() - stay:
            self.fingerprints.forget(change, stay)
        last = former.get(current or "")
        found = shifts(last.statistics, kept.statistics) if last else []
        if last:
            self._hold(change, kept, former.get(version), found)
        return Compared(kept, [Tally("text", read=0, why=sentence) for sentence in found])

    def _hold(self, change: Change, kept: Kept, before: Kept | None, found: Sequence[str]) -> None:
        """Keeps a document with a shift back if many of this hour have one; a person who adds the same file again accepts it."""
        stop = self.fingerprints.count_change(change.tenant, bool(found)).stop()
        is_accepted = before is not None and before.held_for not in ("", ordered(change.sequencer))
        if found and stop and not is_accepted:
            self.fingerprints.keep(change, kept.model_copy(update={"held_for": ordered(change.sequencer)}))
            raise BadDocument("shifted", f"{' '.join(found)} {stop} {ACCEPT}")


@dataclass(frozen=True)
class Compared:
    """kept: what is to be kept of the version. told: for the document's report."""

    kept: Kept
    told: Sequence[Tally]


def _recognisers(policy: PersonalData, asked: Comprehend | None) -> Sequence[Recogniser]:
    if not policy:
        return ()
    from causeway.safety.personal import patterns  # with all the world's telephone numbers

    return [patterns.found, *([asked] if asked else [])]


def _kept(change: Change, version: str, content: Content, content_hash: str, passages_key: str, former: Mapping[str, Kept]) -> Kept:
    text = "\n".join(block.text for block in content.blocks)
    found = words(text)
    of_text = text_hash(found) if found else ""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    before = former.get(version)
    same_run = before is not None and before.sequencer == ordered(change.sequencer)
    return Kept(
        version=version,
        sequencer=ordered(change.sequencer),
        since=min([each.since for each in former.values() if each.text_hash == of_text], default=now),
        passages_key=passages_key,
        content_hash=content_hash,
        text_hash=of_text,
        statistics=Statistics.of(content, content_language(content)),
        held_for=before.held_for if before else "",
        announced=before.announced if before and same_run else "",
    )
