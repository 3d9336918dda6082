"""The audit record of a turn: everything that was decided and done, and no word that somebody without the key could read or guess."""

import hmac
import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from causeway.agents.audit import audit_record
from causeway.agents.auditing import Auditing, object_key
from causeway.agents.recorded import Recorded
from causeway.agents.remembering import Remembering
from causeway.agents.run import Run
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.locked_records import LockedRecords
from tests.unit.agents.desk import Desk, calls, desk, in_turn, says, tool

KEY = "ab" * 32


def of(words: str, key: str = KEY) -> str:
    return f"hmac-sha256:{hmac.new(bytes.fromhex(key), words.encode(), 'sha256').hexdigest()}"


class Bucket:
    """As S3: nothing is written over. fails: how often it does not answer."""

    def __init__(self, fails: int = 0) -> None:
        self.held, self.asked, self._fails = dict[str, Any](), list[dict[str, Any]](), fails

    def put_object(self, **asked: Any) -> None:
        self.asked.append(asked)
        if len(self.asked) <= self._fails:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "PutObject")
        assert asked["IfNoneMatch"] == "*"
        if asked["Key"] in self.held:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        self.held[asked["Key"]] = json.loads(asked["Body"])


def audited(*replies: Any, tools: Any, bucket: Any = None) -> Desk:
    at = desk(in_turn(*replies), *tools)
    patient = Dependency("audit", attempt_seconds=0.1, budget_seconds=30.0, attempts=2, pause=lambda seconds: None)
    at.auditing = Auditing(LockedRecords(bucket or Bucket(), "audit", patient), Remembering(at.memory).key_of)
    return at


def recorded(at: Desk, run: Run) -> Recorded:
    found = at.journal.read(at.owner, run.id)
    assert found
    return found


@pytest.fixture
def turn() -> tuple[Desk, Recorded]:
    """A turn with every kind of words: of the user, of the model, of a tool, and names that the model made up."""
    act = tool("act", consent="Do SECRET-ASKS {thing}?", cost_usd=0.01, effect="once")
    replies = [calls(("act", "SECRET-ARGUMENT"), ("SECRET-NAME", "x"), text="SECRET-ASIDE"), says("SECRET-ANSWER")]
    at = audited(*replies, tools=[act])
    run = at.begin("SECRET-MESSAGE")
    return at, recorded(at, at.decide(run, "call-1-1"))


def test_a_record_has_what_was_done_decided_permitted_and_spent(turn: tuple[Desk, Recorded]) -> None:
    _, run = turn
    record = audit_record(run, KEY)
    sent = run.progress.rounds[0].reply.sent
    assert sent
    assert (record["run"], record["tenant"], record["user"], record["agent"]) == (run.id, run.owner.tenant, run.owner.user, "service")
    assert record["versions"] == [{"prompt": sent.system, "tools": sent.tools, "policies": ""}]
    assert (record["models"], record["stopped"], record["key"]) == (["model"], "answered", "run")
    (decision,) = record["decisions"]
    assert (decision["call"], decision["approved"], decision["by"]) == ("call-1-1", True, run.owner.user)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*", decision["at"])
    assert record["spent"]["usd"] == pytest.approx(0.0104)
    returned = [step for step in record["steps"] if step["kind"] == "returned"]
    assert [(step["call_id"], step["outcome"], step["policy"]) for step in returned] == [
        ("call-1-2", "refused", ""),
        ("call-1-1", "done", "may-act"),
    ]


def test_no_word_of_anybody_is_in_it(turn: tuple[Desk, Recorded]) -> None:
    _, run = turn
    assert "SECRET" in str(run)
    assert "SECRET" not in json.dumps(audit_record(run, KEY))
    assert run.progress.begun.code not in json.dumps(audit_record(run, KEY))


def test_no_digest_in_it_can_be_made_from_words_without_the_key(turn: tuple[Desk, Recorded]) -> None:
    """The digests of messages in the journal have no key."""
    _, run = turn
    record = json.dumps(audit_record(run, KEY))
    every = [step.sent for step in run.steps if step.kind == "replied" and step.sent]
    assert every
    assert not any(each in record for sent in every for each in (*sent.messages, sent.digest))


def test_who_has_the_key_can_show_that_a_text_is_the_one(turn: tuple[Desk, Recorded]) -> None:
    _, run = turn
    steps = {step["kind"]: step for step in audit_record(run, KEY)["steps"]}
    assert steps["begun"]["message"] == of("SECRET-MESSAGE")
    assert steps["ended"]["text"] == of("SECRET-ANSWER")
    assert steps["asked"]["question"] == of("Do SECRET-ASKS SECRET-ARGUMENT?")
    first = next(step for step in audit_record(run, KEY)["steps"] if step["kind"] == "replied")
    assert [(call["name"], call["arguments"]) for call in first["calls"]] == [
        ("act", of('{"thing":"SECRET-ARGUMENT"}')),
        (of("SECRET-NAME"), of('{"thing":"x"}')),
    ]
    assert audit_record(run, KEY) == audit_record(run, KEY) != audit_record(run, "cd" * 32)


def test_a_turn_has_a_key_of_its_own_or_that_of_its_conversation_which_goes_with_it(dynamodb: Any) -> None:
    at = desk(in_turn(says("One.")), tool("find"), tables=dynamodb)
    remembering = Remembering(at.memory)
    alone = recorded(at, at.begin(token="alone"))
    session = at.memory.create_session(at.owner).session_id
    together = recorded(at, at.begin(token="together", session_id=session))
    key = remembering.key_of(together)
    assert len(bytes.fromhex(remembering.key_of(alone))) == len(bytes.fromhex(key)) == 32
    assert together.progress.begun.key == ""
    again = recorded(at, at.begin(token="again", session_id=session))
    assert remembering.key_of(again) == key
    at.memory.delete(at.owner, session)
    assert remembering.key_of(together) == ""
    assert audit_record(together, "")["key"] == "gone"
    assert audit_record(together, "") != audit_record(together, "")  # no hash of it can be shown to be of a text


def test_the_record_is_written_when_the_turn_ends_and_never_again() -> None:
    bucket = Bucket()
    at = audited(calls(("act", "x")), says("Done."), tools=[tool("act", consent="Do it?")], bucket=bucket)
    run = at.begin()
    assert bucket.held == {}
    at.decide(run, "call-1-1")
    (key,) = bucket.held
    assert key == object_key(recorded(at, run)) == f"harbour/2096/10/02/{run.id}.json"
    assert bucket.asked[0]["ChecksumAlgorithm"] == "SHA256"
    at.resume(run)
    assert (len(bucket.asked), len(bucket.held)) == (2, 1)


def test_a_turn_ends_though_its_record_could_not_be_written_and_the_worker_writes_it() -> None:
    bucket = Bucket(fails=2)
    at = audited(says("Done."), tools=[tool("find")], bucket=bucket)
    run = at.begin()
    assert (run.state, bucket.held) == ("done", {})
    at.resume(run)
    assert len(bucket.held) == 1


def test_a_message_whose_record_cannot_be_written_stays_in_the_queue() -> None:
    at = audited(says("Done."), tools=[tool("find")], bucket=Bucket(fails=99))
    with pytest.raises(DependencyUnavailable):
        at.resume(at.begin())
