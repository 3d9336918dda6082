"""The reader of messages (.eml), on Python's own parser. See docs/decisions/221-readers-of-office-files-mail-and-books.md."""
