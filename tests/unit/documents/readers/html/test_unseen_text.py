"""What the styles of a page hide is not read and is counted; what a reader of the page sees is read."""

import time

import pytest
from PIL.ImageColor import colormap, getrgb

from causeway.documents.readers.html.colours import colour_of_attribute
from causeway.documents.readers.html.reader import read_html

SEEN = "<p>What everybody can see on this page.</p>"
UNSEEN = [
    "<p style='color:#fff'>SECRET</p>",
    "<p style='COLOR : White'>SECRET</p>",
    "<p style='color:snow'>SECRET</p>",
    "<p style='color:#eee'>SECRET</p>",
    "<p style='color:rgb(255 255 255 / 90%)'>SECRET</p>",
    "<p style='color:hsl(0, 0%, 100%)'>SECRET</p>",
    "<p style='color:hwb(0 100% 0%)'>SECRET</p>",
    "<p style='color:oklch(1 0 0)'>SECRET</p>",
    "<p style='color:color(srgb 1 1 1)'>SECRET</p>",
    "<p style='col\\6fr:white'>SECRET</p>",
    "<p style='color:transparent'>SECRET</p>",
    "<p style='color:rgba(0,0,0,0)'>SECRET</p>",
    "<p style='-webkit-text-fill-color:transparent'>SECRET</p>",
    "<p style='color:white;background:none'>SECRET</p>",
    "<font color=white>SECRET</font>",
    "<font color=FEFEFE>SECRET</font>",
    "<a href=x style='color:white'>SECRET</a>",
    "<h2 style='color:white'>SECRET</h2>",
    "<pre style='color:white'>SECRET</pre>",
    "<div style='color:white'><ul><li>SECRET</ul></div>",
    "<table><tr><td style='color:white'>SECRET</table>",
    "<table bgcolor=black><tr><td><font color=black>SECRET</font></table>",
    "<div style='background:#000'><p style='color:#000'>SECRET</p></div>",
    "<p style='color:#123456;background:#123457'>SECRET</p>",
    "<input style='color:white' value=SECRET>",
    "<p style='font-size:1px'>SECRET</p>",
    "<p style='font-size:0.1em'>SECRET</p>",
    "<p style='font:1px Arial'>SECRET</p>",
    "<p style='font-size:.5pt'>SECRET</p>",
    "<div style='font-size:10%'><b style='font-size:50%'>SECRET</b></div>",
    "<p style='opacity:0.01'>SECRET</p>",
    "<p style='filter:opacity(0)'>SECRET</p>",
    "<div style='visibility:hidden'><b>SECRET</b> <img alt=SECRET></div>",
    "<div style='position:absolute;left:-9999px'>SECRET</div>",
    "<div style='position:fixed;top:-2000px'>SECRET</div>",
    "<div style='margin-left:-9999px'>SECRET</div>",
    "<div style='text-indent:-9999px'>SECRET</div>",
    "<div style='position:absolute;clip:rect(0,0,0,0)'>SECRET</div>",
    "<div style='clip-path:inset(50%)'>SECRET</div>",
    "<div style='height:0;overflow:hidden'>SECRET</div>",
    "<div style='width:1px;height:1px;overflow:hidden'>SECRET</div>",
    "<div style='transform:scale(0)'>SECRET</div>",
    "<style>.x{color:#fff}</style><p class=x>SECRET</p>",
    "<style>.x{color:red} p.x{color:white}</style><p class=x>SECRET</p>",
    "<style>@media screen{#x p{color:white !important}}</style><div id=x><p style='color:red'>SECRET</p></div>",
    "<style>.x{display:none}</style><p class=x>SECRET</p>",
    "<style>.a,.x::before,.x{position:absolute;left:-9999px}</style><p class=x>SECRET</p>",
]
SEEN_ALL_THE_SAME = [
    "<p style='color:#ccc'>SEEN</p>",
    "<p style='color:yellow'>SEEN</p>",
    "<p style='color:var(--white)'>SEEN</p>",
    "<p style='background:#0000;color:#000'>SEEN</p>",
    "<div style='background:#000'><p style='color:#fff'>SEEN</p></div>",
    "<table><tr bgcolor=navy><td><font color=white>SEEN</font></table>",
    "<table background=x.gif><tr><td><font color=white>SEEN</font></table>",
    "<table><tr><td style='background-color:#4472C4'><p style='color:white'>SEEN</p></table>",
    "<div style='background:url(x.png)'><p style='color:white'>SEEN</p></div>",
    "<div style='background-image:linear-gradient(red,blue)'><p style='color:white'>SEEN</p></div>",
    "<p style='background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent'>SEEN</p>",
    "<p style='color:white;text-shadow:1px 1px 2px black'>SEEN</p>",
    "<img src=a><p style='position:absolute;color:white'>SEEN</p>",
    "<div style='color:white'><a href=x>SEEN</a></div>",
    "<p>Do <button style='color:white'>SEEN</button></p>",
    "<div style='visibility:hidden'><b style='visibility:visible'>SEEN</b></div>",
    "<div style='font-size:0'><span style='font-size:16px'>SEEN</span></div>",
    "<p style='font-size:9pt'>SEEN</p>",
    "<p style='opacity:.6'>SEEN</p>",
    "<div style='position:relative;left:-10px'>SEEN</div>",
    "<div style='position:absolute;left:-3000px;width:6000px'>SEEN</div>",
    "<div style='height:100px;overflow:hidden'>SEEN</div>",
    "<style>.d{background:#123}.d p{color:#fff}</style><div class=d><p>SEEN</p></div>",
    "<style>div{color:white} div.x{color:black}</style><div class=x>SEEN</div>",
    "<style>@media print{.x{display:none}} @media (max-width:600px){.x{color:white}}</style><p class=x>SEEN</p>",
    "<style>.m{display:none}.t:hover .m{display:block}</style><div class=t>a<p class=m>SEEN</p></div>",
    "<script>show()</script><style>.x{opacity:0}</style><p class=x>SEEN</p>",
    "<link rel=stylesheet href=x.css><p class=hero style='color:white'>SEEN</p>",
]


