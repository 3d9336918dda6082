"""Compares the templates with what the describe calls return, property by property."""
