"""What CloudFormation does to each resource, said from two templates."""

import pytest

from stacks.reports.diff.comparison import compared
from stacks.reports.diff.report import report

REGION = "us-east-1"


def bucket(**properties):
    return {"Type": "AWS::S3::Bucket", "Properties": properties, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def resource(kind, **properties):
    return {"Type": kind, "Properties": properties}


def changes(old, new, stack="data"):
    found = compared({stack: {"Resources": old}}, {stack: {"Resources": new}}, REGION)
    return {each.id: each for each in found.changes}


def refused(old, new):
    return compared(old, new, REGION).refused


def test_the_same_templates_have_no_change():
    same = {"data": {"Resources": {"Books": bucket(BucketName="books")}}}
    assert report(compared(same, same, REGION)) == "Nothing changes."


@pytest.mark.parametrize(
    ("kind", "old", "new", "happens"),
    [
        ("AWS::S3::Bucket", {"BucketName": "a"}, {"BucketName": "b"}, "replaced"),
        ("AWS::S3::Bucket", {}, {"BucketName": "b"}, "replaced"),
        ("AWS::S3::Bucket", {}, {"VersioningConfiguration": {"Status": "Enabled"}}, "changed"),
        (
            "AWS::DynamoDB::GlobalTable",
            {"KeySchema": [{"AttributeName": "a"}]},
            {"KeySchema": [{"AttributeName": "b"}]},
            "perhaps replaced",
        ),
        (
            "AWS::OpenSearchService::Domain",
            {"EncryptionAtRestOptions": {"KmsKeyId": "a"}},
            {"EncryptionAtRestOptions": {"KmsKeyId": "b"}},
            "perhaps replaced",
        ),
        ("AWS::OpenSearchService::Domain", {"ClusterConfig": {"InstanceCount": 2}}, {"ClusterConfig": {"InstanceCount": 3}}, "changed"),
        ("AWS::EC2::Subnet", {"CidrBlock": "10.0.0.0/24"}, {"CidrBlock": "10.0.1.0/24"}, "replaced"),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 30}, {"RetentionInDays": 90}, "changed"),
        ("AWS::Lambda::Function", {"Code": {"S3Key": "a"}}, {"Code": {"S3Key": "b"}}, "changed"),
        ("Custom::SearchSetup", {"Plan": "a"}, {"Plan": "b"}, "changed, as its function says"),
    ],
)
def test_what_happens_depends_on_the_property(kind, old, new, happens):
    assert changes({"One": resource(kind, **old)}, {"One": resource(kind, **new)})["One"].kind == happens


@pytest.mark.parametrize(
    "reference",
    [
        {"Ref": "Subnet"},
        {"Fn::GetAtt": ["Subnet", "SubnetId"]},
        {"Fn::GetAtt": "Subnet.SubnetId"},
        {"Fn::Sub": "${Subnet}"},
        {"Fn::Sub": "${Subnet.SubnetId}"},
        {"Fn::Sub": ["${s}", {"s": {"Ref": "Subnet"}}]},
    ],
)
def test_what_names_a_replaced_resource_where_it_cannot_change_is_replaced_too(reference):
    gateway, route = resource("AWS::EC2::NatGateway", SubnetId=reference), resource("AWS::EC2::Route", NatGatewayId={"Ref": "Gateway"})
    subnets = [resource("AWS::EC2::Subnet", CidrBlock=cidr) for cidr in ("10.0.0.0/24", "10.0.1.0/24")]
    found = changes(*({"Subnet": subnet, "Gateway": gateway, "Route": route} for subnet in subnets))
    assert {id: each.kind for id, each in found.items()} == {"Subnet": "replaced", "Gateway": "replaced"}
    assert found["Gateway"].because == ("SubnetId: Subnet is replaced",)


