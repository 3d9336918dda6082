"""pdfplumber: the text of every page, and its tables when asked for (`prepare("tables")`)."""

import pdfplumber


def prepare(*asked):
    def read(path):
        with pdfplumber.open(path) as document:
            return len([(page.extract_text(), page.extract_tables() if asked else None) for page in document.pages])

    return read
