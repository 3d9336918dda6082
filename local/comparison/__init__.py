"""What the templates say against what the describe calls return, property by property."""
