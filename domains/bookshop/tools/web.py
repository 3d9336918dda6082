"""Pages of the web that agents may read: the shops' own sites, and a library of free books."""

from causeway.agents.web_pages import web_pages

http_fetch = web_pages(
    name="http_fetch",
    description="Reads a page of the shops' own web sites (events, opening hours), or of Project Gutenberg, a library of free books.",
    pages=("https://www.harbour-books.example/", "https://www.lantern-books.example/", "https://www.gutenberg.org/ebooks/"),
    timeout_seconds=15.0,  # with the start of the function that goes outside
)
