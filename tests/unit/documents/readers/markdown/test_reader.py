import pytest

from causeway.documents.content import Block
from causeway.documents.readers.markdown.reader import read_markdown


def texts(source: str) -> list[str]:
    return [block.text for block in read_markdown(source).blocks]


def test_headings_keep_their_levels_and_lose_their_marks() -> None:
    content = read_markdown("# Returns *policy*\n\nIntro.\n\nGift cards\n----------\n\nNever.")
    assert [(block.level, block.text) for block in content.blocks if block.kind == "heading"] == [(1, "Returns policy"), (2, "Gift cards")]


def test_the_title_is_the_front_matter_s_and_else_the_first_heading() -> None:
    assert read_markdown("---\ntitle: 'House rules'\nlang: en\n---\n# Other\n\ntext").title == "House rules"
    assert read_markdown("## Small\n\n# Large\n\ntext").title == "Large"


def test_front_matter_names_the_language_and_its_other_values_are_text() -> None:
    content = read_markdown("---\nlang: de-DE\nauthor: someone\n---\nText.")
    assert content.language == "de"
    assert [block.text for block in content.blocks] == ["author: someone", "Text."]


def test_yaml_is_read_as_yaml() -> None:
    matter = """---
title: Runbook RB-2291 for the
  glass annealing oven
owner: "Sigrid Vale"
summary: >
  Restart the oven only
  below 90 degrees.
tags: [oven, annealing]
version: 1.10
on_call: 0555
due: 2026-05-01
draft: no
contact: {name: Anna, rooms: [4, 7]}
empty: ~
---
Text."""
    content = read_markdown(matter)
    assert content.title == "Runbook RB-2291 for the glass annealing oven"
    assert content.blocks[0].text.split("\n") == [
        "owner: Sigrid Vale",
        "summary: Restart the oven only below 90 degrees.",
        "tags: oven, annealing",
        "version: 1.10",
        "on_call: 0555",
        "due: 2026-05-01",
        "draft: no",
        "contact name: Anna",
        "contact rooms: 4, 7",
    ]


def test_toml_front_matter_is_read_too() -> None:
    content = read_markdown("+++\ntitle = 'House rules'\nowner = 'Anna'\nversion = 1.10\ndraft = false\n+++\nText.")
    assert content.title == "House rules"
    assert [block.text for block in content.blocks] == ["owner: Anna\nversion: 1.10\ndraft: false", "Text."]


@pytest.mark.parametrize("matter", ["title: [open", "a: b: c", "only words", "- a\n- b", "{" * 3000, "&a [*a]"])
def test_broken_front_matter_is_kept_as_text(matter: str) -> None:
    assert matter in texts(f"---\n{matter}\n---\nText.")[0] or matter == "&a [*a]"
    assert texts(f"---\n{matter}\n---\nText.")[-1] == "Text."


def test_front_matter_cannot_grow_without_end() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert sum(map(len, texts(f"---\n{bomb}---\nText."))) < 100_000


def test_a_line_of_dashes_at_the_top_is_no_front_matter() -> None:
    assert texts("---\n\nOne.\n\nTwo.") == ["One.", "Two."]


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


@pytest.mark.parametrize("tag", ["<br>", "<br/>", "<br />", "<p>", "<div>", "<hr>", "<li>", "<img src=x>"])
def test_a_tag_that_breaks_a_line_parts_words(tag: str) -> None:
    assert texts(f"| Desk | Open |\n|---|---|\n| One | Monday{tag}Thursday |\n") == ["Desk: One; Open: Monday Thursday"]
    assert " ".join(" ".join(texts(f"Closed in August.{tag}Parcels go.")).replace("- ", "").split()) == "Closed in August. Parcels go."


def test_comments_and_scripts_leave_nothing_and_details_their_text() -> None:
    source = (
        "a <!-- secret --> b\n\n<!-- block\nsecret -->\n\n<script>secret()</script>\n\n<details>"
        "<summary>More</summary>\n\n*Words*\n\n</details>\n"
    )
    assert texts(source) == ["a b", "More", "Words"]


def test_tables_in_html_are_tables() -> None:
    assert read_markdown("<table><tr><th>A</th></tr><tr><td>b</td></tr></table>\n").blocks == [Block("table", "A: b")]


