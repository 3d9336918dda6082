"""What a workbook holds besides its cells."""

from causeway.documents.readers.office.findings import UNTOLD, Counts


class Findings(Counts):
    rows = (
        ("sheets", "sheets", "sheets hidden", "{} (sheet is|sheets are) hidden and (was|were) not read. Unhide what should be found."),
        ("sheets", "", "sheets damaged", "{} (sheet is|sheets are) missing in the file and (was|were) not read."),
        ("hidden text", "", "rows hidden", "{} (row is|rows are) hidden or filtered out and (was|were) not read."),
        ("hidden text", "", "columns hidden", "{} (cell is|cells are) in hidden columns and (was|were) not read."),
        ("hidden text", "", "faint", "{} (cell has|cells have) a format or a colour that nobody sees and (was|were) not read."),
        ("hidden text", "", "covered", "{} (cell|cells) with words (is|are) covered by a merged cell and (was|were) not read."),
        ("comments", "", "comments", "{} (comment|comments) beside the cells (was|were) not read: comments are not part of the text."),
        ("fields", "", "formulas", "{} (formula has|formulas have) no result in the file. Open it in Excel and save it again."),
        (
            "pictures",
            "pictures",
            "pictures untold",
            UNTOLD,
        ),
        ("objects", "", "charts", "{} (chart was|charts were) not read; (its|their) figures are read where a sheet has them."),
    )
