"""What AWS fixes per region and CloudFormation cannot look up without an account."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """Facts of one region: managed prefix lists of the gateway endpoints, AWS's account with SageMaker's images of Spark, instances that
    SageMaker hosts on, and Bedrock's rerankers.
    """

    s3_prefix_list: str
    dynamodb_prefix_list: str
    spark_images: str
    hosting_instances: frozenset[str]
    rerankers: frozenset[str] = frozenset()


_EVERYWHERE = frozenset(
    f"ml.{size}"
    for size in (
        "t2.medium",
        "m5.large",
        "m5.xlarge",
        "m5.2xlarge",
        "m5.4xlarge",
        "c5.large",
        "c5.xlarge",
        "c5.2xlarge",
        "c5.4xlarge",
        "c5.9xlarge",
        "g4dn.xlarge",
        "g4dn.2xlarge",
        "g4dn.4xlarge",
        "g5.xlarge",
        "g5.2xlarge",
        "g5.4xlarge",
        "inf2.xlarge",
    )
)
_COHERE = frozenset({"cohere.rerank-v3-5:0"})
_WITH_G6 = _EVERYWHERE | {"ml.g6.xlarge", "ml.g6.2xlarge", "ml.g6.4xlarge"}

REGIONS = {
    "us-east-1": Region("pl-63a5400a", "pl-02cd2c6b", "173754725891", _WITH_G6, _COHERE),
    "us-east-2": Region("pl-7ba54012", "pl-4ca54025", "314815235551", _WITH_G6),
    "us-west-2": Region("pl-68a54001", "pl-00a54069", "153931337802", _WITH_G6, _COHERE),
    "eu-west-1": Region("pl-6da54004", "pl-6fa54006", "571004829621", _EVERYWHERE),
    "eu-central-1": Region("pl-6ea54007", "pl-66a5400f", "906073651304", _WITH_G6, _COHERE),
}


def geography(region: str) -> str:
    """The part of the world whose laws hold for a region, as Bedrock's inference profiles call it: `us` of `us-east-1`."""
    return region.rpartition("-")[0].rpartition("-")[0]
