"""What a presentation holds besides the text of its slides."""

from causeway.documents.readers.office.findings import UNTOLD, Counts


class Findings(Counts):
    rows = (
        ("slides", "slides", "slides hidden", "{} (slide is|slides are) hidden and (was|were) not read. Show what should be found."),
        ("slides", "", "slides damaged", "{} (slide is|slides are) missing in the file and (was|were) not read."),
        ("notes", "notes", "", ""),
        ("hidden text", "", "hidden", "{} (shape is|shapes are) hidden and (was|were) not read."),
        ("headers", "", "headers", "{} (date or slide number|dates and slide numbers) of slides (was|were) left out."),
        ("comments", "", "comments", "{} (comment|comments) beside the slides (was|were) not read: comments are not part of the text."),
        ("pictures", "pictures", "pictures untold", UNTOLD),
        ("objects", "diagrams", "objects", "{} embedded (object was|objects were) not read. Put what (it says|they say) into the text."),
    )
