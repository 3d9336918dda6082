"""Agents: the functions that run their turns, and the queue of turns that outlast a request."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.agents.domain_layer import Needs, brings_tools, domain_layer, needs
from stacks.agents.outside import OutsideFunction, Reach
from stacks.agents.tenant_role import Granted, TenantRole
from stacks.answering import Answering
from stacks.constructs.deliveries import deliver
from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.layer import layer
from stacks.constructs.parameters import publish
from stacks.constructs.queues import dead_letter_queue, watch_age
from stacks.constructs.routes import let_events_encrypt, route, watch_route
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import let_tell_machines
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.events.stack import SOURCE, EventsStack
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack
from stacks.switches.stack import SwitchesStack

TURN_SECONDS = 28  # shorter than the API's own patience
STREAM_SECONDS = 60  # as long as the work of one turn
WORKER_SECONDS = 90
HAND_OFFS = ["Hand-off requested", "Hand-off completed"]
MAX_DELIVERIES = 5  # of a message that cannot be handled; a turn that is to be gone on with is a new message
LONGEST_WAIT_SECONDS = 300  # a message is delayed by as much as the function has that works on the turn now


class AgentsStack(Stack):
    """The functions behind the routes of agents; the routes themselves are in the API of the assistant."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        switches: SwitchesStack,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
        events: EventsStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.data, self.models, self.events = environment, shared, data, models, events
        self.domain = environment.data.domain if brings_tools(environment.data.domain) else None
        self.answering = Answering(environment, data, search, models)
        self.key = self._key()
        self.needs = needs(self.domain) if self.domain else Needs()
        self.layers = [layer(self, "answering", environment), layer(self, "agents", environment), *self._domain_layer()]
        self.reach = Reach(self.needs, self._outside())
        self.dead_letters, self.queue = self._queues()
        self._hear_of_hand_offs()
        size = environment.agents
        self.turns = self._function("Turns", "agents", TURN_SECONDS, size.turn_concurrency)
        self.stream = self._function("Stream", "agent-stream", STREAM_SECONDS, size.stream_concurrency, streams=True)
        self.worker = self._function("Worker", "agent-worker", WORKER_SECONDS, size.worker_concurrency)
        deliver(self, "Deliveries", queue=self.queue, function=self.worker, at_once=1, concurrency=size.worker_concurrency)
        self.running = (self.turns, self.stream, self.worker)
        self.rows = self._rows()
        let_tell_machines(self.turns)
        for function in (self.turns, self.stream):
            self.answering.limit_asking(function, shared.alarm_topic)
        for function in self.running:
            errors(function, shared.alarm_topic)
            switches.reach(function)
        self._publish()

    def _key(self) -> kms.Key:
        key = kms.Key(self, "Key", description="Turns that wait, and the functions' variables and dead letters")
        let_events_encrypt(key)
        return key

    def _domain_layer(self) -> list[lambda_.ILayerVersion]:
        return [domain_layer(self, self.domain, self.settings)] if self.domain else []

    def _outside(self) -> OutsideFunction | None:
        if not self.needs.outside:
            return None
        return OutsideFunction(
            self, "Outside", settings=self.settings, shared=self.shared, key=self.key, layers=self.layers, needs=self.needs
        )

    def _queues(self) -> tuple[sqs.Queue, sqs.Queue]:
        dead = dead_letter_queue(self, "DeadLetters", key=self.key, topic=self.shared.alarm_topic)
        queue = sqs.Queue(
            self,
            "AgentQueue",
            encryption_master_key=self.key,
            visibility_timeout=Duration.seconds(6 * WORKER_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=MAX_DELIVERIES),
        )
        watch_age(queue, topic=self.shared.alarm_topic, seconds=LONGEST_WAIT_SECONDS)
        return dead, queue

    def _hear_of_hand_offs(self) -> None:
        """The run that a hand-off goes to, or comes back to, is looked at like any other."""
        name, bus, topic = f"causeway-{self.settings.name}-hand-offs", self.events.bus_name, self.shared.alarm_topic
        rule = route(
            self,
            "HandOffs",
            name=name,
            description="Runs of agents that something was handed to, or came back to",
            pattern={"source": [SOURCE], "detail-type": HAND_OFFS},
            queue=self.queue,
            dead_letters=self.dead_letters,
            bus=bus,
            part="$.detail.look",
        )
        rule.node.add_dependency(self.events.bus)
        watch_route(self, rule=name, bus=bus, what="an event of a hand-off", topic=topic)

    def _function(self, id: str, name: str, seconds: int, concurrency: int, streams: bool = False) -> CausewayFunction:
        """A search of an agent goes without the reranker alone, and tells the model so."""
        function = CausewayFunction(
            self,
            id,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=self.layers,
            timeout=Duration.seconds(seconds),
            concurrency=concurrency,
            streams=streams,
            variables={
                **self.answering.variables(self, whole=True),
                **self.models.chat_model.prices,
                "AGENT_RUNS_QUEUE": self.queue.queue_url,
                "AUDIT_BUCKET": self.data.audit.bucket.bucket_name,
                **({"AGENT_DOMAIN": self.domain} if self.domain else {}),
                **self.reach.variables,
            },
        )
        self.answering.allow_finding(function)
        self.answering.allow_remembering(function)
        self.models.chat_model.allow_converse(function)
        self.data.audit.let_write(function)
        self.data.reviews.allow(function, queues=["Query"])
        self.data.conversations.allow(function, memory=["BatchGetItem"])
        function.allow(["sqs:SendMessage"], [self.queue.queue_arn])
        self.reach.allow(function)
        self.events.let_publish(function)
        return function

    def _rows(self) -> TenantRole:
        granted = [Granted(self.data.runs, ["PutItem", "Query", "UpdateItem"]), Granted(self.data.records, ["GetItem", "PutItem"])]
        return TenantRole(self, "Rows", shared=self.shared, name="agent-rows", functions=self.running, granted=granted)

    def _publish(self) -> None:
        values = {"queue-url": self.queue.queue_url, "dead-letter-queue-url": self.dead_letters.queue_url}
        if self.needs.secrets:
            values |= {"secrets": ",".join(sorted(self.needs.secrets)), "secret-days": str(self.settings.agents.secret_days)}
        publish(self, self.settings.name, values)
