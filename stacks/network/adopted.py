"""A VPC that somebody else keeps, and the app moves into. See docs/decisions/275-a-vpc-that-is-there.md."""

from aws_cdk import Annotations
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from stacks.network.settings import Network


def adopted(scope: Construct, id: str, network: Network) -> ec2.IVpc:
    """Its subnets by the names that those of a VPC of ours have. Nothing is looked up: synth needs no account."""
    if network.adopt is None:
        raise ValueError("network.adopt names no VPC")
    ids = network.adopt.subnet_ids
    isolated = {kind: ids[kind] for kind in ("private", "isolated")}
    outside = list(ids["outside"]) or None
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        id,
        vpc_id=network.adopt.vpc_id,
        availability_zones=list(network.zones),
        vpc_cidr_block=str(network.cidr),
        isolated_subnet_ids=[subnet for subnets in isolated.values() for subnet in subnets],
        isolated_subnet_names=list(isolated),
        private_subnet_ids=outside,
        private_subnet_names=["outside"] if outside else None,
    )
    Annotations.of(vpc).acknowledge_warning("@aws-cdk/aws-ec2:noSubnetRouteTableId", "Its routes are its owner's; no stack reads them.")
    return vpc
