"""From an object in the incoming bucket to searchable passages: event, queue, state machine."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.deliveries import deliver
from stacks.constructs.function import CausewayFunction
from stacks.constructs.parameters import publish
from stacks.constructs.queues import dead_letter_queue, watch_age
from stacks.constructs.routes import let_events_encrypt, route, watch_route
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import StateMachine
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.ingestion import workflow
from stacks.ingestion.uploads import uploads
from stacks.ingestion.workers import SECONDS, Workers
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack

STARTER_SECONDS = 30
LONGEST_WAIT_SECONDS = 15 * 60


class IngestionStack(Stack):
    """One execution per upload or deletion; nothing accepted is lost, and a bad document stops no other."""

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
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.data = environment.ingestion, shared, data
        self.key = self._key()
        self.workers = Workers(self, settings=self.settings, shared=shared, key=self.key, data=data, search=search, models=models)
        self.workflow = self._workflow()
        self.dead_letters, self.queue = self._queues()
        self.rule = self._route()
        self.starter = self._starter()
        deliver(self, "Deliveries", queue=self.queue, function=self.starter, at_once=10, concurrency=self.settings.starter_concurrency)
        self._watch()
        self._publish()

    def _key(self) -> kms.Key:
        key = kms.Key(self, "Key", description="Events on their way to ingestion, executions, and the functions' variables")
        let_events_encrypt(key)
        return key

    def _workflow(self) -> StateMachine:
        functions = {task: worker.invoked for task, worker in self.workers.by_task.items()}
        arns = {task: function.function_arn for task, function in functions.items()}
        return StateMachine(
            self,
            "Ingestion",
            shared=self.shared,
            name="ingestion",
            key=self.key,
            functions=list(functions.values()),
            definition=workflow.definition(arns, SECONDS),
        )

    def _queues(self) -> tuple[sqs.Queue, sqs.Queue]:
        dead = dead_letter_queue(self, "DeadLetters", key=self.key, topic=self.shared.alarm_topic)
        queue = sqs.Queue(
            self,
            "Queue",
            encryption_master_key=self.key,
            visibility_timeout=Duration.seconds(6 * STARTER_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=self.settings.max_receives),
        )
        watch_age(queue, topic=self.shared.alarm_topic, seconds=LONGEST_WAIT_SECONDS)
        return dead, queue

    def _route(self) -> events.CfnRule:
        return route(
            self,
            "Uploads",
            name=f"causeway-{self.shared.environment.name}-uploads",
            description="Objects put into or deleted from the incoming bucket",
            pattern=uploads(self.data.incoming),
            queue=self.queue,
            dead_letters=self.dead_letters,
        )

    def _starter(self) -> CausewayFunction:
        function = CausewayFunction(
            self,
            "Start",
            shared=self.shared,
            name="start-ingestion",
            key=self.key,
            layers=[self.workers.answering],
            timeout=Duration.seconds(STARTER_SECONDS),
            concurrency=self.settings.starter_concurrency,
            variables={"STATE_MACHINE_ARN": self.workflow.arn},
        )
        function.allow(["states:StartExecution"], [self.workflow.arn])
        return function

    def _watch(self) -> None:
        alarm(
            self,
            "DeadLettersDepth",
            metric=self.dead_letters.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
            threshold=1,
            unit="messages",
            meaning="An upload's event could not be handled; redrive it when the cause is gone",
            topic=self.shared.alarm_topic,
        )
        watch_route(self, rule=self.rule.ref, what="an upload's event", topic=self.shared.alarm_topic)

    def _publish(self) -> None:
        values = {
            "state-machine-arn": self.workflow.arn,
            "queue-url": self.queue.queue_url,
            "dead-letter-queue-url": self.dead_letters.queue_url,
        }
        publish(self, self.shared.environment.name, values)
