"""Property injectors: a bare Bucket, TableV2, Queue, Topic, LogGroup, Key or Function anywhere in the app already complies.

What a construct is given explicitly wins over what is injected.
"""

from collections.abc import Callable
from typing import Any, cast

import jsii
from aws_cdk import Duration, IPropertyInjector, PropertyInjectors, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from stacks.constructs.perimeter import key_policy
from stacks.constructs.settings import Common


def secure(app: Construct, environment: Common, *, log_retention: logs.RetentionDays, recovery_days: int) -> None:
    """Register the defaults for everything made below `app` from now on. recovery_days: how far back a table can be restored."""
    defaults = _Defaults(environment, log_retention, recovery_days)
    injectors = (
        _Injector(kms.Key, defaults.key),
        _Injector(s3.Bucket, defaults.bucket),
        _Injector(dynamodb.TableV2, defaults.table),
        _Injector(sqs.Queue, defaults.queue),
        _Injector(sns.Topic, defaults.topic),
        _Injector(logs.LogGroup, defaults.log_group),
        _Injector(lambda_.Function, defaults.function),
    )
    PropertyInjectors.of(app).add(*(cast(IPropertyInjector, injector) for injector in injectors))


@jsii.implements(IPropertyInjector)
class _Injector:
    """Puts defaults under the properties that constructs of one class are given."""

    def __init__(self, construct_class: Any, defaults: Callable[[Construct, set[str]], dict[str, Any]]) -> None:
        self._id, self._defaults = construct_class.PROPERTY_INJECTION_ID, defaults

    @property
    @jsii.member(jsii_name="constructUniqueId")
    def construct_unique_id(self) -> str:
        return str(self._id)

    @jsii.member(jsii_name="inject")
    def inject(self, original_props: Any, context: Any) -> Any:
        given = original_props or {}
        return {**self._defaults(context.scope, set(given)), **given}


class _Defaults:
    """The defaults of each class, as camelCase properties. `given` names what the construct sets itself."""

    def __init__(self, environment: Common, log_retention: logs.RetentionDays, recovery_days: int) -> None:
        self._environment, self._log_retention, self._recovery_days = environment, log_retention, recovery_days

    def key(self, scope: Construct, given: set[str]) -> dict[str, Any]:
        return {
            "enableKeyRotation": True,
            "policy": key_policy(Stack.of(scope), self._environment),
            "removalPolicy": self._environment.removal_policy,
        }

    def bucket(self, scope: Construct, given: set[str]) -> dict[str, Any]:
        access_logs = self._made_by("data", "AccessLogs", scope)
        return {
            "blockPublicAccess": s3.BlockPublicAccess.BLOCK_ALL,
            "enforceSSL": True,
            "minimumTLSVersion": 1.2,
            "objectOwnership": s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            "removalPolicy": self._environment.removal_policy,
            "versioned": True,
            **({} if "encryption" in given else {"encryption": s3.BucketEncryption.KMS, "bucketKeyEnabled": True}),
            **({} if given & {"encryption", "encryptionKey"} else {"encryptionKey": stack_key(scope)}),
            **({"serverAccessLogsBucket": access_logs, "serverAccessLogsPrefix": f"{Stack.of(scope).stack_name}/"} if access_logs else {}),
        }

    def table(self, scope: Construct, given: set[str]) -> dict[str, Any]:
        recovery = dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True, recovery_period_in_days=self._recovery_days
        )
        return {
            "pointInTimeRecoverySpecification": recovery,
            "deletionProtection": self._environment.protect_data,
            "removalPolicy": self._environment.removal_policy_of_protected,
            **({} if "encryption" in given else {"encryption": dynamodb.TableEncryptionV2.customer_managed_key(stack_key(scope))}),
        }

    def queue(self, scope: Construct, given: set[str]) -> dict[str, Any]:
        return {
            "encryption": sqs.QueueEncryption.KMS,
            "enforceSSL": True,
            "retentionPeriod": Duration.days(14),
            **({} if "encryptionMasterKey" in given else {"encryptionMasterKey": stack_key(scope)}),
        }

    def topic(self, scope: Construct, given: set[str]) -> dict[str, Any]:
        return {"enforceSSL": True, **({} if "masterKey" in given else {"masterKey": stack_key(scope)})}

    def log_group(self, scope: Construct, given: set[str]) -> dict[str, Any]:
        logs_key = self._made_by("foundation", "LogsKey", scope)
        return {
            "retention": self._log_retention,
            "removalPolicy": self._environment.removal_policy,
            **({"encryptionKey": logs_key} if logs_key else {}),
        }

    def function(self, scope: Construct, given: set[str]) -> dict[str, Any]:
        return {
            "loggingFormat": lambda_.LoggingFormat.JSON,
            "memorySize": self._environment.functions.memory_mb,
            "reservedConcurrentExecutions": 2,
            "timeout": Duration.seconds(30),
            "tracing": lambda_.Tracing.ACTIVE,
        }

    def _made_by(self, stack: str, id: str, scope: Construct) -> IConstruct | None:
        """What the stack of that name made under `id`, if it exists already and is in the same region."""
        made = scope.node.root.node.try_find_child(f"causeway-{self._environment.name}-{stack}")
        return made.node.try_find_child(id) if made and Stack.of(made).region == Stack.of(scope).region else None


def stack_key(scope: Construct) -> kms.IKey:
    """The key of the stack `scope` is in, made at first use, for what names no key of its own."""
    stack = Stack.of(scope)
    found = stack.node.try_find_child("Key")
    return found if isinstance(found, kms.Key) else kms.Key(stack, "Key", description=f"What {stack.stack_name} keeps")
