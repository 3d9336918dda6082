"""A file's bytes to its content: one reader for each format, behind checks of size, form and damage."""
