"""URLs that two readers might read differently are refused, and nothing outside the list passes."""

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.agents.places import Allowed, Forbidden, Place, place_of

ALLOWED = Allowed.of(["https://www.books.example/events/", "https://shop.books.example/hours", "https://www.free.example/"])


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://www.books.example", Place("www.books.example", "/")),
        ("HTTPS://WWW.Books.Example:443/Events/", Place("www.books.example", "/Events/")),
        ("https://www.books.example/a%20b?q=tea+pot#top", Place("www.books.example", "/a%20b", "q=tea+pot")),
        ("https://www.books.example/caf\u00e9", Place("www.books.example", "/caf%C3%A9")),
        ("https://xn--bcher-kva.example/", Place("xn--bcher-kva.example", "/")),
    ],
)
def test_a_url_is_read_into_host_path_and_query(url: str, place: Place) -> None:
    assert place_of(url) == place
    assert place_of(str(place)) == place


@pytest.mark.parametrize(
    "url",
    [
        "http://www.books.example/",
        "ftp://www.books.example/",
        "file:///etc/passwd",
        "gopher://www.books.example/",
        "//www.books.example/",
        "www.books.example/",
        "https:www.books.example/",
        "https:/www.books.example/",
        "https:///www.books.example/",
        "https://",
        "https://user@www.books.example/",
        "https://www.books.example@evil.example/",
        "https://www.books.example:443@evil.example/",
        "https://www.books.example%40evil.example/",
        "https://www.books.example:80/",
        "https://www.books.example:8443/",
        "https://www.books.example:/",
        "https://www.books.example:0443/",
        "https://www.books.example./",
        "https://www.books.example%2e/",
        "https://www.books%2eexample/",
        "https://b\u00fccher.example/",
        "https://www.books.example\u3002evil.example/",
        "https://www\u2024books.example/",
        "https://\u2460\u2461\u2466.0.0.1/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00:ec2::254]/",
        "https://www.books.example\\@evil.example/",
        "https://www.books.example/\\evil",
        "https://www.books.example/a\r\nHost: evil.example",
        "https://www.books.example/a%0d%0aHost:%20evil.example",
        "https://www.books.example/a b",
        "https://www.books.example/\tb",
        " https://www.books.example/",
        "https://www.books.example/\x00",
        "https://www.books.example/%00",
        "https://www.books.example/events/../admin",
        "https://www.books.example/events/%2e%2e/admin",
        "https://www.books.example/events/.%2E/admin",
        "https://www.books.example/events/..;x/admin",
        "https://www.books.example/events/%252e%252e/admin",
        "https://www.books.example/events%2f..%2fadmin",
        "https://www.books.example/events/a%2Fb",
        "https://www.books.example/events/..%5cadmin",
        "https://www.books.example/events/./admin",
        "https://www.books.example/%",
        "https://www.books.example/%zz",
        "https://www.books.example/?q=%",
        "https://-www.books.example/",
        "https://www..books.example/",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 130}example/",
        f"https://www.books.example/{'a' * 2000}",
    ],
)
def test_what_could_be_read_in_two_ways_or_names_no_host_is_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        place_of(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [("https://b\u00fccher.example/", "ASCII"), ("https://a@b.example/", "user"), ("https://b.example:8443/", "port"), ("b", "https://")],
)
def test_the_model_hears_what_is_wrong_with_an_address(url: str, told: str) -> None:
    with pytest.raises(Forbidden, match=told):
        place_of(url)


@pytest.mark.parametrize("path", ["/events", "/events/", "/events/may", "/events/may?day=2", "/hours/x"])
def test_only_hosts_and_paths_of_the_list_pass(path: str) -> None:
    for host in ("www.books.example", "shop.books.example", "www.free.example", "evil.example", "www.books.example.evil.example"):
        below = {
            "www.books.example": path.startswith("/events/"),
            "shop.books.example": path.startswith("/hours"),
            "www.free.example": True,
        }
        if below.get(host):
            assert ALLOWED.checked(f"https://{host}{path}").host == host
        else:
            with pytest.raises(Forbidden, match="not on the list"):
                ALLOWED.checked(f"https://{host}{path}")


def test_a_path_of_the_list_is_no_beginning_of_other_names() -> None:
    assert ALLOWED.checked("https://shop.books.example/hours").path == "/hours"
    with pytest.raises(Forbidden):
        ALLOWED.checked("https://shop.books.example/hours-of-others")


@given(st.text(max_size=40))
def test_whatever_follows_an_allowed_page_stays_below_it(rest: str) -> None:
    """As a browser, or a server that resolves dots, would read it."""
    try:
        place = ALLOWED.checked(f"https://www.books.example/events/{rest}")
    except Forbidden:
        return
    again = urlsplit(urljoin(str(place), unquote(place.path)))
    assert (again.scheme, again.netloc) == ("https", "www.books.example")
    assert again.path.startswith("/events/")


@pytest.mark.parametrize("urls", [[], ["https://www.books.example/?q=1"], ["http://www.books.example/"]])
def test_a_list_that_could_not_be_kept_is_refused(urls: list[str]) -> None:
    with pytest.raises(ValueError, match=r"names at least one|does not begin"):
        Allowed.of(urls)
