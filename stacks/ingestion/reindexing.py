"""The workflow that fills a new generation of the index beside the old one, and moves searches over. See docs/decisions/232."""

from collections.abc import Callable, Mapping

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import State, StateMachine, choice, invoke
from stacks.data.stack import DataStack
from stacks.ingestion.lanes import Lane
from stacks.ingestion.settings import Reindex
from stacks.models.settings import Embedding
from stacks.models.stack import ModelsStack
from stacks.search.stack import SETUP_TIMEOUT, SearchStack, pipeline_of

SECONDS = 300
LIFE_SECONDS = 30 * 86_400
# Every step may be repeated, whatever became of it.
RETRY = [
    {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "BackoffRate": 2,
        "MaxDelaySeconds": 60,
        "MaxAttempts": 10,
        "JitterStrategy": "FULL",
    }
]
STUCK: list[State] = [
    {"ErrorEquals": ["States.ALL"], "Output": {"did": "stuck", "why": "{% $states.errorOutput.Error %}"}, "Next": "Look"},
]


class Reindexing(Construct):
    """`function` decides, fills and compares; `machine` calls it, and the setup function for what has to be made or removed."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Reindex,
        shared: Shared,
        key: kms.Key,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
        bulk: Lane,
        rate: Callable[[Embedding], Mapping[str, str]],
        layer: lambda_.ILayerVersion,
    ) -> None:
        """bulk: the lane in which documents are cut again. rate: of `Workers`."""
        super().__init__(scope, id)
        self.settings, self.shared, self.key = settings, shared, key
        self.layer = layer
        self.data, self.search, self.models, self.bulk, self.rate = data, search, models, bulk, rate
        self.function = self._function()
        self.machine = StateMachine(
            self,
            "Reindex",
            shared=shared,
            name="re-indexing",
            key=key,
            functions=[self.function.invoked, search.setup.invoked],
            definition=definition(self.function.invoked.function_arn, search.setup.invoked.function_arn, settings.segments),
        )

    def _function(self) -> CausewayFunction:
        function = CausewayFunction(
            self,
            "Function",
            shared=self.shared,
            name="reindex",
            key=self.key,
            layers=[self.layer],
            timeout=Duration.seconds(SECONDS),
            concurrency=self.settings.segments + 2,
            variables=self._variables(),
        )
        documents = self.data.documents
        function.allow(["kms:Decrypt"], [self.data.documents_key.key_arn, self.data.registry_key.key_arn])
        registry = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:UpdateItem"]
        function.allow(registry, [self.data.registry.table_arn])
        function.allow(["s3:ListBucket"], [documents.bucket_arn])
        function.allow(["s3:GetObject"], [documents.arn_for_objects("processed/*")])
        function.allow(["sqs:SendMessage"], [self.bulk.to_read.queue_arn])
        function.allow(["kms:GenerateDataKey"], [self.key.key_arn])
        self.models.allow_embed(function)
        self.search.allow_index(function, "reindex")
        return function

    def _variables(self) -> Mapping[str, str]:
        size = self.settings
        return {
            **self.search.variables,
            **self.models.embedding_variables(lambda size: {**self.rate(size), "SEARCH_PIPELINE": pipeline_of(size)}),
            "DOCUMENTS_BUCKET": self.data.documents.bucket_name,
            "INCOMING_BUCKET": self.data.incoming.bucket_name,
            "REGISTRY_TABLE": self.data.registry.table_name,
            "TO_READ": self.bulk.to_read.queue_url,
            "SEGMENTS": str(size.segments),
            "WRITERS_SECONDS": str(size.writers_seconds),
            "SETTLE_SECONDS": str(size.settle_seconds),
            "STEP_SECONDS": str(size.step_seconds),
            "LOOK_SECONDS": str(size.look_seconds),
            "KEPT_SECONDS": str(size.kept_seconds),
        }


def definition(function: str, setup: str, at_once: int) -> State:
    """In Amazon States Language. function, setup: ARNs. at_once: segments of the registry that are filled beside each other.

    An execution's input: `questions`, the golden ones of the domain. What is next is decided by `function` alone; an execution that ends
    early is begun anew, and goes on.
    """
    return {
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": LIFE_SECONDS,
        "StartAt": "Begin",
        "States": {
            "Begin": {
                "Type": "Pass",
                "Assign": {"questions": "{% $states.input.questions %}"},
                "Output": {"did": "nothing"},
                "Next": "Look",
            },
            "Look": _sent(
                invoke(function, seconds=SECONDS, retry=RETRY, following="Made"),
                "{% $merge([$states.input, {'do': 'look', 'questions': $questions}]) %}",
            ),
            "Made": choice("{% $states.input.do in ['make', 'remake'] %}", "Make", "Filled"),
            "Filled": choice("{% $states.input.do = 'fill' %}", "Fill", "Removed"),
            "Removed": choice("{% $states.input.do = 'remove' %}", "Remove", "Waited"),
            "Waited": choice("{% $states.input.do = 'wait' %}", "Wait", "Ended"),
            "Ended": choice("{% $states.input.do = 'end' %}", "End", "Returned"),
            "Make": _setup(setup, "made"),
            "Fill": {
                "Type": "Map",
                "Items": "{% $states.input.segments %}",
                "MaxConcurrency": at_once,
                "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Portion", "States": _portions(function)},
                "Output": {"did": "filled", "sums": "{% [$states.result.sums] %}"},
                "Catch": STUCK,
                "Next": "Look",
            },
            "Remove": _setup(setup, "removed"),
            "Wait": {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "Output": {"did": "waited"}, "Next": "Look"},
            "End": {"Type": "Succeed"},
            "Returned": {
                "Type": "Fail",
                "Error": "Returned",
                "Cause": "The new index was not good enough; its status says why.",
            },
        },
    }


def _portions(function: str) -> State:
    return {
        "Portion": invoke(function, seconds=SECONDS, retry=RETRY, following="More"),
        "More": choice("{% $states.input.over %}", "Over", "Portion"),
        "Over": {"Type": "Pass", "End": True},
    }


def _setup(setup: str, did: str) -> State:
    seconds = int(SETUP_TIMEOUT.to_seconds())
    task = invoke(setup, seconds=seconds, retry=RETRY, catch=STUCK, following="Look")
    return {**_sent(task, "{% $states.input.setup %}"), "Output": {"did": did}}


def _sent(task: State, payload: str) -> State:
    return {**task, "Arguments": {**task["Arguments"], "Payload": payload}}
