"""Documents that are damaged on purpose."""

import random

import pytest

from causeway.documents.content import Block, Content
from evaluation.document_checks import DAMAGE, codes, damaged

PROSE = ". ".join(f"Für das Buch {number} gewähren wir Rückgabe binnen {number * 7} Tagen bei Vorlage der Quittung" for number in range(40))
CONTENT = Content("Rückgabe", (Block("heading", "Rückgabe", 1), Block("text", PROSE)))


@pytest.mark.parametrize("way", DAMAGE)
def test_each_damage_is_told_by_its_check_and_the_document_as_it_is_passes(way: str) -> None:
    damage, expected = DAMAGE[way]
    assert codes(CONTENT) == []
    assert set(expected) <= set(codes(damaged(CONTENT, damage, random.Random(1))))
