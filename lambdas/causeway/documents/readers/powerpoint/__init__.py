"""The reader of PowerPoint files (.pptx), on lxml alone. See docs/decisions/221-readers-of-office-files-mail-and-books.md."""
