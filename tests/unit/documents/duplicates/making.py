"""Texts that are known to be more or less alike."""

import random


def prose(seed: int, length: int) -> list[str]:
    """So many invented words, other ones for each seed."""
    return [f"w{random.Random(f'{seed} {place}').randrange(10**6)}" for place in range(length)]


def changed(words: list[str], share: float, seed: int = 0) -> list[str]:
    """The same text with this share of its words replaced, evenly spread."""
    count = round(share * len(words))
    places = {round((place + 0.5) * len(words) / count) for place in range(count)} if count else set()
    return [f"new{seed}x{place}" if place in places else word for place, word in enumerate(words)]
