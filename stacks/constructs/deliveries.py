"""Messages of a queue, handed to a function."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.function import CausewayFunction
from stacks.constructs.nag import acknowledge


def deliver(
    scope: Construct, id: str, *, queue: sqs.IQueue, function: CausewayFunction, at_once: int, concurrency: int, window: int = 0
) -> lambda_.EventSourceMapping:
    """Let `function` handle the messages of `queue`: at most `at_once` in one call, and so many calls at the same time.

    window: seconds that a call waits until there are so many messages; AWS demands at least one for more than ten at once.
    concurrency: at least 2, and together with the function's other queues no more than is reserved for it. A message whose id the function
    returns is delivered again.
    """
    function.allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [queue.queue_arn])
    source = lambda_.EventSourceMapping(
        scope,
        id,
        target=function.invoked,
        event_source_arn=queue.queue_arn,
        batch_size=at_once,
        max_batching_window=Duration.seconds(window) if window else None,
        max_concurrency=concurrency,
        report_batch_item_failures=True,
    )
    source.node.add_dependency(function.permissions)
    acknowledge(
        source,
        ["Serverless-LambdaEventSourceMappingDestination"],
        reasons.QUEUE_REDRIVES,
        "Its queue has a redrive policy.",
    )
    return source
