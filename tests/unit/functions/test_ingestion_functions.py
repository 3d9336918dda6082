"""The two functions of ingestion over their queues: what is handed on, what waits, what is given up, and what a death leaves."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from causeway.documents.ingestion.attempts import MAX_ATTEMPTS
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.registry import REGISTRY
from causeway.documents.ingestion.store import STORAGE
from causeway.documents.ingestion.told import EVENTS
from causeway.retrieval.generations import Generation, Live
from causeway.runtime.clients import client
from causeway.runtime.deliveries import QUEUE
from causeway.runtime.errors import DependencyUnavailable
from tests.unit.documents.cloud import BUS, FIRST, FIRST_GENERATION, INCOMING, SECOND, Cloud, module
from tests.unit.documents.lanes import TO_INDEX, TO_READ, Lane, lane_of
from tests.unit.documents.search_engine import Fault
from tests.unit.loopback import Reply, Services

BUSY = {
    "storage": ("s3", STORAGE, 503, "<Error><Code>SlowDown</Code></Error>"),
    "registry": ("dynamodb", REGISTRY, 400, '{"__type": "ProvisionedThroughputExceededException"}'),
    "queue": ("sqs", QUEUE, 400, '{"__type": "com.amazonaws.sqs#RequestThrottled"}'),
    "events": ("events", EVENTS, 400, '{"__type": "ThrottlingException"}'),
}


@pytest.fixture
def lane(cloud: Cloud, services: Services, monkeypatch: pytest.MonkeyPatch) -> Lane:
    """Both functions with real queues; a local HTTP server is the embedding endpoint."""
    return lane_of(cloud, monkeypatch)


def upload(lane: Lane, name: str, content: bytes = FIRST) -> Change:
    """A new object, and its event in the queue."""
    change = lane.cloud.upload(name, content)
    lane.hear(lane.said(change))
    return change


class Busy:
    """A service that throttles every call."""

    def __init__(self, service: str) -> None:
        kind, dependency, self._status, self._body = BUSY[service]
        self._events = client(kind, **dependency.patience).meta.events  # type: ignore[call-overload]
        # Lambda and the queues' maker are served.
        batches = ("SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch")
        self._calls = [f"before-send.sqs.{each}" for each in batches] if service == "queue" else ["before-send"]

    def __enter__(self) -> None:
        for call in self._calls:
            self._events.register_first(call, self._answer)

    def __exit__(self, *_: object) -> None:
        for call in self._calls:
            self._events.unregister(call, self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        class Raw:
            def stream(_, **__: Any) -> Any:
                yield self._body.encode()

        return AWSResponse(request.url, self._status, {}, Raw())  # type: ignore[arg-type]


def test_uploads_become_ready_and_the_bus_hears_of_each(lane: Lane) -> None:
    heard = bus_hears()
    for name in ("a.md", "b.md", "c.md"):
        upload(lane, name)
    lane.run()
    assert [lane.cloud.record(name).state for name in ("a.md", "b.md", "c.md")] == ["ready"] * 3
    assert [(each["DetailType"], json.loads(each["Detail"])["name"]) for each in heard] == [
        ("Document indexed", name) for name in ("a.md", "b.md", "c.md")
    ]
    assert {each["EventBusName"] for each in heard} == {BUS}


def bus_hears() -> list[Any]:
    heard: list[Any] = []
    events = client("events", **EVENTS.patience).meta.events
    events.register("provide-client-params.events.PutEvents", lambda params, **_: heard.extend(params["Entries"]))
    return heard


def test_documents_are_embedded_written_and_counted_together(lane: Lane, services: Services) -> None:
    for number in range(8):
        upload(lane, f"{number}.md")
    lane.read()
    lane.index()
    assert [len(asked.body["inputs"]) for asked in services.asked["embedding"]] == [8]
    assert {asked.body["kind"] for asked in services.asked["embedding"]} == {"passage"}
    assert lane.cloud.engine.calls == ["_bulk", "_refresh", "_search"]


def test_a_deletion_goes_the_way_of_an_upload(lane: Lane) -> None:
    upload(lane, "a.md")
    lane.run()
    lane.hear(lane.said(lane.cloud.delete("a.md")))
    lane.run()
    assert lane.cloud.record("a.md").state == "deleted"
    assert lane.cloud.engine.passages == {}


def test_what_is_no_event_of_ours_comes_again_and_its_neighbours_are_read(lane: Lane) -> None:
    other = lane.said(lane.cloud.upload("b.md", FIRST)).replace(INCOMING, "another-bucket")
    folder = json.dumps(lane.cloud.event("Object Created", "harbour/folder/", "v", 0))
    lane.hear("no JSON", '{"detail-type": "Something else"}', other, folder)
    upload(lane, "a.md")
    assert lane.read() == ["no JSON", '{"detail-type": "Something else"}', other]
    assert lane.waits(TO_READ) == 3
    lane.index()
    assert lane.cloud.record("a.md").state == "ready"


def test_a_bad_document_is_told_and_finished(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    upload(lane, "a.md", b"caf\xe9")
    upload(lane, "b.md")
    assert lane.read() == []
    assert lane.cloud.reason("a.md").code == "not_utf8"
    assert '"DocumentsQuarantined"' in capsys.readouterr().out
    assert [each["name"] for each in lane.bodies(TO_INDEX)] == ["b.md"]


@pytest.mark.parametrize("service", ["storage", "registry"])
def test_a_file_waits_for_a_busy_service_as_a_new_message_however_often(lane: Lane, service: str) -> None:
    upload(lane, "a.md")
    with Busy(service):
        assert lane.read() == []
    assert (lane.waits(TO_READ), lane.waits(TO_INDEX)) == (1, 0)
    assert lane.read() == [], "it waits for some seconds"


@pytest.mark.parametrize("service", ["storage", "registry", "events"])
def test_what_was_read_waits_for_a_busy_service(lane: Lane, service: str) -> None:
    upload(lane, "a.md")
    lane.read()
    with Busy(service):
        assert lane.index() == []
    assert lane.waits(TO_INDEX) == 1
    assert lane.cloud.record("a.md").state in ("read", "ready")


def test_what_was_read_waits_for_a_busy_endpoint_and_for_a_busy_search(lane: Lane, services: Services) -> None:
    upload(lane, "a.md")
    upload(lane, "b.md")
    lane.read()
    services.script("embedding", Reply({"message": "slow down"}, status=429))
    assert lane.index(1) == []
    services.script("embedding")
    lane.cloud.engine.faults.append(Fault("_bulk", 429, times=99))
    assert lane.index(1) == []
    assert lane.waits(TO_INDEX) == 2
    assert [lane.cloud.record(name).state for name in ("a.md", "b.md")] == ["read", "read"]


def test_what_was_read_and_what_is_deleted_wait_for_a_lost_index_to_be_made_anew(lane: Lane) -> None:
    upload(lane, "a.md")
    lane.read()
    lane.cloud.engine.lost = True
    assert lane.index() == []
    assert (lane.waits(TO_INDEX), lane.cloud.record("a.md").state) == (1, "read"), "it is no fault of the document"
    with pytest.raises(DependencyUnavailable, match="index_not_found"):
        lane.cloud.remove(lane.cloud.delete("a.md"))
    lane.cloud.engine.lost = False


def test_passages_that_are_not_found_are_indexed_again_later(lane: Lane) -> None:
    upload(lane, "a.md")
    lane.read()
    lane.cloud.engine.faults.append(Fault("_refresh", 200))  # answered, not carried out
    assert lane.index() == []
    assert lane.waits(TO_INDEX) == 1
    assert lane.cloud.record("a.md").state == "read"


def test_one_that_the_search_rejects_keeps_no_other_from_its_place_and_is_given_up_in_the_end(lane: Lane) -> None:
    heard = bus_hears()
    for name in ("a.md", "b.md", "c.md"):
        upload(lane, name)
    lane.read()
    bad = lane.cloud.record("b.md")
    passage = f"{bad.document_id}:{bad.pending_version}:0"
    for call in range(MAX_ATTEMPTS + 1):
        lane.cloud.engine.refused[passage] = 400
        if call == 0:
            lane.cloud.engine.faults.append(Fault("_bulk", 400))
        assert len(lane.index()) == 1, call
        assert [lane.cloud.record(name).state for name in ("a.md", "b.md", "c.md")] == ["ready", "read", "ready"]
    assert lane.index() == []
    assert lane.cloud.record("b.md").state == "failed"
    assert [each["DetailType"] for each in heard] == ["Document indexed", "Document indexed", "Document failed"]
    assert lane.waits(TO_INDEX) == 0


def test_a_deletion_that_the_search_rejects_comes_again_for_ever_and_is_never_forgotten(lane: Lane) -> None:
    upload(lane, "a.md")
    lane.run()
    lane.hear(lane.said(lane.cloud.delete("a.md")))
    lane.read()
    lane.cloud.engine.faults.append(Fault("_delete_by_query", 400, times=MAX_ATTEMPTS + 3))
    for call in range(MAX_ATTEMPTS + 3):
        assert len(lane.index()) == 1, call
        assert lane.cloud.record("a.md").state == "deleting"
    lane.run()
    assert lane.cloud.record("a.md").state == "deleted"
    assert lane.cloud.engine.passages == {}


def test_only_the_one_at_which_workers_die_is_given_up(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbours of a poisonous file come again as often as it does, and are blamed for nothing."""
    for name in ("a.md", "poison.md", "z.md"):
        upload(lane, name)
    dying = dying_of("poison.md")
    for _ in range(MAX_ATTEMPTS + 1):
        with pytest.raises(dying):
            lane.read()
    lane.read()
    lane.index()
    assert [lane.cloud.record(name).state for name in ("a.md", "poison.md", "z.md")] == ["ready", "failed", "ready"]
    assert [lane.cloud.record(name).attempts for name in ("a.md", "poison.md", "z.md")] == [0, MAX_ATTEMPTS + 1, 0]