@pytest.mark.parametrize(
    "word", ["<title>", "<script>", "<textarea>", "<style>", "<iframe>", "<your-name>", "List<String>", "<select>", "<template>"]
)
def test_a_tag_that_is_a_word_of_a_sentence_hides_nothing(word: str) -> None:
    assert texts(f"Use {word} here.\n\nMore text.") == [f"Use {word} here.", "More text."]


def test_a_comment_that_never_ends_hides_nothing() -> None:
    assert "later" in " ".join(texts("<!-- open\n\nlater\n"))


def test_githubs_marks_are_read() -> None:
    source = (
        "- [x] done\n- [ ] open\n\n~~old~~ new\n\n> [!NOTE]\n> Hello\n\nA note[^1] [ref][r] "
        "<https://x.example/>\n\n[^1]: Note *text*\n[^2]: unused\n\n[r]: https://y.example\n"
    )
    assert texts(source) == [
        "- [x] done\n- [ ] open",
        "old new",
        "Note",
        "Hello",
        "A note[1] ref https://x.example/",
        "[1]: Note text",
        "[2]: unused",
    ]


def test_admonitions_and_definitions_are_read() -> None:
    assert texts('!!! danger "Hot"\n    Do not touch.\n\n:::warning Wet\nMind.\n:::\n\nKiln\n: for clay\n') == [
        "Hot",
        "Do not touch.",
        "warning Wet",
        "Mind.",
        "Kiln: for clay",
    ]


def test_a_pipe_in_code_and_cells_beyond_the_header_are_kept() -> None:
    assert texts("| a | b |\n|---|---|\n| `x|y` | 12 |\n| p | q | r |\n") == ["a: x|y; b: 12", "a: p; b: q | r"]


def test_nesting_without_end_loses_no_text() -> None:
    assert "deep" in " ".join(texts("> " * 3_000 + "deep"))
    assert "deep" in " ".join(texts("[" * 3_000 + "deep"))


def test_pictures_without_a_text_are_counted() -> None:
    (tally,) = read_markdown("![](a.png) ![A map](b.png) text ![](c.png)").report
    assert (tally.part, tally.read, tally.left_out) == ("pictures", 1, 2)


def test_front_matter_may_follow_blank_lines_and_comments() -> None:
    content = read_markdown("\n<!-- licence -->\n\n---\ntitle: Kiln\nowner: Ada\n---\nBody\n")
    assert (content.title, [block.text for block in content.blocks]) == ("Kiln", ["owner: Ada", "Body"])


@pytest.mark.parametrize(
    "matter", ["title: Runbook: kiln\nowner: Ada", "title: 'Runbook: kiln'\n\towner: Ada", "title: Runbook: kiln\ntags: ["]
)
def test_a_title_is_found_in_front_matter_that_does_not_parse(matter: str) -> None:
    content = read_markdown(f"---\n{matter}\n---\nBody\n")
    assert content.title == "Runbook: kiln"
    assert content.blocks[0].text == matter


def test_a_break_in_front_matter_is_a_space() -> None:
    content = read_markdown('---\ntitle: "Kiln<br>oven"\nnote: "Mon<br/>Tue"\n---\nBody\n')
    assert (content.title, content.blocks[0].text) == ("Kiln oven", "note: Mon Tue")


def test_the_anchor_of_a_heading_is_no_text() -> None:
    content = read_markdown("# Kiln {#kiln .wide}\n\n## Open {: #open }\n\n## Set {1, 2}\n\nUse {#this}.\n")
    assert content.title == "Kiln"
    assert [block.text for block in content.blocks] == ["Kiln", "Open", "Set {1, 2}", "Use {#this}."]


def test_components_of_site_generators_stand_apart_and_show_their_labels() -> None:
    tabs = '<Tabs><TabItem value="a" label="Linux">run a</TabItem><TabItem label="Mac">run b</TabItem></Tabs>'
    page = f"{tabs}\n\n<TABLE><TR><TD>x</TD></TR></TABLE>\n"
    assert [block.text for block in read_markdown(page).blocks] == ["Linux run a Mac run b", "x"]


def test_keys_of_front_matter_have_any_case_and_a_language_without_a_code_is_text() -> None:
    content = read_markdown("---\nTitle: Kiln\nLanguage: German\nlang: pt_BR\n---\nBody\n")
    assert (content.title, content.language) == ("Kiln", "pt")
    assert content.blocks[0].text == "Language: German"
