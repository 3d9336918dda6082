"""What a Word file holds besides its text."""

from causeway.documents.readers.office.findings import OBJECT, SCANNED_PAGE, UNTOLD, Counts

__all__ = ["OBJECT", "SCANNED_PAGE", "Findings"]


class Findings(Counts):
    rows = (
        (
            "headers",
            "headers",
            "headers not shown",
            "{} page (header or footer|headers or footers) shown on no page (was|were) not read.",
        ),
        ("notes", "notes", "notes unused", "{} (note belongs|notes belong) to no place in the text that is shown and (was|were) not read."),
        ("comments", "", "comments", "{} (comment|comments) in the margin (was|were) not read: comments are not part of the text."),
        ("hidden text", "", "hidden", "{} (passage is|passages are) hidden in Word and (was|were) not read."),
        ("hidden text", "", "faint", "{} (passage has|passages have) a colour or a size that nobody sees and (was|were) not read."),
        ("hidden text", "", "deletions", "{} tracked (deletion was|deletions were) left out, as if accepted."),
        ("hidden text", "", "covered", "{} (cell|cells) with words (is|are) covered by a merged cell and (was|were) not read."),
        (
            "pictures",
            "pictures",
            "pictures untold",
            UNTOLD,
        ),
        (
            "pictures",
            "",
            "pages of pictures",
            "{} (picture|pictures) as large as a page (has|have) no text; words in (it|them) were not read.",
        ),
        ("objects", "diagrams", "charts", "{} (chart was|charts were) not read. Give the figures in a table or in the text."),
        (
            "objects",
            "",
            "objects",
            "{} embedded (object was|objects were) not read. Put what (it says|they say) into the text.",
        ),
        (
            "objects",
            "parts",
            "parts unread",
            "{} inserted (document|documents) could not be read. Open the file in Word and save it again.",
        ),
        ("fields", "fields", "fields unread", "{} numbering (field has|fields have) no text in the file and (was|were) left out."),
        ("fields", "", "numbers unknown", "{} automatic (number is|numbers are) in a form that is not known and (was|were) left out."),
        ("furniture", "", "contents", "{} (table|tables) of contents (was|were) left out: the headings say the same."),
        ("characters", "", "symbols", "{} (character|characters) of a symbol font (has|have) no known meaning and (was|were) left out."),
    )
