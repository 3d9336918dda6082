"""The search domain of the laptop: a real OpenSearch, and the front that records what is not published for it."""
