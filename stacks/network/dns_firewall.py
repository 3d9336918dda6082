"""A DNS firewall: the VPC's resolver answers for names on a list, and says of every other name that there is nothing.

Questions to the resolver pass no security group and no access list, so without it a name could carry data out of the VPC.
See docs/decisions/193-names-that-are-answered.md.
"""

from collections.abc import Iterable

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53resolver as resolver
from constructs import Construct

EVERY_NAME = "*"
PRIORITY = 200  # among the firewalls of a VPC, of which an organization may have put others before


class DnsFirewall(Construct):
    """hosts: that tools ask outside. While the firewall itself fails, nothing is answered: that is AWS's default, and ours."""

    def __init__(self, scope: Construct, id: str, *, vpc: ec2.IVpc, region: str, hosts: Iterable[str]) -> None:
        super().__init__(scope, id)
        listed = resolver.CfnFirewallDomainList(self, "Listed", domains=[*_of_aws(region), *sorted(set(hosts))])
        others = resolver.CfnFirewallDomainList(self, "Others", domains=[EVERY_NAME])
        rules = [
            resolver.CfnFirewallRuleGroup.FirewallRuleProperty(
                action="ALLOW",
                firewall_domain_list_id=listed.attr_id,
                priority=100,
                firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",  # whereto a listed name leads is its owner's to say
            ),
            resolver.CfnFirewallRuleGroup.FirewallRuleProperty(
                action="BLOCK", block_response="NODATA", firewall_domain_list_id=others.attr_id, priority=200
            ),
        ]
        group = resolver.CfnFirewallRuleGroup(self, "Rules", firewall_rules=rules)
        resolver.CfnFirewallRuleGroupAssociation(
            self, "Association", firewall_rule_group_id=group.attr_id, vpc_id=vpc.vpc_id, priority=PRIORITY
        )


def _of_aws(region: str) -> list[str]:
    """Endpoints of the region, search domains in it, and buckets by their global names, as CloudFormation has for its answers."""
    return [f"*.{region}.amazonaws.com", f"*.{region}.es.amazonaws.com", "*.s3.amazonaws.com"]
