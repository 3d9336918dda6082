"""AWS on a laptop: what `make up` starts, and the tools that drive it."""
