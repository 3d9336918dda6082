"""What is counted of public questions."""

import gzip
import json

from benchmarks.languages import asked, is_grounded, row

ARTICLES = [
    {"paragraphs": [{"context": "The tide mill was built in 1794. It grinds oats and barley for the whole of the northern parish.",
                     "qas": [{"question": "When was the tide mill built?", "answers": [{"text": "1794"}]}]}]},
    {"paragraphs": [{"context": "The lighthouse keeper climbs two hundred steps each evening. He lights the lamp at dusk.",
                     "qas": [{"question": "How many steps does the lighthouse keeper climb?", "answers": [{"text": "two hundred"}]},
                             {"question": "Who paints the harbour?", "answers": [{"text": "nobody"}]}]}]},
]  # fmt: skip


def test_a_question_comes_with_its_paragraph_and_one_of_another_article(tmp_path):
    file = tmp_path / "en.json.gz"
    file.write_bytes(gzip.compress(json.dumps({"data": ARTICLES}).encode()))
    first, second, _ = asked(file)
    assert first.claim == "When was the tide mill built 1794"
    assert (first.paragraph[:8], first.other[:8]) == ("The tide", "The ligh")
    assert second.other == first.paragraph


def test_a_row_counts_what_was_told_quoted_and_grounded(tmp_path):
    file = tmp_path / "en.json"
    file.write_text(json.dumps(ARTICLES))
    language, paragraphs, questions, told, _, held, quoted, grounded, in_another = row("en", list(asked(file)))
    assert (language, paragraphs, questions) == ("en", "2", "3")
    assert told.startswith("1.00 ")
    assert held.startswith("0.67 ")
    assert 0.2 < float(quoted) < 0.9
    assert grounded.startswith("0.67 ")
    assert in_another.startswith("0.00 ")


def test_a_claim_with_a_number_that_the_paragraph_lacks_is_not_grounded():
    paragraph = ARTICLES[0]["paragraphs"][0]["context"]
    assert is_grounded("When was the tide mill built 1794", paragraph)
    assert not is_grounded("When was the tide mill built 1795", paragraph)
