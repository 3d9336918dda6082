"""Batches: many questions in one request, answered later through the same pipeline."""
