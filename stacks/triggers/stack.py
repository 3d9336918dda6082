"""Triggers: the events that a domain's agents are begun by, one queue for them, and the function that begins the runs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.agents.domain_layer import Trigger
from stacks.agents.stack import AgentsStack
from stacks.agents.tenant_role import Granted, TenantRole
from stacks.constructs.alarms import alarm
from stacks.constructs.deliveries import deliver
from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.parameters import publish
from stacks.constructs.perimeter import role_name
from stacks.constructs.queues import dead_letter_queue, watch_age
from stacks.constructs.routes import let_events_encrypt, route, watch_route
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import StateMachine
from stacks.data.domains import content_of
from stacks.data.stack import DataStack
from stacks.environment import Environment, InvalidEnvironment
from stacks.events.stack import SOURCE, EventsStack
from stacks.switches.stack import SwitchesStack
from stacks.teams.stack import TeamsStack

SECONDS = 60
LONGEST_WAIT_SECONDS = 15 * 60
MAX_DELIVERIES = 5
AT_ONCE = 10
FOR_THE_STREAM = 1  # of the function's concurrency: the changes of a shard are heard one after another
A_DAY = 86400
LONGEST_NAME = 64  # of a schedule
STREAM_ACTIONS = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
ENDED = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
OF_TENANTS = "An execution is named by its run, known at run time only; the machine is named."


def schedule_name(environment: str, trigger: str, tenant: str) -> str:
    """Raises InvalidEnvironment for one that is longer than EventBridge Scheduler takes: cut, two could be the same."""
    name = f"causeway-{environment}-{trigger}-{tenant}"
    if len(name) > LONGEST_NAME:
        raise InvalidEnvironment(f"triggers.yaml: the schedule {name} has a name of more than {LONGEST_NAME} characters; shorten {trigger}")
    return name


class TriggersStack(Stack):
    """Only what the domain's triggers need is made."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        switches: SwitchesStack,
        data: DataStack,
        events: EventsStack,
        agents: AgentsStack,
        teams: TeamsStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.data, self.events, self.agents = environment, shared, data, events, agents
        self.triggers = agents.needs.triggers
        self.machines: Mapping[str, Sequence[StateMachine]] = {
            "teams": list(teams.machines.values()),
        }
        self.key = self._key()
        self.dead_letters, self.queue = self._queues()
        self.function = self._function()
        self._rows()
        switches.reach(self.function)
        errors(self.function, shared.alarm_topic)
        concurrency = environment.triggers.concurrency - FOR_THE_STREAM
        deliver(self, "Deliveries", queue=self.queue, function=self.function, at_once=AT_ONCE, concurrency=concurrency)
        self._hear_of_documents()
        self._hear_of_executions()
        self._hear_of_accounts()
        self._schedule()
        self._hear_of_changes()
        self._watch_what_is_held_back()
        publish(self, environment.name, {"queue-url": self.queue.queue_url, "dead-letter-queue-url": self.dead_letters.queue_url})

    def _of(self, kind: str) -> list[Trigger]:
        return [each for each in self.triggers if each.when.kind == kind]

    def _key(self) -> kms.Key:
        key = kms.Key(self, "Key", description="Events that begin runs of agents, and the function's variables and dead letters")
        let_events_encrypt(key)
        return key

    def _queues(self) -> tuple[sqs.Queue, sqs.Queue]:
        dead = dead_letter_queue(self, "DeadLetters", key=self.key, topic=self.shared.alarm_topic)
        queue = sqs.Queue(
            self,
            "Queue",
            encryption_master_key=self.key,
            visibility_timeout=Duration.seconds(6 * SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=MAX_DELIVERIES),
        )
        watch_age(queue, topic=self.shared.alarm_topic, seconds=LONGEST_WAIT_SECONDS)
        return dead, queue

    def _heard(self) -> dict[str, str]:
        """Whose executions the triggers want to hear of, by the machine's ARN."""
        wanted = {each.when.of for each in self._of("execution")}
        return {machine.arn: of for of in sorted(wanted) for machine in self.machines[of]}

    def _function(self) -> CausewayFunction:
        """It writes runs down and asks no model: what works is the worker of agents."""
        heard = self._heard()
        function = CausewayFunction(
            self,
            "Triggered",
            shared=self.shared,
            name="agent-triggered",
            key=self.key,
            layers=self.agents.layers,
            timeout=Duration.seconds(SECONDS),
            concurrency=self.settings.triggers.concurrency,
            variables={
                "AGENT_DOMAIN": self.agents.domain or "",
                "AGENT_RUNS_QUEUE": self.agents.queue.queue_url,
                "TRIGGER_DEAD_LETTERS": self.dead_letters.queue_url,
                "MACHINES": self.to_json_string(heard),
                "TRIGGER_ACCOUNTS": json.dumps(self.settings.triggers.accounts),
            },
        )
        function.allow(["sqs:SendMessage"], [self.agents.queue.queue_arn, self.dead_letters.queue_arn])
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.agents.key.key_arn])
        for machines in (self.machines[of] for of in sorted(set(heard.values()))):
            for machine in machines:
                function.allow(["states:DescribeExecution"], [self._executions_of(machine)], why=OF_TENANTS)
                function.allow(["kms:Decrypt"], [machine.key.key_arn])
        return function

    def _executions_of(self, machine: StateMachine) -> str:
        name = f"causeway-{self.settings.name}-{machine.name}"
        return f"arn:{self.partition}:states:{self.region}:{self.account}:execution:{name}:*"

    def _rows(self) -> None:
        granted = [Granted(self.data.runs, ["PutItem", "Query", "UpdateItem"])]
        TenantRole(self, "TriggeredRows", shared=self.shared, name="agent-triggered-rows", functions=[self.function], granted=granted)

    def _hear_of_documents(self) -> None:
        """By what ingestion says once they can be searched: before that, no agent can read them."""
        for became in sorted({each.when.became for each in self._of("document")}):
            below = sorted({each.when.below for each in self._of("document") if each.when.became == became})
            names = {} if "" in below else {"detail": {"name": [{"prefix": each} for each in below]}}
            pattern = {"source": [SOURCE], "detail-type": [f"Document {became}"], **names}
            self._route(f"Documents{became.capitalize()}", f"documents-{became}", f"Documents that were {became}", pattern, bus=True)

    def _hear_of_executions(self) -> None:
        heard = self._heard()
        if not heard:
            return
        detail = {"stateMachineArn": list(heard), "status": ENDED}
        pattern = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"], "detail": detail}
        self._route("Executions", "executions", "Executions that have ended", pattern)

    def _hear_of_accounts(self) -> None:
        """The bus takes from each account only what a trigger wants, and says so itself."""
        accounts, wanted = self.settings.triggers.accounts, [each.when for each in self._of("account")]
        if not accounts or not wanted:
            return
        sent = {"source": sorted({each.source for each in wanted}), "detail-type": sorted({each.detail_type for each in wanted})}
        self._route("Accounts", "accounts", "Events of other accounts", {**sent, "account": sorted(accounts)}, bus=True)
        statement = iam.PolicyStatement(
            sid="EventsOfOtherAccounts",
            principals=[iam.AccountPrincipal(id) for id in sorted(accounts)],
            actions=["events:PutEvents"],
            resources=[self.events.arn],
            conditions={
                "StringEquals": {"events:source": sent["source"], "events:detail-type": sent["detail-type"]},
                "Null": {"events:source": "false"},
            },
        )
        policy = events.CfnEventBusPolicy(
            self,
            "OtherAccounts",
            statement_id="EventsOfOtherAccounts",
            event_bus_name=self.events.bus_name,
            statement=statement.to_statement_json(),
        )
        policy.node.add_dependency(self.events.bus)

    def _route(self, id: str, name: str, description: str, pattern: Mapping[str, Any], bus: bool = False) -> None:
        scope, full = Construct(self, id), f"causeway-{self.settings.name}-triggers-{name}"
        on = self.events.bus_name if bus else None
        rule = route(
            scope,
            "Rule",
            name=full,
            description=description,
            pattern=pattern,
            queue=self.queue,
            dead_letters=self.dead_letters,
            bus=on,
        )
        if bus:
            rule.node.add_dependency(self.events.bus)
        watch = Construct(scope, "Trigger")
        watch_route(watch, rule=full, bus=on, what="an event that begins runs", topic=self.shared.alarm_topic)

    def _schedule(self) -> None:
        """A schedule for each trigger and tenant; both get no words of anybody, and the time that tells one occasion from the next."""
        wanted = self._of("schedule")
        if not wanted:
            return
        role = self._scheduling()
        tenants = [str(each["id"]) for each in content_of(self.agents.domain, "domain.yaml")["tenants"]]
        for trigger in wanted:
            for tenant in tenants:
                asked = {"trigger": trigger.name, "tenant": tenant, "time": "<aws.scheduler.scheduled-time>"}
                scheduler.CfnSchedule(
                    self,
                    f"Schedule-{trigger.name}-{tenant}",
                    name=schedule_name(self.settings.name, trigger.name, tenant),
                    description=f"Begins {trigger.name} of {tenant}",
                    schedule_expression=trigger.when.at,
                    schedule_expression_timezone=trigger.when.time_zone,
                    flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
                    kms_key_arn=self.key.key_arn,
                    target=scheduler.CfnSchedule.TargetProperty(
                        arn=self.queue.queue_arn,
                        role_arn=role.role_arn,
                        input=json.dumps(asked),
                        dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
                        retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                            maximum_event_age_in_seconds=A_DAY, maximum_retry_attempts=185
                        ),
                    ),
                )

    def _scheduling(self) -> iam.Role:
        """The role by which EventBridge Scheduler sends to the queue and to the dead letters."""
        account = {"StringEquals": {"aws:SourceAccount": self.account}}
        role = iam.Role(
            self,
            "Scheduling",
            role_name=role_name(self.settings, "triggers-schedule"),
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=account),
            description="Sends what schedules begin to the queue of triggers",
            permissions_boundary=self.shared.boundaries.machines,
        )
        iam.ManagedPolicy(
            self,
            "SchedulingPermissions",
            description="The queue of triggers, its dead letters and their key",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.queue.queue_arn, self.dead_letters.queue_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn]),
            ],
        )
        return role

    def _hear_of_changes(self) -> None:
        """Straight from the stream: a queue would not keep the order of one record's changes."""
        if not self._of("stream"):
            return
        table = self.data.records.table
        arn = table.table_stream_arn or ""
        self.function.allow([f"dynamodb:{action}" for action in STREAM_ACTIONS], [arn])
        self.function.allow(["kms:Decrypt"], [self.data.records.key.key_arn])
        source = lambda_.EventSourceMapping(
            self,
            "Changes",
            target=self.function.invoked,
            event_source_arn=arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=AT_ONCE,
            report_batch_item_failures=True,
            on_failure=sources.SqsDlq(self.dead_letters),
        )
        source.node.add_dependency(self.function.permissions)

    def _watch_what_is_held_back(self) -> None:
        alarm(
            self,
            "Held",
            metric=self.function.counted("TriggersHeld", Duration.minutes(5)),
            threshold=1,
            unit="events in 5 minutes",
            meaning="Events that should have begun runs of agents were held back",
            topic=self.shared.alarm_topic,
        )
