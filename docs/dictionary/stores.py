"""What each store holds: which classes of the code are kept where, by the names that `causeway.erasure.places` has for the stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatch
from typing import get_args

from causeway.agents import audit, listing, recorded, records, steps
from causeway.agents import hand_off_events as hand_offs
from causeway.agents import queue as agent_queue
from causeway.agents import rows as agent_rows
from causeway.agents.record import AgentTurnLine
from causeway.answering.contract import AnswerResponse
from causeway.answering.record import TurnLine
from causeway.approvals import approval
from causeway.approvals import store as approvals
from causeway.batches import batch, queues
from causeway.batches import rows as batch_rows
from causeway.batches.contract import BatchQuestion
from causeway.conversations import archive, conversation, facts, feedback, items
from causeway.conversations.feedback_contract import FeedbackBody
from causeway.documents.batching.batch import Waiting
from causeway.documents.ingestion import album, events, fingerprints, handed, reasons, recognising, record, registry
from causeway.documents.ingestion.changes import Change
from causeway.documents.recognition import RecognisedPage
from causeway.documents.reveal_contract import RevealRecord
from causeway.documents.sources import notes
from causeway.documents.textract import Line
from causeway.erasure import certificate, erasure
from causeway.erasure import store as erasures
from causeway.erasure.places import EXECUTION_DAYS, FINDING_DAYS
from causeway.permissions import rows as permissions
from causeway.retrieval.passage import IndexedPassage, Passage
from causeway.reviews import items as review_items
from causeway.reviews import review
from causeway.safety.personal.tokens import Sealed
from causeway.teams import rows as team_rows
from causeway.teams import run as team_run
from causeway.triggers import tally
from docs.dictionary.meanings import class_of, highest
from stacks.constructs.tags import DataClass

UNTIL_DELETED = "until it is deleted"
UNTIL_CHANGED = "until it is changed"
VERSION = "as long as the version"
PASSED_ON = "not stored"
EXECUTIONS = f"{EXECUTION_DAYS} days"


@dataclass(frozen=True)
class Held:
    """One kind of thing in a store.

    found: the keys of items or objects of this kind, {} around what differs. rows: classes that declare an item's attributes.
    models: classes whose JSON is kept in an attribute, an object or a line of it. data_class: of what no class of the code declares.
    kept: how long, with names of the domain's `conversations.yaml` in {}; "" where the store's own rules say it.
    of: those of the store's resources that alone have it, as patterns of `stack/construct`.
    """

    what: str
    found: str = ""
    rows: Sequence[type] = ()
    models: Sequence[type] = ()
    data_class: DataClass | None = None
    kept: str = ""
    of: Sequence[str] = ("*",)

    def concerns(self, resource: str) -> bool:
        """resource: as `stack/construct`."""
        return any(fnmatch(resource, pattern) for pattern in self.of)

    @property
    def highest(self) -> DataClass:
        declared = [class_of(each) for each in (*self.rows, *self.models)]
        return highest([*declared, *([self.data_class] if self.data_class else [])])


@dataclass(frozen=True)
class Store:
    """resources: of the templates, as `causeway.erasure.places` names them. about: what is to be known beside."""

    name: str
    resources: Sequence[str]
    holds: Sequence[Held]
    about: str = ""

    @property
    def data_class(self) -> DataClass:
        return highest([each.highest for each in self.holds])

    def class_in(self, resource: str) -> DataClass:
        """resource: as `stack/construct`. Of one about which nothing is said, the whole store's."""
        held = [each.highest for each in self.holds if each.concerns(resource)]
        return highest(held) if held else self.data_class


def days(seconds: float) -> str:
    return f"{timedelta(seconds=seconds).days} days"


