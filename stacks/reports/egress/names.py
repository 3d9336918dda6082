"""Which names the VPC's resolver answers. No security group and no access list stops a question to it, and a name can carry data."""

from stacks.reports.templates import Resource, Templates

ANY, LISTED = "any name", "listed names"
EVERY_NAME = ("*", "*.")


def names_answered(templates: Templates) -> str:
    """`listed names` where a DNS firewall refuses every name that no list has, else `any name`."""
    for association in templates.all("AWS::Route53Resolver::FirewallRuleGroupAssociation"):
        group = templates.target(association.stack, association.properties["FirewallRuleGroupId"])
        vpc = templates.target(association.stack, association.properties["VpcId"])
        if group and vpc and _refuses_the_rest(templates, group):
            return LISTED
    return ANY


def _refuses_the_rest(templates: Templates, group: Resource) -> bool:
    for rule in sorted(group.properties["FirewallRules"], key=lambda each: int(each["Priority"])):
        domains = templates.target(group.stack, rule.get("FirewallDomainListId"))
        every = domains is not None and any(each in EVERY_NAME for each in domains.properties.get("Domains", ()))
        if every and "Qtype" not in rule:
            return bool(rule["Action"] == "BLOCK")
    return False
