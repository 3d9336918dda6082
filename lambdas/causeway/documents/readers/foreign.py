"""Formats that are not read, by the endings of names, and what their uploaders can do: convert, unpack, or save anew."""

from causeway.documents.bad import BadDocument
from causeway.documents.readers.office.programs import EXCEL, POWERPOINT, WORD, Program

_OLD = {".doc": WORD, ".dot": WORD, ".xls": EXCEL, ".xlt": EXCEL, ".ppt": POWERPOINT, ".pps": POWERPOINT, ".pot": POWERPOINT}
_MACROS = {
    **dict.fromkeys((".docm", ".dotm"), WORD),
    **dict.fromkeys((".xlsm", ".xltm"), EXCEL),
    **dict.fromkeys((".pptm", ".ppsm", ".potm"), POWERPOINT),
}
_FOREIGN = {
    ".rtf": ("a Rich Text file", "Open it in Word or LibreOffice, save it as .docx"),
    ".odt": ("an OpenDocument text", "Open it in LibreOffice or Word, save it as .docx"),
    ".ods": ("an OpenDocument spreadsheet", "Open it in LibreOffice or Excel, save it as .xlsx"),
    ".odp": ("an OpenDocument presentation", "Open it in LibreOffice or PowerPoint, save it as .pptx"),
    ".xlsb": ("a binary Excel workbook", "Open it in Excel, save it as .xlsx"),
    ".pages": ("a Pages document", "Open it in Pages, export it to Word (.docx)"),
    ".numbers": ("a Numbers spreadsheet", "Open it in Numbers, export it to Excel (.xlsx)"),
    ".key": ("a Keynote presentation", "Open it in Keynote, export it to PowerPoint (.pptx)"),
    ".msg": ("an Outlook message", "Open it in the new Outlook or in Outlook on the web, save it as .eml"),
    ".mobi": ("a Kindle book", "Convert it to .epub in Calibre"),
    ".azw3": ("a Kindle book", "Convert it to .epub in Calibre"),
    ".wpd": ("a WordPerfect document", "Open it in LibreOffice, save it as .docx"),
}
_ARCHIVES = frozenset((".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"))
PICTURES = frozenset((".gif", ".bmp", ".heic", ".svg"))


def refusal(ending: str) -> BadDocument | None:
    """Why a file of this ending is not read, and what to do about it; None for an ending of which nothing is known."""
    if ending in _MACROS:
        return _MACROS[ending].macros()
    if ending in _OLD:
        return old_format(_OLD[ending])
    if ending in _FOREIGN:
        what, remedy = _FOREIGN[ending]
        return BadDocument("foreign_format", f"This is {what}, which is not read. {remedy} and upload that.")
    if ending in _ARCHIVES:
        return BadDocument("archive", "This is an archive, which is not read. Unpack it and upload the files in it.")
    if ending in PICTURES:
        return BadDocument("picture", "This is a kind of picture that is not read. Save it as PNG or JPEG and upload that.")
    return None


def old_format(program: Program) -> BadDocument:
    """Of a file that a version of the program before 2007 wrote."""
    code = "legacy_word" if program is WORD else "foreign_format"
    name = program.name
    return BadDocument(
        code, f"The file is in the format of {name} 97-2003. Open it in {name}, save it as {program.ending} and upload that."
    )
