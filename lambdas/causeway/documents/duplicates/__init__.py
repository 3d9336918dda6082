"""Documents and passages that say the same: their keys, how alike they are, and what is done about it."""
