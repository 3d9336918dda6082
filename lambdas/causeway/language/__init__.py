"""The language of texts: their one normal form, their sentences, words and numbers, and which language they are in."""
