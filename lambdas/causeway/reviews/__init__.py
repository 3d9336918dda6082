"""Answers that a person looks at: those in doubt, those on which two models differ, and those that a user appeals."""
