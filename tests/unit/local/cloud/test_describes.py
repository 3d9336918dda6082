from local.cloud.describes import endpoint_members, guardrail_said


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
