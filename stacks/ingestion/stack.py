"""From an object in the incoming bucket to searchable passages: event, queue, reading, queue, indexing."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.deliveries import deliver
from stacks.constructs.parameters import publish
from stacks.constructs.queues import dead_letter_queue
from stacks.constructs.routes import let_events_encrypt, route, watch_route
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.events.stack import EventsStack
from stacks.ingestion.batch_embedding import BatchEmbedding
from stacks.ingestion.bulk_job import BulkJob
from stacks.ingestion.lanes import Lane, made_lane
from stacks.ingestion.reindexing import Reindexing
from stacks.ingestion.syncing import Syncing
from stacks.ingestion.textract import Textract
from stacks.ingestion.uploads import heard
from stacks.ingestion.workers import SECONDS, Workers
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack


class IngestionStack(Stack):
    """Queues give every file a turn; nothing accepted is lost, and a bad document stops no other. See docs/decisions/230."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
        events: EventsStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.data = environment.ingestion, shared, data
        self.key = self._key()
        self.dead_letters = dead_letter_queue(self, "DeadLetters", key=self.key, topic=shared.alarm_topic)
        self.lanes = self._lanes()
        self.rules = [self._route(lane) for lane in self.lanes]
        self.textract = self._textract() if self.settings.textract else None
        self.workers = Workers(
            self,
            settings=self.settings,
            shared=shared,
            key=self.key,
            data=data,
            search=search,
            models=models,
            events=events,
            lanes=self.lanes,
            textract=self.textract,
        )
        self.reindexing = self._reindexing(data, search, models)
        self.syncing = Syncing(
            self, "Sync", settings=self.settings, shared=shared, key=self.key, data=data, layers=[self.workers.answering]
        )
        self._deliver()
        self.bulk_job = self._bulk_job()
        self.batch_embedding = self._batch_embedding(data, models)
        self._watch()
        self._publish()

    def _reindexing(self, data: DataStack, search: SearchStack, models: ModelsStack) -> Reindexing:
        bulk = next(lane for lane in self.lanes if lane.name == "bulk")
        return Reindexing(
            self,
            "Reindexing",
            settings=self.settings.reindex,
            shared=self.shared,
            key=self.key,
            data=data,
            search=search,
            models=models,
            bulk=bulk,
            rate=self.workers.rate,
            layer=self.workers.answering,
        )

    def _textract(self) -> Textract:
        return Textract(self, "Textract", shared=self.shared, key=self.key, lanes=self.lanes, dead_letters=self.dead_letters)

    def _bulk_job(self) -> BulkJob | None:
        """After the functions' deliveries, which complete the rights that the job shares."""
        if self.settings.bulk_job is None:
            return None
        bulk = next(lane for lane in self.lanes if lane.name == "bulk")
        return BulkJob(
            self, "BulkJob", settings=self.settings.bulk_job, shared=self.shared, key=self.key, bulk=bulk, read=self.workers.read
        )

    def _batch_embedding(self, data: DataStack, models: ModelsStack) -> BatchEmbedding | None:
        if self.settings.batch_embedding is None:
            return None
        return BatchEmbedding(
            self,
            "BatchEmbedding",
            settings=self.settings.batch_embedding,
            shared=self.shared,
            key=self.key,
            data=data,
            models=models,
            bulk=next(lane for lane in self.lanes if lane.name == "bulk"),
            layer=self.workers.answering,
        )

    def _key(self) -> kms.Key:
        key = kms.Key(self, "Key", description="Documents on their way through ingestion, and the functions' variables")
        let_events_encrypt(key)
        return key

    def _lanes(self) -> Sequence[Lane]:
        return [
            made_lane(
                self,
                name,
                shared=self.shared,
                key=self.key,
                dead_letters=self.dead_letters,
                seconds=SECONDS,
                receives=self.settings.max_receives,
            )
            for name in ("uploads", "bulk")
        ]

    def _route(self, lane: Lane) -> events.CfnRule:
        return route(
            lane.inside,
            "Rule",
            name=f"causeway-{self.shared.environment.name}-{lane.name}",
            description=f"Objects of the incoming bucket that go the lane {lane.name}",
            pattern=heard(lane.name, self.data.incoming),
            queue=lane.to_read,
            dead_letters=self.dead_letters,
        )

    def _deliver(self) -> None:
        settings, workers = self.settings, self.workers
        readers = {"uploads": settings.readers, "bulk": settings.bulk_readers}
        indexers = {"uploads": settings.indexers, "bulk": settings.bulk_indexers}
        for lane in self.lanes:
            for queue, function, batch, calls in (
                (lane.to_read, workers.read, lane.read, readers[lane.name]),
                (lane.to_index, workers.index, lane.index, indexers[lane.name]),
            ):
                id = f"{queue.node.id}Deliveries"
                deliver(lane.inside, id, queue=queue, function=function, at_once=batch.at_once, window=batch.window, concurrency=calls)

    def _watch(self) -> None:
        alarm(
            self,
            "DeadLettersDepth",
            metric=self.dead_letters.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
            threshold=1,
            unit="messages",
            meaning="An upload or a deletion could not be handled; redrive it when the cause is gone",
            topic=self.shared.alarm_topic,
        )
        for id, worker in (("Read", self.workers.read), ("Index", self.workers.index)):
            alarm(
                self,
                f"{id}DocumentsFailed",
                metric=worker.counted("DocumentsFailed", Duration.minutes(5)),
                threshold=1,
                unit="documents in 5 minutes",
                meaning="A fault on our side keeps documents from being searched",
                topic=self.shared.alarm_topic,
            )
        if self.textract:
            self.textract.watch(self.workers.read)
        for lane, rule in zip(self.lanes, self.rules, strict=True):
            watch = Construct(lane.inside, "Ingestion")
            watch_route(watch, rule=rule.ref, what="an upload's event", topic=self.shared.alarm_topic)

    def _publish(self) -> None:
        values = {f"{lane.name}-{step}-queue-url": queue.queue_url for lane in self.lanes for step, queue in lane.by_step.items()}
        values |= {"dead-letter-queue-url": self.dead_letters.queue_url}
        values |= {"reindex-arn": self.reindexing.machine.arn, "sync-machine": self.syncing.machine.arn}
        values |= {"bulk-job-machine": self.bulk_job.machine.arn} if self.bulk_job else {}
        values |= {"batch-embedding-machine": self.batch_embedding.machine.arn} if self.batch_embedding else {}
        publish(self, self.shared.environment.name, values)
