"""Personal data in text: where it is, and what a domain does about it."""