def test_what_is_kept_stays_and_what_is_not_goes():
    kept, lost = bucket(BucketName="a"), {**bucket(BucketName="c"), "UpdateReplacePolicy": "Delete"}
    found = compared(
        {"data": {"Resources": {"Kept": kept, "Lost": lost}}},
        {"data": {"Resources": {"Kept": bucket(BucketName="b"), "Lost": bucket(BucketName="d")}}},
        REGION,
    )
    text = report(found)
    assert "data/Kept (AWS::S3::Bucket) is replaced (BucketName). It holds objects. It stays in the account, outside the app;" in text
    assert (
        "data/Lost (AWS::S3::Bucket) is replaced (BucketName). It holds objects. IT IS DELETED WITH ALL IN IT; the new one begins empty."
        in text
    )
    assert [each.id for each in found.lost] == ["Kept", "Lost"]


def test_a_moved_construct_is_a_removal_that_names_the_new_one():
    found = changes({"OldBooks": bucket(Tags=[])}, {"NewBooks": bucket(Tags=[]), "Other": bucket(BucketName="o")})
    assert found["OldBooks"].kind == "removed"
    assert found["OldBooks"].because == ("NewBooks takes its place",)
    assert found["OldBooks"].loses
    assert not found["NewBooks"].loses


def test_nobody_knows_which_of_several_takes_the_place():
    queue = resource("AWS::SQS::Queue", KmsMasterKeyId="key")
    found = changes({"OldOne": queue, "OldTwo": queue}, {"New": queue})
    assert [found[each].because for each in ("OldOne", "OldTwo")] == [(), ()]


def test_a_removed_alarm_loses_nothing():
    assert not changes({"Alarm": resource("AWS::CloudWatch::Alarm")}, {})["Alarm"].loses


def test_another_type_under_the_same_id_is_refused():
    [said] = refused({"data": {"Resources": {"One": bucket()}}}, {"data": {"Resources": {"One": resource("AWS::SQS::Queue")}}})
    assert said == "data/One is AWS::S3::Bucket and becomes AWS::SQS::Queue: give the new one another construct id"


def test_a_replacement_under_the_same_name_is_refused_and_under_another_is_not():
    old = resource("AWS::SQS::Queue", QueueName="work", FifoQueue=False)
    same, other = (resource("AWS::SQS::Queue", QueueName=name, FifoQueue=True) for name in ("work", "work.fifo"))
    [said] = refused({"data": {"Resources": {"Work": old}}}, {"data": {"Resources": {"Work": same}}})
    assert "data/Work (AWS::SQS::Queue) is replaced under the name that it has" in said
    assert not refused({"data": {"Resources": {"Work": old}}}, {"data": {"Resources": {"Work": other}}})


def exporting(value, name="books"):
    return {"Resources": {"Books": bucket(BucketName="a")}, "Outputs": {"B": {"Value": value, "Export": {"Name": name}}}} if value else {}


IMPORTING = {"Resources": {"Reader": resource("AWS::IAM::Policy", Resource=[{"Fn::ImportValue": "books"}])}}


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"Resources": {"Books": bucket(BucketName="a")}}, "data gives books no more, which assistant holds"),
        (exporting({"Ref": "Other"}), "data gives another books, which assistant holds"),
        (
            {**exporting({"Ref": "Books"}), "Resources": {"Books": bucket(BucketName="b")}},
            "data gives another books, which assistant holds",
        ),
    ],
)
def test_a_value_that_another_stack_holds_is_neither_taken_away_nor_changed(new, words):
    [said] = refused({"data": exporting({"Ref": "Books"}), "assistant": IMPORTING}, {"data": new, "assistant": {}})
    assert said.startswith(words)


def test_a_value_that_nobody_holds_may_go():
    assert not refused({"data": exporting({"Ref": "Books"})}, {"data": {"Resources": {"Books": bucket(BucketName="a")}}})


