"""What an account has once for each region: who did what, what is there, what is wrong with it, and what it costs beyond expectation."""

from aws_cdk import Stack
from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_macie as macie
from aws_cdk import aws_securityhub as securityhub
from constructs import Construct

from stacks.account.anomalies import watch_costs
from stacks.account.api_logs import let_api_gateway_log
from stacks.account.configuration import Configuration
from stacks.account.drift import tell_of_drift
from stacks.account.guardrail import enforce_everywhere
from stacks.account.history import History
from stacks.account.invocations import log_invocations
from stacks.account.kept import Kept
from stacks.account.settings import AccountWide
from stacks.account.trail import follow_calls
from stacks.account.transactions import index_traces
from stacks.constructs.findings import Findings, beginning
from stacks.constructs.perimeter import role_arn
from stacks.constructs.shared import Shared
from stacks.constructs.undelivered import Undelivered
from stacks.data.stack import DataStack
from stacks.environment import Environment

# What Lambda sends of a function's network goes into GuardDuty; what other kinds of features look at is not here.
FEATURES = ("S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS")
STANDARDS = (
    "aws-foundational-security-best-practices/v/1.0.0",
    "cis-aws-foundations-benchmark/v/3.0.0",
    "nist-800-53/v/5.0.0",
    "pci-dss/v/4.0.1",
)


