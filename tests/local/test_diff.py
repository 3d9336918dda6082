"""`make diff` against what is deployed: the local AWS gives back the templates it was given."""

from local import places
from local.app.aws import client
from local.settings import REGION
from stacks.environment import load
from stacks.reports.diff.before import deployed, read
from stacks.reports.diff.comparison import compared
from stacks.reports.diff.report import report
from tests.local.conftest import Deployment

LOCAL = "local"


def test_what_was_just_deployed_is_changed_by_nothing_and_another_name_by_a_replacement(bookshop: Deployment) -> None:
    given = read(places.CLOUD_OUT, LOCAL)
    found = deployed(lambda service, region: client(service), load(LOCAL), dict.fromkeys(given, REGION))
    assert set(found) == set(given)
    assert report(compared(found, given, REGION)) == "Nothing changes."
    table = next(each for each in given["data"]["Resources"].values() if each["Type"] == "AWS::DynamoDB::GlobalTable")
    table["Properties"]["TableName"] = "another"
    [lost] = compared(found, given, REGION).lost
    assert (lost.stack, lost.type, lost.kind, lost.because) == ("data", "AWS::DynamoDB::GlobalTable", "replaced", ("TableName",))
