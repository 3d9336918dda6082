"""A question becomes a turn, and the turn walks through steps until one of them answers it."""
