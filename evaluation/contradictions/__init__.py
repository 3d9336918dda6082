"""Documents that say different things about the same: found by what their sentences have in common, judged by what differs."""
