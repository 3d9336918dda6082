from causeway.documents.content import Block
from causeway.documents.readers.plain import read_text
from causeway.documents.readers.reading import read


def test_paragraphs_end_at_blank_lines() -> None:
    assert read_text("One\nline.\n\n \nTwo.").blocks == [Block("text", "One\nline."), Block("text", "Two.")]


def test_underlined_and_capital_lines_are_headings() -> None:
    content = read_text("Price promise\n=============\nWe match prices.\n\nHOW TO ASK\n\nAt any till.")
    assert [(block.text, block.level) for block in content.blocks if block.kind == "heading"] == [("Price promise", 1), ("HOW TO ASK", 2)]
    assert content.title == "Price promise"


def test_form_feeds_count_pages() -> None:
    assert [block.page for block in read_text("One.\fTwo.").blocks] == [1, 2]


def test_a_text_without_headings_is_called_after_its_file() -> None:
    assert read(b"Some words.", "policies/price-promise.txt").title == "price promise"


def test_control_and_invisible_characters_leave_no_trace() -> None:
    assert read("re\u00adturn\u200bs\x07 policy\r\nline".encode(), "a.txt").blocks == [Block("text", "returns  policy\nline")]


def test_what_is_read_is_in_the_normal_form_of_texts() -> None:
    content = read("# Ka\u0308se\n\nＰＡＲＴ　ＱＬ７７３ weighs 10⁵\u00a0g, o\ufb03cially.".encode(), "a.md")
    assert content.title == "Käse"
    assert [block.text for block in content.blocks][-1] == "PART QL773 weighs 10⁵ g, officially."


def test_a_title_that_is_too_long_to_be_kept_whole_is_text_too() -> None:
    title = " ".join(f"word{number}" for number in range(50))
    content = read(f"---\ntitle: {title}\n---\nText of the page.".encode(), "page.md")
    assert content.title
    assert title.startswith(content.title)
    assert len(content.title) <= 200
    assert [block.text for block in content.blocks] == [title, "Text of the page."]


def test_a_long_title_that_is_in_the_text_is_not_repeated() -> None:
    title = " ".join(f"word{number}" for number in range(50))
    content = read(f"# {title}\n\nText of the page.".encode(), "page.md")
    assert [block.text for block in content.blocks] == [title, "Text of the page."]
