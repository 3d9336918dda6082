"""The web firewall before the API."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from stacks.environment import Environment

Acl = waf.CfnWebACL
# A question is text that nothing executes: these may look at it and count, not block it.
COUNTED = ("CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY")
MANAGED = (
    ("AWSManagedRulesAmazonIpReputationList", ()),
    ("AWSManagedRulesCommonRuleSet", COUNTED),
    ("AWSManagedRulesKnownBadInputsRuleSet", ()),
)


class Firewall(Construct):
    """AWS's managed rules and a rate limit for each address, with a log of what was decided."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, logs_key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.settings = environment
        self.acl = self._acl()
        self._log(logs_key)

    def protect(self, arn: str) -> waf.CfnWebACLAssociation:
        return waf.CfnWebACLAssociation(self, "Association", resource_arn=arn, web_acl_arn=self.acl.attr_arn)

    def _acl(self) -> waf.CfnWebACL:
        managed = [self._managed(priority, name, counted) for priority, (name, counted) in enumerate(MANAGED, start=1)]
        return Acl(
            self,
            "Acl",
            name=f"causeway-{self.settings.name}",
            scope="REGIONAL",
            default_action=Acl.DefaultActionProperty(allow=Acl.AllowActionProperty()),
            rules=[self._rate_limit(), *managed],
            visibility_config=self._visibility("all"),
        )

    def _rate_limit(self) -> waf.CfnWebACL.RuleProperty:
        limit = Acl.RateBasedStatementProperty(
            limit=self.settings.assistant.firewall_requests_per_five_minutes, aggregate_key_type="IP", evaluation_window_sec=300
        )
        return Acl.RuleProperty(
            name="rate-limit",
            priority=0,
            action=Acl.RuleActionProperty(block=Acl.BlockActionProperty()),
            statement=Acl.StatementProperty(rate_based_statement=limit),
            visibility_config=self._visibility("rate-limit"),
        )

    def _managed(self, priority: int, name: str, counted: tuple[str, ...]) -> waf.CfnWebACL.RuleProperty:
        count = Acl.RuleActionProperty(count=Acl.CountActionProperty())
        group = Acl.ManagedRuleGroupStatementProperty(
            vendor_name="AWS",
            name=name,
            rule_action_overrides=[Acl.RuleActionOverrideProperty(name=rule, action_to_use=count) for rule in counted] or None,
        )
        return Acl.RuleProperty(
            name=name,
            priority=priority,
            override_action=Acl.OverrideActionProperty(none={}),
            statement=Acl.StatementProperty(managed_rule_group_statement=group),
            visibility_config=self._visibility(name),
        )

    def _visibility(self, name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
        return Acl.VisibilityConfigProperty(
            cloud_watch_metrics_enabled=True, metric_name=f"causeway-{self.settings.name}-{name}", sampled_requests_enabled=False
        )

    def _log(self, logs_key: kms.IKey) -> None:
        """WAF writes only to groups whose name begins so. Tokens and what addresses ask for are left out: a signed link is among them."""
        name = f"aws-waf-logs-causeway-{self.settings.name}"
        logs.LogGroup(self, "Logs", log_group_name=name, encryption_key=logs_key)
        arn = Stack.of(self).format_arn(service="logs", resource="log-group", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME)
        waf.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[arn],
            redacted_fields=[
                waf.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": "authorization"}),
                waf.CfnLoggingConfiguration.FieldToMatchProperty(query_string={}),
            ],
        ).node.add_dependency(self.node.find_child("Logs"))
