"""What is read of functions and their permissions."""

import json
from types import SimpleNamespace

from local.comparison.compute import permission
from local.comparison.template import Pattern

RULE = "arn:aws:events:us-east-1:000000000000:rule/causeway-local-archive-conversations"
STATEMENT = {"Principal": {"Service": "events.amazonaws.com"}, "Condition": {"ArnLike": {"AWS:SourceArn": RULE}}}


def observed(**properties):
    policy = json.dumps({"Statement": [STATEMENT]})
    aws = SimpleNamespace(get_policy=lambda **asked: {"Policy": policy})
    return permission(lambda service: aws, SimpleNamespace(properties={"FunctionName": "f:live", **properties}))


def test_a_source_known_only_as_a_pattern_is_read_from_the_policy():
    assert observed(SourceArn=Pattern("arn:.*causeway-local-archive-conversations.*"))["SourceArn"] == RULE
    assert observed(SourceArn=Pattern("arn:.*of-another.*"))["SourceArn"] is None


def test_what_no_statement_says_is_not_there():
    assert observed(Principal="events.amazonaws.com")["Principal"] == "events.amazonaws.com"
    assert observed(Principal="s3.amazonaws.com")["Principal"] is None