def dying_of(name: str) -> type[BaseException]:
    """Fetching a file of this name kills the worker."""

    class Died(BaseException):
        pass

    def die(params: Any, **_: Any) -> None:
        if params["Key"].endswith(name):
            raise Died

    client("s3", **STORAGE.patience).meta.events.register("provide-client-params.s3.GetObject", die, unique_id="dying")
    return Died


def forget_the_dying() -> None:
    client("s3", **STORAGE.patience).meta.events.unregister("provide-client-params.s3.GetObject", unique_id="dying")


def test_files_for_which_no_time_is_left_wait_for_the_next_call_and_are_blamed_for_nothing(lane: Lane) -> None:
    for name in ("a.md", "b.md"):
        upload(lane, name)
    lane.context.seconds = 200.0
    assert lane.read() == []
    assert (lane.waits(TO_READ), lane.waits(TO_INDEX)) == (2, 0)
    lane.context.seconds = 300.0
    lane.run()
    assert [(lane.cloud.record(name).state, lane.cloud.record(name).attempts) for name in ("a.md", "b.md")] == [("ready", 0)] * 2


def test_a_document_whose_files_are_gone_is_read_again(lane: Lane) -> None:
    upload(lane, "a.md")
    lane.read()
    key = lane.bodies(TO_INDEX)[0]["passages_key"]
    client("s3").delete_object(Bucket="documents-bucket", Key=key)
    assert lane.index() == []
    assert (lane.waits(TO_READ), lane.waits(TO_INDEX)) == (1, 0)
    lane.run()
    assert lane.cloud.record("a.md").state == "ready"


