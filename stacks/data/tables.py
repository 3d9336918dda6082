"""The tables of this stack: prod copies them to a second region."""

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.data.replicas import replica_key_arn
from stacks.environment import Environment

STRING = dynamodb.AttributeType.STRING


def expiring_table(scope: Construct, id: str, *, keys: tuple[str, str], key: kms.IKey, environment: Environment) -> dynamodb.TableV2:
    """A table whose items expire."""
    return table(scope, id, keys=keys, key=key, environment=environment, expiry="expires_at")


def table(
    scope: Construct, id: str, *, keys: tuple[str, str], key: kms.IKey, environment: Environment, expiry: str | None = None
) -> dynamodb.TableV2:
    """keys: names of the partition and the sort key. key: encrypts the table; its copy has the replica region's key.

    expiry: the attribute that says when an item expires.
    """
    partition, sort = keys
    region = environment.data.replica_region
    elsewhere = {region: replica_key_arn(Stack.of(scope), environment)} if region else None
    return dynamodb.TableV2(
        scope,
        id,
        partition_key=dynamodb.Attribute(name=partition, type=STRING),
        sort_key=dynamodb.Attribute(name=sort, type=STRING),
        time_to_live_attribute=expiry,
        encryption=dynamodb.TableEncryptionV2.customer_managed_key(key, elsewhere),
        replicas=[dynamodb.ReplicaTableProps(region=region)] if region else None,
    )
