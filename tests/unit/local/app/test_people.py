from local.app.people import Person


def test_a_person_is_never_shown_with_the_token():
    assert "ey.secret" not in repr(Person("ada", "harbour", "ey.secret"))
