"""pdfplumber: the text and the tables of every page."""

import pdfplumber


def prepare():
    def read(path):
        with pdfplumber.open(path) as document:
            return len([(page.extract_text(), page.extract_tables()) for page in document.pages])

    return read
