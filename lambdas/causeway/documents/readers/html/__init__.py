"""HTML pages: encoding, tree, furniture, tables. See docs/decisions/124 and 125."""
