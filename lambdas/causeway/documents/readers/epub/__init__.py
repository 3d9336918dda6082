"""The reader of books (.epub), on lxml and the reader of HTML. See docs/decisions/221-readers-of-office-files-mail-and-books.md."""