@pytest.mark.parametrize("page", UNSEEN)
def test_what_a_style_hides_is_not_read_but_counted(page: str) -> None:
    content = read_html(f"<!doctype html>{SEEN}{page}")
    assert [block.text for block in content.blocks] == ["What everybody can see on this page."]
    assert all(tally.left_out for tally in content.report if tally.part == "hidden text")
    assert "hidden text" in {tally.part for tally in content.report}


@pytest.mark.parametrize("page", SEEN_ALL_THE_SAME)
def test_what_can_be_seen_is_read(page: str) -> None:
    content = read_html(f"<!doctype html>{SEEN}{page}")
    assert "SEEN" in " ".join(block.text for block in content.blocks)
    assert "hidden text" not in {tally.part for tally in content.report}


def test_unseen_words_are_left_out_of_their_sentence() -> None:
    content = read_html("<p>The till <span style='color:white'>is never counted and </span>closes at six.</p>")
    assert [block.text for block in content.blocks] == ["The till closes at six."]
    assert [(tally.part, tally.left_out, tally.lost) for tally in content.report] == [("hidden text", 1, 0)]


def test_unseen_text_that_is_longer_than_the_page_is_not_taken_for_the_page() -> None:
    content = read_html(f"{SEEN}<div style='color:white'><p>{'Say yes to all of it. ' * 50}</p></div>")
    assert [block.text for block in content.blocks] == ["What everybody can see on this page."]


def test_text_that_is_unseen_below_very_many_elements_is_not_read() -> None:
    deep = "<div>" * 600
    content = read_html(f"{SEEN}{deep}<p>Deep.</p><p style='color:white'>SECRET</p>")
    assert "SECRET" not in " ".join(block.text for block in content.blocks)
    assert "Deep." in " ".join(block.text for block in content.blocks)


def test_tables_of_old_pages_do_not_take_over_a_size() -> None:
    page = f"{SEEN}<div style='font-size:0'><table><tr><td>1<td>Lamp oil</table></div>"
    assert "Lamp oil" in " ".join(block.text for block in read_html(page).blocks)
    assert "Lamp oil" not in " ".join(block.text for block in read_html(f"<!doctype html>{page}").blocks)


def test_every_colour_has_the_channels_of_its_name() -> None:
    assert {name: colour_of_attribute(name)[:3] for name in colormap} == {name: getrgb(name) for name in colormap}  # type: ignore[index]


def test_a_page_with_very_many_rules_is_read_in_seconds() -> None:
    rules = "".join(f".c{number}{{color:#fff}}" for number in range(5_000))
    page = f"<style>{rules}</style>" + "".join(f"<p class=c{number}>x<p class=d>Line {number}." for number in range(5_000))
    begun = time.monotonic()
    assert len(read_html(page).blocks) == 5_000
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("hiding", ["opacity:0", "display:none", "visibility:hidden", "height:0;overflow:hidden"])
def test_a_page_without_scripts_shows_nothing_of_what_it_hides_however_long_it_is(hiding: str) -> None:
    page = f"{SEEN}<div style='{hiding}'><p>{'Say yes to all of it. ' * 50}</p></div>"
    assert [block.text for block in read_html(page).blocks] == ["What everybody can see on this page."]
    assert "Say yes" in " ".join(block.text for block in read_html(f"{page}<script src=x.js></script>").blocks)


def test_what_is_off_the_page_is_never_taken_for_the_page() -> None:
    page = f"{SEEN}<div style='position:absolute;left:-9999px'><p>{'Say yes. ' * 99}</p></div><script src=x.js></script>"
    assert [block.text for block in read_html(page).blocks] == ["What everybody can see on this page."]
