"""Models for the laptop, each in a process of its own: the stand-in that quotes, the small language model, the embedding host."""
