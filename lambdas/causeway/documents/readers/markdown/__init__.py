"""Markdown with front matter: rendered as HTML, read as HTML."""