class AccountStack(Stack):
    """Each part is there unless its key of `account_wide` is off: then a landing zone has it."""

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, settings: AccountWide, shared: Shared, data: DataStack
    ) -> None:
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings, self.wide, self.shared, self.data = environment, settings, shared, data
        self.history = History(self, "History", environment=environment, boundary=shared.boundaries.jobs)
        undelivered = Undelivered(self, "Undelivered", shared=shared, rules=beginning(environment))
        self.kept = Kept(self, "Kept", shared=shared, undelivered=undelivered)
        self.findings = Findings(self, "Findings", shared=shared, undelivered=undelivered)
        self._who_did_what()
        self._what_is_there()
        self._what_is_wrong()
        self._what_models_are_asked()
        self._what_is_spent()

    def _who_did_what(self) -> None:
        if self.wide.trail:
            follow_calls(self, self.wide.trail, self.shared, self.history)
            tell_of_drift(self, self.findings)
        if self.wide.api_log_role:
            let_api_gateway_log(self, self.shared)
        if self.wide.transaction_search:
            index_traces(self, self.shared, self.wide.transaction_search)

    def _what_is_there(self) -> None:
        if self.wide.config:
            Configuration(
                self, "Configuration", settings=self.wide.config, shared=self.shared, history=self.history, findings=self.findings
            )

    def _what_is_wrong(self) -> None:
        if self.wide.access_analyzer:
            self._access_analyzers()
        if self.wide.guard_duty:
            self._guard_duty()
        if self.wide.security_hub:
            self._security_hub()
        if self.wide.inspector:
            self._inspector()
        if self.wide.macie:
            self._macie()

    def _what_models_are_asked(self) -> None:
        if self.wide.invocation_log:
            log_invocations(self, self.shared, self.kept)
        if self.wide.enforced_guardrail:
            enforce_everywhere(self, self.settings)

    def _what_is_spent(self) -> None:
        if self.wide.cost_anomalies_usd:
            watch_costs(self, self.settings, self.wide.cost_anomalies_usd)

    def _access_analyzers(self) -> None:
        unused = accessanalyzer.CfnAnalyzer.UnusedAccessConfigurationProperty(unused_access_age=self.wide.unused_access_days)
        accessanalyzer.CfnAnalyzer(self, "ExternalAccess", type="ACCOUNT")
        accessanalyzer.CfnAnalyzer(
            self,
            "UnusedAccess",
            type="ACCOUNT_UNUSED_ACCESS",
            analyzer_configuration=accessanalyzer.CfnAnalyzer.AnalyzerConfigurationProperty(unused_access_configuration=unused),
        )
        self.findings.tell(
            "Access",
            pattern={
                "source": ["aws.access-analyzer"],
                "detail-type": ["Access Analyzer Finding", "Unused Access Finding for IAM entities"],
                "detail": {"status": ["ACTIVE"]},
            },
            says="IAM Access Analyzer: <kind> of <resource>",
            where={"kind": "$.detail-type", "resource": "$.detail.resource"},
        )

    def _guard_duty(self) -> None:
        feature = guardduty.CfnDetector.CFNFeatureConfigurationProperty
        guardduty.CfnDetector(
            self,
            "Threats",
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            features=[feature(name=name, status="ENABLED") for name in FEATURES],
        )
        self.findings.tell(
            "Threat",
            pattern={"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": {"severity": [{"numeric": [">=", 4]}]}},
            says="GuardDuty, severity <severity> of 10: <title>",
            where={"severity": "$.detail.severity", "title": "$.detail.title"},
        )

    def _security_hub(self) -> None:
        hub = securityhub.CfnHub(self, "Hub", enable_default_standards=False, control_finding_generator="SECURITY_CONTROL")
        for name in STANDARDS:
            arn = f"arn:{self.partition}:securityhub:{self.region}::standards/{name}"
            standard = securityhub.CfnStandard(self, f"Standard-{name.partition('/')[0]}", standards_arn=arn)
            standard.add_resource_dependency(hub)
        self.findings.tell(
            "Control",
            pattern={
                "source": ["aws.securityhub"],
                "detail-type": ["Security Hub Findings - Imported"],
                "detail": {
                    "findings": {
                        "Compliance": {"Status": ["FAILED"]},
                        "RecordState": ["ACTIVE"],
                        "Severity": {"Label": ["HIGH", "CRITICAL"]},
                        "Workflow": {"Status": ["NEW"]},
                    }
                },
            },
            says="Security Hub, <severity>: <title>",
            where={"severity": "$.detail.findings[0].Severity.Label", "title": "$.detail.findings[0].Title"},
        )

    def _inspector(self) -> None:
        self.kept.every_day("Inspector", "inspector2", "Enable", {"ResourceTypes": ["LAMBDA", "LAMBDA_CODE"]})
        self.findings.tell(
            "Vulnerability",
            pattern={
                "source": ["aws.inspector2"],
                "detail-type": ["Inspector2 Finding"],
                "detail": {"severity": ["HIGH", "CRITICAL"], "status": ["ACTIVE"]},
            },
            says="Inspector, <severity>: <title>",
            where={"severity": "$.detail.severity", "title": "$.detail.title"},
        )

    def _macie(self) -> None:
        self._let_macie_read()
        session = macie.CfnSession(self, "PersonalData", status="ENABLED", finding_publishing_frequency="FIFTEEN_MINUTES")
        buckets = [{"AccountId": self.account, "Buckets": [self.data.documents.bucket_name]}]
        job = {
            "ClientToken": "<aws.scheduler.execution-id>",
            "JobType": "ONE_TIME",
            "ManagedDataIdentifierSelector": "RECOMMENDED",
            "Name": f"{self.stack_name} <aws.scheduler.scheduled-time>",
            "S3JobDefinition": {"BucketDefinitions": buckets},
        }
        self.kept.every_month("Macie", "macie2", "CreateClassificationJob", job).add_resource_dependency(session)
        self.findings.tell(
            "PersonalData",
            pattern={
                "source": ["aws.macie"],
                "detail-type": ["Macie Finding"],
                "detail": {"severity": {"description": ["Medium", "High"]}},
            },
            says="Macie, <severity>: <title>",
            where={"severity": "$.detail.severity.description", "title": "$.detail.title"},
        )

    def _let_macie_read(self) -> None:
        """Its role is made when Macie is switched on: a key's policy that named it as a principal would be refused before."""
        role = "aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
        self.data.documents_key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="MacieLooksForPersonalData",
                principals=[iam.AnyPrincipal()],
                actions=["kms:Decrypt"],
                resources=["*"],
                conditions={
                    "ArnEquals": {"aws:PrincipalArn": role_arn(self, role)},
                    "StringEquals": {"aws:PrincipalAccount": self.account},
                },
            )
        )
