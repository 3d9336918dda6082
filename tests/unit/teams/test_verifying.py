"""Contradictions between claims: found, settled by evidence, or said to be open."""

from typing import Any

from causeway.teams.verifying import caveats_of, contradict, decision_of, verdict_of

POSTAGE = "Standard delivery costs £2.99 for orders below £25."
OTHER = "Standard delivery costs £4.99 for orders below £25."


def claim(text: str, carried: str = "carried", *evidence: str) -> dict[str, Any]:
    return {"claim": text, "confidence": 0.9, "evidence": list(evidence or ("shipping.html",)), "caveats": [], "carried": carried}


def findings(*claims: dict[str, Any]) -> dict[str, Any]:
    return {"role": "rules", "state": "done", "output": {"claims": list(claims)}}


def test_claims_that_contradict_nothing_are_agreed_when_a_source_carries_them() -> None:
    verdict = verdict_of({"found": [findings(claim(POSTAGE)), findings(claim("Returns are free in any shop.", "doubtful"))]})
    assert [each.claim for each in verdict.agreed] == [POSTAGE]
    assert [each.claim for each in verdict.unsupported] == ["Returns are free in any shop."]
    assert verdict.contradictions == ()


def test_of_two_claims_with_other_numbers_the_one_with_a_source_wins() -> None:
    verdict = verdict_of({"found": [findings(claim(OTHER, "doubtful")), findings(claim(POSTAGE))]})
    (found,) = verdict.contradictions
    assert found.settled == POSTAGE
    assert [each.claim for each in verdict.agreed] == [POSTAGE]
    assert verdict.unsupported == ()
    assert list(caveats_of(verdict)) == [f'Rejected: "{OTHER}", since "{POSTAGE}". shipping.html says so, and no source says the other.']


def test_two_claims_that_both_have_a_source_are_left_open() -> None:
    verdict = verdict_of({"found": [findings(claim(OTHER, "carried", "old.md")), findings(claim(POSTAGE))]})
    assert verdict.agreed == ()
    assert verdict.contradictions[0].settled is None
    assert verdict.contradictions[0].why == "Both have a source: old.md, shipping.html."
    assert "could not be settled" in next(iter(caveats_of(verdict)))
    assert decision_of(verdict) == "0 agreed, 0 unsupported; contradictions: 0 settled, 1 open"


def test_two_claims_without_a_source_are_left_open_and_not_agreed() -> None:
    verdict = verdict_of({"found": [findings(claim(OTHER, "unsourced"), claim(POSTAGE, "doubtful"))]})
    assert verdict.contradictions[0].why == "No source says either."
    assert (verdict.agreed, verdict.unsupported) == ((), ())


def test_a_negation_contradicts_and_another_order_of_words_does_not() -> None:
    assert contradict("Signed copies can be returned.", "Signed copies cannot be returned.")
    assert contradict("Signierte Bücher können zurückgegeben werden.", "Signierte Bücher können nicht zurückgegeben werden.")
    assert not contradict("Signed copies can be returned.", "Copies that are signed can be returned.")
    assert not contradict(POSTAGE, "Returns are free in any shop.")


def test_two_rows_of_one_table_do_not_contradict_each_other() -> None:
    mate, captain = "Mate: time to return is 45 days.", "Mate: time to return is 60 days."
    assert contradict(mate, captain)
    assert verdict_of({"found": [findings(claim(mate), claim(captain))]}).contradictions == ()


def test_claims_that_share_only_some_words_speak_of_different_things() -> None:
    fee, delivery = (
        "Yearly fee; Deckhand: free; Mate: £18; Captain: £45.",
        "Free standard delivery; Deckhand: over £25; Mate: over £15; Captain: always.",
    )
    assert not contradict(fee, delivery)


def test_the_same_claim_of_two_roles_is_one() -> None:
    assert len(verdict_of({"found": [findings(claim(POSTAGE)), findings(claim(POSTAGE))]}).agreed) == 1


def test_contradictions_beyond_the_longest_list_are_counted() -> None:
    many = [claim(f"Delivery to Europe takes {days} days.", "unsourced") for days in range(3, 10)]
    verdict = verdict_of({"found": [findings(*many)]})
    assert (len(verdict.contradictions), verdict.left_out) == (12, 9)
    assert "There are 9 more contradictions, which are not listed." in list(caveats_of(verdict))
