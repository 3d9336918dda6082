from causeway.documents.content import Block
from causeway.documents.readers.html import read_html

PAGE = """<!doctype html><html lang="en-GB"><head><title>Shipping | Harbour Books</title><style>p {}</style></head><body>
<header><a href="/">Home</a></header>
<nav><ul><li><a href="/a">Shops</a></li></ul></nav>
<div class="breadcrumb">Home / Help</div>
<main><h1>Shipping</h1><p>We ship
  <b>quick</b>ly &amp; well.<br>Always.</p>
<script>track()</script>
<ul><li>one</li><li>two<ol><li>nested</li></ol></li></ul>
<table><tr><th>Kind</th><th>Price</th></tr><tr><td>Standard</td><td>£3</td></tr></table>
<pre><code>if ready:
    ship()</code></pre>
<h2>Abroad<a class="headerlink">¶</a></h2><div>By sea<div>or air</div></div>
<aside>Buy now</aside></main>
<footer>Imprint</footer><div id="cookie-banner">We use cookies</div></body></html>"""


def test_a_page_gives_its_main_text_in_order() -> None:
    assert read_html(PAGE).blocks == [
        Block("heading", "Shipping", 1),
        Block("text", "We ship quickly & well.\nAlways."),
        Block("text", "- one\n- two\n  1. nested"),
        Block("table", "Kind: Standard; Price: £3"),
        Block("code", "if ready:\n    ship()"),
        Block("heading", "Abroad", 2),
        Block("text", "By sea"),
        Block("text", "or air"),
    ]


def test_navigation_scripts_banners_and_footers_are_dropped() -> None:
    read = " ".join(block.text for block in read_html(PAGE).blocks)
    assert not [word for word in ("Home", "Shops", "track", "Buy", "Imprint", "cookies", "Help") if word in read]


def test_the_title_is_the_only_h1_and_else_the_pages_title() -> None:
    assert read_html(PAGE).title == "Shipping"
    assert read_html("<title>Two heads</title><h1>a</h1><p>x</p><h1>b</h1>").title == "Two heads"


def test_the_page_names_its_language() -> None:
    assert read_html(PAGE).language == "en"


def test_a_list_of_nothing_but_links_is_navigation() -> None:
    links = "".join(f"<li><a href='/{number}'>Page {number}</a></li>" for number in range(6))
    assert [block.text for block in read_html(f"<body><ul>{links}</ul><p>Text.</p></body>").blocks] == ["Text."]


def test_a_list_of_sentences_with_links_in_them_stays() -> None:
    items = "".join(f"<li>Ask in <a href='/{n}'>shop {n}</a> for the printed list of that month.</li>" for n in range(6))
    assert "printed list" in read_html(f"<body><ul>{items}</ul></body>").blocks[0].text


def test_a_page_whose_main_element_is_empty_is_read_from_its_body() -> None:
    assert [block.text for block in read_html("<body><main></main><p>Below.</p></body>").blocks] == ["Below."]


def test_one_long_line_reads_like_any_page() -> None:
    line = "<html><body>" + "".join(f"<h2>Part {n}</h2><p>Words of part {n}.</p>" for n in range(20_000)) + "</body></html>"
    blocks = read_html(line).blocks
    assert len(blocks) == 40_000
    assert blocks[-1].text == "Words of part 19999."


def test_a_page_nested_deeper_than_python_calls_is_read() -> None:
    assert [block.text for block in read_html("<div>" * 20_000 + "deep" + "</div>" * 20_000).blocks] == ["deep"]


def test_a_layout_table_of_one_column_gives_paragraphs() -> None:
    blocks = read_html("<table><tr><td>First.</td></tr><tr><td>Second.</td></tr></table>").blocks
    assert blocks == [Block("text", "First."), Block("text", "Second.")]