def test_the_same_event_twice_in_one_batch_is_one_version(lane: Lane) -> None:
    change = upload(lane, "a.md", SECOND)
    lane.hear(lane.said(change))
    lane.run()
    assert lane.cloud.indexed("a.md") == {lane.cloud.record("a.md").current_version: 2}
    assert lane.cloud.record("a.md").state == "ready"


def test_a_call_with_many_documents_declares_a_load_and_goes_on_if_it_cannot(lane: Lane) -> None:
    for number in range(25):
        upload(lane, f"{number}.md")
    for _ in range(3):
        lane.read()
    lane.cloud.engine.faults.append(Fault("_bulk", 400))
    lane.index(25)
    assert lane.cloud.engine.paths[0] == "/causeway-loads/_bulk"
    assert lane.cloud.engine.calls.count("_bulk") == 2
    assert {lane.cloud.record(f"{number}.md").state for number in range(25)} == {"ready"}


def test_a_call_with_few_documents_declares_none(lane: Lane) -> None:
    for number in range(9):
        upload(lane, f"{number}.md")
    lane.read()
    lane.index()
    assert not [path for path in lane.cloud.engine.paths if "loads" in path]


def test_a_queue_that_is_busy_stops_no_work_and_what_was_read_is_put_off_or_comes_again(lane: Lane) -> None:
    for name in ("a.md", "b.md"):
        upload(lane, name)
    with Busy("queue"):
        assert len(lane.read()) == 2
    lane.run()
    assert [lane.cloud.record(name).state for name in ("a.md", "b.md")] == ["ready"] * 2


