import pytest
from pydantic import ValidationError

from causeway.runtime.switches import Positions, Switches, switched_off


def test_an_empty_document_switches_nothing_off():
    assert Switches.model_validate_json("{}").of("harbour") == Positions()
    assert all(vars(Positions()).values())


def test_what_is_off_for_a_tenant_is_off_for_no_other():
    switches = Switches.model_validate({"tenants": {"harbour": {"answers": False}}})
    assert not switches.of("harbour").answers
    assert switches.of("lantern") == Positions()


def test_no_tenants_own_position_switches_on_what_is_off_for_everyone():
    switches = Switches.model_validate({"everyone": {"uploads": False}, "tenants": {"harbour": {"uploads": True, "generation": False}}})
    assert switches.of("harbour") == Positions(uploads=False, generation=False)


@pytest.mark.parametrize(
    "document",
    [
        {"everyone": {"answer": False}},
        {"everyone": {"answers": "off"}},
        {"everyone": {"answers": 0}},
        {"tenants": {"a/b": {}}},
        {"nobody": {}},
    ],
)
def test_an_unknown_name_and_a_value_of_another_type_are_refused(document: dict[str, object]):
    with pytest.raises(ValidationError):
        Switches.model_validate(document)


def test_the_problem_says_that_a_person_did_it_and_when_to_ask_again():
    problem = switched_off("Uploads")
    assert (problem.status, problem.slug, problem.response_headers()) == (503, "switched-off", {"Retry-After": "60"})
    assert problem.detail == "Uploads are switched off at the moment; try again later."
