"""Why findings of rule packs are accepted: each reason once, with what holds instead, who answers for it and when it is looked at again."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

HALF_A_YEAR, A_YEAR = date(2027, 5, 31), date(2027, 11, 30)
INFRASTRUCTURE = "tests/infrastructure"


@dataclass(frozen=True)
class Reason:
    """key: begins each acknowledgment in the templates. instead: what protects in place of what the rule asks.

    tests: hold that, as `file::test`. review: the day after which `make comply` fails until somebody has looked at the reason again.
    """

    key: str
    text: str
    instead: str
    tests: tuple[str, ...]
    owner: Literal["platform team", "security team"]
    review: date = A_YEAR


OBJECTS = Reason(
    "objects-by-prefix",
    "Names of objects hold a tenant, a document or a day, and are known at run time only.",
    "One bucket and one prefix, actions by name, and a bucket policy that admits the role from inside the VPC alone.",
    (
        f"{INFRASTRUCTURE}/test_ingestion.py::test_each_function_touches_only_the_folders_of_its_work",
        f"{INFRASTRUCTURE}/test_perimeter.py::test_stolen_credentials_of_a_function_open_no_bucket_from_outside",
    ),
    "security team",
)
NAMES = Reason(
    "names-at-run-time",
    "The name is made by a service or by a run, and is known at run time only.",
    "The part of the name that is known is written out, or a condition narrows the statement.",
    (
        f"{INFRASTRUCTURE}/test_permissions.py::test_no_role_acts_on_everything_but_by_the_listed_statements",
        f"{INFRASTRUCTURE}/test_calls.py::test_no_role_may_do_what_its_code_never_calls",
    ),
    "security team",
)
NO_RESOURCE = Reason(
    "no-resource-to-name",
    "AWS defines no resource for these actions, so the statement must name `*`.",
    "The statement names its actions one by one and stands on a list that a test compares with the templates.",
    (
        f"{INFRASTRUCTURE}/test_permissions.py::test_no_role_acts_on_everything_but_by_the_listed_statements",
        f"{INFRASTRUCTURE}/test_permissions.py::test_no_statement_allows_a_wildcard_of_actions",
        f"{INFRASTRUCTURE}/test_permissions.py::test_function_code_is_denied_the_interface_calls",
    ),
    "security team",
)
ACCOUNT = Reason(
    "for-the-whole-account",
    "What it sets, serves or looks at is the account, whatever is in it.",
    "Its actions are named one by one, and none reaches a document, a row or a key.",
    (
        f"{INFRASTRUCTURE}/test_people.py::test_an_auditor_reads_settings_and_no_data",
        f"{INFRASTRUCTURE}/test_permissions.py::test_no_role_acts_on_everything_but_by_the_listed_statements",
        f"{INFRASTRUCTURE}/test_permissions.py::test_what_one_purpose_needs_raises_no_other_ceiling",
    ),
    "security team",
)
EMERGENCY = Reason(
    "in-an-emergency",
    "In an emergency nobody knows beforehand which object it takes.",
    "Users by name assume it with a second factor for an hour, each use is told, and no record of the account can be changed.",
    (
        f"{INFRASTRUCTURE}/test_people.py::test_a_person_assumes_a_role_by_name_and_second_factor",
        f"{INFRASTRUCTURE}/test_people.py::test_who_breaks_the_glass_mends_objects_and_touches_no_record_of_the_account",
        f"{INFRASTRUCTURE}/test_account.py::test_whoever_assumes_a_role_that_is_not_for_them_is_told_of",
    ),
    "security team",
    HALF_A_YEAR,
)
BOUNDARY = Reason(
    "boundary-grants-nothing",
    "A boundary grants nothing; it caps the actions of the roles of one purpose, by name.",
    "Each role's own policy names its resources, and the boundary holds no action that no role uses.",
    (
        f"{INFRASTRUCTURE}/test_permissions.py::test_every_role_carries_the_boundary_of_its_purpose",
        f"{INFRASTRUCTURE}/test_permissions.py::test_no_boundary_holds_what_no_role_of_its_purpose_uses",
    ),
    "security team",
)
DEAD_LETTERS = Reason(
    "dead-letters-end-here",
    "It is a dead-letter queue itself: what it holds is redriven or deleted by a person.",
    "An alarm from the first message on, 14 days to act, and a runbook.",
    (
        f"{INFRASTRUCTURE}/test_functions.py::test_every_queue_has_a_dead_letter_queue_or_is_one",
        f"{INFRASTRUCTURE}/test_functions.py::test_every_queue_has_an_alarm_on_its_age_that_reaches_people",
    ),
    "platform team",
)
QUEUE_REDRIVES = Reason(
    "queue-redrives",
    "Lambda takes no failure destination for the event source of a queue.",
    "The queue's own redrive policy sends what fails to its dead letters.",
    (
        f"{INFRASTRUCTURE}/test_functions.py::test_every_queue_has_a_dead_letter_queue_or_is_one",
        f"{INFRASTRUCTURE}/test_ingestion.py::test_every_queue_gives_what_nobody_can_handle_to_the_dead_letters",
    ),
    "platform team",
)
COPIES = Reason(
    "is-the-copy",
    "It is itself the copy or the log that the rule asks for; a copy of the copy, or a log of the log, would never end.",
    "Its source is copied into it, its policy lets the role of replication alone write, and copies of logs are locked.",
    (
        f"{INFRASTRUCTURE}/test_data.py::test_prod_copies_each_bucket_of_its_data_or_is_the_copy",
        f"{INFRASTRUCTURE}/test_data.py::test_access_logs_are_copied_into_an_archive_where_nobody_can_erase_them_in_time",
        f"{INFRASTRUCTURE}/test_perimeter.py::test_only_replication_touches_the_copies_in_the_other_region",
    ),
    "platform team",
)
MADE_AGAIN = Reason(
    "made-again-from-source",
    "What it holds is made again from a commit at any time; a copy in another region would bring nothing back.",
    "The repository keeps the source, and every run of the pipeline makes everything anew.",
    (f"{INFRASTRUCTURE}/test_delivery.py::test_a_run_makes_templates_and_code_from_the_source_and_from_nothing_else",),
    "platform team",
)
NO_REPOSITORY = Reason(
    "build-reads-no-repository",
    "The rule asks for OAuth where a build reads GitHub or Bitbucket by itself; it looks at every build.",
    "CodePipeline reads the branch by a connection that one role may use for one repository, and hands the files over.",
    (
        f"{INFRASTRUCTURE}/test_delivery.py::test_builds_read_the_source_and_write_artifacts_and_logs_and_do_nothing_else",
        f"{INFRASTRUCTURE}/test_delivery.py::test_a_run_makes_templates_and_code_from_the_source_and_from_nothing_else",
    ),
    "security team",
)
SERVICE_WRITES = Reason(
    "service-writes-without-our-key",
    "The service that writes here delivers to no store with a key of ours; AWS encrypts it with its own.",
    "Policies admit that service and this account alone; access logs go on into an archive with our key.",
    (
        f"{INFRASTRUCTURE}/test_perimeter.py::test_s3_delivers_access_logs",
        f"{INFRASTRUCTURE}/test_data.py::test_every_log_group_has_a_key_and_the_retention_of_its_environment",
    ),
    "security team",
)
NO_CACHE = Reason(
    "no-cache-of-answers",
    "The gateway's cache is off: no answer of one tenant is ever kept where another's request could be served from it.",
    "There is nothing to encrypt.",
    (f"{INFRASTRUCTURE}/test_assistant.py::test_the_stage_throttles_traces_and_logs_without_bodies",),
    "platform team",
)
NO_HTTP_BACKEND = Reason(
    "no-http-backend",
    "A client certificate is shown to HTTP backends; every backend here is a Lambda function.",
    "Functions are invoked over TLS, by a permission that names the route.",
    (f"{INFRASTRUCTURE}/test_assistant.py::test_each_route_leads_to_the_function_that_serves_it",),
    "platform team",
)
OPEN_ROUTES = Reason(
    "route-without-sign-in",
    "Who asks here has no account to sign in with.",
    "The route says nothing of its own, or wants a link that KMS has signed for one person, run and time.",
    (
        f"{INFRASTRUCTURE}/test_assistant.py::test_every_route_that_is_not_open_to_all_wants_a_token_of_the_user_pool",
        f"{INFRASTRUCTURE}/test_approvals.py::test_links_are_signed_by_a_key_that_can_do_nothing_else",
    ),
    "security team",
)
NO_ADDRESSES = Reason(
    "domain-in-a-vpc",
    "Policies of a search domain in a VPC take no addresses.",
    "Its security group admits the functions' group and nothing else, and its policy this environment's roles.",
    (
        f"{INFRASTRUCTURE}/test_search.py::test_the_domain_lets_in_signed_requests_of_this_environments_roles_only",
        f"{INFRASTRUCTURE}/test_network.py::test_no_security_group_is_open_to_the_internet_but_outwards_that_of_the_function_that_goes_outside",
    ),
    "security team",
)
OUTSIDE_VPC = Reason(
    "function-outside-the-vpc",
    "The function calls one service of AWS once a deployment; an interface endpoint for that would stand there all month.",
    "Its role names three actions on one group, and it reaches no data: bucket policies admit roles from inside the VPC alone.",
    (
        f"{INFRASTRUCTURE}/test_network.py::test_the_default_security_group_is_closed_by_a_function_that_can_do_nothing_else",
        f"{INFRASTRUCTURE}/test_egress.py::test_packets_go_where_the_environments_file_says_and_nowhere_else",
    ),
    "security team",
)
ACCESS_LISTS = Reason(
    "access-lists-beside-groups",
    "The rule warns that access lists are hard to keep right; they stand beside security groups and in the place of none.",
    "They are few, and each deployment is proved to let pass what is needed and nothing else.",
    (f"{INFRASTRUCTURE}/test_egress.py::test_packets_go_where_the_environments_file_says_and_nowhere_else",),
    "security team",
)
WAY_OUT = Reason(
    "way-out-of-nat-gateways",
    "A NAT gateway needs a route to the internet gateway.",
    "NAT gateways are alone in the public subnets, nothing there gets a public address by itself, and one function alone uses them.",
    (
        f"{INFRASTRUCTURE}/test_network.py::test_nothing_gets_a_public_address_by_itself",
        f"{INFRASTRUCTURE}/test_network.py::test_one_function_alone_has_the_way_to_the_internet",
    ),
    "security team",
    HALF_A_YEAR,
)
MADE_ELSEWHERE = Reason(
    "made-by-somebody-else",
    "The key is made by the service that it opens, and no function of ours can make another.",
    "One function alone reads it, every other read is told, people are reminded when it is old, and a new one needs no deployment.",
    (
        f"{INFRASTRUCTURE}/test_secrets.py::test_one_function_reads_a_key_and_not_even_who_sets_it",
        f"{INFRASTRUCTURE}/test_secrets.py::test_whoever_else_reads_or_changes_a_key_is_told_of",
        f"{INFRASTRUCTURE}/test_secrets.py::test_an_old_key_is_told_of",
    ),
    "security team",
    HALF_A_YEAR,
)
NVME = Reason(
    "disk-encrypted-by-hardware",
    "SageMaker takes no key for instances with local NVMe disks.",
    "The hardware encrypts these disks with a key of its own that ends with the instance.",
    (f"{INFRASTRUCTURE}/test_models.py::test_endpoint_disks_are_encrypted_by_our_key_or_by_their_hardware",),
    "platform team",
)
SMALLER_THAN_PROD = Reason(
    "smaller-than-prod",
    "This environment does without what costs much and protects samples only.",
    "Prod is refused at synth with the same setting.",
    (f"{INFRASTRUCTURE}/test_compliance.py::test_prod_is_refused_what_a_small_environment_does_without",),
    "platform team",
)
HOST_RUNTIME = Reason(
    "runs-on-this-machine",
    "Functions of the local AWS run by the interpreter that synthesizes.",
    "Every environment of AWS is refused this runtime and has the newest.",
    (f"{INFRASTRUCTURE}/test_functions.py::test_every_function_in_aws_runs_the_newest_python_on_arm",),
    "platform team",
)
PUBLISHED = Reason(
    "version-is-published",
    "Snapshots serve published versions only.",
    "Every change publishes a version, and callers invoke the alias that points at it.",
    (
        f"{INFRASTRUCTURE}/test_functions.py::test_every_published_function_has_the_alias_live",
        f"{INFRASTRUCTURE}/test_functions.py::test_no_one_invokes_a_published_function_past_its_alias",
    ),
    "platform team",
)

REASONS = {reason.key: reason for reason in list(globals().values()) if isinstance(reason, Reason)}
