"""Bundles: a text in Markdown with its pictures and a manifest, in one archive."""