STORES = (
    Store(
        "Conversations and facts",
        ("data/ConversationsAgentMemory",),
        (
            Held(
                "a conversation",
                "`{tenant}#{user}#{session}` / `~meta`",
                [items.MemoryItem],
                kept="{session_hours} hours after the last turn",
            ),
            Held(
                "a turn",
                "`{tenant}#{user}#{session}` / `turn#{number}`",
                [items.MemoryItem],
                [conversation.Message],
                kept="{turn_hours} hours, or those of its intent",
            ),
            Held(
                "the summary",
                "`{tenant}#{user}#{session}` / `~summary`",
                [items.MemoryItem],
                [conversation.Summary],
                kept="{summary_hours} hours",
            ),
            Held(
                "a fact that the user has told",
                "`{tenant}#{user}#facts#` / `{id}`",
                [items.MemoryItem],
                [facts.Fact],
                kept="hours by its kind: {fact_hours}",
            ),
            Held(
                "feedback on an answer",
                "`{tenant}#{user}#feedback#` / `{request}`",
                [items.MemoryItem],
                [FeedbackBody],
                kept=days(feedback.KEPT_HOURS * 3600),
            ),
        ),
    ),
    Store(
        "Lists of conversations, and questions of a minute",
        ("data/ConversationsAgentSessions",),
        (
            Held(
                "a conversation in its user's list",
                "`{tenant}#{user}` / `{session}`",
                [items.SessionItem],
                kept="{archive_days} days after the last turn",
            ),
            Held("what a user has asked in a minute", "`{tenant}#{user}#asked` / `{minute}`", [items.SessionItem], kept="2 minutes"),
        ),
    ),
    Store(
        "Archive of conversations",
        ("data/ConversationsArchive", "replica/Archive"),
        (Held("a conversation", "`{tenant}/{user}/{session}.json`", models=[archive.Archived]),),
    ),
    Store(
        "Reviews",
        ("data/ReviewsTable",),
        (
            Held(
                "an answer that may be appealed, with what a person decided",
                "`{tenant}` / `{request}`",
                [review_items.ReviewItem],
                [review.Review],
                kept=f"{review.KEPT_HOURS // 24} days; {review.REVIEW_HOURS // 24} from the last change once a person has to look",
            ),
        ),
    ),
    Store(
        "Batches of questions",
        ("data/Batches",),
        (
            Held("a batch", "`{tenant}#{user}#{batch}` / `~batch`", [batch_rows.BatchItem], [batch.Batch], kept=days(batch.KEPT_SECONDS)),
            Held(
                "25 questions",
                "`{tenant}#{user}#{batch}` / `block#{number}`",
                [batch_rows.BatchItem],
                [BatchQuestion],
                kept=days(batch.KEPT_SECONDS),
            ),
            Held(
                "how far a question is",
                "`{tenant}#{user}#{batch}` / `progress#{number}`",
                [batch_rows.BatchItem],
                [batch.Progress],
                kept=days(batch.KEPT_SECONDS),
            ),
            Held(
                "an answer",
                "`{tenant}#{user}#{batch}` / `answer#{number}`",
                [batch_rows.BatchItem],
                [AnswerResponse],
                kept=days(batch.KEPT_SECONDS),
            ),
        ),
    ),
    Store(
        "Runs of agents and teams",
        ("data/AgentRunsRows",),
        (
            Held(
                "an agent's run",
                "`{tenant}#{user}#{run}` / `~run`",
                [agent_rows.RunItem],
                [recorded.Recorded],
                kept=days(recorded.KEPT_SECONDS),
            ),
            Held(
                "a step of it",
                "`{tenant}#{user}#{run}` / `step#{number}`",
                [agent_rows.RunItem],
                get_args(steps.AnyStep),
                kept=days(recorded.KEPT_SECONDS),
            ),
            Held(
                "a team's run",
                "`{tenant}#{user}#{run}` / `~team`",
                [team_rows.TeamItem],
                [team_run.TeamRun],
                kept=days(team_run.KEPT_SECONDS),
            ),
            Held(
                "a piece of a team's work",
                "`{tenant}#{user}#{run}` / `piece#{key}`",
                [team_rows.TeamItem],
                [team_run.Piece],
                kept=days(team_run.KEPT_SECONDS),
            ),
            Held(
                "a run in its user's list",
                "`{tenant}#{user}#runs` / `{moment}-{run}`",
                [listing.ListedItem],
                kept=days(recorded.KEPT_SECONDS),
            ),
            Held(
                "an approval",
                "`{tenant}##approvals` / `{run}`",
                [approvals.ApprovalItem],
                [approval.Approval],
                kept=f"{days(approvals.KEPT_SECONDS)} after the last moment for a decision",
            ),
            Held(
                "what came of events that begin runs",
                "`{tenant}#triggers#tally` / `day#`, `event#`, `held#`, `run#`",
                [tally.TallyItem],
                kept=days(tally.KEPT_SECONDS),
            ),
        ),
    ),
    Store(
        "Groups and folders",
        ("data/PermissionsTable",),
        (
            Held("folders that are restricted", "`{tenant}` / `folders`", [permissions.PermissionItem], kept=UNTIL_CHANGED),
            Held("a user's groups", "`{tenant}` / `member#{name}`", [permissions.PermissionItem], kept=UNTIL_CHANGED),
        ),
    ),
    Store(
        "Business records",
        ("data/RecordsRows",),
        (Held("a record of the domain, such as an order", "`{tenant}#{kind}` / `{id}`", [records.RecordItem], kept=UNTIL_CHANGED),),
    ),
    Store(
        "Registry of documents",
        ("data/Registry",),
        (
            Held(
                "a document",
                "`{tenant}` / `{document}`",
                [record.Record, registry.Bookkeeping],
                kept=f"as long as the document; {registry.DELETED_KEPT.days} days after it was deleted",
            ),
        ),
    ),
    Store(
        "What documents are compared by",
        ("data/FingerprintsRows",),
        (
            Held(
                "what is kept of a version",
                "`{tenant}#of#{document}` / `{version}`",
                [fingerprints.FingerprintItem],
                [fingerprints.Kept],
                kept="as long as the version",
            ),
            Held("a key of a document", "`{tenant}#{key}` / `{document}`", [fingerprints.FingerprintItem], kept="as long as the version"),
            Held(
                "a duplicate",
                "`{tenant}#behind` / `{kept one}#{document}`",
                [fingerprints.FingerprintItem],
                [fingerprints.Follower],
                kept="as long as the document",
            ),
            Held(
                "how many documents changed in an hour",
                "`{tenant}#shifts` / `{hour}`",
                [fingerprints.FingerprintItem],
                kept=f"{fingerprints.HOURS_KEPT.days} days",
            ),
        ),
    ),
    Store(
        "Uploaded files",
        ("data/Incoming", "replica/Incoming"),
        (Held("a file as it was uploaded", "`{tenant}/{name}`", data_class="confidential", kept=UNTIL_DELETED),),
    ),
    Store(
        "What was read of documents",
        ("data/Documents", "replica/Documents"),
        (
            Held("a passage, one a line", "`processed/{tenant}/{document}/{run}/passages.jsonl`", models=[Passage], kept=VERSION),
            Held(
                "a picture that a version shows, one a line", "`processed/.../pictures.jsonl`", models=[album.ListedPicture], kept=VERSION
            ),
            Held("what tokens stand for, encrypted, by token", "`processed/.../sealed.json`", models=[Sealed], kept=VERSION),
            Held("why a version could not be cut anew", "`processed/.../uncut.{chunking}`", data_class="internal", kept=VERSION),
            Held("a picture", "`pictures/{tenant}/{document}/{run}/{id}`", data_class="confidential", kept=VERSION),
            Held("a page that was recognised, one a line", "`recognised/{tenant}/{document}/`", models=[RecognisedPage]),
            Held("a line that Textract found", "`recognised/{tenant}/{document}/`", models=[Line]),
            Held("a job of Textract", "`recognised/{tenant}/{document}/job.{version}`", models=[recognising.Job]),
            Held("a file that could not be read", "`quarantine/{tenant}/{document}/{event}/`", data_class="confidential"),
            Held("why it could not", "`quarantine/{tenant}/{document}/{event}/reason.json`", models=[reasons.Reason]),
            Held("what a sync found, and its result", "`syncs/{run}/`", models=[notes.Note, notes.Result]),
            Held("a message that waits for vectors, one a line", "`embedding-batches/{batch}/manifest.jsonl`", models=[Waiting]),
            Held("texts of passages, and vectors, one a line", "`embedding-batches/{batch}/`", data_class="confidential"),
            Held("vectors that wait to be indexed, one a line", "`vectors/{tenant}/{document}/`", data_class="confidential"),
        ),
    ),
    Store(
        "Search index",
        ("*/AWS::OpenSearchService::Domain",),
        (
            Held("a passage with its vector", "index `passages-*`", models=[IndexedPassage], kept=VERSION),
            Held("who loads many passages now", "index `causeway-loads`", data_class="internal", kept="15 minutes"),
        ),
        "Fields are refused that the index's schema does not have.",
    ),
    Store(
        "Snapshots of the search index",
        ("data/Snapshots", "replica/Snapshots"),
        (Held("the index, in the engine's own files", "", models=[IndexedPassage], kept="30 days, as the engine's own policy says"),),
    ),
    Store(
        "Audit records",
        ("data/AuditBucket", "replica/Audit"),
        (
            Held("what an agent did in a turn", "`{tenant}/{year}/{month}/{day}/{run}.json`", models=[audit.AuditRecord]),
            Held("the certificate of an erasure", "`{tenant}/erasures/{id}.json`", models=[certificate.Certificate]),
            Held("who turned a token back", "`{tenant}/reveals/{year}/{month}/{day}/{id}.json`", models=[RevealRecord]),
        ),
    ),
    Store(
        "Erasures",
        ("data/ErasuresTable",),
        (
            Held("a request", "`{tenant}` / `{id}`", [erasures.ErasureItem], [erasure.Erasure], kept=days(erasure.KEPT_SECONDS)),
            Held(
                "what has become of a unit",
                "`{tenant}` / `{id}#{trace}#{unit}`",
                [erasures.ErasureItem],
                kept=days(erasure.KEPT_SECONDS),
            ),
        ),
    ),
    Store(
        "What turns cost",
        ("data/UsageBucket", "replica/Usage"),
        (
            Held("a question, and a turn of an agent, a row each", "`turns/month={month}/`", models=[TurnLine, AgentTurnLine]),
            Held("lines that do not fit the table", "`failed/`", data_class="internal"),
            Held("results of queries", "`results/`", data_class="internal"),
        ),
        "The table `turns` of Athena: [usage.md](usage.md).",
    ),
    Store(
        "Model artifacts",
        ("data/Artifacts", "replica/Artifacts"),
        (Held("weights and code of models, trained on nothing of here", "", data_class="internal", kept=UNTIL_DELETED),),
    ),
    Store(
        "Records of accesses",
        ("data/AccessLogs", "data/AccessLogArchive", "replica/AccessLogs", "replica/AccessLogArchive"),
        (
            Held("who read which object, as S3 writes it; keys hold ids of users and names of documents", "", data_class="restricted"),
            Held("flows of the network, as EC2 writes them", "`flow-logs/`", data_class="internal"),
        ),
    ),
    Store(
        "Records of the account",
        (
            *("account/HistoryTrail", "account/HistoryConfiguration", "replica/Trail", "replica/Configuration"),
            *("*/AWS::CloudTrail::Trail", "*/AWS::Config::ConfigurationRecorder"),
        ),
        (Held("who called what of AWS, as CloudTrail and Config write it", "", data_class="restricted"),),
    ),
    Store(
        "Findings of the account's watchers",
        ("*/AWS::GuardDuty::Detector", "*/AWS::Macie::Session", "*/AWS::SecurityHub::Hub"),
        (
            Held(
                "which call or file a service reports; keys of objects, no words", "", data_class="restricted", kept=f"{FINDING_DAYS} days"
            ),
        ),
    ),
    Store(
        "Backups",
        ("*/AWS::Backup::BackupVault",),
        (Held("copies of whole tables", "", data_class="restricted", kept="as the plan of the vault says"),),
    ),
    Store(
        "Logs",
        ("*/AWS::Logs::LogGroup", "search/LogSlowSearch"),
        (
            Held(
                "lines of functions, ids hashed: every field is in [logs.md](logs.md)",
                "`/causeway/{env}/{function}`",
                data_class="internal",
            ),
            Held(
                "calls of the API, with the user's id", "`/causeway/{env}/api-access`", data_class="restricted", of=["assistant/AccessLog"]
            ),
            Held(
                "requests of API Gateway itself", "`API-Gateway-Execution-Logs_*`", data_class="restricted", of=["assistant/ExecutionLog"]
            ),
            Held(
                "sign-ins, with names and addresses",
                "`/aws/vendedlogs/causeway/{env}/sign-ins`",
                data_class="restricted",
                of=["assistant/SignIns"],
            ),
            Held(
                "requests that the firewall saw, with addresses",
                "`aws-waf-logs-causeway-{env}`",
                data_class="restricted",
                of=["assistant/FirewallLogs"],
            ),
            Held(
                "whole questions whose search was slow",
                "`/causeway/{env}/search/slow-search`",
                data_class="restricted",
                of=["search/LogSlowSearch"],
            ),
            Held("steps of executions of teams", "`/causeway/{env}/team-*`", data_class="restricted", of=["teams/*TeamLog"]),
            Held(
                "calls of AWS and of models, by whom",
                "`/causeway/{env}/trail`, `.../model-invocations`",
                data_class="restricted",
                of=["account/*"],
            ),
        ),
    ),
    Store(
        "Queues",
        ("*/AWS::SQS::Queue",),
        (
            Held(
                "a document to read or to index, in a hurry or in bulk, or given up",
                "queues of ingestion",
                models=[Change, handed.WasRead],
                of=["ingestion/*"],
            ),
            Held("a question of a batch", "queues of batches", models=[queues.Message], of=["assistant/Batches*"]),
            Held("a run to look at", "queues of agents", models=[agent_queue.Look], of=["agents/*"]),
            Held("an erasure to go on with: tenant and id", "queues of erasing", data_class="internal", of=["assistant/Erasing*"]),
            Held(
                "events that may begin a run, or that nobody took",
                "queues of triggers and events",
                data_class="restricted",
                of=["triggers/*", "events/*"],
            ),
            Held(
                "calls that a schedule or a rule could not make, as they were",
                "`FunctionDeadLetters` of each stack",
                data_class="internal",
                of=["*/FunctionDeadLetters"],
            ),
            Held(
                "notices of the account that reached nobody", "queues of the account", data_class="restricted", of=["account/*", "people/*"]
            ),
            Held("that a day's search for drift could not be started", "queue of drift", data_class="internal", of=["drift/*"]),
        ),
    ),
    Store(
        "Events",
        ("*/AWS::Events::EventBus", "*/AWS::Events::Archive"),
        (Held("events of ours, as their detail", "", models=[*hand_offs.EVENTS, *events.EVENTS]),),
    ),
    Store(
        "Executions",
        ("*/AWS::StepFunctions::StateMachine",),
        (
            Held(
                "inputs and outputs of a team's states: ids and names of users, keys and scores, no words",
                "",
                data_class="restricted",
                kept=EXECUTIONS,
                of=["teams/*"],
            ),
            Held(
                "names of documents, and counts, of a sync, a re-indexing or a bulk job",
                "",
                data_class="confidential",
                kept=EXECUTIONS,
                of=["ingestion/*"],
            ),
            Held("names of stacks, and of resources that were changed by hand", "", data_class="internal", kept=EXECUTIONS, of=["drift/*"]),
        ),
    ),
    Store(
        "Messages to people",
        ("*/AWS::SNS::Topic",),
        (
            Held(
                "mail to approvers: the task, who asked, a signed link",
                "",
                data_class="restricted",
                kept=PASSED_ON,
                of=["approvals/*"],
            ),
            Held("notices of Textract, with keys of files", "", data_class="confidential", kept=PASSED_ON, of=["ingestion/*"]),
            Held("alarms", "", data_class="internal", kept=PASSED_ON),
        ),
    ),
    Store(
        "User pool",
        ("*/AWS::Cognito::UserPool",),
        (Held("accounts: name, e-mail address, tenant, tier, sign-ins", "", data_class="restricted", kept=UNTIL_DELETED),),
    ),
)
