"""Every place where something of a person may be: what erasing does there, and what remains for how long.

A test compares this list with the templates of every environment: a new table, bucket or other store has no place before it is named here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

SNAPSHOT_DAYS = 37  # daily ones are kept for 30, and can be brought back for another 7; the service's own end after 14
QUEUE_DAYS = 14
SLOW_SEARCH_DAYS = 14
EXECUTION_DAYS = 90  # of Step Functions' own history of what has ended
STREAM_DAYS = 1
ENDED_KEPT_DAYS = 30  # rows of deleted documents
QUARANTINE_DAYS = 90
RECOGNISED_DAYS = 2
REVIEW_DAYS = 90
FINDING_DAYS = 90  # after which GuardDuty, Macie and Security Hub forget a finding
BATCHED_DAYS = 14
COUNT_DAYS = 2


class Retention(BaseModel):
    """Days, as the environment sets them: of logs and audit records, of tables' restore points, of former versions of files, of erased
    conversations, of the archive of events, and of conversations in the archive.
    """

    model_config = ConfigDict(frozen=True)

    logs: int
    recovery: int
    versions: int
    archive_versions: int
    events: int
    archive: int

    def days(self, of: "Days") -> int:
        return int(of) if isinstance(of, int) else int(getattr(self, of))


Days = int | Literal["logs", "recovery", "versions", "archive_versions", "events", "archive"]


@dataclass(frozen=True)
class Remains:
    """what: is left, in a sentence. days: until it is gone as well, None where nobody has set an end. of: whom it concerns."""

    what: str
    days: Days | None
    of: Literal["user", "subject", "both"] = "both"


@dataclass(frozen=True)
class Place:
    """resources: of the templates, as `stack/construct`, or `*/Type` for all of a type. traces: that are erased here.

    holds: for people. remains: nothing is silent about what is left.
    """

    name: str
    resources: Sequence[str]
    holds: str
    traces: Sequence[str] = ()
    remains: Sequence[Remains] = ()


RESTORE_POINTS = Remains("what the table can be restored to; it is not read, and whoever restores it erases again", "recovery")
FORMER_VERSIONS = Remains(
    "former versions of files that were replaced or deleted, which only operators can bring back", "versions", "subject"
)

PLACES = (
    Place(
        "conversations",
        ("data/ConversationsAgentMemory", "data/ConversationsAgentSessions"),
        "conversations, what users said of themselves, and feedback",
        ("conversations", "facts", "feedback"),
        (
            RESTORE_POINTS,
            Remains("how many questions the user asked in a minute; DynamoDB deletes it some days later", COUNT_DAYS, "user"),
            Remains("conversations of other users who asked about the person are not searched", "archive", "subject"),
        ),
    ),
    Place(
        "archive of conversations",
        ("data/ConversationsArchive", "replica/Archive"),
        "conversations after their turns have expired",
        ("archived-conversations",),
        (
            Remains("former versions of erased conversations", "archive_versions", "user"),
            Remains("archived conversations of other users who asked about the person are not searched", "archive", "subject"),
        ),
    ),
    Place(
        "reviews",
        ("data/ReviewsTable",),
        "refusals, answers in doubt, appeals and decisions",
        ("reviews",),
        (
            RESTORE_POINTS,
            Remains("the person's id beside decisions that they made as a reviewer", REVIEW_DAYS, "user"),
            Remains("questions of other users about the person are not searched", REVIEW_DAYS, "subject"),
        ),
    ),
    Place(
        "batches",
        ("data/Batches",),
        "batches of questions, and their answers",
        ("batches",),
        (RESTORE_POINTS, Remains("batches of other users who asked about the person are not searched", 7, "subject")),
    ),
    Place(
        "runs of agents and teams",
        ("data/AgentRunsRows",),
        "what users asked of agents and teams, each step, and approvals",
        ("runs", "runs-by-name", "list-of-runs", "list-of-runs-by-name"),
        (RESTORE_POINTS, Remains("runs of other users who named the person are not searched", 7, "subject")),
    ),
    Place("groups", ("data/PermissionsTable",), "the groups of each user, by name", ("groups",), (RESTORE_POINTS,)),
    Place(
        "business records",
        ("data/RecordsRows",),
        "records that tools of agents read and write, such as orders",
        (),
        (
            Remains("the business keeps these by its own duties; whoever owns them has to be asked", None),
            Remains("changes of them on their way to triggers", STREAM_DAYS),
        ),
    ),
    Place(
        "documents",
        ("data/Registry", "data/FingerprintsRows", "data/Incoming", "data/Documents", "replica/Incoming", "replica/Documents"),
        "files, what was read of them with its pictures, the registry, and by hashes what documents are compared by",
        ("documents",),
        (
            FORMER_VERSIONS,
            Remains("the name of a deleted document, in its row", ENDED_KEPT_DAYS, "subject"),
            Remains("files that could not be read, in quarantine", QUARANTINE_DAYS, "subject"),
            Remains("pages of a long scan that was given up, as far as they were recognised", RECOGNISED_DAYS, "subject"),
            Remains(
                "texts of passages in a batch that is being embedded or was given up, and vectors that nobody fetched",
                BATCHED_DAYS,
                "subject",
            ),
            Remains("what is only seen in pictures is not searched; whoever keeps the documents has to look", None, "subject"),
            Remains("what the registry and the table of hashes can be restored to", "recovery", "subject"),
        ),
    ),
    Place(
        "search index",
        ("*/AWS::OpenSearchService::Domain", "data/Snapshots", "replica/Snapshots"),
        "passages and their vectors in every generation of the index; they follow the documents",
        ("documents",),
        (Remains("snapshots of the index, which only operators can restore", SNAPSHOT_DAYS, "subject"),),
    ),
    Place(
        "backups",
        ("*/AWS::Backup::BackupVault",),
        "copies of whole tables in a locked vault, each to be restored by operators only",
        (),
        (Remains("backups until their time is over; whoever restores one erases again", "recovery"),),
    ),
    Place(
        "audit records",
        ("data/AuditBucket", "replica/Audit"),
        "what agents did, with the id of the user and no word; certificates of erasures; who turned which token back, and why",
        (),
        (Remains("they are locked until their time is over; the keys of the hashes in them went with the conversations", "logs", "user"),),
    ),
    Place(
        "records of accesses",
        ("data/AccessLogs", "data/AccessLogArchive", "replica/AccessLogs", "replica/AccessLogArchive"),
        "who read which object: keys of objects hold ids of users and names of documents",
        (),
        (Remains("they are locked until their time is over", "logs"),),
    ),
    Place(
        "logs",
        ("*/AWS::Logs::LogGroup",),
        "lines with hashed ids; sign-ins with names and addresses; ids of users at the API's edge",
        (),
        (Remains("lines that were written before", "logs"),),
    ),
    Place(
        "slow searches",
        ("search/LogSlowSearch",),
        "questions whose search took longer than half a second, as the search engine writes them",
        (),
        (Remains("lines that were written before", SLOW_SEARCH_DAYS),),
    ),
    Place(
        "records of the account",
        (
            *("account/HistoryTrail", "account/HistoryConfiguration", "replica/Trail", "replica/Configuration"),
            *("*/AWS::CloudTrail::Trail", "*/AWS::Config::ConfigurationRecorder"),
        ),
        "who called what of AWS, where the app keeps these: keys of objects and rows hold ids of users and names of documents",
        (),
        (Remains("they are locked for the years that the account's owner has set", None),),
    ),
    Place(
        "findings of the account's watchers",
        ("*/AWS::GuardDuty::Detector", "*/AWS::Macie::Session", "*/AWS::SecurityHub::Hub"),
        "which call looked like an attack, and which file like personal data: keys of objects, no words",
        (),
        (Remains("findings from before", FINDING_DAYS),),
    ),
    Place(
        "queues",
        ("*/AWS::SQS::Queue",),
        "messages with ids of users and names of documents, no questions and no answers",
        (),
        (Remains("messages that wait, dead letters among them", QUEUE_DAYS),),
    ),
    Place(
        "events",
        ("*/AWS::Events::EventBus", "*/AWS::Events::Archive"),
        "names of documents, ids of runs and their users",
        (),
        (Remains("events in the archive", "events"),),
    ),
    Place(
        "executions of teams",
        ("*/AWS::StepFunctions::StateMachine",),
        "ids and names of users, keys and scores, no words",
        (),
        (Remains("the history of executions that have ended", EXECUTION_DAYS, "user"),),
    ),
    Place(
        "messages to people",
        ("*/AWS::SNS::Topic",),
        "mail to approvers with a team's task and outcome",
        (),
        (Remains("mail that was sent is in the mailboxes of approvers; they have to be asked", None, "user"),),
    ),
    Place(
        "user pool",
        ("*/AWS::Cognito::UserPool",),
        "the account: name, e-mail address, what a company's directory says, sign-ins",
        (),
        (Remains("the account itself: an administrator deletes it, or the person can sign in and leave new traces", None, "user"),),
    ),
    Place("erasures", ("data/ErasuresTable",), "this request: ids, and words until it is done", (), (RESTORE_POINTS,)),
    Place(
        "what turns cost",
        ("data/UsageBucket", "replica/Usage"),
        "how many tokens each turn took, with hashed ids, and results of queries about that",
        (),
        (Remains("lines that were written before", "logs"),),
    ),
    Place("model artifacts", ("data/Artifacts", "replica/Artifacts"), "weights of models that were trained on nothing of here"),
    Place(
        "golden questions",
        (),
        "questions that reviewers decided, reworded, in files of the domain",
        (),
        (Remains("whoever keeps the domain's files has to be asked", None),),
    ),
)
