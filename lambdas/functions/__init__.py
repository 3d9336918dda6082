"""Lambda entry points: parse the event, call the package, shape the response."""
