"""Findings that several stacks meet for the same reason, each acknowledged on one construct."""

from aws_cdk import aws_s3 as s3

from stacks.constructs.nag import acknowledge

NO_REPLICATION = [f"{pack}-S3BucketReplicationEnabled" for pack in ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")]
NO_LOGGING = ["AwsSolutions-S1", *(f"{pack}-S3BucketLoggingEnabled" for pack in ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321"))]
NO_KMS = [f"{pack}-S3DefaultEncryptionKMS" for pack in ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")]


def accept_one_region(bucket: s3.IBucket) -> None:
    """For buckets of an environment that sets no data.replica_region."""
    acknowledge(bucket, NO_REPLICATION, "data.replica_region is not set: this environment has one region by size; prod replicates.")


def accept_access_log_bucket(bucket: s3.IBucket) -> None:
    """For a bucket that only receives other buckets' access logs."""
    acknowledge(bucket, NO_KMS, "S3 delivers access logs only to buckets encrypted with its own key (SSE-S3).")
    acknowledge(bucket, NO_LOGGING, "It holds the access logs; logging its own accesses into itself would never end.")
    acknowledge(bucket, NO_REPLICATION, "Access logs tell of accesses in their own region, are read there, and expire.")
