"""The web firewall before the API. See docs/decisions/264-the-web-firewall.md."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from stacks.environment import Environment

Acl = waf.CfnWebACL
FIVE_MINUTES = 300
OPEN_PATHS = ("/v1/health", "/v1/approvals/page")  # the API serves them to callers without a token
LENGTH_DIGITS = 6  # of the header Content-Length: a body has less than a million bytes; the largest that a route takes are 262,144
INSPECTED_BYTES = 16_384  # of a body, by AWS's default
# A question is text that nothing executes: these may look at bodies and count, not block. A body may be longer than the 8 KB of the group's
# rule: our own rule says how long. Servers of callers stand with hosting providers.
COUNTED = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesAnonymousIpList": ("HostingProviderIPList",),
    "AWSManagedRulesCommonRuleSet": ("CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "SizeRestrictions_BODY"),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesSQLiRuleSet": ("SQLi_BODY", "SQLiExtendedPatterns_BODY"),
}


class Firewall(Construct):
    """Rates for each address, countries, sizes and AWS's managed rules, with a log of what was decided."""

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, logs_key: kms.IKey, of: str = "", requests: int | None = None
    ) -> None:
        """of: ends its names, where it is not that of users. requests: of one address in five minutes, before it is blocked."""
        super().__init__(scope, id)
        self.settings, self.name = environment, f"causeway-{environment.name}{of}"
        self.requests = requests or environment.assistant.firewall_requests_per_five_minutes
        self.blocks = environment.assistant.firewall_mode == "block"
        self.acl = self._acl()
        self._log(logs_key)

    def protect(self, arn: str) -> waf.CfnWebACLAssociation:
        return waf.CfnWebACLAssociation(self, "Association", resource_arn=arn, web_acl_arn=self.acl.attr_arn)

    def _acl(self) -> waf.CfnWebACL:
        size = self.settings.assistant
        own = {
            "rate-limit": _rate(self.requests),
            "rate-limit-without-token": _rate(size.firewall_open_requests_per_five_minutes, of=_without_token()),
            **({"countries": _not(_from_countries(size.firewall_countries))} if size.firewall_countries else {}),
            "body-size": _large_body(),
        }
        rules = [self._own(priority, name, statement) for priority, (name, statement) in enumerate(own.items())]
        managed = [self._managed(priority, name, counted) for priority, (name, counted) in enumerate(COUNTED.items(), start=len(own))]
        return Acl(
            self,
            "Acl",
            name=self.name,
            scope="REGIONAL",
            default_action=Acl.DefaultActionProperty(allow=Acl.AllowActionProperty()),
            rules=[*rules, *managed],
            visibility_config=self._visibility("all"),
        )

    def _own(self, priority: int, name: str, statement: waf.CfnWebACL.StatementProperty) -> waf.CfnWebACL.RuleProperty:
        block, count = Acl.RuleActionProperty(block=Acl.BlockActionProperty()), Acl.RuleActionProperty(count=Acl.CountActionProperty())
        return Acl.RuleProperty(
            name=name,
            priority=priority,
            action=block if self.blocks else count,
            statement=statement,
            visibility_config=self._visibility(name),
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
            override_action=Acl.OverrideActionProperty(none={}) if self.blocks else Acl.OverrideActionProperty(count={}),
            statement=Acl.StatementProperty(managed_rule_group_statement=group),
            visibility_config=self._visibility(name),
        )

    def _visibility(self, name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
        return Acl.VisibilityConfigProperty(
            cloud_watch_metrics_enabled=True, metric_name=f"{self.name}-{name}", sampled_requests_enabled=False
        )

    def _log(self, logs_key: kms.IKey) -> None:
        """WAF writes only to groups whose name begins so. Tokens and what addresses ask for are left out: a signed link is among them."""
        name = f"aws-waf-logs-{self.name}"
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


def _rate(limit: int, of: waf.CfnWebACL.StatementProperty | None = None) -> waf.CfnWebACL.StatementProperty:
    """More requests of one address in five minutes. of: those that are counted; None for all."""
    return Acl.StatementProperty(
        rate_based_statement=Acl.RateBasedStatementProperty(
            limit=limit, aggregate_key_type="IP", evaluation_window_sec=FIVE_MINUTES, scope_down_statement=of
        )
    )


def _without_token() -> waf.CfnWebACL.StatementProperty:
    """Requests that carry no token, and those of paths where none is read. The stage's name comes before a path."""
    return _any([_not(_longer("authorization", 0)), _path_ends(OPEN_PATHS)])


def _large_body() -> waf.CfnWebACL.StatementProperty:
    """WAF sees the beginning of a body only, so the header says how long it is; a body without that header must end within what is seen."""
    body = Acl.FieldToMatchProperty(body=Acl.BodyProperty(oversize_handling="MATCH"))
    unsaid = Acl.AndStatementProperty(statements=[_not(_longer("content-length", 0)), _size(body, INSPECTED_BYTES)])
    return _any([_longer("content-length", LENGTH_DIGITS), Acl.StatementProperty(and_statement=unsaid)])


def _from_countries(codes: Sequence[str]) -> waf.CfnWebACL.StatementProperty:
    return Acl.StatementProperty(geo_match_statement=Acl.GeoMatchStatementProperty(country_codes=list(codes)))


def _longer(header: str, characters: int) -> waf.CfnWebACL.StatementProperty:
    """Requests with this header, of more characters."""
    return _size(Acl.FieldToMatchProperty(single_header={"Name": header}), characters)


def _size(field: waf.CfnWebACL.FieldToMatchProperty, more_than: int) -> waf.CfnWebACL.StatementProperty:
    return Acl.StatementProperty(
        size_constraint_statement=Acl.SizeConstraintStatementProperty(
            field_to_match=field, comparison_operator="GT", size=more_than, text_transformations=_as_it_is()
        )
    )


def _path_ends(ends: Sequence[str]) -> waf.CfnWebACL.StatementProperty:
    return Acl.StatementProperty(
        regex_match_statement=Acl.RegexMatchStatementProperty(
            field_to_match=Acl.FieldToMatchProperty(uri_path={}),
            regex_string=f"({'|'.join(ends)})$",
            text_transformations=_as_it_is(),
        )
    )


def _as_it_is() -> list[waf.CfnWebACL.TextTransformationProperty]:
    return [Acl.TextTransformationProperty(priority=0, type="NONE")]


def _any(statements: Sequence[waf.CfnWebACL.StatementProperty]) -> waf.CfnWebACL.StatementProperty:
    return Acl.StatementProperty(or_statement=Acl.OrStatementProperty(statements=list(statements)))


def _not(statement: waf.CfnWebACL.StatementProperty) -> waf.CfnWebACL.StatementProperty:
    return Acl.StatementProperty(not_statement=Acl.NotStatementProperty(statement=statement))
