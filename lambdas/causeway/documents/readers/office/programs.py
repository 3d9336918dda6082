"""The programs of Office, and what is said to the uploader of a file that is not one of theirs or not whole."""

from dataclasses import dataclass

from causeway.documents.bad import BadDocument


@dataclass(frozen=True, slots=True)
class Program:
    """ending: of its files. thing: what they are. code: of the refusal of an archive that is none. root: of its main part."""

    name: str
    ending: str
    thing: str
    code: str
    root: str

    def truncated(self) -> BadDocument:
        wrong = f"The {self.name} file is damaged or was cut off. Open it in {self.name}, save it again and upload that."
        return BadDocument("truncated", wrong)

    def macros(self) -> BadDocument:
        wrong = f"The {self.name} file carries macros, which are refused. Save it as a plain {self.ending} and upload that."
        return BadDocument("macros", wrong)

    def encrypted(self) -> BadDocument:
        return BadDocument("encrypted", f"The {self.name} file is protected by a password. Remove the password and upload it again.")

    def other(self) -> BadDocument:
        return BadDocument(self.code, f"The file is an archive, but no {self.thing}. Export it as {self.ending} or PDF.")


WORD = Program("Word", ".docx", "Word document", "not_word", "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}document")
EXCEL = Program("Excel", ".xlsx", "workbook", "not_excel", "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}workbook")
POWERPOINT = Program(
    "PowerPoint", ".pptx", "presentation", "not_powerpoint", "{http://schemas.openxmlformats.org/presentationml/2006/main}presentation"
)
