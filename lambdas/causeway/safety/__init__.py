"""Screening of what comes in and grounding of what goes out."""
