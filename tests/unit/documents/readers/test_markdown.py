from causeway.documents.content import Block
from causeway.documents.readers.markdown import read_markdown


def texts(source: str) -> list[str]:
    return [block.text for block in read_markdown(source).blocks]


def test_headings_keep_their_levels_and_lose_their_marks() -> None:
    content = read_markdown("# Returns *policy*\n\nIntro.\n\nGift cards\n----------\n\nNever.")
    assert [(block.level, block.text) for block in content.blocks if block.kind == "heading"] == [(1, "Returns policy"), (2, "Gift cards")]


def test_the_title_is_the_front_matter_s_and_else_the_first_heading() -> None:
    assert read_markdown("---\ntitle: 'House rules'\nlang: en\n---\n# Other\n\ntext").title == "House rules"
    assert read_markdown("## Small\n\n# Large\n\ntext").title == "Large"


def test_front_matter_names_the_language_and_is_no_text() -> None:
    content = read_markdown("---\nlang: de-DE\nauthor: someone\n---\nText.")
    assert content.language == "de"
    assert [block.text for block in content.blocks] == ["Text."]


def test_a_table_row_carries_its_header() -> None:
    source = "| Cover | Price |\n|---|---|\n| Hardback | £12.99 |\n| Paperback | |\n"
    assert read_markdown(source).blocks == [Block("table", "Cover: Hardback; Price: £12.99"), Block("table", "Cover: Paperback")]


def test_a_code_block_is_kept_as_it_is() -> None:
    assert read_markdown("```py\ndef f():\n\n    return '*x*'\n```\n").blocks == [Block("code", "def f():\n\n    return '*x*'")]


def test_a_nested_list_is_one_block_with_its_numbers_and_indents() -> None:
    assert texts("1. one\n2. two\n   - inner\n   - more\n") == ["1. one\n2. two\n  - inner\n  - more"]


def test_code_inside_a_list_stands_alone_and_the_list_goes_on() -> None:
    assert texts("- first\n\n  ```\n  run\n  ```\n- second\n") == ["- first", "run", "- second"]


def test_links_images_and_emphasis_leave_their_words() -> None:
    source = "See [our *shop*](https://x.example/a_(b)) and ![a map](m.png), **bold** `__init__` snake_case_name &amp; <b>tag</b>."
    assert texts(source) == ["See our shop and a map, bold __init__ snake_case_name & tag."]


def test_multiplication_signs_and_lone_stars_are_no_emphasis() -> None:
    assert texts("2 * 3 * 4 and 5*6") == ["2 * 3 * 4 and 5*6"]


def test_html_blocks_leave_their_text_and_no_script() -> None:
    assert texts("<div><p>Hello</p><script>evil()</script></div>\n") == ["Hello"]


def test_deep_nesting_loses_nothing() -> None:
    source = "\n".join("> " * depth + f"level{depth}\n" + "> " * depth for depth in range(1, 40))
    read = " ".join(texts(source))
    assert all(f"level{depth}" in read.split() for depth in range(1, 40))
