"""Whether a new version of the functions that answer may have traffic."""
