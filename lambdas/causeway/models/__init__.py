"""Chat models: what is asked of one, what it replies, and the clients that ask."""
