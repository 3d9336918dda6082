"""The reader of Word files (.docx), on lxml alone. See docs/decisions/127-the-word-reader-is-ours.md."""
