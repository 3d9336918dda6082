"""The VPC, its endpoints and gateways, and the security groups that decide who may connect to what."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from typing import cast

import jsii
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge_setting, shared_rule
from stacks.constructs.perimeter import buckets_of_aws, own_buckets, own_principals
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service
from stacks.environment import Environment
from stacks.network.access_lists import AccessLists
from stacks.network.adopted import adopted
from stacks.network.default_group import DefaultGroup
from stacks.network.dns_firewall import DnsFirewall
from stacks.network.endpoints import prefix_of
from stacks.regions import REGIONS

HTTPS = ec2.Port.tcp(443)
NO_TRAFFIC = {"CidrIp": "255.255.255.255/32", "Description": "Nowhere", "FromPort": 252, "IpProtocol": "icmp", "ToPort": 86}


@jsii.implements(ec2.IIpAddresses)
class _Addresses:
    """Gives the VPC the CIDRs of the configuration in place of computed ones."""

    def __init__(self, cidr: IPv4Network, subnets: Sequence[IPv4Network]) -> None:
        self._cidr, self._subnets = str(cidr), [str(subnet) for subnet in subnets]

    @jsii.member(jsii_name="allocateVpcCidr")
    def allocate_vpc_cidr(self) -> ec2.VpcIpamOptions:
        return ec2.VpcIpamOptions(cidr_block=self._cidr)

    @jsii.member(jsii_name="allocateSubnetsCidr")
    def allocate_subnets_cidr(self, input: ec2.AllocateCidrRequest) -> ec2.SubnetIpamOptions:
        if len(input.requested_subnets) != len(self._subnets):
            raise ValueError(f"the VPC asks for {len(input.requested_subnets)} subnets; the configuration names {len(self._subnets)}")
        return ec2.SubnetIpamOptions(allocated_subnets=[ec2.AllocatedSubnet(cidr=cidr) for cidr in self._subnets])


class NetworkStack(Stack):
    """Subnets, endpoints, flow logs and one security group per role of traffic."""

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, logs_key: kms.IKey, permission_boundary: iam.IManagedPolicy
    ) -> None:
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings, self.logs_key, self.permission_boundary = environment, logs_key, permission_boundary
        self.vpc: ec2.IVpc = adopted(self, "Vpc", environment.network) if environment.network.adopt else self._vpc()
        self.private_subnets = ec2.SubnetSelection(subnet_group_name="private")
        self.outside_subnets = ec2.SubnetSelection(subnet_group_name="outside")
        self.functions_security_group = self._security_group("Functions", "Lambda functions")
        self.search_security_group = self._security_group("Search", "Search domain")
        self.embedding_security_group = self._security_group("Embedding", "Embedding endpoint")
        self.endpoints_security_group = self._security_group("Endpoints", "Interface endpoints")
        self.outside_security_group = self._way_out()
        self._allow_traffic()
        self._interface_endpoints()
        if environment.network.adopt is None:
            self._keep_whole_vpc()

    @property
    def private_subnet_ids(self) -> list[str]:
        return self.vpc.select_subnets(subnet_group_name="private").subnet_ids

    def _keep_whole_vpc(self) -> None:
        """What whoever keeps a VPC decides for all that is in it."""
        AccessLists(self, "AccessLists", vpc=self.vpc, network=self.settings.network)
        self._gateway_endpoints()
        self._flow_logs()
        self._keep_exports()

    def _keep_exports(self) -> None:
        """Of what other stacks import by some settings only: a deployment cannot take an export away that is still in use."""
        for value in (*self.vpc.select_subnets(subnet_group_name="outside").subnet_ids, self.outside_security_group.security_group_id):
            self.export_value(value)

    def _vpc(self) -> ec2.Vpc:
        network = self.settings.network
        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=cast(ec2.IIpAddresses, _Addresses(network.cidr, [each for kind in network.subnets.values() for each in kind])),
            availability_zones=list(network.zones),
            nat_gateways=network.nat_gateway_count,
            create_internet_gateway=network.nat_gateway_count > 0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False),
                ec2.SubnetConfiguration(name="private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
                ec2.SubnetConfiguration(name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
                ec2.SubnetConfiguration(name="outside", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            ],
        )
        for subnet in vpc.public_subnets if network.nat_gateway_count else []:
            acknowledge_setting(
                subnet.node.find_child("DefaultRoute"),
                shared_rule("VPCNoUnrestrictedRouteToIGW"),
                self.settings,
                "network.nat_gateways",
                reasons.WAY_OUT,
                "the way out of the NAT gateways, the only thing in the public subnets; nothing there gets a public address by itself.",
            )
        return vpc

    def _security_group(self, id: str, role: str) -> ec2.SecurityGroup:
        """Without a rule of its own in the template, EC2 would give the group a way out to everywhere."""
        group = ec2.SecurityGroup(self, id, vpc=self.vpc, description=f"{role} of Causeway", allow_all_outbound=False)
        cast(ec2.CfnSecurityGroup, group.node.default_child).add_property_override("SecurityGroupEgress", [NO_TRAFFIC])
        return group

    def _way_out(self) -> ec2.SecurityGroup:
        """Of the one function that goes out by the gateways. Nothing in the VPC takes traffic from this group."""
        group = self._security_group("Outside", "Function with a way to the internet")
        if self.settings.network.has_way_outside:
            rule = {"CidrIp": "0.0.0.0/0", "Description": "Hosts of the internet", "FromPort": 443, "IpProtocol": "tcp", "ToPort": 443}
            cast(ec2.CfnSecurityGroup, group.node.default_child).add_property_override("SecurityGroupEgress", [rule])
        return group

    def _allow_traffic(self) -> None:
        region = REGIONS[self.settings.region]
        for caller in (self.functions_security_group, self.embedding_security_group):
            caller.add_egress_rule(ec2.Peer.prefix_list(region.s3_prefix_list), HTTPS, "S3 through its gateway endpoint")
        self.functions_security_group.connections.allow_to(self.endpoints_security_group, HTTPS, "AWS services through interface endpoints")
        if (adopt := self.settings.network.adopt) and adopt.endpoints_security_group_id:
            theirs = ec2.SecurityGroup.from_security_group_id(self, "TheirEndpoints", adopt.endpoints_security_group_id, mutable=False)
            self.functions_security_group.connections.allow_to(theirs, HTTPS, "AWS services through interface endpoints of the VPC")
        self.functions_security_group.add_egress_rule(
            ec2.Peer.prefix_list(region.dynamodb_prefix_list), HTTPS, "DynamoDB through its gateway endpoint"
        )
        self.functions_security_group.connections.allow_to(self.search_security_group, HTTPS, "Search and index passages")

    def _gateway_endpoints(self) -> None:
        inside = [self.private_subnets, ec2.SubnetSelection(subnet_group_name="isolated")]
        s3 = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3, subnets=inside)
        for statement in (own_buckets(self), *buckets_of_aws(self)):
            s3.add_to_policy(statement)
        dynamodb = self.vpc.add_gateway_endpoint("DynamoDB", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB, subnets=inside)
        dynamodb.add_to_policy(own_principals(self, "dynamodb"))

    def _interface_endpoints(self) -> None:
        zones = self.settings.network.zones_of_endpoints
        subnets = ec2.SubnetSelection(subnets=self.vpc.select_subnets(subnet_group_name="private").subnets[:zones])
        for name in self.settings.network.own_endpoints:
            endpoint = self.vpc.add_interface_endpoint(
                f"Endpoint-{name}",
                service=ec2.InterfaceVpcEndpointAwsService(name),
                private_dns_enabled=True,
                open=False,
                security_groups=[self.endpoints_security_group],
                subnets=subnets,
            )
            endpoint.add_to_policy(own_principals(self, prefix_of(name)))

    def close_default_group(self, shared: Shared) -> None:
        """The VPC's own group, into which falls what names no other."""
        if self.settings.network.adopt is None:
            DefaultGroup(self, "DefaultGroup", vpc=cast(ec2.Vpc, self.vpc), shared=shared, settings=self.settings)

    def answer_for(self, hosts: Iterable[str]) -> None:
        """hosts: of the internet, whose names are answered beside those of AWS's services."""
        DnsFirewall(self, "DnsFirewall", vpc=self.vpc, region=self.settings.region, hosts=hosts)

    def _flow_logs(self) -> None:
        group = logs.LogGroup(self, "FlowLogs", log_group_name=f"/causeway/{self.settings.name}/flow-logs", encryption_key=self.logs_key)
        role = iam.Role(
            self,
            "FlowLogsRole",
            assumed_by=service(self, "vpc-flow-logs"),
            description="Writes the flow logs of the VPC",
            permissions_boundary=self.permission_boundary,
        )
        iam.ManagedPolicy(
            self,
            "FlowLogsPolicy",
            description="Write the flow logs",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources=[group.log_group_arn]
                )
            ],
        )
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=self.vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
            max_aggregation_interval=60,
        )
