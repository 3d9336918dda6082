"""Answers to questions of known sets, kept from run to run, and what is said of them: whether they stand, are right, and are sure."""
