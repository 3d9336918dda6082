from local.commands.ask import shown


def test_an_answer_is_shown_with_name_heading_page_and_score_of_its_sources():
    citation = {"n": 1, "document": "d1", "title": "Returns", "heading": "Books", "page": 2, "quote": "q", "score": 0.7312}
    text = shown({"answer": "Thirty days [1].", "citations": [citation]}, {"d1": "policies/returns.md"})
    assert "Thirty days [1]." in text
    assert "[1] policies/returns.md · Books · page 2 (0.73)" in text
