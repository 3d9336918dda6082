"""Names shared by the buckets and keys of a region and their replicas in another, so that neither stack refers to the other."""

from aws_cdk import Stack

from stacks.environment import Environment

REPLICATION = "replication"
ACCOUNT_REPLICATION = "account-replication"
AUDIT = "audit"
SNAPSHOTS = "snapshots"
USAGE = "usage"  # where the environment has a catalogue
REPLICATED = ("incoming", "documents", "artifacts", "archive", SNAPSHOTS, AUDIT)
SNAPSHOTS_DELETED_AFTER_DAYS = 7  # until then a snapshot that somebody has deleted can be brought back
ERASED_AFTER_DAYS = 1  # then what users erase of the archive of their conversations is gone from both regions


def replica_bucket_name(stack: Stack, environment: Environment, bucket: str) -> str:
    """The physical name of the copy of `bucket`, one of REPLICATED, in the replica region."""
    return f"causeway-{environment.name}-{stack.account}-{bucket}-{environment.data.replica_region}"


def replica_key_alias(environment: Environment) -> str:
    """The alias of the key that encrypts every copy in the replica region."""
    return f"alias/causeway-{environment.name}-replica"


def replica_key_arn(stack: Stack, environment: Environment) -> str:
    """The alias as an ARN, which replication rules and table replicas take for a key."""
    return f"arn:{stack.partition}:kms:{environment.data.replica_region}:{stack.account}:{replica_key_alias(environment)}"
