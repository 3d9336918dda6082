from hypothesis import assume, given
from hypothesis import strategies as st

from causeway.conversations.keys import META, SUMMARY, Owner, new_session_id, turn_key

NAMES = st.text(min_size=1, max_size=12) | st.sampled_from(["a#b", "a%23b", "#", "%", "a#", "#b", "~meta", "facts", "feedback", "a", "b"])


@given(NAMES, NAMES, NAMES, NAMES, NAMES, NAMES)
def test_no_two_owners_have_a_conversation_of_the_same_key(
    tenant: str, user: str, session: str, other_tenant: str, other_user: str, other_session: str
) -> None:
    assume((tenant, user, session) != (other_tenant, other_user, other_session))
    assert Owner(tenant, user).conversation(session) != Owner(other_tenant, other_user).conversation(other_session)


@given(NAMES, NAMES, NAMES, NAMES, NAMES)
def test_facts_are_in_no_conversation_and_in_no_other_owner_s_place(
    tenant: str, user: str, other_tenant: str, other_user: str, session: str
) -> None:
    other = Owner(other_tenant, other_user)
    assert Owner(tenant, user).facts not in (other.conversation(session), other.feedback, other.key)
    assert (Owner(tenant, user).facts == other.facts) == ((tenant, user) == (other_tenant, other_user))


@given(NAMES, NAMES, NAMES)
def test_a_conversation_is_never_the_list_of_an_owner(tenant: str, user: str, session: str) -> None:
    assert Owner(tenant, user).conversation(session).count("#") == 2
    assert Owner(tenant, user).key.count("#") == 1


@given(st.integers(1, 99_999_999), st.integers(1, 99_999_999))
def test_turns_sort_by_number_and_before_the_summary_and_the_rest(one: int, other: int) -> None:
    assert (turn_key(one) < turn_key(other)) == (one < other)
    assert turn_key(one) < META < SUMMARY


def test_ids_of_sessions_cannot_be_guessed_and_sort_by_age() -> None:
    ids = [new_session_id() for _ in range(100)]
    assert len({each[12:] for each in ids}) == 100
    assert [each[:12] for each in ids] == sorted(each[:12] for each in ids)