def test_new_stacks_and_those_that_the_app_makes_no_more_are_told():
    found = compared({"old": {"Resources": {"Books": bucket(), "Alarm": resource("AWS::CloudWatch::Alarm")}}}, {"new": {}}, REGION)
    text = report(found)
    assert [(each.id, each.keeps) for each in found.lost] == [("Books", True)]
    assert "old/Books (AWS::S3::Bucket) is removed (its stack is made no more). It holds objects. It stays in the account" in text
    assert "new: a new stack" in text
    assert "old: the app makes it no more; a deploy leaves it as it is" in text


def test_numbers_are_by_stack():
    text = report(
        compared(
            {"data": {"Resources": {"A": bucket(BucketName="a"), "B": resource("AWS::CloudWatch::Alarm", Period=60)}}},
            {"data": {"Resources": {"C": bucket(), "B": resource("AWS::CloudWatch::Alarm", Period=300)}}},
            REGION,
        )
    )
    assert "data                   1         1         0         0         1" in text.splitlines()


TABLE = "AWS::DynamoDB::GlobalTable"


def replicas(*regions, **more):
    return resource(TABLE, Replicas=[{"Region": each, **more} for each in regions])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (bucket(), {**bucket(), "DeletionPolicy": "Delete"}, "DeletionPolicy was Retain and is Delete"),
        (bucket(), resource("AWS::S3::Bucket"), "DeletionPolicy was Retain and is gone, UpdateReplacePolicy was Retain and is gone"),
        (
            resource("AWS::Cognito::UserPool", DeletionProtection="ACTIVE"),
            resource("AWS::Cognito::UserPool", DeletionProtection="INACTIVE"),
            "DeletionProtection was ACTIVE and is INACTIVE",
        ),
        (
            replicas("a", DeletionProtectionEnabled=True, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}),
            replicas("a", DeletionProtectionEnabled=False),
            "DeletionProtectionEnabled was true and is false, PointInTimeRecoveryEnabled was true and is gone",
        ),
        (replicas("a", "b"), replicas("a"), "Region was a, b and is a"),
        (
            resource("AWS::Logs::LogGroup", RetentionInDays=365),
            resource("AWS::Logs::LogGroup", RetentionInDays=1),
            "RetentionInDays was 365 and is 1",
        ),
        (
            bucket(VersioningConfiguration={"Status": "Enabled"}),
            bucket(VersioningConfiguration={"Status": "Suspended"}),
            "VersioningConfiguration was {'Status': 'Enabled'} and is {'Status': 'Suspended'}",
        ),
    ],
)
def test_what_protects_data_and_changes_is_said(old, new, says):
    found = compared({"data": {"Resources": {"One": old}}}, {"data": {"Resources": {"One": new}}}, REGION)
    assert found.loosened == (f"data/One ({old['Type']}): {says}",)
    assert found.loosened[0] in report(found)


def test_protection_that_comes_and_what_holds_nothing_are_not_warned_of():
    pairs = ((resource("AWS::S3::Bucket"), bucket()), (replicas("a"), replicas("a", "b")), (bucket(), bucket(Tags=[])))
    alarm = {**resource("AWS::CloudWatch::Alarm"), "DeletionPolicy": "Retain"}
    for old, new in (*pairs, (alarm, resource("AWS::CloudWatch::Alarm"))):
        assert compared({"data": {"Resources": {"One": old}}}, {"data": {"Resources": {"One": new}}}, REGION).loosened == ()


def test_a_type_of_aws_that_no_registry_knows_is_perhaps_replaced_and_is_no_function_of_ours():
    [change] = changes({"One": resource("AWS::Nowhere::Thing", A=1)}, {"One": resource("AWS::Nowhere::Thing", A=2)}).values()
    assert (change.kind, change.because) == ("perhaps replaced", ("A", "no registry says what CloudFormation does"))


@pytest.mark.parametrize("kind", ["AWS::Kinesis::Stream", "AWS::RDS::DBInstance", "AWS::EC2::Volume", "AWS::CloudFormation::Stack"])
def test_whatever_the_registry_says_keeps_data_is_lost_when_it_is_removed(kind):
    assert changes({"One": resource(kind)}, {})["One"].loses
