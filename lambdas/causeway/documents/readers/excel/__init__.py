"""The reader of Excel files (.xlsx), on lxml alone. See docs/decisions/221-readers-of-office-files-mail-and-books.md."""
