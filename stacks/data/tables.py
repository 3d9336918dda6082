"""The tables of this stack: prod copies them to a second region."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.data.replicas import replica_key_arn
from stacks.environment import Environment

BY_OWNER = "by-owner"
STRING = dynamodb.AttributeType.STRING


def expiring_table(
    scope: Construct,
    id: str,
    *,
    keys: tuple[str, str],
    key: kms.IKey,
    environment: Environment,
    indexes: Mapping[str, tuple[str, str]] | None = None,
    streams: bool = False,
) -> dynamodb.TableV2:
    """A table whose items expire. indexes, streams: as in `table`."""
    return table(scope, id, keys=keys, key=key, environment=environment, expiry="expires_at", indexes=indexes, streams=streams)


def table(
    scope: Construct,
    id: str,
    *,
    keys: tuple[str, str],
    key: kms.IKey,
    environment: Environment,
    expiry: str | None = None,
    indexes: Mapping[str, tuple[str, str]] | None = None,
    streams: bool = False,
) -> dynamodb.TableV2:
    """keys: names of the partition and the sort key. key: encrypts the table; its copy has the replica region's key.

    expiry: the attribute that says when an item expires.
    indexes: by name, with their own partition and sort keys. An item without these attributes is in none of them.
    streams: each change of an item can be heard of, with the item before and after.
    """
    partition, sort = keys
    region = environment.data.replica_region
    elsewhere = {region: replica_key_arn(Stack.of(scope), environment)} if region else None
    return dynamodb.TableV2(
        scope,
        id,
        partition_key=_key(partition),
        sort_key=_key(sort),
        time_to_live_attribute=expiry,
        encryption=dynamodb.TableEncryptionV2.customer_managed_key(key, elsewhere),
        global_secondary_indexes=[_index(name, *of) for name, of in (indexes or {}).items()] or None,
        dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if streams else None,
        replicas=[dynamodb.ReplicaTableProps(region=region)] if region else None,
    )


def _index(name: str, partition: str, sort: str) -> dynamodb.GlobalSecondaryIndexPropsV2:
    return dynamodb.GlobalSecondaryIndexPropsV2(index_name=name, partition_key=_key(partition), sort_key=_key(sort))


def index_by_owner(table: dynamodb.TableV2, partition: str) -> None:
    """Items with the attribute `owner`, and no others, are found by it. partition: name of the table's partition key."""
    table.add_global_secondary_index(
        index_name=BY_OWNER,
        partition_key=_key("owner"),
        sort_key=_key(partition),
        projection_type=dynamodb.ProjectionType.KEYS_ONLY,
    )


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=STRING)
