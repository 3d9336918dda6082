from local.app.api import Reply


def test_a_refusal_says_each_fault_once():
    problem = {"detail": "name: must end in .md", "errors": [{"field": "name", "message": "must end in .md"}]}
    assert Reply(400, problem, "", {}).said == "name: must end in .md"
