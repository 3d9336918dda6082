"""pypdf: the text of every page."""

from pypdf import PdfReader


def prepare():
    return lambda path: len([page.extract_text() for page in PdfReader(path).pages])