def test_documents_whose_worker_died_once_are_indexed_together_again(lane: Lane, services: Services) -> None:
    for number in range(5):
        upload(lane, f"{number}.md")
    lane.read()
    die = dying_of("passages.jsonl")
    with pytest.raises(die):
        lane.index()
    forget_the_dying()
    lane.index()
    assert [len(asked.body["inputs"]) for asked in services.asked["embedding"]] == [5]
    assert {lane.cloud.record(f"{number}.md").state for number in range(5)} == {"ready"}


def test_a_document_that_can_be_searched_is_never_called_failed_for_what_is_left_to_do(lane: Lane) -> None:
    upload(lane, "a.md")
    lane.run()
    upload(lane, "a.md", SECOND)
    lane.read()
    lane.cloud.engine.faults.append(Fault("_delete_by_query", 400, times=MAX_ATTEMPTS + 3))
    for _ in range(MAX_ATTEMPTS + 3):
        assert len(lane.index()) == 1
    assert lane.cloud.record("a.md").state == "ready"
    lane.run()
    assert lane.cloud.indexed("a.md") == {lane.cloud.record("a.md").current_version: 2}


@pytest.mark.parametrize("function", ["read", "index"])
def test_messages_are_hidden_for_a_minute_before_anything_else_is_asked(lane: Lane, function: str) -> None:
    """Until then, the death of the worker costs as long as the queue hides a message by itself."""
    upload(lane, "a.md")
    if function == "index":
        lane.read()
    asked: list[str] = []
    heard = lambda model, **_: asked.append(model.name)  # noqa: E731
    for kind, dependency in (("s3", STORAGE), ("dynamodb", REGISTRY), ("sqs", QUEUE)):
        client(kind, **dependency.patience).meta.events.register("before-call", heard)  # type: ignore[call-overload]
    getattr(lane, function)()
    ours = [name for name in asked if name not in ("CreateQueue", "ReceiveMessage")]
    assert ours[0] == "ChangeMessageVisibilityBatch"


def test_documents_wait_for_their_turn_to_be_embedded_without_counting_as_failed(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty texts a minute, and each call may wait 5 seconds: what does not get its turn goes back into the queue for as long as needed."""
    monkeypatch.setenv("TEXTS_A_MINUTE", "60")
    module("index_documents").settings.cache_clear()
    module("index_documents").rate(FIRST_GENERATION).take(30, patience=0)
    upload(lane, "a.md")
    lane.read()
    assert lane.index() == []
    assert lane.cloud.record("a.md").state == "read"
    assert lane.waits(TO_INDEX) == 1
    assert lane.index() == []  # not before half a minute
    module("index_documents").rate.cache_clear()
    monkeypatch.delenv("TEXTS_A_MINUTE")


OTHER = Generation(number=2, provider="sagemaker", model="other", dimensions=3, name="other")
BESIDE = {"embedding_name": "other", "embedding_model": "other", "embedding_dimensions": "3"}


def test_documents_wait_while_a_generation_lives_whose_model_this_function_is_deployed_without(lane: Lane) -> None:
    lane.cloud.roll(Live(serving=FIRST_GENERATION, beside=OTHER))
    upload(lane, "a.md")
    lane.read()
    assert lane.index() == []
    assert lane.cloud.record("a.md").state == "read"
    assert lane.waits(TO_INDEX) == 1


def test_an_upload_is_embedded_by_the_model_of_each_generation_and_its_language_is_judged_by_the_one_that_answers(
    lane: Lane, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    french = "Les livres peuvent être rendus dans les trente jours qui suivent leur achat, sans dire pourquoi. ".encode() * 3
    monkeypatch.setenv("EMBEDDING_BESIDE", json.dumps({**BESIDE, "served_languages": "en,fr"}))
    noticed = []
    for number, live in enumerate((Live(serving=FIRST_GENERATION, beside=OTHER), Live(serving=OTHER, beside=FIRST_GENERATION))):
        lane.cloud.roll(live)
        for name in ("read_documents", "index_documents"):
            module(name).settings.cache_clear()
            module(name).generations.cache_clear()
        upload(lane, f"{number}.md", french + str(number).encode())
        lane.run()
        record = lane.cloud.record(f"{number}.md")
        assert record.state == "ready"
        noticed.append(any("searched by words only" in str(each) for each in record.report))
        assert all(lane.cloud.both(f"{number}.md"))
    assert noticed == [True, False]
    assert {each.path for each in services.asked["embedding"]} == {"/endpoints/embedding/invocations", "/endpoints/other/invocations"}
    assert {len(each["embedding"]) for each in lane.cloud.engine.passages.values()} >= {3}
    for name in ("read_documents", "index_documents"):
        module(name).settings.cache_clear()
