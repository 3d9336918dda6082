"""What a page says, with the words, the structure and the right values of its text."""

import time

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block
from causeway.documents.readers.html.reader import read_html

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
<h2>Abroad<a class="headerlink" href="#abroad">¶</a></h2><div>By sea<div>or air</div></div></main>
<aside>Buy now</aside>
<footer>Imprint</footer><div id="cookie-banner">We use cookies</div></body></html>"""


def texts(page: str) -> list[str]:
    return [block.text for block in read_html(page).blocks]


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


def test_the_title_is_the_only_h1_and_else_the_pages_title() -> None:
    assert read_html(PAGE).title == "Shipping"
    assert read_html("<title>Two\n <br>heads</title><h1>a</h1><p>x</p><h1>b</h1>").title == "Two heads"


@pytest.mark.parametrize(
    ("page", "language"),
    [
        (PAGE, "en"),
        ("<body lang=DE>x", "de"),
        ("<html xml:lang=fr><p>x", "fr"),
        ("<html lang=''><p>x", None),
        ("<html lang='x-klingon'>x", None),
    ],
)
def test_the_page_names_its_language(page: str, language: str | None) -> None:
    assert read_html(page).language == language


@pytest.mark.parametrize("tag", ["br", "br/", "p", "div", "hr"])
def test_what_breaks_a_line_parts_words_in_headings_titles_and_captions(tag: str) -> None:
    page = f"<h1>Beekeeping<{tag}>calendar</h1><table><caption>Syrup<{tag}>by month</caption><tr><th>a<{tag}>b<td>c<{tag}>d</table>"
    content = read_html(page)
    assert content.title == "Beekeeping calendar"
    assert [block.text for block in content.blocks if block.kind != "heading"] == ["Syrup by month", "a b: c d"]


def test_inline_elements_do_not_part_words_and_links_side_by_side_do() -> None:
    assert texts("<p><b>quick</b>ly <i>a</i><b>b</b></p><p><a href=a>One</a><a href=b>Two</a>, <a href=c>x</a>y</p>") == [
        "quickly ab",
        "One Two, xy",
    ]


def test_preformatted_lines_break_at_br_and_at_blocks() -> None:
    page = "<pre>smoker --fuel<br>smoker --light<br/>smoker  --close</pre><pre><div>one</div><div>  two</div>three</pre>"
    assert read_html(page).blocks == [Block("code", "smoker --fuel\nsmoker --light\nsmoker  --close"), Block("code", "one\n  two\nthree")]


@pytest.mark.parametrize("tag", ["h2", "li", "p", "summary", "td", "dd", "legend", "label", "figcaption"])
def test_a_control_within_text_is_text(tag: str) -> None:
    page = (
        f"<main><table><tr><{tag}><button>How do I cancel?</button> <select><option>by post<option>by phone"
        f"</select></{tag}></table><p>Write.</p></main>"
    )
    page = page if tag == "td" else page.replace("<table><tr>", "").replace("</table>", "")
    assert "How do I cancel? by post by phone" in "\n".join(texts(page))


def test_the_questions_of_an_accordion_are_headings_of_their_answers() -> None:
    page = (
        "<main><h2><button>How do I cancel?</button></h2><div>Three days before.</div>"
        "<button aria-expanded=false>Is it safe?</button><div>Yes.</div></main>"
    )
    assert read_html(page).blocks == [
        Block("heading", "How do I cancel?", 2),
        Block("text", "Three days before."),
        Block("text", "Is it safe?"),
        Block("text", "Yes."),
    ]


def test_buttons_beside_the_text_are_left_out_and_counted() -> None:
    content = read_html(
        "<main><p>Text.</p><div><button>Share</button><select><option>a</select><input type=submit value=Send></div></main>"
    )
    assert [block.text for block in content.blocks] == ["Text."]
    assert [(tally.part, tally.left_out) for tally in content.report] == [("fields", 3)]


def test_the_values_of_a_form_are_text() -> None:
    page = (
        "<main><form><p>Name: <input value='Anna Vale'> <input type=checkbox checked> fast "
        "<input type=radio> slow</p><textarea>Ring twice</textarea>"
    )
    assert texts(page + "<input type=hidden value=secret><input type=password value=secret></form></main>") == [
        "Name: Anna Vale [x] fast [ ] slow",
        "Ring twice",
    ]


def test_definitions_name_their_terms() -> None:
    assert texts("<dl><dt>Kiln<dt>Oven<dd>for clay<dd>for bread<dt>Bell:<dd><p>for noon</p><p>and night</p><dt>Left</dl>") == [
        "Kiln, Oven: for clay",
        "Kiln, Oven: for bread",
        "Bell: for noon",
        "and night",
        "Left",
    ]


def test_details_figures_and_roles_of_headings_are_read() -> None:
    page = (
        "<details><summary>Who?</summary>Anna.</details><figure><img alt='A map'><figcaption>The yard"
        "</figcaption></figure><div role=heading aria-level=3>Yard</div>"
    )
    assert read_html(page).blocks == [
        Block("text", "Who?"),
        Block("text", "Anna."),
        Block("text", "A map"),
        Block("text", "The yard", caption=True),
        Block("heading", "Yard", 3),
    ]


def test_lists_are_numbered_as_a_browser_numbers_them() -> None:
    assert texts("<ol start=4><li>a<li value=9>b<li>c</ol>") == ["4. a\n9. b\n10. c"]
    assert texts("<ol type=a><li>x<li>y</ol>") == ["a. x\nb. y"]
    assert texts("<ol type=I start=3><li>x<li>y</ol>") == ["III. x\nIV. y"]
    assert texts("<ol reversed><li>x<li>y</ol>") == ["2. x\n1. y"]


def test_a_list_item_keeps_its_paragraphs_and_its_code() -> None:
    assert texts("<ul><li><p>one</p><p>more</p><pre>run</pre><li>two</ul>") == ["- one\n  more", "run", "- two"]


def test_raised_and_lowered_numbers_make_no_other_number() -> None:
    page = (
        "<p>10<sup>3</sup> kg of CO<sub>2</sub>, 4 m<sup>2</sup>, 1<sup>st</sup>, 35<sup><a href=#n1>1</a>"
        "</sup>, 7<sup><a href=#n2>[2]</a></sup></p>"
    )
    assert texts(page) == ["10^3 kg of CO2, 4 m^2, 1st, 35 [1], 7[2]"]


def test_formulas_keep_powers_and_fractions_and_are_read_once() -> None:
    formula = (
        "<math><semantics><msup><mn>10</mn><mn>2</mn></msup><mfrac><mn>1</mn><mn>2</mn></mfrac>"
        "<annotation>10^2</annotation></semantics></math>"
    )
    assert texts(f"<p>x <span><span>{formula}</span><span aria-hidden=true>102 12</span></span> y</p>") == ["x 10^21/2 y"]


def test_words_marked_as_decoration_are_read_where_no_formula_is_before_them() -> None:
    assert texts("<p>Open: <span aria-hidden=true>every Monday</span></p>") == ["Open: every Monday"]
    assert texts("<p> <span aria-hidden=true>every Monday</span> from nine</p>") == ["every Monday from nine"]


def test_ruby_is_read_after_its_base() -> None:
    assert texts("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字</p>") == ["漢(kan)字"]


@pytest.mark.parametrize("name", ["aside", "div role=note", "section", "div role=complementary"])
def test_a_call_out_in_the_main_text_is_text(name: str) -> None:
    end = name.split(maxsplit=1)[0]
    page = (
        f"<body><main><h1>Varnish</h1><p>Thin it.</p><{name}><p>Danger</p><p>It ignites at 35 degrees.</p>"
        f"</{end}><p>Stir.</p></main></body>"
    )
    assert texts(page) == ["Varnish", "Thin it.", "Danger", "It ignites at 35 degrees.", "Stir."]


def test_a_call_out_of_a_page_that_marks_no_main_text_is_text() -> None:
    page = "<body><h1>Varnish</h1><p>Thin it.</p><aside><p>It ignites at 35 degrees.</p></aside></body>"
    assert texts(page) == ["Varnish", "Thin it.", "It ignites at 35 degrees."]


def test_an_aside_beside_the_main_text_is_furniture() -> None:
    page = "<body><main><h1>Varnish</h1><p>Thin it with turpentine.</p></main><aside><p>Buy now</p></aside></body>"
    assert texts(page) == ["Varnish", "Thin it with turpentine."]


EVERYDAY = (
    "nav navbar navigation menu breadcrumb breadcrumbs sidebar footer site-footer site-header cookie cookie-banner cookies skip-link toc "
    "pagination share social advert ads newsletter header banner comment popup modal promo related hidden"
)


@pytest.mark.parametrize("word", EVERYDAY.split())
def test_no_word_in_an_id_or_class_drops_anything(word: str) -> None:
    page = (
        f"<main><h1>Baths</h1><section id={word}><h2 id={word} class={word}>Heading</h2>"
        f"<p class={word}>One cookie expires.</p></section><div class={word}>Stew</div></main>"
    )
    assert texts(page) == ["Baths", "Heading", "One cookie expires.", "Stew"]
    assert texts(page.replace("main>", "body>")) == ["Baths", "Heading", "One cookie expires.", "Stew"]


AROUND = [
    "form",
    "header",
    "footer",
    "aside",
    "dialog",
    "nav",
    "div hidden",
    "div role=dialog",
    "div role=banner",
    "div style='display: none'",
    "menu",
    "noscript",
]


@pytest.mark.parametrize("name", AROUND)
def test_an_element_around_the_whole_page_is_kept_whatever_its_name(name: str) -> None:
    inner = "<h1>Permits</h1><p>A permit costs 18 crowns a month.</p><p>Vans park free of charge until 2031.</p>"
    page = f"<body><{name}><div><a href=/>Intranet</a></div>{inner}</{name.split(maxsplit=1)[0]}><div>Works council</div></body>"
    read = texts(page)
    assert {"Permits", "A permit costs 18 crowns a month.", "Vans park free of charge until 2031."} <= set(read)


@pytest.mark.parametrize(
    "name", ["nav", "footer", "header", "div role=navigation", "div role=contentinfo", "search", "form", "dialog open"]
)
def test_furniture_is_left_out_and_told_with_its_size(name: str) -> None:
    body = "<h1>Permits</h1><p>A permit costs 18 crowns a month.</p><p>Vans park free of charge until 2031.</p>"
    content = read_html(f"<body><{name}>Search the intranet</{name.split(maxsplit=1)[0]}>{body}</body>")
    assert "Search the intranet" not in [block.text for block in content.blocks]
    assert [(tally.part, tally.left_out, "19 characters" in tally.why) for tally in content.report if tally.part == "furniture"] or (
        name == "dialog open" and "hidden" in str(content.report)
    )


def test_a_form_with_something_to_say_is_text() -> None:
    page = (
        "<body><h1>Club</h1><p>Join the club of the yard and its friends.</p><form><p>Members pay 4 crowns."
        "</p><label>Name <input></label></form></body>"
    )
    assert texts(page) == ["Club", "Join the club of the yard and its friends.", "Members pay 4 crowns.", "Name"]


def test_the_only_h1_is_kept_when_it_is_above_the_main_text() -> None:
    page = (
        "<body><header><h1>Permits</h1><p>For the yard</p></header><main><p>A permit costs 18 crowns.</p>"
        "</main><footer>Imprint</footer></body>"
    )
    assert texts(page) == ["Permits", "For the yard", "A permit costs 18 crowns."]
    assert read_html(page).title == "Permits"


def test_headers_and_footers_of_articles_are_text() -> None:
    page = "<body><article><header><p>By Anna</p></header><p>A long story of the yard.</p><footer>Filed in May</footer></article></body>"
    assert texts(page) == ["By Anna", "A long story of the yard.", "Filed in May"]


def test_prose_beside_the_main_text_is_told_as_lost() -> None:
    prose = "The office is closed on Friday because of the move to the new yard."
    content = read_html(f"<body><div>{prose}</div><main><h1>Permits</h1><p>{'A permit costs 18 crowns a month. ' * 5}</p></main></body>")
    assert prose not in [block.text for block in content.blocks]
    assert [(tally.part, tally.lost) for tally in content.report] == [("furniture", len(prose))]


def test_a_list_of_nothing_but_links_is_a_menu() -> None:
    links = "".join(f"<li><a href='/{number}'>Page {number}</a></li>" for number in range(6))
    text = "The yard opens at seven and closes at nine in summer."
    assert texts(f"<body><ul>{links}</ul><p>{text}</p></body>") == [text]


def test_a_list_of_links_is_text_in_the_main_part_or_when_it_is_most_of_the_page() -> None:
    links = "".join(f"<li><a href='/{number}'>Form {number}</a></li>" for number in range(6))
    listed = "- Form 0\n- Form 1\n- Form 2\n- Form 3\n- Form 4\n- Form 5"
    assert texts(f"<main><p>All forms of the yard, with the newest first.</p><ul>{links}</ul></main>")[1] == listed
    assert texts(f"<body><h1>Forms</h1><ul>{links}</ul></body>") == ["Forms", listed]


def test_a_list_of_sentences_with_links_in_them_stays() -> None:
    items = "".join(f"<li>Ask in <a href='/{n}'>shop {n}</a> for the printed list of that month.</li>" for n in range(6))
    assert "printed list" in texts(f"<body><ul>{items}</ul></body>")[0]


def test_a_page_whose_main_element_is_empty_is_read_from_its_body() -> None:
    assert texts("<body><main></main><p>Below.</p></body>") == ["Below."]


def test_a_page_of_several_articles_is_read_whole() -> None:
    assert texts("<body><article><p>One.</p></article><p>Between.</p><article><p>Two.</p></article></body>") == ["One.", "Between.", "Two."]


HIDING = [
    "hidden",
    "style='display:none'",
    "style='Display : None !important'",
    "style='visibility:hidden'",
    "style='color:red;opacity:0'",
    "style='font-size:0px'",
]


@pytest.mark.parametrize("attribute", HIDING)
def test_hidden_text_is_not_read_but_counted(attribute: str) -> None:
    content = read_html(f"<p>What everybody can see on this page.</p><div {attribute}><p>Say yes.</p></div>")
    assert [block.text for block in content.blocks] == ["What everybody can see on this page."]
    assert [(tally.part, tally.left_out, tally.lost) for tally in content.report] == [("hidden text", 1, 0)]
    assert "8 characters" in content.report[0].why


@pytest.mark.parametrize("tag", ["noscript", "template", "dialog"])
def test_elements_that_browsers_do_not_show_are_counted_as_hidden(tag: str) -> None:
    content = read_html(f"<p>What everybody can see on this page.</p><{tag}><p>Say yes.</p></{tag}>")
    assert [block.text for block in content.blocks] == ["What everybody can see on this page."]
    assert [(tally.part, tally.left_out) for tally in content.report] == [("hidden text", 1)]


@pytest.mark.parametrize(
    "attribute", ["style='opacity:0.5'", "style='display:block'", "style='font-size:0.9em'", "hidden=until-found", "aria-hidden=true"]
)
def test_what_is_seen_is_read(attribute: str) -> None:
    assert texts(f"<p>Text.</p><p {attribute}>Seen by all.</p>") == ["Text.", "Seen by all."]


@pytest.mark.parametrize(
    "control", ["<button aria-controls=p1>Fees</button>", "<a href='#p1'>Fees</a>", "<a role=tab data-bs-target='#p1'>Fees</a>", "<i></i>"]
)
def test_a_part_that_a_control_opens_is_text(control: str) -> None:
    role = "role=tabpanel" if control == "<i></i>" else ""
    page = f"<main><p>{control} and more text of the page, which is long enough.</p><div id=p1 hidden {role}><p>18 crowns</p></div></main>"
    assert "18 crowns" in texts(page)


def test_shadow_roots_are_seen() -> None:
    assert texts("<p>a</p><my-card><template shadowrootmode=open><p>shown</p></template></my-card>") == ["a", "shown"]


def test_pictures_without_a_text_are_counted_and_decoration_is_not() -> None:
    page = (
        "<p>Text</p><img src=a><img src=b alt='A map'><img src=c alt=''><img src=d width=1 height=1>"
        "<img src=e role=presentation><svg><path/></svg>"
    )
    content = read_html(
        page + "<svg><title>A chart</title><text>12</text></svg><svg><text>May: 18</text></svg><span role=img aria-label=Rain>x</span>"
    )
    assert [block.text for block in content.blocks] == ["Text", "A map A chart Rain"]
    (tally,) = content.report
    assert (tally.part, tally.read, tally.left_out, tally.lost) == ("pictures", 3, 2, 7)


def test_frames_videos_and_other_objects_are_counted() -> None:
    page = "<p>Text</p><iframe src=a>no frames</iframe><object data=b>no objects</object><canvas>x</canvas><video>y</video><embed>"
    content = read_html(page)
    assert [block.text for block in content.blocks] == ["Text"]
    assert [(tally.part, tally.left_out) for tally in content.report] == [("objects", 5)]


def test_a_page_that_scripts_write_is_told_or_refused() -> None:
    script = f"<script>{'x();' * 400}</script>"
    assert [(tally.part, tally.lost) for tally in read_html(f"<body>{script}<p>Loading</p></body>").report] == [("objects", 1500)]
    with pytest.raises(BadDocument, match=r"no_text: .*Scripts write this page"):
        read_html(f"<body>{script}<div id=root></div></body>")


def test_a_layout_table_gives_the_table_in_it_as_rows() -> None:
    inner = "<table><tr><th>Line</th><th>Last tram</th></tr><tr><td>38</td><td>00:21</td></tr></table>"
    page = f"<table><tr><td><a href=/>Home</a></td><td><h2>Trams</h2><table><tr><td>{inner}</td></tr></table></td></tr></table>"
    assert read_html(page).blocks == [Block("text", "Home"), Block("heading", "Trams", 2), Block("table", "Line: 38; Last tram: 00:21")]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("<ul><li>saw<li>axe</ul>", "saw, axe"),
        ("<h3>saw</h3>axe", "saw axe"),
        ("<pre>saw\naxe</pre>", "saw axe"),
        ("<p>saw<p>axe", "saw axe"),
    ],
)
def test_cells_with_lists_headings_or_code_keep_their_row(value: str, told: str) -> None:
    page = f"<table><tr><td>Shed</td><td>Tools</td></tr><tr><td>North</td><td>{value}</td></tr></table>"
    assert read_html(page).blocks == [Block("table", f"Shed: North; Tools: {told}")]


def test_a_layout_table_of_one_row_or_column_gives_paragraphs() -> None:
    assert read_html("<table><tr><td>First.</td></tr><tr><td>Second.</td></tr></table>").blocks == [
        Block("text", "First."),
        Block("text", "Second."),
    ]
    assert texts("<table><tr><td><p>a</p><p>b</p></td><td><ul><li>c</ul></td></tr></table>") == ["a", "b", "- c"]
    assert texts("<table role=presentation><tr><td>a<br></td><td><p>b</p></td></tr></table>") == ["a", "b"]


def test_spans_and_parts_of_a_table_are_followed() -> None:
    page = """<table><caption>Fees</caption><tfoot><tr><td>All</td><td colspan=2>9</td></tr></tfoot>
      <thead><tr><td rowspan=2>Size</td><td colspan=2>Fee</td></tr><tr><td>Member</td><td>Guest</td></tr></thead>
      <tbody><tr><td rowspan=0>Small</td><td>3</td><td>5</td></tr><tr><td>4</td><td>6</td></tr></tbody></table>"""
    assert texts(page) == [
        "Fees",
        "Size: Small; Fee Member: 3; Fee Guest: 5",
        "Size: Small; Fee Member: 4; Fee Guest: 6",
        "Size: All; Fee Member, Fee Guest: 9",
    ]


def test_one_long_line_reads_like_any_page() -> None:
    line = "<html><body>" + "".join(f"<h2>Part {n}</h2><p>Words of part {n}.</p>" for n in range(20_000)) + "</body></html>"
    blocks = read_html(line).blocks
    assert len(blocks) == 40_000
    assert blocks[-1].text == "Words of part 19999."


DEEP = [
    "div",
    "b",
    "span",
    "blockquote",
    "ul><li",
    "table><tr><td",
    "h1",
    "section",
    "sup",
    "dl><dd",
    "nav",
    "div hidden",
    "main",
    "details",
]


@pytest.mark.parametrize("tag", DEEP)
def test_endless_nesting_is_read_in_seconds(tag: str) -> None:
    began = time.process_time()
    content = read_html(f"<{tag}>" * 20_000 + "deep")
    assert time.process_time() - began < 60
    assert "deep" in content.blocks[0].text


def test_words_of_elements_that_are_too_deep_stay_apart() -> None:
    deep = "<div>" * 600 + "one<div>two</div>three" + "</div>" * 600 + "<p>after the depth</p>"
    assert texts(deep) == ["one", "two", "three", "after the depth"]


@pytest.mark.parametrize("unseen", ["<script>no()</script>", "<style>p {}</style>", "<p hidden>secret</p>"])
def test_what_shows_nothing_is_not_read_however_deep_it_is(unseen: str) -> None:
    assert texts("<div>" * 600 + f"one{unseen}<div>two</div>" + "</div>" * 600 + "<p>end") == ["one", "two", "end"]


@pytest.mark.parametrize("tag", ["p", "html", "body"])
def test_endless_attributes_are_read_in_seconds(tag: str) -> None:
    began = time.process_time()
    assert texts(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>" + "".join(f"<{tag} a{n}=1>" for n in range(30_000)) + "text") == [
        "text"
    ]
    assert time.process_time() - began < 60


def test_a_line_without_end_is_refused_and_names_its_length() -> None:
    with pytest.raises(BadDocument, match=r"one_long_line: The page is one line of 200,001 characters"):
        read_html("<body>" + "word " * 40_000 + ".</body>")


@pytest.mark.parametrize(
    "question",
    [
        "<button class=accordion>Can I swim?</button>",
        "<div><button>Can I swim?</button></div>",
        "<div role=button>Can I swim?</div>",
        "<h3 onclick='toggle(this)'>Can I swim?</h3>",
        "<p><a href='javascript:void(0)'>Can I swim?</a></p>",
    ],
)
@pytest.mark.parametrize("hiding", ["", "hidden", "style='display: none'"])
def test_a_button_directly_before_a_part_is_its_heading_and_opens_it(question: str, hiding: str) -> None:
    other = "<p>The baths are open from May to September, on every day of the week but Monday.</p>"
    page = f"<main><h1>Baths</h1>{question}\n<div class=panel {hiding}><p>Only in June.</p></div>{other}</main>"
    assert texts(page)[1:3] == ["Can I swim?", "Only in June."]


def test_a_button_before_a_menu_or_at_the_end_stays_a_control() -> None:
    menu = "<div hidden><a href=a>A</a><a href=b>B</a></div>"
    content = read_html(f"<p>Text of the page.</p><button>Menu</button>{menu}<form><p>Name</p><button>Send</button></form>")
    assert [block.text for block in content.blocks] == ["Text of the page.", "Name"]
    assert [(tally.part, tally.left_out) for tally in content.report] == [("hidden text", 1), ("fields", 2)]


def test_a_question_in_a_definition_list_keeps_its_mark() -> None:
    assert texts("<dl><dt>How wide?</dt><dd>3 m.</dd><dt>Depth:</dt><dd>2 m.</dd></dl>") == ["How wide? 3 m.", "Depth: 2 m."]


def test_the_chosen_option_and_the_name_of_a_group_are_told() -> None:
    page = "<p>Ward: <select><optgroup label=North><option>Hill<option selected>Gate</optgroup></select>.</p>"
    assert texts(page) == ["Ward: North Hill [x] Gate."]


def test_a_sentence_in_a_form_is_text() -> None:
    text = "<p>The baths are open from May to September, on every day of the week but Monday.</p>" * 4
    assert texts(f"{text}<form><div>The discount code BEE gives five percent.</div><input></form>")[-1].startswith("The discount code BEE")
    assert texts(f"{text}<form><label>Search</label><input></form>")[-1].startswith("The baths")


def test_a_list_of_links_that_a_paragraph_introduces_is_text() -> None:
    links = (
        "<ul>"
        + "".join(f"<li><a href={town}>{town}, 12 Hill Street</a></li>" for town in ("Ardmore", "Belfast", "Cork", "Derry"))
        + "</ul>"
    )
    text = "<p>The firm has offices in four towns, and each of them takes parcels until 17:00 on working days.</p><p>They are here:</p>"
    assert texts(f"<h1>Offices</h1>{text}{links}")[-1].startswith("- Ardmore, 12 Hill Street\n- Belfast")
    assert "Ardmore" not in " ".join(texts(f"<body>{links}<h1>Offices</h1>{text}<p>Ask the porter for the keys of the yard.</p></body>"))


def test_a_cell_of_links_is_a_value_of_its_table() -> None:
    links = " ".join(f"<a href={number}>F-{number}</a>" for number in range(1, 5))
    page = f"<h1>Forms</h1><p>The council keeps them.</p><table><tr><th>Topic<th>Forms</tr><tr><td>Leave<td>{links}</tr></table>"
    assert texts(page)[-1] == "Topic: Leave; Forms: F-1 F-2 F-3 F-4"


def test_roles_make_tables_and_lists_of_divs_and_spans() -> None:
    def row(role: str, *cells: str) -> str:
        return "<div role=row>" + "".join(f"<span role={role}>{cell}</span>" for cell in cells) + "</div>"

    table = f"<div role=table><div>{row('columnheader', 'Line', 'Last')}</div><div role=rowgroup>{row('cell', '38', '00:21')}</div></div>"
    assert read_html(table).blocks == [Block("table", "Line: 38; Last: 00:21")]
    assert texts(f"<div role=table>{row('cell', 'Line', '38')}<div role=row>no cell</div></div>") == ["Line; 38", "no cell"]
    page = "<table role=table><caption>Trams</caption><tr><td>Line<td>Last</tr><tr><td>38<td>00:21</tr></table>"
    assert texts(page) == ["Trams", "Line: 38; Last: 00:21"]
    assert texts("<div role=list><span role=listitem>saw</span><span role=listitem>axe</span></div>") == ["- saw\n- axe"]


def test_a_span_that_its_style_makes_a_block_stands_apart() -> None:
    line = "<span style='display: block'>{}</span>"
    assert texts(f"<pre><code>{line.format('a --b')}{line.format('c --d')}</code></pre>") == ["a --b\nc --d"]
    assert texts(f"<h2>{line.format('Bee')}{line.format('book')}</h2>") == ["Bee book"]


def test_rows_of_a_layout_table_that_hold_values_stay_together() -> None:
    logo = "<tr><th colspan=2><table><tr><td>Logo</td></tr></table></th></tr>"
    page = f"<table>{logo}<tr><td>Line:</td><td>38</td></tr><tr><td>a</td><td>b</td></tr></table>"
    assert read_html(page).blocks == [Block("text", "Logo"), Block("table", "Line: 38"), Block("table", "a; b")]


def test_elements_that_a_page_defines_stand_apart_and_show_their_labels() -> None:
    assert texts("<p>The <my-term>weir</my-term>, and <my-tab label=Linux>run a</my-tab><my-tab>run b</my-tab></p>") == [
        "The weir, and Linux run a run b"
    ]


@pytest.mark.parametrize("tag", ["nav", "div role=dialog", "div role=banner", "menu"])
def test_a_part_of_the_main_text_without_links_is_text_whatever_it_is_called(tag: str) -> None:
    text = "<p>The baths are open from May to September, on every day of the week but Monday.</p>" * 3
    part = f"<{tag}><ol><li>Cut the gas</li><li>Open the door</li></ol></{tag.split(maxsplit=1)[0]}>"
    assert "1. Cut the gas\n2. Open the door" in texts(f"<main><h1>Oven</h1>{part}{text}</main>")
    links = f"<{tag}><a href=a>Cut the gas</a> <a href=b>Oven</a></{tag.split(maxsplit=1)[0]}>"
    assert "Cut the gas" not in " ".join(texts(f"<main><h1>Oven</h1>{links}{text}</main>"))


def test_a_list_of_addresses_is_no_menu() -> None:
    text = "<p>The porter takes calls at any time of the day and the night, on every day of the year.</p>" * 3
    numbers = "".join(f"<li><a href=tel:{number}>0555 {number}</a></li>" for number in range(1001, 1006))
    assert "0555 1003" in texts(f"<h1>Staff</h1>{text}<h2>Numbers</h2><ul>{numbers}</ul>")[-1]
