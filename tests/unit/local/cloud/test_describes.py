import json

from local.cloud.describes import endpoint_members, guardrail_said, parameters_said


def test_an_endpoint_says_its_groups_its_policy_and_its_private_name() -> None:
    xml = endpoint_members({"SecurityGroupIds": ["sg-1"], "PolicyDocument": {"Statement": ["<&"]}, "PrivateDnsEnabled": "true"})
    assert "<privateDnsEnabled>true</privateDnsEnabled>" in xml
    assert "<item><groupId>sg-1</groupId></item>" in xml
    assert '<policyDocument>{"Statement": ["&lt;&amp;"]}</policyDocument>' in xml


def test_a_guardrail_is_said_in_the_words_of_its_get_call() -> None:
    assert guardrail_said({"name": "g", "wordPolicy": {"wordsConfig": [{"text": "x"}]}}) == {
        "name": "g",
        "wordPolicy": {"words": [{"text": "x"}]},
    }


def test_policies_of_a_parameter_are_a_list_as_of_the_api() -> None:
    policy = {"Type": "NoChangeNotification", "Version": "1.0", "Attributes": {"After": "90", "Unit": "Days"}}
    said = parameters_said({"Parameters": [{"Name": "a", "Policies": json.dumps([policy])}, {"Name": "b"}], "NextToken": "n"})
    (listed,) = said["Parameters"][0]["Policies"]
    assert (listed["PolicyType"], json.loads(listed["PolicyText"])) == ("NoChangeNotification", policy)
    assert said["Parameters"][1:] == [{"Name": "b"}]
    assert said["NextToken"] == "n"
    assert parameters_said({"message": "no"}) == {"message": "no"}
