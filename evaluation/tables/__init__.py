"""The tables of `make evaluate`, a module for each: what it measures on which public set."""
